//! Labels of types, looked up by name or number: a long list is not gone through for each object of its type.

use crate::model::{Name, Names, Shared};
use crate::work;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// A list up to this length is gone through: that is faster than a table.
const SHORT: usize = 32;

/// Tables for the long lists of labels that were asked about.
#[derive(Debug)]
pub(super) struct Lists<T> {
    /// By where a list is in memory. It is held on to, so that it stays there.
    tables: FxHashMap<usize, Listed<T>>,
}

/// A list, and its table.
type Listed<T> = (Shared<(Name, T)>, Table<T>);

#[derive(Debug)]
struct Table<T> {
    /// Where each label first is.
    by_name: FxHashMap<Name, usize>,
    /// All places of each number, in order.
    by_number: Vec<(T, usize)>,
    /// Where each label first is, all letters small; made when it is asked for.
    by_folded: Option<FxHashMap<String, usize>>,
    all: FxHashSet<(Name, T)>,
}

impl<T> Default for Lists<T> {
    fn default() -> Lists<T> {
        Lists { tables: FxHashMap::default() }
    }
}

/// Whether looking for a label in a list needs a table.
pub(super) fn is_long<T>(list: &Shared<(Name, T)>) -> bool {
    list.len() > SHORT
}

impl<T: Copy + Ord + Hash> Lists<T> {
    /// The first label of that name.
    pub(super) fn named(&mut self, list: &Shared<(Name, T)>, name: Name) -> Option<Name> {
        if is_long(list) {
            return self.table(list).by_name.contains_key(&name).then_some(name);
        }
        work::steps(list.len());
        list.iter().any(|&(known, _)| known == name).then_some(name)
    }

    /// The first label of that name, ignoring case.
    pub(super) fn spelt_alike(
        &mut self,
        list: &Shared<(Name, T)>,
        name: &str,
        names: &Names,
    ) -> Option<Name> {
        if !is_long(list) {
            work::steps(list.len());
            let alike = |&&(known, _): &&(Name, T)| names.spelling(known).eq_ignore_ascii_case(name);
            return list.iter().find(alike).map(|&(known, _)| known);
        }
        let table = self.table(list);
        let folded = table.by_folded.get_or_insert_with(|| {
            work::steps(list.len());
            // From the end, so that the first of several is kept.
            let places = list.iter().enumerate().rev();
            places.map(|(at, &(known, _))| (names.spelling(known).to_ascii_lowercase(), at)).collect()
        });
        let &at = folded.get(&name.to_ascii_lowercase())?;
        list.get(at).map(|&(known, _)| known)
    }

    /// The places of the labels with that number, in order.
    pub(super) fn numbered(&mut self, list: &Shared<(Name, T)>, number: T) -> Vec<usize> {
        if !is_long(list) {
            work::steps(list.len());
            let same = list.iter().enumerate().filter(|(_, label)| label.1 == number);
            return same.map(|(at, _)| at).collect();
        }
        let all = &self.table(list).by_number;
        let same = all[all.partition_point(|label| label.0 < number)..].iter();
        same.take_while(|label| label.0 == number).map(|label| label.1).collect()
    }

    /// Whether a list has that label with that number.
    pub(super) fn has(&mut self, list: &Shared<(Name, T)>, label: (Name, T)) -> bool {
        if is_long(list) {
            return self.table(list).all.contains(&label);
        }
        work::steps(list.len());
        list.contains(&label)
    }

    fn table(&mut self, list: &Shared<(Name, T)>) -> &mut Table<T> {
        let (_, table) = self.tables.entry(list.as_ptr() as usize).or_insert_with(|| {
            work::steps(list.len());
            let labels = || list.iter().copied().enumerate();
            let mut by_number: Vec<(T, usize)> = labels().map(|(at, label)| (label.1, at)).collect();
            by_number.sort_unstable();
            let table = Table {
                by_name: labels().rev().map(|(at, label)| (label.0, at)).collect(),
                by_number,
                by_folded: None,
                all: list.iter().copied().collect(),
            };
            (list.clone(), table)
        });
        table
    }
}

#[cfg(test)]
mod tests {
    use super::Lists;
    use crate::model::{Name, Names, Shared};

    /// A list and the same with so many more behind it that it gets a table.
    fn lists(names: &mut Names) -> [Shared<(Name, i64)>; 2] {
        let own = [("up", 1), ("down", 2), ("UP", 3), ("off", 2)];
        let own: Vec<(Name, i64)> = own.map(|(name, number)| (names.intern(name), number)).into();
        let more = (100..200).map(|number| (names.intern(&format!("l{number}")), number));
        let long = own.iter().copied().chain(more).collect();
        [Shared::from(own), long]
    }

    #[test]
    fn short_and_long_lists_answer_alike() {
        let mut names = Names::default();
        for list in lists(&mut names) {
            let mut lists = Lists::default();
            let mut name = |text: &str| names.intern(text);
            let (up, other, down) = (name("up"), name("Up"), name("down"));
            assert_eq!((lists.named(&list, up), lists.named(&list, other)), (Some(up), None));
            assert_eq!(lists.numbered(&list, 2), [1, 3]);
            assert_eq!(lists.numbered(&list, 7), [0; 0]);
            assert!(lists.has(&list, (down, 2)) && !lists.has(&list, (down, 1)));
            assert_eq!(lists.spelt_alike(&list, "Up", &names), Some(up), "the first");
            assert_eq!(lists.spelt_alike(&list, "upp", &names), None);
        }
    }
}
