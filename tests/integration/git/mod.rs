//! Repositories that the real git program builds in temporary folders, and what mpcheck makes of them in process.

mod change;
mod diff;
mod errors;
mod hooks;
mod known;
mod listing;
mod loosenings;
mod repository;
mod sequences;
mod staged;
mod trees;

pub(crate) use repository::Repo;

/// A made-up secret, the same for the same number.
pub(crate) fn secret(number: u64) -> String {
    (0..4).map(|part| format!("{:08x}", mixed(number * 4 + part) as u32)).collect()
}

/// A line that leaks a made-up secret: one `hardcoded-secret`.
pub(crate) fn leak(number: u64) -> String {
    format!("MIXPANEL_API_SECRET = '{}'\n", secret(number))
}

/// A Python request with a made-up secret.
fn pair(call: &str, number: u64) -> String {
    let secret = secret(number);
    format!("import requests\n{call}('https://data.mixpanel.com/api/2.0/export', auth=('{secret}', ''))\n")
}

/// SplitMix64: numbers that look random, and are the same in every run.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
