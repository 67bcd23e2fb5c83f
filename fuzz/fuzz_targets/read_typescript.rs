#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| mpcheck_fuzz::read("a.ts", data));
