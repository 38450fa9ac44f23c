//! The page for people, and the list of targets for Prometheus.

use super::Config;
use super::query::{AUTH, MODULE};
use crate::choice::AUTO;
use std::fmt::Write;

/// Names that the page lists at most.
const MOST: usize = 500;

/// The page at `/`.
pub(super) fn page(config: &Config) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>SNMP exporter (mibc)</title></head><body>\n\
         <h1>SNMP exporter (mibc)</h1>\n\
         <form action=\"/snmp\"><label>Target <input name=\"target\" placeholder=\"192.0.2.1\" required></label>\n",
    );
    choice(&mut page, "auth", "Auth", config.auths.keys());
    let auto = AUTO.to_owned();
    let auto = (!config.choices.is_empty()).then_some(&auto);
    choice(&mut page, "module", "Module", auto.into_iter().chain(config.modules.keys()));
    page.push_str(
        "<button>Scrape</button></form>\n\
         <ul><li><a href=\"/metrics\">/metrics</a>: the exporter itself</li>\
         <li><a href=\"/config\">/config</a>: the configuration without secrets</li>\n\
         <li><a href=\"/sd\">/sd</a>: the configured targets</li></ul>\n</body></html>\n",
    );
    page
}

fn choice<'n>(page: &mut String, name: &str, title: &str, names: impl Iterator<Item = &'n String>) {
    let _ = write!(page, "<label>{title} <select name=\"{name}\">");
    for name in names.take(MOST) {
        let name = escaped(name);
        let selected = if [MODULE, AUTH].contains(&name.as_str()) { " selected" } else { "" };
        let _ = write!(page, "<option value=\"{name}\"{selected}>{name}</option>");
    }
    page.push_str("</select></label>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The targets in the form of `http_sd_configs`: their parameters are labels that relabelling moves to where they belong.
pub(super) fn targets(config: &Config) -> String {
    let targets: Vec<_> = config
        .targets
        .iter()
        .map(|target| {
            let mut labels = serde_json::Map::new();
            labels.insert("__param_module".to_owned(), target.modules.join(",").into());
            labels.insert("__param_auth".to_owned(), target.auth.clone().into());
            for (name, value) in &target.labels {
                labels.insert(name.clone(), value.clone().into());
            }
            serde_json::json!({ "targets": [target.address], "labels": labels })
        })
        .collect();
    serde_json::Value::Array(targets).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::DiscoveredTarget;

    #[test]
    fn names_are_escaped() {
        let mut config = Config::default();
        config.modules.insert("<a&\"b\">".to_owned(), Default::default());
        let page = page(&config);
        assert!(page.contains("<option value=\"&lt;a&amp;&quot;b&quot;&gt;\">"), "{page}");
        assert!(!page.contains("auto"), "{page}");
        config.choices.push(crate::choice::Choice::new(None, Vec::new()));
        assert!(super::page(&config).contains("<option value=\"auto\">"));
    }

    #[test]
    fn targets_for_prometheus() {
        let mut config = Config::default();
        config.targets.push(DiscoveredTarget {
            address: "192.0.2.1".to_owned(),
            modules: vec!["a".to_owned(), "b".to_owned()],
            auth: "x".to_owned(),
            labels: [("site".to_owned(), "cellar".to_owned())].into(),
        });
        assert_eq!(
            targets(&config),
            r#"[{"labels":{"__param_auth":"x","__param_module":"a,b","site":"cellar"},"targets":["192.0.2.1"]}]"#
        );
    }
}
