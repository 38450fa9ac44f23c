//! A name in a SEQUENCE that is not a column of the row.
//!
//! The SEQUENCE lists the columns of the row and nothing else. A name that is defined elsewhere, or not at all, is
//! most likely misspelt.

use super::prelude::*;
use rustc_hash::FxHashSet;

/// So many columns that no field lists are compared with one that is not a column.
const MOST_SIMILAR: usize = 64;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, r: &RowItem<'_, '_>, out: &mut Sink) {
    let Some(fields) = r.fields else { return };
    let columns: FxHashSet<&str> = r.row.columns.iter().map(|&id| cx.def_name(id)).collect();
    let listed: FxHashSet<&str> = fields.iter().map(|field| field.name.text()).collect();
    let unlisted: Vec<&str> =
        r.row.columns.iter().map(|&id| cx.def_name(id)).filter(|name| !listed.contains(name)).collect();
    for field in fields.iter().filter(|field| !columns.contains(field.name.text())) {
        let similar = match unlisted.len() {
            0..=MOST_SIMILAR => crate::resolve::closest(field.name.text(), unlisted.iter().copied()),
            _ => None,
        };
        let diagnostic = Diagnostic::new(
            Code::SequenceExtraColumn,
            format!(
                "`{}` is in the SEQUENCE of row `{}` but is not a column of it",
                field.name.text(),
                r.name()
            ),
        )
        .at(field.name.span(), "not a column");
        out.push(match similar {
            Some(similar) => {
                diagnostic.help(format!("did you mean `{similar}`?")).fix(field.name.span(), similar)
            }
            None => diagnostic.help("define it below the row, or remove it from the SEQUENCE"),
        });
    }
}
