//! Fields, tables, and the processors that go with them.

use super::Options;
use super::schema::{Enum, Field, File, Mapping, Processors, Regex, Snmp, Split, Table};
use crate::emit::collectors::{self, Convention, Form, Names, Part, Selection, same_index};
use crate::model::{DefId, Model, Syntax};
use mibc_runtime::syntax::BaseType;
use std::collections::BTreeMap;

/// The measurement of the scalars: the plugin's default.
const SCALARS: &str = "snmp";

/// The tag that `index_as_tag` makes.
const INDEX: &str = "index";

pub(super) fn file(model: &Model, selection: &Selection<'_>, options: &Options) -> (File, Vec<String>) {
    let mut writer = Writer { model, options, processors: Processors::default(), notes: Vec::new() };
    let input = Snmp {
        agents: options.agents.clone(),
        version: 2,
        community: "public",
        name: SCALARS,
        field: writer.scalars(selection),
        table: writer.tables(selection),
    };
    let mut file = File { processors: writer.processors, ..File::default() };
    file.inputs.snmp.push(input);
    (file, writer.notes)
}

struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
    processors: Processors,
    notes: Vec<String>,
}

impl Writer<'_> {
    fn scalars(&mut self, selection: &Selection<'_>) -> Vec<Field> {
        let mut names = Names::default();
        let mut mappings = Vec::new();
        let fields: Vec<Field> = selection
            .scalars
            .iter()
            .filter_map(|&id| {
                let instance = self.model[id].oid.as_ref()?.child(0).ok()?;
                self.field(id, instance.to_string(), false, &mut names, &mut mappings)
            })
            .collect();
        self.labels(SCALARS, mappings);
        fields
    }

    fn tables(&mut self, selection: &Selection<'_>) -> Vec<Table> {
        let mut names = Names::default();
        names.reserve(SCALARS);
        selection
            .tables
            .iter()
            .filter_map(|table| self.table(table, &selection.lookups, &mut names))
            .collect()
    }

    fn table(
        &mut self,
        table: &collectors::Table<'_>,
        lookups: &[DefId],
        measurements: &mut Names,
    ) -> Option<Table> {
        let model = self.model;
        let measurement = measurements.name(model, table.definition);
        let mut names = Names::default();
        // The tag of the index, and those that are made of it.
        names.reserve(INDEX);
        let parts = table.index.as_deref().unwrap_or_default();
        let own = |part: &Part<'_>| {
            part.object.filter(|id| same_index(model, *id, table.row) && readable(model, *id))
        };
        let index: Vec<DefId> = parts.iter().filter_map(own).collect();
        // Index objects come first even where single columns are asked for: rows are told apart by them.
        let looked_up = lookups.iter().filter(|&&id| same_index(model, id, table.row));
        let mut columns = index.clone();
        columns.extend(looked_up);
        let tags = columns.len();
        columns.extend(&table.columns);
        let mut mappings = Vec::new();
        let mut fields = Vec::new();
        for (place, &id) in columns.iter().enumerate() {
            if columns.iter().take(place).any(|other| *other == id) {
                continue;
            }
            let Some(oid) = model[id].oid.as_ref() else { continue };
            fields.extend(self.field(id, oid.to_string(), place < tags, &mut names, &mut mappings));
        }
        let index_as_tag = index.len() < parts.len() || parts.is_empty();
        if index_as_tag {
            self.split(&measurement, parts, &index, &mut names);
        }
        self.labels(&measurement, mappings);
        (!fields.is_empty()).then_some(Table { name: measurement, index_as_tag, field: fields })
    }

    /// `None` if Telegraf cannot read the type.
    fn field(
        &mut self,
        id: DefId,
        oid: String,
        is_tag: bool,
        names: &mut Names,
        mappings: &mut Vec<Mapping>,
    ) -> Option<Field> {
        let model = self.model;
        let syntax = &model[id].object()?.syntax;
        let Some(conversion) = conversion(model, syntax) else {
            let name = model.spelling(model[id].name);
            self.notes.push(format!("{name} is left out: Telegraf has no type for Opaque"));
            return None;
        };
        let name = names.name(model, id);
        if !syntax.enums.is_empty() {
            let list = vec![name.clone()];
            let (fields, tags) = if is_tag { (Vec::new(), list) } else { (list, Vec::new()) };
            let mut value_mappings = BTreeMap::new();
            for &(label, number) in syntax.enums.iter() {
                value_mappings.entry(number.to_string()).or_insert_with(|| model.spelling(label).to_owned());
            }
            mappings.push(Mapping { fields, tags, dest: format!("{name}_label"), value_mappings });
        }
        Some(Field { name, oid, is_tag, conversion })
    }

    fn labels(&mut self, measurement: &str, mapping: Vec<Mapping>) {
        if self.options.labels && !mapping.is_empty() {
            self.processors.labels.push(Enum { order: 2, namepass: vec![measurement.to_owned()], mapping });
        }
    }

    /// Tags for those parts of an index that are not columns, where counting sub-identifiers finds them.
    fn split(&mut self, measurement: &str, parts: &[Part<'_>], columns: &[DefId], names: &mut Names) {
        let mut before = 0;
        let mut tags = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let end = if at + 1 == parts.len() { "$" } else { r"\." };
            let (skip, take) = match part.form {
                Form::Integer => (0, 1),
                Form::IpAddress => (0, 4),
                Form::NetworkAddress => (1, 4),
                Form::Fixed(size) => (0, size),
                _ => break,
            };
            let plain = !matches!(part.form, Form::Fixed(_));
            if plain && !part.object.is_some_and(|id| columns.contains(&id)) {
                let pattern = format!("^{}({}){end}.*$", arcs(before + skip, true), arcs(take, false));
                let pattern = if end == "$" { pattern.trim_end_matches(".*$").to_owned() } else { pattern };
                let result_key = names.take(&part.name);
                tags.push(Split { key: INDEX, pattern, replacement: "${1}", result_key });
            }
            before += skip + take;
        }
        if !tags.is_empty() {
            self.processors.regex.push(Regex { order: 1, namepass: vec![measurement.to_owned()], tags });
        }
    }
}

