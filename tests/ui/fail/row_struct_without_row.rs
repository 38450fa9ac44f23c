//! A struct for rows that does not say of which.
use mibc::FromRow;

#[derive(FromRow)]
struct Port {
    if_descr: String,
}

fn main() {}
