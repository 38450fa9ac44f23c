//! The short form: modules of names that are compiled at start, and targets.

use super::address;
use super::places::{Needed, Place, What};
use super::targets::DiscoveredTarget;
use crate::choice::{Choice, ObjectId};
use crate::file_error::FileError;
use crate::named::Wanted;
use crate::snmp_yml::{Auth, is_label};
use crate::toml_place;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// The auth of targets that name none.
const AUTH: &str = "public_v2";

/// What a file has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    #[serde(default)]
    include: Vec<Spanned<PathBuf>>,
    #[serde(default, alias = "web_config")]
    web_config: Option<Spanned<PathBuf>>,
    #[serde(default)]
    auth: BTreeMap<Spanned<String>, Auth>,
    #[serde(default)]
    module: BTreeMap<Spanned<String>, Wanted>,
    #[serde(default)]
    target: Vec<Target>,
    #[serde(default)]
    choose: Vec<Chosen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    address: Spanned<String>,
    modules: Vec<Spanned<String>>,
    #[serde(default)]
    auth: Option<Spanned<String>>,
    #[serde(default)]
    labels: BTreeMap<Spanned<String>, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Chosen {
    #[serde(default, alias = "object_id")]
    object_id: Option<ObjectId>,
    modules: Vec<Spanned<String>>,
}

/// A file in its parts. Those of a name are with their places.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) include: Vec<(Place, PathBuf)>,
    pub(super) web_config: Option<(Place, PathBuf)>,
    pub(super) auths: Vec<(Place, String, Auth)>,
    pub(super) modules: Vec<(Place, String, Wanted)>,
    pub(super) targets: Vec<DiscoveredTarget>,
    pub(super) choices: Vec<Choice>,
    /// What the targets and choices name.
    pub(super) needed: Vec<Needed>,
}

pub(super) fn parse(text: &str) -> Result<Parts, FileError> {
    let raw: Raw = toml::from_str(text).map_err(|error| toml_place::problem(text, &error))?;
    let mut parts = Parts {
        include: raw.include.into_iter().map(|folder| placed(text, folder)).collect(),
        web_config: raw.web_config.map(|file| placed(text, file)),
        auths: named(text, raw.auth),
        modules: named(text, raw.module),
        targets: Vec::new(),
        choices: Vec::new(),
        needed: Vec::new(),
    };
    for Target { address, modules, auth, labels } in raw.target {
        let (place, address) = placed(text, address);
        if address.is_empty() {
            let message =
                "the `address` of a target is empty; expected a host, such as 192.0.2.1, or one with a port";
            return Err(FileError::new(message).at(Some(place)));
        }
        address::parts(&address).map_err(|refusal| FileError::new(refusal.words()).at(Some(place)))?;
        let labels = named(text, labels);
        if let Some((place, name, _)) = labels.iter().find(|(_, name, _)| !is_label(name)) {
            let message = format!(
                "`{name}` is not the name of a label; expected letters, digits and `_`, not a digit first"
            );
            return Err(FileError::new(message).at(Some(*place)));
        }
        let labels = labels.into_iter().map(|(_, name, value)| (name, value)).collect();
        let by = format!("the target `{address}`");
        let (at, auth) = auth.map_or_else(|| (place, AUTH.to_owned()), |auth| placed(text, auth));
        parts.needed.push(Needed { what: What::Auth, name: auth.clone(), by: by.clone(), place: at });
        let modules = parts.need(text, modules, What::ModuleOrAuto, &by);
        parts.targets.push(DiscoveredTarget { address, modules, auth, labels });
    }
    for Chosen { object_id, modules } in raw.choose {
        let modules = parts.need(text, modules, What::Module, "a `choose`");
        parts.choices.push(Choice::new(object_id.map(|oid| oid.0), modules));
    }
    Ok(parts)
}

impl Parts {
    fn need(&mut self, text: &str, names: Vec<Spanned<String>>, what: What, by: &str) -> Vec<String> {
        let names = names.into_iter().map(|name| {
            let (place, name) = placed(text, name);
            self.needed.push(Needed { what, name: name.clone(), by: by.to_owned(), place });
            name
        });
        names.collect()
    }
}

fn placed<T>(text: &str, value: Spanned<T>) -> (Place, T) {
    (toml_place::place(text, value.span().start), value.into_inner())
}

fn named<V>(text: &str, map: BTreeMap<Spanned<String>, V>) -> Vec<(Place, String, V)> {
    let one = |(name, value)| {
        let (place, name) = placed(text, name);
        (place, name, value)
    };
    map.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named::Enums;

    #[test]
    fn parts() {
        let parts = parse(
            "include = [\"mibs\"]\n[auth.public_v2]\ncommunity = \"x\"\n[module.a]\nmibs = [\"IF-MIB\"]\ntables = [\"ifTable\"]\n\
             enums = \"state-set\"\ntimeout = 1.5\n[[target]]\naddress = \"192.0.2.1\"\nmodules = [\"a\"]\nlabels = { site = \"x\" }\n",
        )
        .expect("a file");
        let [(place, name, module)] = &parts.modules[..] else { panic!("one module") };
        assert_eq!((*place, name.as_str(), module.enums), ((4, 9), "a", Enums::StateSet));
        assert_eq!(parts.targets[0].auth, "public_v2");
        assert_eq!(parts.auths[0].2.community.reveal(), "x");
        let needed: Vec<_> =
            parts.needed.iter().map(|needed| (needed.what, needed.name.as_str(), needed.place)).collect();
        assert_eq!(needed, [(What::Auth, "public_v2", (10, 11)), (What::ModuleOrAuto, "a", (11, 12))]);
    }

    #[test]
    fn mistakes_have_places() {
        for (text, at, said) in [
            ("[module.a]\nmibs = [\"IF-MIB\"]\ntable = []\n", (3, 1), "unknown field `table`"),
            ("[module.a]\nmibs = [\"X\"]\nenums = \"labels\"\n", (3, 9), "unknown variant `labels`"),
            ("[[choose]]\nobject-id = \"cisco\"\nmodules = []\n", (2, 13), "is not an OID in numbers"),
            ("[auth.a]\nversion = 9\n", (1, 1), "expected 1, 2 or 3"),
            ("[module.a\n", (1, 10), ""),
            ("[[target]]\naddress = \"\"\nmodules = []\n", (2, 11), "the `address` of a target is empty"),
            (
                "[[target]]\naddress = \"192.0.2.1:x\"\nmodules = []\n",
                (2, 11),
                "'192.0.2.1:x' is not a target",
            ),
            ("[[target]]\naddress = \"ssh://h\"\nmodules = []\n", (2, 11), "expected udp or tcp"),
            (
                "[[target]]\naddress = \"h\"\nmodules = []\nlabels = { \"a b\" = \"x\" }\n",
                (4, 12),
                "`a b` is not the name of a label",
            ),
            ("[module.a]\nmibs = [\"X\"]\nretries = -1\n", (3, 11), "expected a whole number from 0 to"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.message.contains(said), "{error}");
            assert_eq!(error.place, Some(at), "{error}");
        }
    }
}