/// A pattern for so many sub-identifiers, with a dot after the last one or without.
fn arcs(count: u32, dot: bool) -> String {
    match (count, dot) {
        (0, _) => String::new(),
        (1, true) => r"\d+\.".to_owned(),
        (_, true) => format!(r"(?:\d+\.){{{count}}}"),
        (1, false) => r"\d+".to_owned(),
        (_, false) => format!(r"(?:\d+\.){{{}}}\d+", count - 1),
    }
}

/// What Telegraf has to do with a value: `Some(None)` is nothing, `None` is that it cannot read it.
fn conversion(model: &Model, syntax: &Syntax) -> Option<Option<String>> {
    let name = match (syntax.base?, Convention::of(model, syntax)) {
        (BaseType::Opaque, Some(Convention::Float | Convention::Double)) => return Some(None),
        (BaseType::Opaque, _) => return None,
        (BaseType::OctetString, Some(Convention::Text)) => return Some(None),
        (BaseType::OctetString, Some(Convention::Address)) => "hwaddr",
        (
            BaseType::OctetString,
            Some(Convention::InetAddress | Convention::InetAddressIPv4 | Convention::InetAddressIPv6),
        ) => "ipaddr",
        // Text or not: the plugin writes what is not UTF-8 as hexadecimal digits by itself.
        (BaseType::OctetString, None) if syntax.hint.is_none() => return Some(None),
        (BaseType::OctetString | BaseType::Bits, _) => "hex",
        (BaseType::Integer32 | BaseType::Unsigned32 | BaseType::Gauge32, _) => {
            let places = syntax.hint.and_then(|hint| model.text(hint).strip_prefix("d-")?.parse::<u8>().ok());
            return Some(places.map(|places| format!("float({places})")));
        }
        _ => return Some(None),
    };
    Some(Some(name.to_owned()))
}

fn readable(model: &Model, id: DefId) -> bool {
    let object = model[id].object();
    object.and_then(|object| object.access).is_some_and(|access| access.is_readable())
        && model[id].oid.is_some()
}
