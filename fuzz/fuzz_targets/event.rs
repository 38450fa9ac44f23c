#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mibc_fuzz::event(data));
