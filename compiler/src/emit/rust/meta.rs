//! The packed metadata of a module: what generated code knows about its objects at run time.

use super::context::is_emitted;
use super::{defaults, indexes};
use crate::model::{DefId, Definition, Kind, Model, ModuleId, Object, Ref, Syntax, TypeId};
use mibc_runtime::meta::{IndexDef, MetaBuilder, MetaError, ObjectDef, ObjectKind, TypeDef};
use mibc_runtime::syntax::{Access, BaseType, Status};
use rustc_hash::FxHashMap;

/// The metadata of one module, and the numbers that its types have there.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) bytes: Vec<u8>,
    pub(super) types: FxHashMap<TypeId, u32>,
    /// The types of objects that have one of their own.
    pub(super) object_types: FxHashMap<DefId, u32>,
}

/// Packs everything a module defines.
///
/// # Errors
/// More than the format holds.
pub(crate) fn pack(model: &Model, module: ModuleId) -> Result<Metadata, MetaError> {
    let mut builder = MetaBuilder::new(model.spelling(model[module].name));
    let mut out = Metadata::default();
    for &id in &model[module].types {
        if is_emitted(model, id) {
            let data = &model[id];
            let name = model.spelling(data.name).to_owned();
            if let Some(def) = type_def(model, &data.syntax, Some(name)) {
                out.types.insert(id, builder.add_type(def));
            }
        }
    }
    for &id in &model[module].definitions {
        if let Some(def) = object_def(model, &model[id], &mut builder) {
            if let (Some(number), Kind::Scalar(object) | Kind::Column(object, _)) =
                (def.syntax, &model[id].kind)
                && super::scope::has_own_type(&object.syntax)
            {
                out.object_types.insert(id, number);
            }
            builder.add_object(def);
        }
    }
    out.bytes = builder.finish()?;
    Ok(out)
}

fn object_def(model: &Model, definition: &Definition, builder: &mut MetaBuilder) -> Option<ObjectDef> {
    let kind = match &definition.kind {
        Kind::Scalar(_) => ObjectKind::Scalar,
        Kind::Table(..) => ObjectKind::Table,
        Kind::Row(_) => ObjectKind::Row,
        Kind::Column(..) => ObjectKind::Column,
        Kind::Notification(_) => ObjectKind::Notification,
        Kind::Group(_) | Kind::Compliance(_) => return None,
        _ => ObjectKind::Node,
    };
    let mut def = ObjectDef::new(model.spelling(definition.name), definition.oid.clone()?, kind);
    def.status = definition.status.unwrap_or(Status::Current);
    match &definition.kind {
        Kind::Scalar(object) | Kind::Column(object, _) => {
            def.access = object.access.unwrap_or(Access::ReadOnly);
            def.units = object.units.map(|text| model.text(text).to_owned());
            def.syntax = object_type(model, object).map(|def| builder.add_type(def));
            def.default = defaults::value(model, object);
        }
        Kind::Row(_) => {
            let parts = model.index_row(definition.id).and_then(|base| indexes::parts(model, base));
            for part in parts.unwrap_or_default() {
                let syntax = builder.add_type(type_def(model, part.syntax, None)?);
                def.index.push(IndexDef { name: part.name(model), syntax, form: part.form(model) });
            }
        }
        Kind::Notification(data) => {
            def.objects = data.objects.iter().map(|object| model.ref_name(*object).to_owned()).collect();
        }
        _ => {}
    }
    Some(def)
}

fn object_type(model: &Model, object: &Object) -> Option<TypeDef> {
    type_def(model, &object.syntax, None)
}

/// A type with everything it inherits; `name` for a type that is being defined, else the name it is used by.
fn type_def(model: &Model, syntax: &Syntax, name: Option<String>) -> Option<TypeDef> {
    let used = || match syntax.named {
        Some(Ref::Bound(id)) if is_emitted(model, id) => Some(model.spelling(model[id].name).to_owned()),
        _ => None,
    };
    let base = syntax.base?;
    let mut def = TypeDef::new(base);
    def.name = name.or_else(used);
    def.hint = syntax.hint.map(|text| model.text(text).to_owned()).filter(|hint| !hint.is_empty());
    def.labels = if base == BaseType::Bits {
        let label = |(label, position): &(_, u32)| Some((*label, i32::try_from(*position).ok()?));
        syntax.bits.iter().filter_map(label).map(|(label, n)| (model.spelling(label).to_owned(), n)).collect()
    } else {
        let label = |(label, number): &(_, i64)| Some((*label, i32::try_from(*number).ok()?));
        syntax
            .enums
            .iter()
            .filter_map(label)
            .map(|(label, n)| (model.spelling(label).to_owned(), n))
            .collect()
    };
    def.ranges = syntax.range.iter().map(|(low, high)| (clamp(*low), clamp(*high))).collect();
    Some(def)
}

/// Numbers beyond 64 bits are nothing that a value could have: the end of the range is as good.
fn clamp(number: i128) -> i64 {
    number.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
