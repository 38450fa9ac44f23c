//! A persistent ordered map: a B+ tree whose nodes are shared between copies.
//!
//! A copy is two words and shares everything. A change copies the few nodes on its way that are shared, so that who
//! holds an older copy sees no change. What nobody else holds is changed in place.

use std::sync::Arc;

use crate::oid::{Oid, OidRef};

use heads::Heads;
pub(crate) use heads::Key;

mod heads;

/// Entries of a leaf, children of an inner node: three levels hold 100,000, and copying a node is cheap.
const MAX: usize = 32;
/// A node with fewer is joined with a neighbour.
const MIN: usize = MAX / 4;
/// Levels of a tree: nodes of [`MIN`] children and this many levels hold more than memory does.
const LEVELS: usize = 14;

/// An ordered map; clones share what they have in common.
#[derive(Clone, Debug)]
pub(crate) struct Map<K, V> {
    root: Node<K, V>,
}

#[derive(Clone, Debug)]
enum Node<K, V> {
    Leaf(Arc<Leaf<K, V>>),
    Inner(Arc<Inner<K, V>>),
}

#[derive(Clone, Debug)]
struct Leaf<K, V> {
    heads: Heads,
    entries: Vec<(K, V)>,
}

#[derive(Clone, Debug)]
struct Inner<K, V> {
    /// Of the borders.
    heads: Heads,
    /// Between two children: not above the first key of the right one, above the last of the left one.
    borders: Vec<K>,
    /// One more than borders.
    children: Vec<Node<K, V>>,
}

/// Where an entry is. It holds for the map that gave it, and for copies of this map that have not been changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Positions from the root down; zero behind the leaf's.
    path: [u8; LEVELS],
}

impl Place {
    const FIRST: Self = Self { path: [0; LEVELS] };

    fn set(&mut self, level: usize, position: usize) {
        if let Some(step) = self.path.get_mut(level) {
            // A node has far fewer than 256 children.
            *step = u8::try_from(position).unwrap_or(u8::MAX);
        }
    }
}

/// The entries of a map in order.
pub(crate) struct Iter<'m, K, V> {
    map: &'m Map<K, V>,
    next: Option<Place>,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { map: self.map, next: self.next }
    }
}

impl<'m, K, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.next?;
        self.next = self.map.after(place).map(|(place, ..)| place);
        self.map.get(place)
    }
}

impl<K, V> Default for Leaf<K, V> {
    fn default() -> Self {
        Self { heads: Heads::default(), entries: Vec::new() }
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { root: Node::Leaf(Arc::default()) }
    }
}

impl<V> Map<Oid, V> {
    /// The last entry whose key is not behind `name`.
    pub(crate) fn at_or_before(&self, name: OidRef<'_>) -> Option<(Place, &Oid, &V)> {
        self.last_near(name, |key| key <= name)
    }

    /// The last entry whose key is before `name`.
    pub(crate) fn before_name(&self, name: OidRef<'_>) -> Option<(Place, &Oid, &V)> {
        self.last_near(name, |key| key < name)
    }

    /// As [`last_where`](Self::last_where), where the point is just before or behind `name`.
    fn last_near(
        &self,
        name: OidRef<'_>,
        is_before: impl Fn(OidRef<'_>) -> bool,
    ) -> Option<(Place, &Oid, &V)> {
        self.last_by(
            |inner| inner.heads.up_to(name, |at| inner.borders.get(at), &is_before),
            |leaf| leaf.heads.up_to(name, |at| leaf.entries.get(at).map(|(key, _)| key), &is_before),
        )
    }
}

impl<K, V> Map<K, V> {
    /// The last entry whose key satisfies `is_before`, which holds for all keys up to some point and for none behind.
    pub(crate) fn last_where(&self, is_before: impl Fn(&K) -> bool) -> Option<(Place, &K, &V)> {
        self.last_by(
            |inner| inner.borders.partition_point(&is_before),
            |leaf| leaf.entries.partition_point(|(key, _)| is_before(key)),
        )
    }

    /// The last entry before some point, by how many borders of a node and entries of a leaf come before it.
    fn last_by(
        &self,
        borders_before: impl Fn(&Inner<K, V>) -> usize,
        entries_before: impl Fn(&Leaf<K, V>) -> usize,
    ) -> Option<(Place, &K, &V)> {
        let mut place = Place::FIRST;
        let mut node = &self.root;
        for level in 0..LEVELS {
            match node {
                Node::Inner(inner) => {
                    let position = borders_before(inner);
                    place.set(level, position);
                    node = inner.children.get(position)?;
                }
                Node::Leaf(leaf) => {
                    let behind = entries_before(leaf);
                    let Some(position) = behind.checked_sub(1) else {
                        // The border before this leaf satisfied it, the first key of the leaf does not.
                        return self.before(place);
                    };
                    place.set(level, position);
                    let (key, value) = leaf.entries.get(position)?;
                    return Some((place, key, value));
                }
            }
        }
        None
    }

