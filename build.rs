//! Reads `rules/` and packs it into one file that mpcheck unpacks when it starts.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[allow(dead_code, missing_docs, unreachable_pub)]
#[path = "src/catalog/model/mod.rs"]
mod model;
#[allow(dead_code, missing_docs, unreachable_pub)]
#[path = "src/catalog/reader.rs"]
mod reader;

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/catalog/model");
    println!("cargo::rerun-if-changed=src/catalog/reader.rs");
    let folder = reader::read(Path::new("rules"), true);
    let mistakes: Vec<String> = folder
        .mistakes
        .iter()
        .map(|mistake| format!("rules/{}:{}: {}", mistake.file, mistake.line, mistake.message))
        .collect();
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalog.bin");
    fs::write(out, postcard::to_stdvec(&folder.catalog).expect("the catalog packs")).expect("OUT_DIR can be written");
}
