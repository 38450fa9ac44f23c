//! The store beside the standard, beside a model, and with everything that can go wrong.

mod acme;
mod expiry;
mod hooks;
mod kept;
mod names;
mod random;
mod set;
mod status;
mod storage;
mod tree;
mod typed;
