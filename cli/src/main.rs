//! mibc.
fn main() {}
