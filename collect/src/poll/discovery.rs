//! Lists of devices in Prometheus' form: files (`file_sd`) and URLs (`http_sd`).

use super::device::Credentials;
use super::inventory::Inventory;
use super::profile::Profile;
use crate::delivery::without_secrets;
use crate::{FileError, file_names, yaml};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where a list of devices is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Files in JSON or YAML; `*` in the name of a file stands for any characters.
    Files(Vec<PathBuf>),
    /// What an HTTP server gives.
    Http(Inventory),
}

/// A list of devices that is read again and again, and what is not said there of each device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovery {
    /// Where it is.
    pub place: Place,
    /// How often it is read again.
    pub interval: Duration,
    /// What devices are asked for, unless their labels say it.
    pub profiles: Vec<Arc<Profile>>,
    /// How devices are asked, unless their labels say it.
    pub credentials: Arc<Credentials>,
}

/// Addresses with the same labels, as Prometheus has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Group {
    /// The addresses.
    pub targets: Vec<String>,
    /// Names and values of labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl Group {
    /// Reads a list. JSON is YAML, too.
    pub(super) fn parse(text: &str) -> Result<Vec<Group>, FileError> {
        if text.trim_start().starts_with('[') {
            return serde_json::from_str(text).map_err(|error| {
                let mut problem = FileError::new(shortened(&error));
                problem.place = Some((error.line(), error.column()));
                problem
            });
        }
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        yaml::read(text)
    }
}

/// The message without its place, which stands before it.
fn shortened(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

impl Place {
    /// What it is called in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Files(files) => {
                let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
                files.join(", ")
            }
            Self::Http(inventory) => without_secrets(&inventory.url),
        }
    }
}

/// Reads files of lists. One that is not there has nothing yet.
pub(super) fn read(patterns: &[PathBuf]) -> (Vec<Group>, Vec<FileError>) {
    let (mut groups, mut problems) = (Vec::new(), Vec::new());
    for file in patterns.iter().flat_map(|pattern| file_names::fitting(pattern)) {
        if !file.exists() {
            continue;
        }
        match FileError::read(&file).and_then(|text| Group::parse(&text)) {
            Ok(found) => groups.extend(found),
            Err(problem) => problems.push(problem.in_file(file)),
        }
    }
    (groups, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let json =
            r#"[{"targets": ["192.0.2.1", "192.0.2.2:1161"], "labels": {"site": "x"}}, {"targets": []}]"#;
        let yaml = "- targets: [192.0.2.1, '192.0.2.2:1161']\n  labels: {site: x}\n- targets: []\n";
        let groups = Group::parse(json).expect("JSON");
        assert_eq!(groups, Group::parse(yaml).expect("YAML"));
        assert_eq!((groups.len(), groups[0].labels["site"].as_str()), (2, "x"));
        assert_eq!(Group::parse(" \n").expect("nothing"), []);
        let error = Group::parse("[{\"targets\": 5}]").expect_err("a number");
        assert_eq!(error.place, Some((1, 14)), "{error}");
        assert!(error.message.contains("expected a sequence"), "{error}");
        let aliased = "- &a {targets: [192.0.2.1], labels: {site: 'x * *y'}}\n- *a\n";
        assert_eq!(Group::parse(aliased).expect("YAML").len(), 2);
        let laughs = format!("- &a\n  targets: [{}]\n{}", "h, ".repeat(2_000), "- *a\n".repeat(4_000));
        let error = Group::parse(&laughs).expect_err("too long");
        assert!(error.message.contains("aliases"), "{error}");
        let error = Group::parse("- target: [a]\n").expect_err("another key");
        assert!(error.message.contains("unknown field `target`"), "{error}");
    }
}
