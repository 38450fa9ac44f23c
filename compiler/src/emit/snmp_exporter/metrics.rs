//! The module: what to walk and get, and a metric for each object.

use super::schema::{Index, Lookup, Metric, Module};
use super::types::{self, Labels};
use super::{Options, TYPES};
use crate::emit::collectors::{
    ConfigError, Convention, Names, Selection, Table, identifier, sentence, units,
};
use crate::model::{DefId, Kind, Model};
use mibc_runtime::oid::Oid;
use std::collections::BTreeSet;

pub(super) fn module(
    model: &Model,
    selection: &Selection<'_>,
    options: &Options,
) -> Result<(Module, Vec<String>), ConfigError> {
    check_types(options)?;
    let mut writer = Writer {
        model,
        options,
        names: Names::default(),
        lookups: Vec::new(),
        walk: BTreeSet::new(),
        get: BTreeSet::new(),
        overridden: BTreeSet::new(),
        notes: Vec::new(),
    };
    writer.lookups = selection.lookups.iter().filter_map(|&id| writer.lookup(id)).collect();
    let mut metrics: Vec<(Oid, Metric)> = Vec::new();
    for &id in &selection.scalars {
        writer.scalar(id, &mut metrics);
    }
    for table in &selection.tables {
        writer.table(table, &mut metrics);
    }
    metrics.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(name) = options.types.keys().find(|name| !writer.overridden.contains(*name)) {
        return Err(ConfigError::Option(format!("`{name}` has no metric whose type could be set")));
    }
    let module = Module {
        walk: shortest(&writer.walk).iter().map(ToString::to_string).collect(),
        get: writer.get.iter().map(ToString::to_string).collect(),
        metrics: metrics.into_iter().map(|(_, metric)| metric).collect(),
    };
    Ok((module, writer.notes))
}

fn check_types(options: &Options) -> Result<(), ConfigError> {
    match options.types.iter().find(|(_, kind)| !TYPES.contains(&kind.as_str())) {
        None => Ok(()),
        Some((name, kind)) => Err(ConfigError::Option(format!(
            "`{name}` cannot be of type `{kind}`; the exporter has {}",
            TYPES.join(", ")
        ))),
    }
}

/// Without the subtrees of others.
fn shortest(roots: &BTreeSet<Oid>) -> Vec<Oid> {
    let mut kept: Vec<Oid> = Vec::new();
    for root in roots {
        if kept.last().is_none_or(|last| !root.starts_with(last)) {
            kept.push(root.clone());
        }
    }
    kept
}

/// A label out of another column, and the index labels it is found by.
struct Source {
    oid: Oid,
    labels: Vec<Index>,
    lookup: Lookup,
}

struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
    names: Names,
    lookups: Vec<Source>,
    walk: BTreeSet<Oid>,
    get: BTreeSet<Oid>,
    overridden: BTreeSet<String>,
    notes: Vec<String>,
}

