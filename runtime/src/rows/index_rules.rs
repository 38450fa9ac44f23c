//! Which indexes MIB allows: its ranges and sizes hold for them as they do for values.

use crate::index::Form;
use crate::meta::{ObjectMeta, TypeMeta};
use crate::oid::Arcs;
use crate::syntax::BaseType;

/// The objects of an index.
pub(super) struct IndexRules {
    parts: Vec<Part>,
}

struct Part {
    syntax: TypeMeta<'static>,
    form: Form,
}

impl IndexRules {
    /// Of a row; without one everything passes.
    pub(super) fn of(row: Option<ObjectMeta<'static>>) -> Self {
        let parts = row.into_iter().flat_map(|row| row.index());
        Self { parts: parts.map(|part| Part { syntax: part.syntax, form: part.form }).collect() }
    }

    /// Whether an index can go on where another ends.
    pub(super) fn nests(&self) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| part.form == Form::Implied)
    }

    /// Whether a row can have this index.
    pub(super) fn admit(&self, mut arcs: Arcs<'_>) -> bool {
        self.parts.iter().all(|part| part.admits(&mut arcs).is_some())
            && (arcs.is_empty() || self.parts.is_empty())
    }
}

impl Part {
    /// Takes this part from the front of the arcs; `None` if they do not begin with one.
    fn admits(&self, arcs: &mut Arcs<'_>) -> Option<()> {
        match self.syntax.base() {
            BaseType::Integer32 => {
                let number = i32::try_from(arcs.next()?).ok()?;
                let named = self.syntax.labels().next().is_none() || self.syntax.label(number).is_some();
                (named && self.syntax.admits(number.into())).then_some(())
            }
            BaseType::Unsigned32
            | BaseType::Gauge32
            | BaseType::Counter32
            | BaseType::TimeTicks
            | BaseType::Counter64 => self.syntax.admits(arcs.next()?.into()).then_some(()),
            BaseType::IpAddress => {
                if self.form == Form::NetworkAddress {
                    arcs.next().filter(|kind| *kind == 1)?;
                }
                octets(arcs, 4)
            }
            BaseType::OctetString | BaseType::Opaque | BaseType::Bits => {
                let length = self.length(arcs)?;
                if self.syntax.base() != BaseType::Bits && !self.syntax.admits(i64::try_from(length).ok()?) {
                    return None;
                }
                octets(arcs, length)
            }
            BaseType::ObjectIdentifier => {
                let length = self.length(arcs)?;
                // The typed index knows what an OID is.
                (arcs.by_ref().take(length).count() == length).then_some(())
            }
        }
    }

    fn length(&self, arcs: &mut Arcs<'_>) -> Option<usize> {
        match self.form {
            Form::Fixed(size) => Some(size),
            Form::Implied => Some(arcs.len()),
            Form::Variable | Form::NetworkAddress => usize::try_from(arcs.next()?).ok(),
        }
    }
}

fn octets(arcs: &mut Arcs<'_>, count: usize) -> Option<()> {
    // Looked at first: the length comes from the peer.
    if count > arcs.len() {
        return None;
    }
    arcs.by_ref().take(count).all(|arc| arc <= 255).then_some(())
}
