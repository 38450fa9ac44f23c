//! What an index is made of, and how many sub-identifiers each part takes.

use crate::model::{DefId, IndexItem, IndexTarget, Kind, Model, Ref, Syntax};
use mibc_runtime::syntax::BaseType;

/// One part of an index.
#[derive(Clone, Debug)]
pub(in crate::emit) struct Part<'m> {
    /// The name of the object, or of the row and a number for a bare type.
    pub(in crate::emit) name: String,
    /// The object, unless it is a bare type (RFC 1212 §4.1.6).
    pub(in crate::emit) object: Option<DefId>,
    pub(in crate::emit) syntax: &'m Syntax,
    pub(in crate::emit) form: Form,
}

/// How a part is encoded in an OID (RFC 2578 §7.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emit) enum Form {
    /// One sub-identifier.
    Integer,
    /// Four.
    IpAddress,
    /// A one, and then four (RFC 1212 §4.1.6).
    NetworkAddress,
    /// So many.
    Fixed(u32),
    /// Their number, and then so many.
    Variable,
    /// All that are left.
    Implied,
    /// As `Variable`, but of an OID: a sub-identifier can be more than an octet.
    Oid,
    /// As `Implied`, of an OID.
    ImpliedOid,
}

/// The parts of the effective index of a row. `None` if it has none, or if one of them is not known.
pub(in crate::emit) fn parts(model: &Model, row: DefId) -> Option<Vec<Part<'_>>> {
    let base = model.index_row(row)?;
    let Kind::Row(data) = &model[base].kind else { return None };
    let last = data.index.len().checked_sub(1)?;
    let parts = data.index.iter().enumerate();
    let mut parts: Vec<Part<'_>> =
        parts.map(|(at, item)| part(model, base, item, at, at == last)).collect::<Option<_>>()?;
    // An object can be there twice (RFC 2021, alHostEntry): later ones are named by their place as well.
    for at in 1..parts.len() {
        let (before, rest) = parts.split_at_mut(at);
        if let Some(part) = rest.first_mut().filter(|part| before.iter().any(|other| other.name == part.name))
        {
            part.name = format!("{}_{}", part.name, at + 1);
        }
    }
    Some(parts)
}

fn part<'m>(model: &'m Model, row: DefId, item: &'m IndexItem, at: usize, last: bool) -> Option<Part<'m>> {
    let (name, object, syntax) = match &item.target {
        IndexTarget::Object(Ref::Bound(id)) => match &model[*id].kind {
            Kind::Scalar(object) | Kind::Column(object, _) => {
                (model.spelling(model[*id].name).to_owned(), Some(*id), &object.syntax)
            }
            _ => return None,
        },
        IndexTarget::Object(Ref::Unresolved(_)) => return None,
        IndexTarget::Type(syntax) => {
            let row = model.spelling(model[row].name);
            let name = if at == 0 && last { row.to_owned() } else { format!("{row}_{}", at + 1) };
            (name, None, &**syntax)
        }
    };
    // Elsewhere than at the end, its end could not be found.
    let implied = item.implied && last;
    let form = match syntax.base? {
        BaseType::IpAddress if is_network_address(model, syntax) => Form::NetworkAddress,
        BaseType::IpAddress => Form::IpAddress,
        BaseType::ObjectIdentifier if implied => Form::ImpliedOid,
        BaseType::ObjectIdentifier => Form::Oid,
        BaseType::OctetString | BaseType::Opaque | BaseType::Bits => match (&syntax.range[..], implied) {
            ([(low, high)], _) if low == high => Form::Fixed(u32::try_from(*low).ok()?),
            (_, true) => Form::Implied,
            (_, false) => Form::Variable,
        },
        _ => Form::Integer,
    };
    Some(Part { name, object, syntax, form })
}

fn is_network_address(model: &Model, syntax: &Syntax) -> bool {
    let named = syntax.named.and_then(Ref::bound).map(|id| &model[id]);
    named.is_some_and(|ty| ty.builtin && model.spelling(ty.name) == "NetworkAddress")
}

/// Whether a column has a value in each row of a table: it is one of it, or of a table with the same index.
pub(in crate::emit) fn same_index(model: &Model, column: DefId, row: DefId) -> bool {
    let Kind::Column(_, own_row) = &model[column].kind else { return false };
    if *own_row == row {
        return true;
    }
    let objects = |row: DefId| {
        let parts = parts(model, row)?;
        parts.iter().map(|part| part.object.map(|id| (id, part.form))).collect::<Option<Vec<_>>>()
    };
    objects(*own_row).is_some_and(|own_row| objects(row) == Some(own_row))
}
