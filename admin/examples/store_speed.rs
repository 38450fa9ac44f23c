//! How long a durable write of one small record takes, and opening a store with 200 of them.
//!
//! `cargo run --release -p mibc-admin --example store_speed FOLDER`: the folder decides which disk is measured.

use std::path::PathBuf;
use std::time::Instant;

use mibc_admin::store::{Batch, LogStore, Store};

const RECORDS: u32 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder =
        PathBuf::from(std::env::args().nth(1).ok_or("usage: store_speed FOLDER")?).join("store-speed");
    let start = Instant::now();
    let store = LogStore::open(&folder)?;
    println!("making it: {:?}", start.elapsed());
    let start = Instant::now();
    for number in 0..RECORDS {
        let mut batch = Batch::new();
        batch.put("t", format!("key{number}").as_bytes(), &[7; 100]);
        store.write(&batch)?;
    }
    println!("a durable write: {:?}", start.elapsed() / RECORDS);
    println!("octets: {}", store.octets());
    drop(store);
    let start = Instant::now();
    let records = LogStore::open(&folder)?.load().len();
    println!("opening it with {records} records: {:?}", start.elapsed());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
