//! Index values that the master agent has given out (RFC 2741 §7.1.2 and §7.1.3).

use std::collections::{BTreeMap, BTreeSet};

use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Gauge32, TimeTicks, Value, ValueKind, VarBind};

use crate::pdu::{Choice, Status};

/// How many index objects there may be.
const MAX_OBJECTS: usize = 4_096;

/// How many values a session may have.
const MAX_VALUES: usize = 65_536;

/// All values, by context and object.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    objects: BTreeMap<(Vec<u8>, Oid), Object>,
    /// How many values each session has.
    counts: BTreeMap<u32, usize>,
}

#[derive(Debug)]
struct Object {
    kind: ValueKind,
    owners: BTreeMap<Key, u32>,
    /// The highest number that anybody has ever had.
    highest: u64,
    /// Numbers that somebody had, and nobody has now.
    released: BTreeSet<u64>,
}

/// A value, as something that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Octets(Vec<u8>),
}

impl Indexes {
    /// Gives values to a session: all of them, or none. `Err`: why not, and which one, counted from 1.
    pub(super) fn allocate(
        &mut self,
        session: u32,
        context: &[u8],
        choice: Choice,
        varbinds: &[VarBind],
    ) -> Result<Vec<VarBind>, (Status, u16)> {
        let mut given: Vec<VarBind> = Vec::with_capacity(varbinds.len());
        for (position, varbind) in (1..).zip(varbinds) {
            match self.allocate_one(session, context, choice, varbind) {
                Ok(value) => given.push(VarBind { name: varbind.name.clone(), value }),
                Err(status) => {
                    // As if they had never been given.
                    for varbind in given.iter().rev() {
                        self.take_back(session, context, varbind, choice == Choice::New);
                    }
                    return Err((status, position));
                }
            }
        }
        Ok(given)
    }

    /// Takes values back from a session: all of them, or none.
    pub(super) fn release(
        &mut self,
        session: u32,
        context: &[u8],
        varbinds: &[VarBind],
    ) -> Result<(), (Status, u16)> {
        let mut seen = BTreeSet::new();
        for (position, varbind) in (1..).zip(varbinds) {
            let key = key_of(&varbind.value);
            let object = self.objects.get(&(context.to_vec(), varbind.name.clone()));
            let object = object.filter(|object| object.kind == varbind.value.as_ref().kind());
            let owner = object.zip(key.as_ref()).and_then(|(object, key)| object.owners.get(key));
            if owner != Some(&session) || !seen.insert((&varbind.name, key)) {
                return Err((Status::INDEX_NOT_ALLOCATED, position));
            }
        }
        for varbind in varbinds {
            self.take_back(session, context, varbind, false);
        }
        Ok(())
    }

    /// Frees all that a session has.
    pub(super) fn close(&mut self, session: u32) {
        if self.counts.remove(&session).is_none() {
            return;
        }
        for Object { owners, released, .. } in self.objects.values_mut() {
            owners.retain(|key, owner| {
                let stays = *owner != session;
                if let (false, Key::Number(number)) = (stays, key) {
                    released.insert(*number);
                }
                stays
            });
        }
    }

