//! The dashboard for Grafana in `packaging`.

use crate::of_workspace;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

fn dashboard() -> Value {
    let text = fs::read_to_string(of_workspace("packaging/grafana/mibc.json")).expect("the dashboard");
    serde_json::from_str(&text).expect("JSON")
}

fn panels(dashboard: &Value) -> Vec<&Value> {
    dashboard["panels"].as_array().expect("panels").iter().collect()
}

/// Its queries, with what Grafana would put in for its variables.
pub(crate) fn queries() -> Vec<String> {
    let dashboard = dashboard();
    let targets = panels(&dashboard).into_iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let query = |target: &Value| {
        let query = target["expr"].as_str().expect("a query");
        query.replace("$__rate_interval", "5m").replace("$instance", ".*")
    };
    targets.map(query).collect()
}

#[test]
fn its_form() {
    let dashboard = dashboard();
    assert!(dashboard["schemaVersion"].as_u64().is_some_and(|version| version >= 39));
    // Whoever imports it chooses the source of its data; nothing in it is of one Grafana.
    assert!(dashboard.get("uid").is_none() && dashboard.get("id").is_none());
    let variables = dashboard["templating"]["list"].as_array().expect("variables");
    assert_eq!((&variables[0]["name"], &variables[0]["type"]), (&"datasource".into(), &"datasource".into()));
    let mut sources: Vec<&Value> =
        variables.iter().filter_map(|variable| variable.get("datasource")).collect();
    let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels(&dashboard) {
        assert!(ids.insert(panel["id"].as_u64().expect("a number")), "{panel}");
        let place = &panel["gridPos"];
        let (x, y, w) = (place["x"].as_u64(), place["y"].as_u64(), place["w"].as_u64());
        assert!(x.zip(w).is_some_and(|(x, w)| x + w <= 24) && places.insert((x, y)), "{panel}");
        assert!(panel["title"].as_str().is_some_and(|title| !title.is_empty()), "{panel}");
        if panel["type"] != "row" {
            let targets = panel["targets"].as_array().expect("queries");
            assert!(!targets.is_empty(), "{panel}");
            sources.extend(
                [&panel["datasource"]].into_iter().chain(targets.iter().map(|target| &target["datasource"])),
            );
        }
    }
    assert!(sources.iter().all(|source| source["uid"] == "${datasource}"), "{sources:?}");
    let queries = queries();
    assert!(queries.len() > 20 && !queries.iter().any(|query| query.contains('$')), "{queries:#?}");
}
