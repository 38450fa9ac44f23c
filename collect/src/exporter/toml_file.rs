//! The short form: modules of names that are compiled at start, and targets.

use super::targets::DiscoveredTarget;
use crate::choice::{Choice, ObjectId};
use crate::file_error::FileError;
use crate::named::Wanted;
use crate::snmp_yml::Auth;
use crate::toml_place;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a file has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    #[serde(default)]
    include: Vec<PathBuf>,
    #[serde(default)]
    web_config: Option<PathBuf>,
    #[serde(default)]
    auth: BTreeMap<String, Auth>,
    #[serde(default)]
    module: BTreeMap<String, Wanted>,
    #[serde(default)]
    target: Vec<Target>,
    #[serde(default)]
    choose: Vec<Chosen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    address: String,
    modules: Vec<String>,
    #[serde(default = "auth")]
    auth: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Chosen {
    #[serde(default)]
    object_id: Option<ObjectId>,
    modules: Vec<String>,
}

fn auth() -> String {
    "public_v2".to_owned()
}

/// A file in its parts.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) include: Vec<PathBuf>,
    pub(super) web_config: Option<PathBuf>,
    pub(super) auths: BTreeMap<String, Auth>,
    pub(super) modules: BTreeMap<String, Wanted>,
    pub(super) targets: Vec<DiscoveredTarget>,
    pub(super) choices: Vec<Choice>,
}

pub(super) fn parse(text: &str) -> Result<Parts, FileError> {
    let raw: Raw = toml::from_str(text).map_err(|error| toml_place::problem(text, &error))?;
    let targets = raw.target.into_iter().map(|target| {
        let Target { address, modules, auth, labels } = target;
        DiscoveredTarget { address, modules, auth, labels }
    });
    let targets = targets.collect();
    let choice = |chosen: Chosen| Choice::new(chosen.object_id.map(|oid| oid.0), chosen.modules);
    let choices = raw.choose.into_iter().map(choice).collect();
    Ok(Parts {
        include: raw.include,
        web_config: raw.web_config,
        auths: raw.auth,
        modules: raw.module,
        targets,
        choices,
    })
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
        assert_eq!(parts.modules["a"].enums, Enums::StateSet);
        assert_eq!(parts.targets[0].auth, "public_v2");
        assert_eq!(parts.auths["public_v2"].community.reveal(), "x");
    }

    #[test]
    fn mistakes_have_places() {
        for (text, at, said) in [
            ("[module.a]\nmibs = [\"IF-MIB\"]\ntable = []\n", (3, 1), "unknown field `table`"),
            ("[module.a]\nmibs = [\"X\"]\nenums = \"labels\"\n", (3, 9), "unknown variant `labels`"),
            ("[[choose]]\nobject-id = \"cisco\"\nmodules = []\n", (2, 13), "is not an OID in numbers"),
            ("[auth.a]\nversion = 9\n", (1, 1), "expected 1, 2 or 3"),
            ("[module.a\n", (1, 10), ""),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.message.contains(said), "{error}");
            assert_eq!(error.place, Some(at), "{error}");
        }
    }
}