    fn allocate_one(
        &mut self,
        session: u32,
        context: &[u8],
        choice: Choice,
        varbind: &VarBind,
    ) -> Result<Value, Status> {
        let kind = varbind.value.as_ref().kind();
        let key = key_of(&varbind.value).ok_or(Status::INDEX_WRONG_TYPE)?;
        let count = self.counts.get(&session).copied().unwrap_or(0);
        let place = (context.to_vec(), varbind.name.clone());
        if count >= MAX_VALUES || self.objects.len() >= MAX_OBJECTS && !self.objects.contains_key(&place) {
            return Err(Status::PROCESSING_ERROR);
        }
        let new = || Object { kind, owners: BTreeMap::new(), highest: 0, released: BTreeSet::new() };
        let object = self.objects.entry(place).or_insert_with(new);
        if object.kind != kind {
            // Where nobody has a value, the type may be another one from now on.
            if !object.owners.is_empty() {
                return Err(Status::INDEX_WRONG_TYPE);
            }
            *object = new();
        }
        let key = match (choice, key) {
            (Choice::This, key) if object.owners.contains_key(&key) => {
                return Err(Status::INDEX_ALREADY_ALLOCATED);
            }
            (Choice::This, key) => key,
            (choice, Key::Number(_)) => Key::Number(object.generate(choice)?),
            // Strings mean something: the master agent cannot make them up.
            (_, Key::Octets(_)) => return Err(Status::INDEX_NONE_AVAILABLE),
        };
        let value = match &key {
            Key::Number(number) => value_of(kind, *number).unwrap_or_else(|| varbind.value.clone()),
            Key::Octets(_) => varbind.value.clone(),
        };
        if let Key::Number(number) = key {
            object.highest = object.highest.max(number);
            object.released.remove(&number);
        }
        object.owners.insert(key, session);
        self.counts.insert(session, count + 1);
        Ok(value)
    }