    /// The entry at a place.
    pub(crate) fn get(&self, place: Place) -> Option<(&K, &V)> {
        let mut node = &self.root;
        for &position in &place.path {
            match node {
                Node::Inner(inner) => node = inner.children.get(usize::from(position))?,
                Node::Leaf(leaf) => {
                    return leaf.entries.get(usize::from(position)).map(|(key, value)| (key, value));
                }
            }
        }
        None
    }

    /// The first entry.
    pub(crate) fn first(&self) -> Option<(Place, &K, &V)> {
        let (key, value) = self.get(Place::FIRST)?;
        Some((Place::FIRST, key, value))
    }

    /// All entries in order.
    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        Iter { map: self, next: self.first().map(|(place, ..)| place) }
    }

    /// The entry behind a place.
    pub(crate) fn after(&self, place: Place) -> Option<(Place, &K, &V)> {
        // The deepest level that has a next position.
        let mut next = None;
        let mut node = &self.root;
        for (level, &step) in place.path.iter().enumerate() {
            let position = usize::from(step);
            let count = match node {
                Node::Inner(inner) => inner.children.len(),
                Node::Leaf(leaf) => leaf.entries.len(),
            };
            if position + 1 < count {
                next = Some((level, position + 1));
            }
            match node {
                Node::Inner(inner) => node = inner.children.get(position)?,
                Node::Leaf(_) => break,
            }
        }
        let (level, position) = next?;
        let mut place = place;
        place.set(level, position);
        for deeper in level + 1..LEVELS {
            place.set(deeper, 0);
        }
        let (key, value) = self.get(place)?;
        Some((place, key, value))
    }

    /// The last entry in the leaves before the leaf of a place.
    fn before(&self, place: Place) -> Option<(Place, &K, &V)> {
        let mut previous = None;
        let mut node = &self.root;
        for (level, &step) in place.path.iter().enumerate() {
            let Node::Inner(inner) = node else { break };
            let position = usize::from(step);
            if let Some(left) = position.checked_sub(1) {
                previous = Some((level, left, inner.children.get(left)?));
            }
            node = inner.children.get(position)?;
        }
        let (level, position, mut node) = previous?;
        let mut place = place;
        place.set(level, position);
        for level in level + 1..LEVELS {
            match node {
                Node::Inner(inner) => {
                    let last = inner.children.len().checked_sub(1)?;
                    place.set(level, last);
                    node = inner.children.get(last)?;
                }
                Node::Leaf(leaf) => {
                    let last = leaf.entries.len().checked_sub(1)?;
                    place.set(level, last);
                    let (key, value) = leaf.entries.get(last)?;
                    return Some((place, key, value));
                }
            }
        }
        None
    }
}

impl<K: Key, V: Clone> Map<K, V> {
    /// Puts a value replacing whatever the key had.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        if let Some((border, right)) = self.root.insert(key, value) {
            let left = std::mem::replace(&mut self.root, Node::Leaf(Arc::default()));
            self.root = Node::Inner(Arc::new(Inner::new(vec![border], vec![left, right])));
        }
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        // Nothing is copied for a key that is not there.
        let (_, found, _) = self.last_where(|known| known <= key)?;
        if found != key {
            return None;
        }
        let removed = self.root.remove(key);
        if let Node::Inner(inner) = &self.root
            && let [only] = inner.children.as_slice()
        {
            let only = only.clone();
            self.root = only;
        }
        removed
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let mut node = &mut self.root;
        loop {
            match node {
                Node::Inner(inner) => {
                    let inner = Arc::make_mut(inner);
                    let position = inner.borders.partition_point(|border| border <= key);
                    node = inner.children.get_mut(position)?;
                }
                Node::Leaf(leaf) => {
                    let leaf = Arc::make_mut(leaf);
                    let position = leaf.find(key).ok()?;
                    return leaf.entries.get_mut(position).map(|(_, value)| value);
                }
            }
        }
    }
}

impl<K: Key, V: Clone> Leaf<K, V> {
    fn new(entries: Vec<(K, V)>) -> Self {
        Self { heads: Heads::of(entries.iter().map(|(key, _)| key)), entries }
    }

