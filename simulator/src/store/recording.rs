//! The variables of one device.

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, VarBind};

use super::names::{BLOCK, NameCursor, Names};
use super::values::{Entry, EntryRef, ValueCursor, Values};
use crate::variation::Variation;

/// What one device has: variables in OID order. Clones share everything.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    pub(super) names: Arc<Names>,
    pub(super) values: Arc<Values>,
    /// Most devices have none.
    extras: Option<Arc<Extras>>,
}

/// What is not always the same.
#[derive(Debug)]
struct Extras {
    variations: Vec<Variation>,
    subtrees: Vec<Subtree>,
}

/// A subtree that changes as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Subtree {
    pub(crate) root: Oid,
    /// One after the other.
    pub(crate) snapshots: Vec<Recording>,
    pub(crate) period: Duration,
    /// After the last one comes the first.
    pub(crate) wraps: bool,
}

impl Subtree {
    /// What it is after this time.
    pub(crate) fn at(&self, time: Duration) -> Option<&Recording> {
        let step = time.as_nanos().checked_div(self.period.as_nanos()).unwrap_or(0);
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        let last = self.snapshots.len().checked_sub(1)?;
        self.snapshots.get(if self.wraps { step % self.snapshots.len() } else { step.min(last) })
    }
}

/// A variable, and what it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Oid,
    /// Its value; `None` if it varies.
    pub value: Option<Value>,
}

/// What a reader finds, in any order; of two with one name the later one counts.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    entries: Vec<(Oid, Entry)>,
    variations: Vec<Variation>,
    subtrees: Vec<Subtree>,
}

impl Draft {
    pub(crate) fn fixed(&mut self, name: Oid, value: Value) {
        self.entries.push((name, Entry::Fixed(value)));
    }

    pub(crate) fn varied(&mut self, name: Oid, variation: Variation) {
        // As many as lines of a file, which is smaller than 4 GiB.
        let number = u32::try_from(self.variations.len()).unwrap_or(u32::MAX);
        self.variations.push(variation);
        self.entries.push((name, Entry::Varied(number)));
    }

    pub(crate) fn subtree(&mut self, subtree: Subtree) {
        self.subtrees.push(subtree);
    }

    pub(crate) fn finish(self) -> Recording {
        let Self { mut entries, variations, mut subtrees } = self;
        // Stable: of equal names the last one is the later one.
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut sorted: Vec<(Oid, Entry)> = Vec::with_capacity(entries.len());
        for (name, entry) in entries {
            match sorted.last_mut() {
                Some((last, kept)) if *last == name => *kept = entry,
                _ => sorted.push((name, entry)),
            }
        }
        subtrees.sort_by(|one, other| one.root.cmp(&other.root));
        Recording {
            names: Arc::new(Names::pack(sorted.iter().map(|(name, _)| name.as_ref()))),
            values: Arc::new(Values::pack(sorted.iter().map(|(_, entry)| entry))),
            extras: (!variations.is_empty() || !subtrees.is_empty())
                .then(|| Arc::new(Extras { variations, subtrees })),
        }
    }
}

impl Recording {
    /// Of these variables; of two with one name the later one counts.
    pub fn of(variables: impl IntoIterator<Item = VarBind>) -> Self {
        let mut draft = Draft::default();
        for VarBind { name, value } in variables {
            draft.fixed(name, value);
        }
        draft.finish()
    }

    /// How many variables there are, without those of subtrees that change as a whole.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.subtrees().is_empty()
    }

    /// How many octets names and values take; recordings that share them take them once.
    #[must_use]
    pub fn size(&self) -> usize {
        self.names.size() + self.values.size()
    }

    /// All variables in OID order, without those of subtrees that change as a whole.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        let mut cursor = self.from(Bound::Unbounded);
        std::iter::from_fn(move || {
            let (name, entry) = cursor.advance()?;
            let value = match entry {
                EntryRef::Fixed(value) => Some(value.to_value()),
                EntryRef::Varied(_) => None,
            };
            Some(Variable { name: name.to_oid(), value })
        })
    }

    /// Whether all of it is always the same.
    pub(crate) fn is_constant(&self) -> bool {
        self.extras.is_none()
    }

    pub(crate) fn variation(&self, number: u32) -> Option<&Variation> {
        self.extras.as_ref()?.variations.get(number as usize)
    }

    pub(crate) fn subtrees(&self) -> &[Subtree] {
        self.extras.as_ref().map_or(&[], |extras| &extras.subtrees)
    }

    /// What a variable has.
    pub(crate) fn find(&self, name: OidRef<'_>) -> Option<EntryRef<'_>> {
        let block = self.names.block_of(name);
        let mut names = self.names.at_block(block);
        for position in 0..BLOCK {
            let found = names.advance()?;
            if found >= name {
                (found == name).then_some(())?;
                let mut values = self.values.at_block(block);
                for _ in 0..position {
                    values.skip()?;
                }
                return values.take();
            }
        }
        None
    }

    /// From the first variable on that a bound admits.
    pub(crate) fn from(&self, bound: Bound<OidRef<'_>>) -> Cursor<'_> {
        let block = match bound {
            Bound::Included(name) | Bound::Excluded(name) => self.names.block_of(name),
            Bound::Unbounded => 0,
        };
        let mut names = self.names.at_block(block);
        let mut values = self.values.at_block(block);
        let mut is_at_one = names.advance().is_some();
        // At the end there is neither a name nor a value.
        while is_at_one
            && names.name().is_some_and(|name| match bound {
                Bound::Included(bound) => name < bound,
                Bound::Excluded(bound) => name <= bound,
                Bound::Unbounded => false,
            })
        {
            values.skip();
            is_at_one = names.advance().is_some();
        }
        Cursor { names, values, is_at_one }
    }

    /// What lies below an OID, and nothing else.
    pub(crate) fn below(&self, root: &Oid) -> Self {
        let mut draft = Draft::default();
        let mut cursor = self.from(Bound::Included(root.as_ref()));
        while let Some((name, entry)) = cursor.advance() {
            if !name.starts_with(root) {
                break;
            }
            match entry {
                EntryRef::Fixed(value) => draft.fixed(name.to_oid(), value.to_value()),
                EntryRef::Varied(number) => {
                    let variation = self.variation(number).cloned();
                    variation.into_iter().for_each(|variation| draft.varied(name.to_oid(), variation));
                }
            }
        }
        draft.finish()
    }

    /// Whether an object has instances: some name begins with it.
    pub(crate) fn has_below(&self, object: OidRef<'_>) -> bool {
        let mut cursor = self.from(Bound::Included(object));
        cursor.advance().is_some_and(|(name, _)| name.starts_with(object))
    }
}

/// Goes through variables.
pub(crate) struct Cursor<'r> {
    names: NameCursor<'r>,
    values: ValueCursor<'r>,
    /// The name that is next is the one that `names` is at.
    is_at_one: bool,
}

impl<'r> Cursor<'r> {
    /// The next variable.
    pub(crate) fn advance(&mut self) -> Option<(OidRef<'_>, EntryRef<'r>)> {
        if !std::mem::take(&mut self.is_at_one) {
            self.names.advance()?;
        }
        let entry = self.values.take()?;
        Some((self.names.name()?, entry))
    }
}
