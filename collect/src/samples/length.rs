//! How much text samples have, before there is any.

use super::{MOST_TEXT, samples};
use crate::module::{Kind, Metric, Module};
use crate::variables::Variables;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use std::collections::BTreeSet;

/// Letters that an octet of a value, or a number of an index, takes at most.
const EACH: usize = 12;

/// Letters of the end of a name, and of a number.
const MORE: usize = 32;

/// How many variables have no samples, because the samples before have as much text as there may be. Samples are only made
/// where there could be so much.
pub(crate) fn beyond(module: &Module, variables: &Variables) -> usize {
    match most(module, variables) > MOST_TEXT {
        true => samples(module, variables, |_| {}).beyond,
        false => 0,
    }
}

/// Octets that names and labels have at most, in rough numbers.
fn most(module: &Module, variables: &Variables) -> usize {
    let metrics = module.metrics();
    let of_metrics = |number: fn(&Metric) -> usize| metrics.iter().map(number).max().unwrap_or(0);
    let fixed = of_metrics(|metric| {
        let indexes: usize =
            metric.indexes.iter().map(|index| index.label.len() + longest(index.labels.values())).sum();
        let lookups = metric.lookups.iter().map(|lookup| {
            lookup.label.len()
                + lookup.source.as_ref().map_or(0, |source| longest(source.enumeration.values()))
        });
        2 * metric.name.len() + MORE + longest(metric.labels.values()) + indexes + lookups.sum::<usize>()
    });
    let times = of_metrics(|metric| match metric.kind {
        Kind::EnumAsStateSet | Kind::Bits => metric.labels.len().max(1),
        _ => metric.extracts.len().max(1),
    });
    // Labels from other columns are those of every row, and a text is one of its own.
    let lookups = of_metrics(|metric| metric.lookups.len());
    let sources =
        metrics.iter().flat_map(|metric| &metric.lookups).filter_map(|lookup| lookup.source.as_ref());
    let columns: BTreeSet<&Oid> = sources.map(|source| &source.oid).collect();
    let cells = columns.into_iter().flat_map(|column| variables.below(column));
    let cell = cells.map(|variable| octets(&variable.value)).max().unwrap_or(0);
    let (mut own, mut names) = (0, 0);
    for variable in variables.iter() {
        own += octets(&variable.value);
        names += variable.name.len();
    }
    let rows = fixed
        .saturating_add(lookups.saturating_mul(cell).saturating_mul(EACH))
        .saturating_mul(variables.len());
    rows.saturating_add((own + names).saturating_mul(EACH)).saturating_mul(times)
}

fn octets(value: &Value) -> usize {
    match value {
        Value::ObjectIdentifier(oid) => oid.len(),
        other => other.as_octets().map_or(2, <[u8]>::len),
    }
}

fn longest<'t>(texts: impl Iterator<Item = &'t String>) -> usize {
    texts.map(String::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::{Index, IndexKind, Lookup, Source, Text};
    use mibc_runtime::value::VarBind;

    fn oid(text: &str) -> Oid {
        text.parse().expect("an OID")
    }

    /// A hundred columns of so many rows, which have a label of so many letters.
    fn table(rows: u32, letters: usize) -> (Module, Variables) {
        let (mut metrics, mut all) = (Vec::new(), Vec::new());
        for column in 1..=100 {
            let mut metric = Metric::new("n", oid(&format!("1.3.6.1.9.1.{column}")), Kind::Gauge);
            metric.indexes = vec![Index::new("row", IndexKind::Number)];
            let source = Source::new(vec!["row".to_owned()], oid("1.3.6.1.9.2"), Text::DisplayString);
            metric.lookups = vec![Lookup::new("name", source)];
            metrics.push(metric);
            all.extend((1..=rows).map(|row| VarBind {
                name: oid(&format!("1.3.6.1.9.1.{column}.{row}")),
                value: Value::Integer(1),
            }));
        }
        all.extend((1..=rows).map(|row| VarBind {
            name: oid(&format!("1.3.6.1.9.2.{row}")),
            value: Value::from("x".repeat(letters).as_str()),
        }));
        (Module::new(Vec::new(), Vec::new(), metrics), Variables::new(all))
    }

    #[test]
    fn what_is_beyond() {
        let (module, variables) = table(400, 100);
        assert!(most(&module, &variables) < MOST_TEXT, "a device of this size needs no second look");
        assert_eq!(beyond(&module, &variables), 0);
        let (module, variables) = table(30, 60_000);
        let counts = samples(&module, &variables, |_| {});
        assert!(counts.beyond > 0 && counts.used > 2_000, "{counts:?}");
        assert_eq!(beyond(&module, &variables), counts.beyond);
        // It could be too much, and is not.
        let (module, variables) = table(10, 60_000);
        assert!(most(&module, &variables) > MOST_TEXT);
        assert_eq!(beyond(&module, &variables), 0);
    }
}
