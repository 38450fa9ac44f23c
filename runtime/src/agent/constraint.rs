//! What MIB says about the values of an object, checked before the application is asked (RFC 3416 §4.2.5, steps 3
//! to 6).

use std::ops::RangeInclusive;

use crate::ber::tag;
use crate::entity::SetError;
use crate::meta::TypeMeta;
use crate::syntax::BaseType;
use crate::value::ValueRef;

/// Type, size, range and labels of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constraint {
    /// `None`: nothing is known, everything passes.
    base: Option<BaseType>,
    /// Allowed numbers or sizes in octets, whichever the type has; empty: all.
    ranges: Vec<RangeInclusive<i64>>,
    /// Numbers of an enumeration; empty: none is named.
    labels: Vec<i64>,
}

impl Constraint {
    /// Only the type is checked.
    pub(crate) fn of(base: BaseType) -> Self {
        Self { base: Some(base), ..Self::default() }
    }

    /// Allows only these numbers or sizes.
    pub(crate) fn ranges(self, ranges: impl IntoIterator<Item = RangeInclusive<i64>>) -> Self {
        Self { ranges: ranges.into_iter().collect(), ..self }
    }

    /// Allows only the numbers of these labels.
    pub(crate) fn labels(self, labels: impl IntoIterator<Item = i64>) -> Self {
        Self { labels: labels.into_iter().collect(), ..self }
    }

    /// What a type in a MIB says.
    pub(crate) fn described(syntax: &TypeMeta<'_>) -> Self {
        // Labels of BITS are positions, not values.
        let numbers = (syntax.base() != BaseType::Bits).then(|| syntax.labels());
        Self::of(syntax.base())
            .ranges(syntax.ranges().map(|(low, high)| low..=high))
            .labels(numbers.into_iter().flatten().map(|(_, number)| number.into()))
    }

    /// With another type.
    pub(crate) fn typed(self, base: BaseType) -> Self {
        Self { base: Some(base), ..self }
    }

    /// Whether more is known than the type.
    pub(crate) fn is_narrow(&self) -> bool {
        !self.ranges.is_empty() || !self.labels.is_empty()
    }

    /// Whether a value of the right type is in the ranges.
    pub(crate) fn admits(&self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::OctetString(octets) => self.allows(octets.len()),
            _ => number(value).is_none_or(|number| self.names(number) && self.allows(number)),
        }
    }

    /// Whether an object can ever have this value: wrongType, wrongLength, wrongEncoding or wrongValue if not.
    ///
    /// An enumeration takes the numbers that MIB names, although a manager has to live with others. Bits that have no
    /// name are ignored, as RFC 3417 §8(3) asks of a receiver.
    pub(crate) fn check(&self, value: ValueRef<'_>) -> Result<(), SetError> {
        let Some(base) = self.base else {
            return Ok(());
        };
        if !has_type(base, value) {
            return Err(wrong_type(base, value));
        }
        match value {
            ValueRef::OctetString(octets) | ValueRef::Opaque(octets) => {
                if base == BaseType::Bits || self.allows(octets.len()) {
                    Ok(())
                } else {
                    Err(SetError::wrong_length())
                }
            }
            _ => match number(value) {
                Some(number) if !self.names(number) || !self.allows(number) => Err(SetError::wrong_value()),
                _ => Ok(()),
            },
        }
    }

    fn allows<N>(&self, number: N) -> bool
    where
        i128: TryFrom<N>,
    {
        let number = i128::try_from(number).unwrap_or(i128::MAX);
        self.ranges.is_empty()
            || self
                .ranges
                .iter()
                .any(|range| (i128::from(*range.start())..=i128::from(*range.end())).contains(&number))
    }

    fn names(&self, number: i128) -> bool {
        self.labels.is_empty() || self.labels.iter().any(|label| i128::from(*label) == number)
    }
}

/// Why a value is not of type `base`: it has another tag, or its octets are not a valid value.
pub(super) fn wrong_type(base: BaseType, value: ValueRef<'_>) -> SetError {
    match value {
        ValueRef::Undecodable { tag, .. } if tag == tag_of(base) => SetError::wrong_encoding(),
        _ => SetError::wrong_type(),
    }
}

