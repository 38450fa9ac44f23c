//! Devices made only of MIB modules: every object has a value that fits its type, its range, its labels and its name.

mod values;

use std::collections::{BTreeMap, BTreeSet};

use mibc_compiler::model::{DefId, Definition, IndexTarget, Kind, Model, ModuleId, Object, Syntax};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::{Access, BaseType};
use mibc_runtime::value::{Value, VarBind};

use crate::store::Recording;
use values::Maker;

/// What a device that is made of modules is like.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Rows of a table, as far as its indexes allow as many.
    pub rows: u32,
    /// The same seed gives the same device.
    pub seed: u64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { rows: 4, seed: 0 }
    }
}

/// Most rows of a table.
pub const MAX_ROWS: u32 = 1_000_000;

/// Makes a device that has all objects of these modules.
///
/// Tables have [`rows`](Extent::rows) rows, fewer where their indexes have fewer values; tables that have an index in common
/// have the same rows, and so have those that augment one. A group of objects for the system, if no module has it, is added:
/// managers ask for it first.
#[must_use]
pub fn device(model: &Model, modules: &[ModuleId], extent: Extent) -> Recording {
    let rows = extent.rows.min(MAX_ROWS);
    let mut making = Making { model, maker: Maker::new(extent.seed), rows, found: BTreeMap::new() };
    for module in modules {
        for id in &model[*module].definitions {
            making.definition(&model[*id]);
        }
    }
    making.system(modules);
    Recording::of(making.found.into_iter().map(|(name, value)| VarBind { name, value }))
}

struct Making<'m> {
    model: &'m Model,
    maker: Maker,
    rows: u32,
    found: BTreeMap<Oid, Value>,
}

/// sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation and sysServices.
const SYSTEM: [u32; 7] = [1, 3, 6, 1, 2, 1, 1];

impl Making<'_> {
    fn definition(&mut self, definition: &Definition) {
        match &definition.kind {
            Kind::Scalar(object) if is_readable(object) => {
                let name = self.model.spelling(definition.name).to_owned();
                let value = self.maker.value(self.model, &name, &object.syntax, 0);
                let instance = definition.oid.as_ref().and_then(|oid| oid.child(0).ok());
                self.found.extend(instance.zip(value));
            }
            Kind::Row(_) => self.row(definition),
            _ => {}
        }
    }

    fn row(&mut self, definition: &Definition) {
        let Kind::Row(row) = &definition.kind else { return };
        let Some(index) = self.index(definition.id) else { return };
        for id in &row.columns {
            let column = &self.model[*id];
            let (Kind::Column(object, _), Some(oid)) = (&column.kind, &column.oid) else { continue };
            if !is_readable(object) {
                continue;
            }
            let name = self.model.spelling(column.name).to_owned();
            for (position, row) in (0_u32..).zip(&index) {
                // A column of the index has the value that the index has.
                let of_index =
                    row.parts.iter().find(|(part, _)| *part == Some(*id)).map(|(_, value)| value.clone());
                let value =
                    of_index.or_else(|| self.maker.value(self.model, &name, &object.syntax, position + 1));
                let instance = oid.extend(row.numbers.iter().copied()).ok();
                self.found.extend(instance.zip(value));
            }
        }
    }

    /// The indexes of the rows of a table; `None` where its INDEX is not known.
    fn index(&self, row: DefId) -> Option<Vec<Row>> {
        let items = self.model.index(row);
        if items.is_empty() {
            return None;
        }
        let mut made = Vec::new();
        let mut known = BTreeSet::new();
        // Later rows may come to the same index, where values are few.
        for position in 1..=self.rows {
            let mut made_row = Row { numbers: Vec::new(), parts: Vec::new() };
            for (place, item) in items.iter().enumerate() {
                let (id, syntax) = match &item.target {
                    IndexTarget::Object(target) => {
                        let id = target.bound()?;
                        (Some(id), &self.model[id].object()?.syntax)
                    }
                    IndexTarget::Type(syntax) => (None, &**syntax),
                };
                // The last part tells rows apart.
                let number = if place + 1 == items.len() { position } else { 1 + (position - 1) / 8 };
                let value = self.maker.index_value(self.model, syntax, number)?;
                push_index(&mut made_row.numbers, syntax, &value, item.implied && place + 1 == items.len());
                made_row.parts.push((id, value));
            }
            if known.insert(made_row.numbers.clone()) {
                made.push(made_row);
            }
        }
        Some(made)
    }

    fn system(&mut self, modules: &[ModuleId]) {
        let Ok(system) = Oid::from_arcs(&SYSTEM) else { return };
        if self.found.keys().any(|name| name.starts_with(&system)) {
            return;
        }
        let names: Vec<&str> =
            modules.iter().map(|module| self.model.spelling(self.model[*module].name)).collect();
        let described = format!("simulated device of {}", names.join(", "));
        let values = [
            Value::from(described.as_str()),
            Value::ObjectIdentifier(Oid::ZERO),
            Value::TimeTicks(mibc_runtime::value::TimeTicks(8_640_000)),
            Value::from(""),
            Value::from("simulated"),
            Value::from(""),
            Value::Integer(72),
        ];
        for (number, value) in (1_u32..).zip(values) {
            let name = system.extend([number, 0]).ok();
            self.found.extend(name.map(|name| (name, value)));
        }
    }
}

/// The index of a row, and what each part of it is of.
struct Row {
    numbers: Vec<u32>,
    parts: Vec<(Option<DefId>, Value)>,
}

fn is_readable(object: &Object) -> bool {
    matches!(object.access, Some(Access::ReadOnly | Access::ReadWrite | Access::ReadCreate))
}

/// Appends a part of an index (RFC 2578 §7.7).
fn push_index(numbers: &mut Vec<u32>, syntax: &Syntax, value: &Value, implied: bool) {
    let fixed = matches!(&*syntax.range, [(low, high)] if low == high)
        && syntax.base != Some(BaseType::ObjectIdentifier);
    let mut sized = |parts: Vec<u32>| {
        if !fixed && !implied {
            numbers.push(u32::try_from(parts.len()).unwrap_or(u32::MAX));
        }
        numbers.extend(parts);
    };
    match value {
        Value::OctetString(octets) => sized(octets.iter().map(|octet| u32::from(*octet)).collect()),
        Value::ObjectIdentifier(oid) => sized(oid.arcs().collect()),
        Value::IpAddress(address) => numbers.extend(address.0.map(u32::from)),
        other => numbers.extend(other.as_ref().as_i128().and_then(|number| u32::try_from(number).ok())),
    }
}

#[cfg(test)]
mod tests;
