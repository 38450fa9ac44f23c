#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mibc_fuzz::agentx_pdu(data));
