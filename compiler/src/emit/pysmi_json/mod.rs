//! One module as the JSON that pysmi's `mibdump --destination-format json` writes: for scripts that read it.
//!
//! The keys are pysmi's, its spelling of `augmention` included: a symbol's name in Python (`mib_2`) holds `name`,
//! `oid`, `class`, and by class `nodetype`, `syntax`, `maxaccess`, `status`, `units`, `default`, `indices`,
//! `augmention`, `objects`, `modulecompliance`, `revisions`, `type`, `displayhint`; `imports` and `meta` are beside
//! them. Documented by pysmi under <https://docs.lextudio.com/pysmi/> ("JSON documents"), compared with pysmi 2.0
//! in `tests/pysmi.rs`.
//!
//! Where pysmi gives a module up, this gives what could be read: a definition whose OID is unknown has no `oid`. The
//! comments under `meta` name no file, host or date, so that the same model gives the same octets.

mod dates;
mod defaults;
mod imports;
mod symbols;
mod syntax;
mod words;

use crate::model::{Model, ModuleId};
use imports::Imports;
use serde_json::{Map, Value};

/// How the document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// Whether texts are written (`description`, `reference`, `organization`, `contactinfo`, `lastupdated`), as
    /// pysmi does it with `--generate-mib-texts`.
    pub texts: bool,
}

impl Default for Options {
    /// With texts.
    fn default() -> Options {
        Options { texts: true }
    }
}

/// One module as an indented JSON document that ends in a line break.
pub fn pysmi_json(model: &Model, module: ModuleId, options: &Options) -> String {
    // A JSON value always has a text.
    let mut json = serde_json::to_string_pretty(&pysmi_value(model, module, options)).unwrap_or_default();
    json.push('\n');
    json
}

/// As [`pysmi_json`], as a value to look into. Keys are sorted, as pysmi has them.
pub fn pysmi_value(model: &Model, module: ModuleId, options: &Options) -> Value {
    let imports = Imports::new(model, module);
    let mut document =
        symbols::Writer { model, imports: &imports, module: &model[module], texts: options.texts }.symbols();
    document.insert("imports".to_owned(), imports.value());
    document.insert(
        "meta".to_owned(),
        serde_json::json!({
            "comments": [format!("Produced by mibc-{}", env!("CARGO_PKG_VERSION"))],
            "module": model.spelling(model[module].name),
        }),
    );
    sorted(Value::Object(document))
}

/// With the keys in order, whichever map `serde_json` is built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