    fn find(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.cmp(key))
    }

    fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(position) => {
                if let Some(entry) = self.entries.get_mut(position) {
                    entry.1 = value;
                }
            }
            Err(position) => {
                let fits = self.entries.first().is_some_and(|(first, _)| self.heads.fits(&key, first));
                if fits {
                    self.heads.insert(position, &key);
                }
                self.entries.insert(position, (key, value));
                if !fits {
                    self.heads = Heads::of(self.entries.iter().map(|(key, _)| key));
                }
            }
        }
    }
}

impl<K: Key, V: Clone> Node<K, V> {
    fn count(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.entries.len(),
            Self::Inner(inner) => inner.children.len(),
        }
    }

    /// What becomes too much for this node is returned, with the border before it.
    fn insert(&mut self, key: K, value: V) -> Option<(K, Self)> {
        match self {
            Self::Leaf(leaf) => Arc::make_mut(leaf).insert(key, value),
            Self::Inner(inner) => {
                let inner = Arc::make_mut(inner);
                let position = inner.borders.partition_point(|border| *border <= key);
                let (border, right) = inner.children.get_mut(position)?.insert(key, value)?;
                inner.insert(position, border, right);
            }
        }
        self.split()
    }

    /// The right half of a node that has too much, with the border before it.
    fn split(&mut self) -> Option<(K, Self)> {
        let count = self.count();
        if count <= MAX {
            return None;
        }
        match self {
            Self::Leaf(leaf) => {
                let leaf = Arc::make_mut(leaf);
                let right = leaf.entries.split_off(count / 2);
                *leaf = Leaf::new(std::mem::take(&mut leaf.entries));
                let border = right.first()?.0.clone();
                Some((border, Self::Leaf(Arc::new(Leaf::new(right)))))
            }
            Self::Inner(inner) => {
                let inner = Arc::make_mut(inner);
                let children = inner.children.split_off(count / 2);
                let borders = inner.borders.split_off(count / 2);
                let border = inner.borders.pop()?;
                inner.renew();
                Some((border, Self::Inner(Arc::new(Inner::new(borders, children)))))
            }
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Self::Leaf(leaf) => {
                let leaf = Arc::make_mut(leaf);
                let position = leaf.find(key).ok()?;
                leaf.heads.remove(position);
                Some(leaf.entries.remove(position).1)
            }
            Self::Inner(inner) => {
                let inner = Arc::make_mut(inner);
                let position = inner.borders.partition_point(|border| border <= key);
                let child = inner.children.get_mut(position)?;
                let removed = child.remove(key);
                if child.count() < MIN {
                    inner.join(position);
                }
                removed
            }
        }
    }

    /// Adds the entries or children of the node to the right, before which `border` is.
    fn append(&mut self, border: K, right: Self) {
        match (self, right) {
            (Self::Leaf(left), Self::Leaf(right)) => {
                let left = Arc::make_mut(left);
                left.entries.extend(Arc::unwrap_or_clone(right).entries);
                left.heads = Heads::of(left.entries.iter().map(|(key, _)| key));
            }
            (Self::Inner(left), Self::Inner(right)) => {
                let (left, right) = (Arc::make_mut(left), Arc::unwrap_or_clone(right));
                left.borders.push(border);
                left.borders.extend(right.borders);
                left.children.extend(right.children);
                left.renew();
            }
            // All leaves of a tree are on one level.
            _ => {}
        }
    }
}

impl<K: Key, V: Clone> Inner<K, V> {
    fn new(borders: Vec<K>, children: Vec<Node<K, V>>) -> Self {
        Self { heads: Heads::of(borders.iter()), borders, children }
    }

    fn renew(&mut self) {
        self.heads = Heads::of(self.borders.iter());
    }

    /// Puts a child behind the one at `position`.
    fn insert(&mut self, position: usize, border: K, right: Node<K, V>) {
        self.borders.insert(position, border);
        self.children.insert(position + 1, right);
        self.renew();
    }

    /// Joins the child at `position` with a neighbour, and divides both anew where that is too much for one.
    fn join(&mut self, position: usize) {
        let left = position.saturating_sub(1);
        if left + 1 >= self.children.len() {
            return;
        }
        let right = self.children.remove(left + 1);
        let border = self.borders.remove(left);
        if let Some(node) = self.children.get_mut(left) {
            node.append(border, right);
            match node.split() {
                Some((border, right)) => self.insert(left, border, right),
                None => self.renew(),
            }
        }
    }
}

#[cfg(test)]
mod tests;
