//! An advisory lock for managers (RFC 2579 §2, TestAndIncr).

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::entity::{SetError, Undo};

/// The value of an object with the syntax TestAndIncr, such as snmpSetSerialNo.
///
/// A SET with the current value succeeds and adds 1; any other value is inconsistentValue. Clones share the value.
///
/// ```
/// use mibc_runtime::agent::TestAndIncr;
///
/// let lock = TestAndIncr::new(41);
/// lock.check(41)?; // phase 1
/// lock.set(41)?; // phase 2, atomic: of two requests with the same value one fails
/// assert_eq!(lock.get(), 42);
/// # Ok::<(), mibc_runtime::agent::SetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TestAndIncr(Arc<AtomicI32>);

impl TestAndIncr {
    /// Begins at `start`, which must differ from restart to restart (take it from a random source, or from the
    /// clock); the sign is dropped, as the syntax is `INTEGER (0..2147483647)`.
    #[must_use]
    pub fn new(start: i32) -> Self {
        Self(Arc::new(AtomicI32::new(start & i32::MAX)))
    }

    /// The current value.
    #[must_use]
    pub fn get(&self) -> i32 {
        self.0.load(Ordering::SeqCst)
    }

    /// Whether `value` is the current value, without changing it.
    ///
    /// # Errors
    ///
    /// inconsistentValue when it is not, wrongValue when it is negative.
    pub fn check(&self, value: i32) -> Result<(), SetError> {
        match value {
            ..0 => Err(SetError::wrong_value()),
            _ if value == self.get() => Ok(()),
            _ => Err(SetError::inconsistent_value()),
        }
    }

    /// Adds 1 when `value` is the current value; 2147483647 is followed by 0. The undo steps back, unless another SET
    /// has come in between.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn set(&self, value: i32) -> Result<Undo, SetError> {
        if value < 0 {
            return Err(SetError::wrong_value());
        }
        let next = value.checked_add(1).unwrap_or(0);
        self.step(value, next).map_err(|_| SetError::inconsistent_value())?;
        let lock = self.clone();
        Ok(Undo::with(move || {
            let _ = lock.step(next, value);
        }))
    }

    fn step(&self, from: i32, to: i32) -> Result<i32, i32> {
        self.0.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ErrorStatus;

    /// S22
    #[test]
    fn only_the_current_value_is_accepted() {
        let lock = TestAndIncr::new(41);
        assert!(lock.check(40).is_err() && lock.check(41).is_ok());
        let refused = lock.set(40).expect_err("another value");
        assert_eq!(refused.status(), ErrorStatus::INCONSISTENT_VALUE);
        assert_eq!(lock.get(), 41);
        let undo = lock.set(41).expect("the current value");
        assert_eq!(lock.get(), 42);
        assert_eq!(undo.run(), Ok(()));
        assert_eq!(lock.get(), 41);
    }

    /// S22: the wrap comes after 2147483647, not before it.
    #[test]
    fn the_largest_value_is_followed_by_zero() {
        let lock = TestAndIncr::new(i32::MAX - 1);
        assert!(lock.set(i32::MAX - 1).is_ok());
        assert_eq!(lock.get(), i32::MAX);
        assert!(lock.set(i32::MAX).is_ok());
        assert_eq!(lock.get(), 0);
    }

    #[test]
    fn the_value_is_never_negative() {
        assert_eq!(TestAndIncr::new(-1).get(), i32::MAX);
        let refused = TestAndIncr::new(0).set(-1).expect_err("not in the range");
        assert_eq!(refused.status(), ErrorStatus::WRONG_VALUE);
    }
}
