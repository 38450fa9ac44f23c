//! GET, GETNEXT and GETBULK over what is registered (RFC 3416 §4.2.1 to §4.2.3).
//!
//! One code serves SNMPv1 and SNMPv2c. An SNMPv1 request sees it without its Counter64 variables, and an
//! exception ends it with noSuchName (RFC 3584 §4.2.2).

use super::cursor::{Cursor, Handlers};
use super::failure::Failure;
use super::provider::ReadError;
use super::waits::Waits;
use crate::access::View;
use crate::ber::varbind_len;
use crate::message::ErrorStatus;
use crate::oid::{Oid, OidRef};
use crate::value::{Value, ValueRef, VarBind};

/// What one request may see, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access<'a> {
    pub(crate) handlers: &'a Handlers,
    pub(crate) view: &'a View,
    /// SNMPv1: no Counter64, no exceptions.
    pub(crate) v1: bool,
    pub(crate) waits: &'a Waits,
}

/// GET: the named variables, exceptions in the place of those that are not there.
pub(crate) fn get<'n>(
    access: Access<'_>,
    names: impl Iterator<Item = OidRef<'n>>,
) -> Result<Vec<VarBind>, Failure> {
    let mut found = Vec::with_capacity(names.size_hint().0);
    for (position, name) in names.enumerate() {
        let value = access.get(name).map_err(|error| Failure::unreadable(position, name, &error))?;
        if access.v1 && is_hidden_from_v1(&value) {
            return Err(Failure::at(ErrorStatus::NO_SUCH_NAME, position));
        }
        let name = name.to_oid();
        found.push(VarBind { name, value });
    }
    Ok(found)
}

/// GETNEXT: the successor of each name, endOfMibView with the name itself where there is none.
pub(crate) fn get_next<'n>(
    access: Access<'_>,
    names: impl Iterator<Item = OidRef<'n>>,
) -> Result<Vec<VarBind>, Failure> {
    let mut found = Vec::with_capacity(names.size_hint().0);
    for (position, name) in names.enumerate() {
        let next = access.step(&mut Cursor::after(name.to_oid()), position)?;
        if access.v1 && is_hidden_from_v1(&next.value) {
            return Err(Failure::at(ErrorStatus::NO_SUCH_NAME, position));
        }
        found.push(next);
    }
    Ok(found)
}

/// GETBULK: one successor of each of the first `non_repeaters` names, up to `max_repetitions` of the others, as many
/// as fit `budget` octets of varbinds.
///
/// It ends early after a repetition in which every column was at its end.
pub(crate) fn get_bulk<'n>(
    access: Access<'_>,
    mut names: impl Iterator<Item = OidRef<'n>>,
    non_repeaters: u32,
    max_repetitions: u32,
    budget: usize,
) -> Result<Vec<VarBind>, Failure> {
    let mut page = Page::new(budget);
    let single = usize::try_from(non_repeaters).unwrap_or(usize::MAX);
    for (position, name) in names.by_ref().take(single).enumerate() {
        if !page.push(access.step(&mut Cursor::after(name.to_oid()), position)?) {
            return Ok(page.varbinds);
        }
    }
    let mut columns: Vec<Cursor> = names.map(|name| Cursor::after(name.to_oid())).collect();
    if columns.is_empty() {
        return Ok(page.varbinds);
    }
    for _ in 0..max_repetitions {
        let mut all_ended = true;
        for (column, cursor) in columns.iter_mut().enumerate() {
            let next = access.step(cursor, single.saturating_add(column))?;
            all_ended &= matches!(next.value, Value::EndOfMibView);
            if !page.push(next) {
                return Ok(page.varbinds);
            }
        }
        if all_ended {
            break;
        }
    }
    Ok(page.varbinds)
}

impl Access<'_> {
    fn get(self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let Some(region) = self.handlers.find(name) else {
            return Ok(Value::NoSuchObject);
        };
        if self.view.contains(name) {
            return match region.handler().get(name)? {
                Value::EndOfMibView => Err(ReadError::new("a provider gave endOfMibView for one variable")),
                Value::Null => self.waits.settle(&**region.handler(), &name.to_oid(), Value::Null),
                value => Ok(value),
            };
        }
        // Hidden is the same as absent: what is left to tell is whether any instance of the object is visible.
        Ok(match region.handler().object(name) {
            Some(object) if self.view.meets(&object) => Value::NoSuchInstance,
            _ => Value::NoSuchObject,
        })
    }

    /// One step of a walk; the end is a varbind too.
    fn step(self, cursor: &mut Cursor, position: usize) -> Result<VarBind, Failure> {
        loop {
            let next = cursor
                .advance(self.handlers, self.view)
                .map_err(|error| Failure::unreadable(position, cursor.last().as_ref(), &error))?;
            let next = match next {
                Some(found) => Some(
                    self.settle(found)
                        .map_err(|(name, error)| Failure::unreadable(position, name.as_ref(), &error))?,
                ),
                None => None,
            };
            match next {
                None => break,
                Some(found) if self.v1 && matches!(found.value, Value::Counter64(_)) => {
                    // All instances of an object have one type: go on behind the last of them.
                    if let Some(object) = self.object(found.name.as_ref())
                        && !cursor.skip_subtree(&object)
                    {
                        break;
                    }
                }
                Some(found) => return Ok(found),
            }
        }
        Ok(VarBind { name: cursor.last().clone(), value: Value::EndOfMibView })
    }

    /// The value of a variable that a walk has found.
    fn settle(self, found: VarBind) -> Result<VarBind, (Oid, ReadError)> {
        if found.value.is_exception() {
            return Err((found.name, ReadError::new("the next() of a provider gave an exception")));
        }
        if !matches!(found.value, Value::Null) {
            return Ok(found);
        }
        let settled = match self.handlers.find(&found.name) {
            Some(region) => self.waits.settle(&**region.handler(), &found.name, found.value),
            None => Ok(Value::Null),
        };
        match settled {
            Ok(value) => Ok(VarBind { name: found.name, value }),
            Err(error) => Err((found.name, error)),
        }
    }

    fn object(self, name: OidRef<'_>) -> Option<Oid> {
        self.handlers.find(name)?.handler().object(name)
    }
}

/// What SNMPv1 cannot express: a name with such a value does not exist for it.
fn is_hidden_from_v1(value: &Value) -> bool {
    matches!(value, Value::Counter64(_) | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView)
}

/// Varbinds up to a size.
struct Page {
    varbinds: Vec<VarBind>,
    left: usize,
}

impl Page {
    fn new(budget: usize) -> Self {
        Self { varbinds: Vec::new(), left: budget }
    }

    /// Whether it fitted.
    fn push(&mut self, varbind: VarBind) -> bool {
        let size = varbind_len(varbind.name.as_ber(), ValueRef::from(&varbind.value));
        let Some(left) = self.left.checked_sub(size) else {
            return false;
        };
        self.left = left;
        self.varbinds.push(varbind);
        true
    }
}
