//! What MIB says about the values of an index, checked before the application is asked.
//!
//! Managers read the indexes of odd devices with the same types, so this is the agent's own.

use super::constraint::Constraint;
use crate::index::{Form, IndexError, IndexReader};
use crate::meta::{IndexObject, Meta};
use crate::oid::{Arcs, Oid};
use crate::syntax::BaseType;
use crate::value::{OctetString, ValueRef};

/// The parts of an index whose values the MIB narrows.
#[derive(Clone, Debug, Default)]
pub(crate) struct IndexCheck {
    /// Up to the last part that is narrowed.
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    base: BaseType,
    form: Form,
    constraint: Constraint,
}

impl IndexCheck {
    /// For the index of a row, as its module describes it.
    pub(crate) fn of(meta: Meta<'_>, row: &Oid) -> Self {
        let described = meta.object_exact(row);
        let mut parts: Vec<Part> =
            described.iter().flat_map(|row| row.index()).map(|object| Part::of(&object)).collect();
        let narrowed = parts.iter().rposition(|part| part.constraint.is_narrow());
        parts.truncate(narrowed.map_or(0, |last| last + 1));
        Self { parts }
    }

    /// Whether a row can have this index.
    #[inline]
    pub(crate) fn admits(&self, arcs: Arcs<'_>) -> bool {
        if self.parts.is_empty() {
            return true;
        }
        let mut reader = IndexReader::new(arcs);
        self.parts.iter().all(|part| part.admits(&mut reader).unwrap_or(false))
    }
}

impl Part {
    fn of(object: &IndexObject<'_>) -> Self {
        Self {
            base: object.syntax.base(),
            form: object.form,
            constraint: Constraint::described(&object.syntax),
        }
    }

    fn admits(&self, reader: &mut IndexReader<'_>) -> Result<bool, IndexError> {
        let check = |value: ValueRef<'_>| self.constraint.admits(value);
        Ok(match self.base {
            BaseType::Integer32 => {
                let number = reader.integer()?;
                // RFC 2578 §7.7: no index is negative.
                number >= 0 && check(ValueRef::Integer(number))
            }
            BaseType::OctetString | BaseType::Opaque | BaseType::Bits => {
                let octets: OctetString = reader.part(self.form)?;
                check(ValueRef::OctetString(&octets))
            }
            BaseType::ObjectIdentifier => reader.part::<Oid>(self.form).map(|_| true)?,
            BaseType::IpAddress => match self.form {
                Form::NetworkAddress => reader.network_address().map(|_| true)?,
                _ => reader.ip_address().map(|_| true)?,
            },
            _ => {
                let number = reader.unsigned()?;
                check(ValueRef::Counter64(crate::value::Counter64(number.into())))
            }
        })
    }
}