    fn take_back(&mut self, session: u32, context: &[u8], varbind: &VarBind, is_unused: bool) {
        let Some(key) = key_of(&varbind.value) else { return };
        let Some(object) = self.objects.get_mut(&(context.to_vec(), varbind.name.clone())) else { return };
        if object.owners.remove(&key).is_none() {
            return;
        }
        if let Key::Number(number) = key {
            if is_unused && object.highest == number {
                object.highest -= 1;
            } else {
                object.released.insert(number);
            }
        }
        if let Some(count) = self.counts.get_mut(&session) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Object {
    fn generate(&self, choice: Choice) -> Result<u64, Status> {
        let most = if self.kind == ValueKind::Integer { i32::MAX as u64 } else { u32::MAX.into() };
        let next = (self.highest < most).then_some(self.highest + 1);
        let free = || {
            let released = self.released.iter().copied().find(|number| (1..=most).contains(number));
            // Numbers below the highest that nobody has ever had.
            released.or_else(|| (1..=most).find(|number| !self.owners.contains_key(&Key::Number(*number))))
        };
        let found = if choice == Choice::New { next } else { next.or_else(free) };
        found.ok_or(Status::INDEX_NONE_AVAILABLE)
    }
}

/// `None` for what no index is (RFC 2578 §7.7), also for a negative number.
fn key_of(value: &Value) -> Option<Key> {
    Some(match value {
        Value::Integer(number) => Key::Number(u64::try_from(*number).ok()?),
        Value::Gauge32(Gauge32(number)) | Value::TimeTicks(TimeTicks(number)) => {
            Key::Number((*number).into())
        }
        Value::OctetString(octets) => Key::Octets(octets.0.clone()),
        Value::ObjectIdentifier(oid) => Key::Octets(oid.as_ber().to_vec()),
        Value::IpAddress(address) => Key::Octets(address.0.to_vec()),
        _ => return None,
    })
}

fn value_of(kind: ValueKind, number: u64) -> Option<Value> {
    Some(match kind {
        ValueKind::Integer => Value::Integer(i32::try_from(number).ok()?),
        ValueKind::Gauge32 => Value::Gauge32(Gauge32(u32::try_from(number).ok()?)),
        ValueKind::TimeTicks => Value::TimeTicks(TimeTicks(u32::try_from(number).ok()?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mibc_runtime::value::Counter32;

    fn oid(text: &str) -> Oid {
        text.parse().expect("a valid OID")
    }

    fn index(value: impl Into<Value>) -> VarBind {
        VarBind::new(oid("1.3.6.1.2.1.2.2.1.1"), value)
    }

    fn number(indexes: &mut Indexes, session: u32, choice: Choice) -> Result<Value, (Status, u16)> {
        indexes.allocate(session, b"", choice, &[index(0)]).map(|given| given[0].value.clone())
    }

    /// A7: a value by its number, one that is free, one that nobody has had; freed when the session ends.
    #[test]
    fn by_number_any_and_new() {
        let mut indexes = Indexes::default();
        let this = |indexes: &mut Indexes, session, value: i32| {
            indexes.allocate(session, b"", Choice::This, &[index(value)]).map(drop)
        };
        assert_eq!(this(&mut indexes, 1, 7), Ok(()));
        assert_eq!(this(&mut indexes, 2, 7), Err((Status::INDEX_ALREADY_ALLOCATED, 1)));
        assert_eq!(number(&mut indexes, 2, Choice::New), Ok(8.into()));
        assert_eq!(indexes.release(2, b"", &[index(7)]), Err((Status::INDEX_NOT_ALLOCATED, 1)));
        indexes.close(1);
        assert_eq!(this(&mut indexes, 2, 7), Ok(()));
        assert_eq!(indexes.release(2, b"", &[index(7), index(8)]), Ok(()));
        // A new one is not one that was given back.
        assert_eq!(number(&mut indexes, 3, Choice::New), Ok(9.into()));
        assert_eq!(this(&mut indexes, 3, i32::MAX), Ok(()));
        assert_eq!(number(&mut indexes, 3, Choice::New), Err((Status::INDEX_NONE_AVAILABLE, 1)));
        // Any one may be.
        assert_eq!(number(&mut indexes, 3, Choice::Any), Ok(7.into()));
        assert_eq!(number(&mut indexes, 3, Choice::Any), Ok(8.into()));
        assert_eq!(number(&mut indexes, 3, Choice::Any), Ok(1.into()));
    }

    /// All values of a request, or none: nothing is left of one that failed, and a new number is still new.
    #[test]
    fn all_or_none() {
        let mut indexes = Indexes::default();
        let both = [index(1), index(1)];
        let failed = indexes.allocate(1, b"", Choice::This, &both);
        assert_eq!(failed, Err((Status::INDEX_ALREADY_ALLOCATED, 2)));
        assert_eq!(indexes.release(1, b"", &both[..1]), Err((Status::INDEX_NOT_ALLOCATED, 1)));
        let mixed = [index(0), index(Value::Null)];
        assert_eq!(indexes.allocate(1, b"", Choice::New, &mixed), Err((Status::INDEX_WRONG_TYPE, 2)));
        let given = indexes.allocate(1, b"", Choice::New, &[index(0), index(0)]).expect("two numbers");
        assert_eq!(given, [index(2), index(3)]);
        // The same value twice is one too many.
        assert_eq!(indexes.release(1, b"", &[index(2), index(2)]), Err((Status::INDEX_NOT_ALLOCATED, 2)));
        assert_eq!(indexes.release(1, b"", &given), Ok(()));
    }

    /// The type of an object is that of its values; contexts have values of their own.
    #[test]
    fn types_and_contexts() {
        let mut indexes = Indexes::default();
        for wrong in [Value::Null, Value::from(-1), Value::Counter32(Counter32(1))] {
            let failed = indexes.allocate(1, b"", Choice::This, &[index(wrong)]);
            assert_eq!(failed, Err((Status::INDEX_WRONG_TYPE, 1)));
        }
        let name = [index("eth0")];
        assert_eq!(indexes.allocate(1, b"", Choice::New, &name), Err((Status::INDEX_NONE_AVAILABLE, 1)));
        assert_eq!(indexes.allocate(1, b"", Choice::This, &name), Ok(name.to_vec()));
        assert_eq!(number(&mut indexes, 1, Choice::Any), Err((Status::INDEX_WRONG_TYPE, 1)));
        assert_eq!(indexes.allocate(2, b"other", Choice::This, &[index(5)]), Ok(vec![index(5)]));
        indexes.release(1, b"", &name).expect("it has it");
        assert_eq!(number(&mut indexes, 1, Choice::Any), Ok(1.into()));
        let gauge = VarBind::new(oid("1.3.6.1.9"), Gauge32(0));
        let given = indexes.allocate(1, b"", Choice::Any, &[gauge]).expect("a number");
        assert_eq!(given[0].value, Value::Gauge32(Gauge32(1)));
    }
}