fn has_type(base: BaseType, value: ValueRef<'_>) -> bool {
    use BaseType as B;
    match value {
        ValueRef::Integer(_) => base == B::Integer32,
        ValueRef::OctetString(_) => matches!(base, B::OctetString | B::Bits),
        ValueRef::ObjectIdentifier(_) => base == B::ObjectIdentifier,
        ValueRef::IpAddress(_) => base == B::IpAddress,
        ValueRef::Counter32(_) => base == B::Counter32,
        ValueRef::Gauge32(_) => matches!(base, B::Gauge32 | B::Unsigned32),
        ValueRef::TimeTicks(_) => base == B::TimeTicks,
        ValueRef::Opaque(_) => base == B::Opaque,
        ValueRef::Counter64(_) => base == B::Counter64,
        _ => false,
    }
}

fn number(value: ValueRef<'_>) -> Option<i128> {
    match value {
        ValueRef::IpAddress(_) => None,
        value => value.as_i128(),
    }
}

fn tag_of(base: BaseType) -> u8 {
    match base {
        BaseType::Integer32 => tag::INTEGER,
        BaseType::Unsigned32 | BaseType::Gauge32 => tag::GAUGE32,
        BaseType::Counter32 => tag::COUNTER32,
        BaseType::TimeTicks => tag::TIME_TICKS,
        BaseType::Counter64 => tag::COUNTER64,
        BaseType::OctetString | BaseType::Bits => tag::OCTET_STRING,
        BaseType::ObjectIdentifier => tag::OBJECT_IDENTIFIER,
        BaseType::IpAddress => tag::IP_ADDRESS,
        BaseType::Opaque => tag::OPAQUE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ErrorStatus;
    use crate::value::{Gauge32, IpAddress};

    fn status(constraint: &Constraint, value: ValueRef<'_>) -> ErrorStatus {
        match constraint.check(value) {
            Ok(()) => ErrorStatus::NO_ERROR,
            Err(error) => error.status(),
        }
    }

    /// P8: type before length before value.
    #[test]
    fn type_then_size_then_value() {
        let name = Constraint::of(BaseType::OctetString).ranges([1..=4, 8..=8]);
        assert_eq!(status(&name, ValueRef::OctetString(b"abcd")), ErrorStatus::NO_ERROR);
        assert_eq!(status(&name, ValueRef::OctetString(b"12345678")), ErrorStatus::NO_ERROR);
        assert_eq!(status(&name, ValueRef::OctetString(b"12345")), ErrorStatus::WRONG_LENGTH);
        assert_eq!(status(&name, ValueRef::OctetString(b"")), ErrorStatus::WRONG_LENGTH);
        assert_eq!(status(&name, ValueRef::Integer(5)), ErrorStatus::WRONG_TYPE);
        assert_eq!(status(&name, ValueRef::Null), ErrorStatus::WRONG_TYPE);

        let load = Constraint::of(BaseType::Unsigned32).ranges([0..=100]);
        assert_eq!(status(&load, ValueRef::Gauge32(Gauge32(100))), ErrorStatus::NO_ERROR);
        assert_eq!(status(&load, ValueRef::Gauge32(Gauge32(101))), ErrorStatus::WRONG_VALUE);
        assert_eq!(status(&load, ValueRef::Integer(5)), ErrorStatus::WRONG_TYPE);
    }

    #[test]
    fn an_enumeration_takes_its_own_numbers_alone() {
        let state = Constraint::of(BaseType::Integer32).labels([1, 2]);
        assert_eq!(status(&state, ValueRef::Integer(2)), ErrorStatus::NO_ERROR);
        assert_eq!(status(&state, ValueRef::Integer(3)), ErrorStatus::WRONG_VALUE);
    }

    /// P8: the right tag around wrong octets is wrongEncoding, any other tag wrongType.
    #[test]
    fn what_could_not_be_read_is_wrong_encoding() {
        let address = Constraint::of(BaseType::IpAddress);
        let short = ValueRef::Undecodable { tag: tag::IP_ADDRESS, bytes: &[1, 2, 3] };
        assert_eq!(status(&address, short), ErrorStatus::WRONG_ENCODING);
        let other = ValueRef::Undecodable { tag: 0x5f, bytes: &[] };
        assert_eq!(status(&address, other), ErrorStatus::WRONG_TYPE);
        assert_eq!(status(&address, ValueRef::IpAddress(IpAddress([1, 2, 3, 4]))), ErrorStatus::NO_ERROR);
    }
}
