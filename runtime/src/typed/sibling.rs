//! Numbers of another number type than the object's, as some agents send them.

use crate::{
    syntax::BaseType,
    value::{Syntax, ValueRef, WrongType},
};
use std::sync::atomic::{AtomicBool, Ordering};

/// Accepts numbers of another type if the value fits: a `Gauge32` for a `Counter32`, an
/// `INTEGER` for a `TimeTicks`, a `Counter32` for a `Counter64` and so on. Remembers whether one did.
///
/// Readers that are not given one ([`Answers::accepting`](super::Answers::accepting),
/// [`RowCells::accepting`](super::RowCells::accepting),
/// [`NotificationReader::accepting`](super::NotificationReader::accepting)) take exactly the object's type.
#[derive(Debug, Default)]
pub struct Siblings(AtomicBool);

impl Siblings {
    /// Nothing has been met yet.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Whether a number of another type has been accepted since this was asked last.
    pub fn take(&mut self) -> bool {
        std::mem::take(self.0.get_mut())
    }

    /// The value of a number that is not of the type `T`; `wrong` says so.
    #[cold]
    pub(super) fn accept<T: Syntax>(&self, value: ValueRef<'_>, wrong: WrongType) -> Result<T, WrongType> {
        let number = value.as_i128().ok_or(wrong)?;
        let sibling = of_type(number, T::BASE).ok_or(wrong)?;
        let value = T::from_value(sibling)?;
        self.0.store(true, Ordering::Relaxed);
        Ok(value)
    }
}

/// A number as a value of this type, if it has it.
fn of_type(number: i128, base: BaseType) -> Option<ValueRef<'static>> {
    let unsigned = || u32::try_from(number).ok();
    match base {
        BaseType::Integer32 => i32::try_from(number).ok().map(ValueRef::Integer),
        BaseType::Unsigned32 | BaseType::Gauge32 => unsigned().map(|number| ValueRef::Gauge32(number.into())),
        BaseType::Counter32 => unsigned().map(|number| ValueRef::Counter32(number.into())),
        BaseType::TimeTicks => unsigned().map(|number| ValueRef::TimeTicks(number.into())),
        BaseType::Counter64 => u64::try_from(number).ok().map(|number| ValueRef::Counter64(number.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Counter32, Counter64, Gauge32, OctetString, TimeTicks, Unsigned32, Value};

    fn read<T: Syntax>(value: impl Into<Value>) -> Option<T> {
        let (value, mut siblings) = (value.into(), Siblings::new());
        let wrong = T::from_value(value.as_ref()).err().expect("it is of another type");
        let read = siblings.accept(value.as_ref(), wrong);
        assert_eq!(siblings.take(), read.is_ok());
        assert!(!siblings.take(), "once");
        read.ok()
    }

    #[test]
    fn numbers_that_fit() {
        assert_eq!(read::<Counter32>(Gauge32(u32::MAX)), Some(Counter32(u32::MAX)));
        assert_eq!(read::<Counter32>(7), Some(Counter32(7)));
        assert_eq!(read::<TimeTicks>(7), Some(TimeTicks(7)));
        assert_eq!(read::<Gauge32>(Counter64(5)), Some(Gauge32(5)));
        assert_eq!(read::<Unsigned32>(Counter32(5)), Some(Unsigned32(5)));
        assert_eq!(read::<i32>(Gauge32(5)), Some(5));
        assert_eq!(read::<Counter64>(Counter32(u32::MAX)), Some(Counter64(u32::MAX.into())));
    }

    #[test]
    fn numbers_that_do_not_fit() {
        assert_eq!(read::<Counter32>(-1), None);
        assert_eq!(read::<Counter64>(-1), None);
        assert_eq!(read::<i32>(Gauge32(1 << 31)), None);
        assert_eq!(read::<TimeTicks>(Counter64(1 << 32)), None);
    }

    #[test]
    fn only_numbers_are_siblings() {
        assert_eq!(read::<Counter32>(OctetString::from("7")), None);
        assert_eq!(read::<OctetString>(7), None);
        assert_eq!(read::<i32>(Value::Null), None);
        assert_eq!(read::<i32>(Value::NoSuchInstance), None);
    }
}
