//! What templates see, and what is said about broken ones.

use super::{MAX_STEPS, render};
use crate::compile::{Compilation, compile};
use crate::world::MemWorld;

fn compilation() -> Compilation {
    compile(&MemWorld::new().with_built_in(), &["IF-MIB", "SNMPv2-MIB"])
}

fn run(source: &str) -> Result<String, String> {
    let compilation = compilation();
    render(&compilation.model, &compilation.requested, "t.j2", source).map_err(|error| error.to_string())
}

#[test]
fn templates_see_the_json() {
    assert_eq!(run("{{ module.name }} {{ modules | length }}\n").as_deref(), Ok("IF-MIB 2\n"));
    let source = "{% for d in module.definitions if d.name == 'ifEntry' %}{{ d.oid }} {{ d.index[0].name }}{% endfor %}";
    assert_eq!(run(source).as_deref(), Ok("1.3.6.1.2.1.2.2.1 ifIndex"));
    assert_eq!(
        run("{{ 'if-x' | rust_module }} {{ 'ifType' | rust_constant }}").as_deref(),
        Ok("if_x IF_TYPE")
    );
    assert_eq!(run("{{ 'ifType' | rust_type }} {{ 'type' | rust_member }}").as_deref(), Ok("IfType r#type"));
    assert_eq!(run("{{ ' a\n  b ' | one_line }} <&>").as_deref(), Ok("a b <&>"), "nothing is escaped");
    assert_eq!(run("{{ modules | tojson }}"), run("{{ modules | tojson }}"), "deterministic");
}

#[test]
fn mistakes_have_a_place() {
    let undefined = run("one\n{{ module.nam }}\n").expect_err("it is not defined");
    assert!(undefined.starts_with("t.j2:2: undefined value"), "{undefined}");
    let syntax = run("{% for %}").expect_err("it is no Jinja");
    assert!(syntax.starts_with("t.j2:1: syntax error"), "{syntax}");
    assert!(run("{% include 'passwd' %}").is_err());
    assert!(run("{{ 'x' | nothing }}").is_err());
}

/// Loops end: the number of steps is limited.
#[test]
fn endless_templates_end() {
    const _: () = assert!(MAX_STEPS >= 1_000_000);
    let mut environment = minijinja::Environment::new();
    environment.set_fuel(Some(10_000));
    let source = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    let error = environment.render_str(source, ()).map_err(super::TemplateError).expect_err("it is too long");
    assert!(error.to_string().contains("limit is"), "{error}");
}

#[test]
fn the_examples_work() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()) {
        let text = std::fs::read_to_string(&entry).expect("a text");
        let result = run(&text).unwrap_or_else(|error| panic!("{}: {error}", entry.display()));
        let expected = match entry.file_name().and_then(|name| name.to_str()) {
            Some("objects.md.j2") => "\n| `ifMtu` | 1.3.6.1.2.1.2.2.1.4 | Integer32 | read-only |",
            Some("oids.csv.j2") => "\nSNMPv2-MIB,sysUpTime,scalar,1.3.6.1.2.1.1.3\n",
            Some("labels.py.j2") => {
                "\n    \"IF-MIB::ifAdminStatus\": {1: \"up\", 2: \"down\", 3: \"testing\"},\n"
            }
            other => panic!("what does {other:?} write?"),
        };
        assert!(result.contains(expected), "{}: {result}", entry.display());
        seen += 1;
    }
    assert_eq!(seen, 3);
}
