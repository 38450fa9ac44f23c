//! Where a typed value goes.

use std::fmt;

use crate::value::{Syntax, ValueRef};

/// Takes the value of one column in one row, or of a scalar.
pub struct Cell<'c> {
    take: &'c mut dyn FnMut(ValueRef<'_>),
}

impl<'c> Cell<'c> {
    /// What is given goes to `take`.
    pub fn new(take: &'c mut dyn FnMut(ValueRef<'_>)) -> Self {
        Self { take }
    }

    /// Gives it a value; without one it stays a hole.
    #[inline]
    pub fn give<T: Syntax>(&mut self, value: Option<T>) {
        if let Some(value) = value {
            value.with_value(|value| (self.take)(value));
        }
    }

    /// Gives it a value whose type is known only at run time.
    pub fn give_value<'v>(&mut self, value: impl Into<ValueRef<'v>>) {
        (self.take)(value.into());
    }
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell")
    }
}
