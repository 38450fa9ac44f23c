//! The labels of a row: parts of its index, and cells of other columns.

use super::text::Form;
use super::{Label, before, number, text};
use crate::module::{Index, IndexKind, Lookup, Metric, Source};
use crate::variables::Variables;
use mibc_runtime::oid::Oid;
use std::borrow::Cow;
use std::collections::HashMap;

/// The labels of rows that have been met. Columns of one table have the same.
#[derive(Default)]
pub(super) struct Cache<'a> {
    groups: Vec<Group<'a>>,
    /// The group of the metric before.
    last: Option<(Oid, usize)>,
}

struct Group<'a> {
    indexes: &'a [Index],
    lookups: &'a [Lookup],
    rows: Vec<RowLabels<'a>>,
    by_index: HashMap<Vec<u32>, usize>,
    /// The row after the one that was asked for last: columns have the same rows in the same order.
    next: usize,
}

struct RowLabels<'a> {
    index: Vec<u32>,
    labels: Option<Vec<Label<'a>>>,
}

impl<'a> Cache<'a> {
    /// `None` if a label comes from what has not been read.
    pub(super) fn labels(
        &mut self,
        metric: &'a Metric,
        index: &[u32],
        variables: &Variables,
    ) -> Option<&[Label<'a>]> {
        if metric.indexes.is_empty() && metric.lookups.is_empty() {
            return Some(&[]);
        }
        let at = self.group(metric);
        let group = self.groups.get_mut(at)?;
        let row = match group.rows.get(group.next) {
            Some(row) if row.index == index => group.next,
            _ => match group.by_index.get(index) {
                Some(&row) => row,
                None => {
                    let labels = labels(metric, index, variables);
                    group.by_index.insert(index.to_vec(), group.rows.len());
                    group.rows.push(RowLabels { index: index.to_vec(), labels });
                    group.rows.len() - 1
                }
            },
        };
        group.next = row + 1;
        group.rows.get(row)?.labels.as_deref()
    }

    fn group(&mut self, metric: &'a Metric) -> usize {
        if let Some((oid, at)) = &self.last
            && *oid == metric.oid
        {
            return *at;
        }
        let same = |group: &Group<'_>| group.indexes == metric.indexes && group.lookups == metric.lookups;
        let at = self.groups.iter().position(same).unwrap_or_else(|| {
            let (indexes, lookups) = (&metric.indexes, &metric.lookups);
            let (rows, by_index) = (Vec::new(), HashMap::new());
            self.groups.push(Group { indexes, lookups, rows, by_index, next: 0 });
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(at) {
            group.next = 0;
        }
        self.last = Some((metric.oid.clone(), at));
        at
    }
}

fn labels<'a>(metric: &'a Metric, index: &[u32], variables: &Variables) -> Option<Vec<Label<'a>>> {
    let mut labels: Vec<Label<'a>> = Vec::with_capacity(metric.indexes.len() + 1);
    // The numbers that a label stands for in the index of a cell.
    let mut numbers: HashMap<&str, Vec<u32>> = HashMap::new();
    let mut rest = index;
    for part in &metric.indexes {
        let (value, used) = read(part, &mut rest);
        set(&mut labels, &part.label, value);
        numbers.insert(&part.label, used);
    }
    for lookup in &metric.lookups {
        let Some(source) = &lookup.source else {
            labels.retain(|(name, _)| *name != lookup.label);
            continue;
        };
        let found = cell(&source.oid, source, &numbers);
        match found.as_ref().and_then(|name| Some((name, variables.get(name)?))) {
            Some((_, value)) => {
                let text = kind(source, &numbers, variables);
                let found = number(value);
                let shown = match found.and_then(|number| source.enumeration.get(&number)) {
                    Some(label) => label.clone(),
                    None => text::of_value(value, text, source.hint.as_deref()),
                };
                let arc = found.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
                numbers.insert(&lookup.label, vec![arc]);
                set(&mut labels, &lookup.label, shown);
            }
            None if found.as_ref().is_some_and(|name| variables.may_have(name)) => return None,
            None => set(&mut labels, &lookup.label, String::new()),
        }
    }
    Some(labels)
}

/// A label that is there already gets another value.
fn set<'a>(labels: &mut Vec<Label<'a>>, name: &'a str, value: String) {
    match labels.iter_mut().find(|(label, _)| label == name) {
        Some((_, old)) => *old = Cow::Owned(value),
        None => labels.push((Cow::Borrowed(name), Cow::Owned(value))),
    }
}

fn read(part: &Index, rest: &mut &[u32]) -> (String, Vec<u32>) {
    match part.kind {
        IndexKind::Number | IndexKind::Enumeration => {
            let used = text::split(rest, 1);
            let number = used.first().copied().unwrap_or(0);
            let label = part.labels.get(&i64::from(number)).filter(|_| part.kind == IndexKind::Enumeration);
            (label.cloned().unwrap_or_else(|| number.to_string()), used)
        }
        IndexKind::Text(text) => {
            let form =
                Form { fixed_size: part.fixed_size, implied: part.implied, hint: part.hint.as_deref() };
            text::of_index(rest, text, form)
        }
    }
}

/// The name of a cell in a column; `None` if a label of its index is not there.
fn cell(column: &Oid, source: &Source, numbers: &HashMap<&str, Vec<u32>>) -> Option<Oid> {
    let mut index = Vec::new();
    for label in &source.labels {
        index.extend(numbers.get(label.as_str())?);
    }
    column.extend(index).ok()
}

/// How the octets of a cell are written: the column before it may say so.
fn kind(source: &Source, numbers: &HashMap<&str, Vec<u32>>, variables: &Variables) -> crate::module::Text {
    if !text::is_combined(source.text) {
        return source.text;
    }
    before(&source.oid)
        .and_then(|column| cell(&column, source, numbers))
        .and_then(|name| number(variables.get(&name)?))
        .and_then(|number| text::combined(source.text, number))
        .unwrap_or(crate::module::Text::OctetString)
}
