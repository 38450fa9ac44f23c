//! Whether the tables that an agent serves are those that a compliance statement asks for (RFC 2580 §5).

use super::{Options, agent::is_wanted};
use crate::model::{Compliance, DefId, Kind, Model};
use mibc_runtime::syntax::Access;
use std::collections::BTreeSet;

/// The tables with columns that the mandatory groups of a compliance statement ask for and that [`Options::agent`] does
/// not name, as `MODULE::table`, sorted. `None` if no module has a MODULE-COMPLIANCE of that name, which may have its
/// module in front: `IF-MIB::ifCompliance3`.
///
/// A column whose MIN-ACCESS is not-accessible need not be there. Scalars are served at run time, and not looked at.
pub fn unserved_tables(model: &Model, compliance: &str, options: &Options) -> Option<Vec<String>> {
    let compliance = find(model, compliance)?;
    let mut missing = BTreeSet::new();
    for clause in &compliance.modules {
        let exempt = clause.objects.iter().filter(|object| object.min_access == Some(Access::NotAccessible));
        let exempt: BTreeSet<DefId> = exempt.filter_map(|object| object.object.bound()).collect();
        for group in clause.mandatory.iter().filter_map(|group| group.bound()) {
            let Kind::Group(group) = &model[group].kind else { continue };
            for member in group.members.iter().filter_map(|member| member.bound()) {
                if let Kind::Column(_, row) = &model[member].kind
                    && !exempt.contains(&member)
                    && !is_wanted(model, options, *row)
                {
                    missing.insert(table_name(model, *row));
                }
            }
        }
    }
    Some(missing.into_iter().collect())
}

fn find<'m>(model: &'m Model, wanted: &str) -> Option<&'m Compliance> {
    let (module, name) = match wanted.split_once("::") {
        Some((module, name)) => (Some(module), name),
        None => (None, wanted),
    };
    model.definitions().iter().find_map(|definition| match &definition.kind {
        Kind::Compliance(compliance)
            if model.spelling(definition.name) == name
                && module.is_none_or(|module| model.spelling(model[definition.module].name) == module) =>
        {
            Some(&**compliance)
        }
        _ => None,
    })
}

fn table_name(model: &Model, row: DefId) -> String {
    let table = match &model[row].kind {
        Kind::Row(data) => data.table.unwrap_or(row),
        _ => row,
    };
    let module = model.spelling(model[model[table].module].name);
    format!("{module}::{}", model.spelling(model[table].name))
}
