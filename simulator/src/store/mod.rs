//! What devices have, packed: names and values by themselves, since devices of one kind have the same names.

mod names;
mod pool;
mod recording;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use pool::Pool;
pub(crate) use recording::{Draft, Subtree};
pub use recording::{Recording, Variable};
pub(crate) use values::EntryRef;
