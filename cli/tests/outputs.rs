//! `mibc compile` for readers other than Rust: pysmi's JSON, collectors, templates.

use std::path::Path;
use std::process::{Command, Output};

fn mibc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mibc"))
        .args(["compile", "--no-cache"])
        .env_remove("MIBC_PATH")
        .args(arguments)
        .output()
        .expect("mibc runs")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

#[test]
fn pysmi_json() {
    let output = mibc(&["IF-MIB", "--emit", "pysmi-json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["ifDescr"]["oid"], "1.3.6.1.2.1.2.2.1.2");
    assert_eq!(document["ifDescr"]["nodetype"], "column");
    assert!(document["ifDescr"]["description"].is_string());
    let without = mibc(&["IF-MIB", "--emit", "pysmi-json", "--no-texts"]);
    assert!(!stdout(&without).contains("\"description\": \"Num"), "{}", stdout(&without));
    assert_eq!(mibc(&["IF-MIB", "SNMPv2-MIB", "--emit", "pysmi-json"]).status.code(), Some(2));
}

#[test]
fn collectors() {
    let what = ["IF-MIB", "SNMPv2-MIB", "--table", "ifTable", "--walk", "sysName", "--lookup", "ifName"];
    for (emit, file, line) in [
        ("snmp-exporter", "snmp.yml", "    - 1.3.6.1.2.1.2.2\n"),
        ("telegraf", "telegraf.conf", "\n[[inputs.snmp.table]]\nname = \"ifTable\"\n"),
        ("otel", "otel.yaml", "\n      ifInOctets:\n"),
    ] {
        let output = mibc(&[&what[..], &["--emit", emit]].concat());
        assert!(output.status.success(), "{emit}: {}", stderr(&output));
        assert!(stdout(&output).contains(line), "{emit}: {}", stdout(&output));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("UTF-8");
        let written = mibc(&[&what[..], &["--emit", emit, "-o", path]].concat());
        assert!(written.status.success() && written.stdout.is_empty());
        assert_eq!(std::fs::read(folder.path().join(file)).expect("the file"), output.stdout);
    }
}

#[test]
fn options_reach_the_emitters() {
    let exporter = mibc(&[
        "IF-MIB",
        "--emit",
        "snmp-exporter",
        "--walk",
        "ifOperStatus",
        "--name",
        "links",
        "--no-auths",
        "--type",
        "ifOperStatus=EnumAsStateSet",
    ]);
    assert!(stdout(&exporter).contains("modules:\n  links:\n    walk:\n"), "{}", stdout(&exporter));
    assert!(stdout(&exporter).contains("type: EnumAsStateSet"));
    let telegraf = mibc(&[
        "IF-MIB",
        "--emit",
        "telegraf",
        "--walk",
        "ifOperStatus",
        "--no-labels",
        "--endpoint",
        "udp://192.0.2.1:161",
    ]);
    assert!(stdout(&telegraf).contains("agents = [\"udp://192.0.2.1:161\"]"), "{}", stdout(&telegraf));
    assert!(!stdout(&telegraf).contains("processors"));
    let otel =
        mibc(&["IF-MIB", "--emit", "otel", "--walk", "ifInOctets", "--name", "a", "--endpoint", "udp://a:1"]);
    assert!(stdout(&otel).contains("  snmp/a:\n"), "{}", stdout(&otel));
    assert!(stdout(&otel).contains("endpoint: udp://a:1\n"));
}

#[test]
fn what_cannot_be_collected_is_said() {
    let unknown = mibc(&["IF-MIB", "--emit", "otel", "--table", "ifTabel"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("`ifTabel` is not defined; did you mean `ifTable`?"),
        "{}",
        stderr(&unknown)
    );
    let empty = mibc(&["IF-MIB", "--emit", "otel", "--walk", "ifDescr"]);
    assert_eq!(empty.status.code(), Some(2));
    let left_out = mibc(&["IF-MIB", "--emit", "otel", "--table", "ifTable"]);
    assert!(stderr(&left_out).contains("note: ifDescr is left out"), "{}", stderr(&left_out));
}

#[test]
fn templates() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = folder.path().join("names.txt.j2");
    std::fs::write(&template, "{% for m in modules %}{{ m.name }};{% endfor %}\n").expect("a file");
    let template = template.to_str().expect("UTF-8");
    let output = mibc(&["IF-MIB", "SNMPv2-MIB", "--template", template]);
    assert_eq!(stdout(&output), "IF-MIB;SNMPv2-MIB;", "{}", stderr(&output));
    let out = folder.path().join("out");
    let written = mibc(&["IF-MIB", "--template", template, "-o", out.to_str().expect("UTF-8")]);
    assert!(written.status.success(), "{}", stderr(&written));
    assert_eq!(std::fs::read_to_string(out.join("names.txt")).expect("the file"), "IF-MIB;");
    std::fs::write(Path::new(template), "{{ nothing }}").expect("a file");
    let broken = mibc(&["IF-MIB", "--template", template]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("names.txt.j2:1: undefined value"), "{}", stderr(&broken));
    assert_eq!(mibc(&["IF-MIB", "--template", "/nowhere.j2"]).status.code(), Some(2));
    assert_eq!(mibc(&["IF-MIB", "--template", template, "--emit", "json"]).status.code(), Some(2));
}
