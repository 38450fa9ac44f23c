//! What is asked for, after filters have been applied.

use crate::module::{Filter, Module};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::collections::HashSet;

/// The subtrees and variables that a scrape asks for. It does no requests itself.
///
/// First the columns of all [`filters`](Plan::filters) are read, and each result is given to
/// [`filtered`](Plan::filtered). Then [`gets`](Plan::gets) and [`walks`](Plan::walks) are what is left to ask for.
#[derive(Clone, Debug)]
pub struct Plan<'m> {
    filters: &'m [Filter],
    gets: Vec<Oid>,
    walks: Vec<Oid>,
    /// The rows that are asked for of the filters' targets.
    rows: Vec<(&'m Oid, Vec<Vec<u32>>)>,
}

impl<'m> Plan<'m> {
    /// What a module asks for.
    pub fn new(module: &'m Module) -> Self {
        Self {
            filters: &module.filters,
            gets: module.get.clone(),
            walks: module.walk.clone(),
            rows: Vec::new(),
        }
    }

    /// The filters, whose columns are read first.
    pub fn filters(&self) -> &'m [Filter] {
        self.filters
    }

    /// Applies a filter to its column: its targets are asked for only in rows that fit, all filters of a target. A filter
    /// whose column cannot be read is not applied.
    pub fn filtered(&mut self, filter: &'m Filter, column: &[VarBind]) {
        self.walks.retain(|root| !filter.targets.contains(root));
        self.gets.retain(|name| !filter.targets.iter().any(|target| name.starts_with(target)));
        let fitting = column.iter().filter(|row| fits(filter, &row.value));
        let fitting = fitting.filter_map(|row| row.name.strip_prefix(&filter.oid));
        let fitting: Vec<Vec<u32>> = fitting.map(Iterator::collect).collect();
        let known: HashSet<&[u32]> = fitting.iter().map(Vec::as_slice).collect();
        for target in &filter.targets {
            match self.rows.iter_mut().find(|(other, _)| *other == target) {
                Some((_, rows)) => rows.retain(|row| known.contains(row.as_slice())),
                None => self.rows.push((target, fitting.clone())),
            }
        }
    }

    /// The variables to get.
    pub fn gets(&self) -> Vec<Oid> {
        let mut gets = self.gets.clone();
        for (target, rows) in &self.rows {
            // A name that is too long does not exist.
            gets.extend(rows.iter().filter_map(|row| target.extend(row.iter().copied()).ok()));
        }
        gets
    }

    /// The subtrees to walk.
    pub fn walks(&self) -> &[Oid] {
        &self.walks
    }
}

fn fits(filter: &Filter, value: &Value) -> bool {
    let text = crate::samples::label(value);
    filter.values.iter().any(|expression| expression.is_match(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mibc_runtime::value::OctetString;
    use regex_lite::Regex;

    fn oid(text: &str) -> Oid {
        text.parse().expect("an OID")
    }

    fn row(index: &str, text: &str) -> VarBind {
        let value = Value::OctetString(OctetString(text.as_bytes().into()));
        VarBind { name: oid(&format!("1.3.6.1.2.1.2.2.1.2.{index}")), value }
    }

    #[test]
    fn only_rows_that_fit_are_asked_for() {
        let (octets, errors, other) =
            (oid("1.3.6.1.2.1.2.2.1.10"), oid("1.3.6.1.2.1.2.2.1.14"), oid("1.3.6.1.2.1.31"));
        let mut module =
            Module::new(vec![octets.clone(), errors.clone(), other.clone()], Vec::new(), Vec::new());
        module.get = vec![oid("1.3.6.1.2.1.1.3.0"), octets.child(9).expect("short")];
        let values =
            vec![Regex::new("^eth").expect("an expression"), Regex::new("^7$").expect("an expression")];
        module.filters =
            vec![Filter::new(oid("1.3.6.1.2.1.2.2.1.2"), vec![octets.clone(), errors.clone()], values)];
        let mut plan = Plan::new(&module);
        let mut rows = vec![row("1", "lo"), row("2", "eth0"), row("3.4", "eth1")];
        rows.push(VarBind { value: Value::Integer(7), ..row("5", "") });
        plan.filtered(&plan.filters()[0], &rows);
        assert_eq!(plan.walks(), [other]);
        let expected: Vec<Oid> = [&octets, &errors]
            .iter()
            .flat_map(|column| ["2", "3.4", "5"].map(|index| oid(&format!("{column}.{index}"))))
            .collect();
        assert_eq!(plan.gets()[0], oid("1.3.6.1.2.1.1.3.0"));
        assert_eq!(plan.gets()[1..], expected);
    }

    /// A row must fit all filters of a column; another column has its own.
    #[test]
    fn several_filters() {
        let (octets, errors) = (oid("1.3.6.1.2.1.2.2.1.10"), oid("1.3.6.1.2.1.2.2.1.14"));
        let filter = |text: &str, targets: &[&Oid]| {
            let values = vec![Regex::new(text).expect("an expression")];
            Filter::new(
                oid("1.3.6.1.2.1.2.2.1.2"),
                targets.iter().map(|oid| (*oid).clone()).collect(),
                values,
            )
        };
        let mut module = Module::new(vec![octets.clone(), errors.clone()], Vec::new(), Vec::new());
        module.filters = vec![filter("^eth", &[&octets]), filter("0$", &[&octets, &errors])];
        let mut plan = Plan::new(&module);
        let rows = [row("1", "lo0"), row("2", "eth0"), row("3", "eth1")];
        for filter in plan.filters() {
            plan.filtered(filter, &rows);
        }
        assert!(plan.walks().is_empty());
        let expected = ["10.2", "14.1", "14.2"].map(|end| oid(&format!("1.3.6.1.2.1.2.2.1.{end}")));
        assert_eq!(plan.gets(), expected);
    }
}