impl Writer<'_> {
    fn scalar(&mut self, id: DefId, metrics: &mut Vec<(Oid, Metric)>) {
        let Some(instance) = self.model[id].oid.as_ref().and_then(|oid| oid.child(0).ok()) else { return };
        if let Some(metric) = self.metric(id, None, &Labels::default()) {
            self.get.insert(instance);
            metrics.extend(self.model[id].oid.clone().map(|oid| (oid, metric)));
        }
    }

    fn table(&mut self, table: &Table<'_>, metrics: &mut Vec<(Oid, Metric)>) {
        let model = self.model;
        let name = model.spelling(model[table.definition].name);
        let Some(parts) = &table.index else {
            self.notes.push(format!("{name} is left out: its index is not known"));
            return;
        };
        let labels = types::labels(model, parts, self.options.enums);
        for oid in &labels.oids {
            self.notes.push(format!(
                "{name}: the index {oid} is an OID; the exporter keeps the low eight bits of each sub-identifier"
            ));
        }
        let before = metrics.len();
        for &column in &table.columns {
            let Some(mut metric) = self.metric(column, Some(table), &labels) else { continue };
            self.look_up(&labels, &mut metric);
            if !table.whole {
                self.walk.extend(model[column].oid.clone());
                if metric.kind.starts_with("InetAddress") || metric.kind == "LldpPortId" {
                    self.walk.extend(self.kind_column(table, column));
                }
            }
            metrics.extend(model[column].oid.clone().map(|oid| (oid, metric)));
        }
        if table.whole && metrics.len() > before {
            self.walk.extend(model[table.definition].oid.clone());
        }
    }

    /// `None` if the exporter has no type for it.
    fn metric(&mut self, id: DefId, table: Option<&Table<'_>>, labels: &Labels) -> Option<Metric> {
        let model = self.model;
        let definition = &model[id];
        let object = definition.object()?;
        let descriptor = model.spelling(definition.name);
        let Some(mut kind) = types::metric_type(model, &object.syntax, self.options.enums) else {
            self.notes.push(format!("{descriptor} is left out: the exporter has no type for Opaque"));
            return None;
        };
        let follows_kind = table.is_some_and(|table| self.kind_column(table, id).is_some());
        if matches!(kind, "InetAddress" | "LldpPortId") && !follows_kind {
            kind = "OctetString";
        }
        let kind = match self.options.types.get_key_value(descriptor) {
            Some((name, kind)) => {
                self.overridden.insert(name.clone());
                kind.clone()
            }
            None => kind.to_owned(),
        };
        let oid = definition.oid.as_ref()?;
        let units = units(model, object).map(|units| format!(" ({units})")).unwrap_or_default();
        Some(Metric {
            name: self.names.name(model, id),
            oid: oid.to_string(),
            kind,
            help: format!("{}{units} - {oid}", sentence(model, definition)),
            indexes: labels.labels.clone(),
            lookups: Vec::new(),
            enum_values: types::enum_values(model, &object.syntax),
        })
    }

    /// The column that says what an InetAddress or LldpPortId is: the exporter looks for it one arc before.
    fn kind_column(&self, table: &Table<'_>, column: DefId) -> Option<Oid> {
        let model = self.model;
        let wanted = match Convention::of(model, &model[column].object()?.syntax)? {
            Convention::InetAddress => Convention::InetAddressType,
            Convention::LldpPortId => Convention::LldpPortIdSubtype,
            _ => return None,
        };
        let oid = model[column].oid.as_ref()?;
        let before = oid.parent()?.child(oid.last().checked_sub(1)?).ok()?;
        let Kind::Row(row) = &model[table.row].kind else { return None };
        let found =
            row.columns.iter().map(|&id| &model[id]).find(|other| other.oid.as_ref() == Some(&before))?;
        let object = found.object()?;
        let readable = object.access.is_some_and(|access| access.is_readable());
        (readable && Convention::of(model, &object.syntax) == Some(wanted)).then_some(before)
    }

    fn lookup(&mut self, id: DefId) -> Option<Source> {
        let model = self.model;
        let definition = &model[id];
        let name = model.spelling(definition.name);
        let Kind::Column(object, row) = &definition.kind else { return None };
        let parts = crate::emit::collectors::parts(model, *row);
        let kind = types::metric_type(model, &object.syntax, self.options.enums);
        let (Some(parts), Some(mut kind), Some(oid)) = (parts, kind, definition.oid.clone()) else {
            self.notes.push(format!("{name} cannot be looked up: its index or its type is not known"));
            return None;
        };
        if matches!(kind, "InetAddress" | "LldpPortId" | "Bits" | "DateAndTime") {
            kind = "OctetString";
        } else if kind.starts_with("Enum") {
            // The value of a lookup is its number; the exporter has no labels for it.
            kind = "gauge";
        }
        let labels = types::labels(model, &parts, self.options.enums).labels;
        let lookup = Lookup {
            labels: labels.iter().map(|label| label.labelname.clone()).collect(),
            labelname: identifier(name),
            oid: Some(oid.to_string()),
            kind: Some(kind.to_owned()),
        };
        Some(Source { oid, labels, lookup })
    }

    /// Adds the lookups whose index labels the metric has, and drops the labels that nobody wants.
    fn look_up(&mut self, labels: &Labels, metric: &mut Metric) {
        let mut dropped: Vec<String> = labels.fillers.clone();
        for source in &self.lookups {
            if !source.labels.iter().all(|label| labels.labels.contains(label)) {
                continue;
            }
            metric.lookups.push(source.lookup.clone());
            self.walk.insert(source.oid.clone());
            if self.options.drop_source_indexes {
                dropped.extend(source.lookup.labels.iter().cloned());
            }
        }
        let mut seen = BTreeSet::new();
        dropped.retain(|label| seen.insert(label.clone()));
        let drop = |labelname| Lookup { labels: Vec::new(), labelname, oid: None, kind: None };
        metric.lookups.extend(dropped.into_iter().map(drop));
    }
}
