//! Tests of the interface for build scripts.

use super::*;
use std::time::SystemTime;

const ACME: &str = "ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC ifIndex FROM IF-MIB;
acme OBJECT IDENTIFIER ::= { enterprises 32473 }
acmeTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeEntry MAX-ACCESS not-accessible STATUS current
  DESCRIPTION \"Things.\" ::= { acme 1 }
acmeEntry OBJECT-TYPE SYNTAX AcmeEntry MAX-ACCESS not-accessible STATUS current
  DESCRIPTION \"A thing.\" INDEX { ifIndex } ::= { acmeTable 1 }
AcmeEntry ::= SEQUENCE { acmeName DisplayString, acmeCount Integer32 }
acmeName OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-write STATUS current
  DESCRIPTION \"Its name.\" ::= { acmeEntry 1 }
acmeCount OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current
  DESCRIPTION \"Its count.\" ::= { acmeEntry 2 }
END
";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.path("mibs")).unwrap();
        fs::write(place.path("mibs/ACME-MIB.mib"), ACME).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self) -> Config {
        Config::new()
            .base_dir(self.folder.path())
            .include("mibs")
            .modules(["ACME-MIB"])
            .out_dir("out")
            .emit_rerun_if_changed(false)
    }

    fn written(&self) -> SystemTime {
        fs::metadata(self.path("out/mibs.rs")).unwrap().modified().unwrap()
    }
}

/// §3 row 3: an unchanged build reads no module; at run time none is read at all.
#[test]
fn an_unchanged_build_parses_nothing_and_leaves_the_rust_alone() {
    let place = Place::new();
    let first = place.config().compile().unwrap();
    assert!(first.parsed > 1, "{first:?}");
    assert_eq!(first.sources, [place.path("mibs/ACME-MIB.mib")]);
    let text = fs::read_to_string(&first.file).unwrap();
    assert!(
        text.contains("pub mod acme_mib {")
            && text.contains("pub use ::mibc::mibs::{\n    if_mib, // Cargo.toml:"),
        "{text}"
    );
    let written = place.written();
    let second = place.config().compile().unwrap();
    assert_eq!((second.parsed, second.sources), (0, first.sources));
    assert_eq!(place.written(), written);
    assert!(place.config().cache(false).compile().unwrap().parsed > 1);
    assert_eq!(place.written(), written, "the same text is not written again");
}

#[test]
fn whatever_the_rust_depends_on_makes_it_anew() {
    let place = Place::new();
    let parsed = |config: Config| config.compile().unwrap().parsed > 0;
    assert!(parsed(place.config()));
    assert!(!parsed(place.config()));
    fs::write(place.path("mibs/ACME-MIB.mib"), ACME.replace("read-write", "read-only ")).unwrap();
    assert!(parsed(place.config()), "the content of a module, even if its size is the same");
    assert!(!parsed(place.config()));
    fs::write(place.path("mibs/IF-MIB.txt"), "OTHER-MIB DEFINITIONS ::= BEGIN END").unwrap();
    assert!(parsed(place.config()), "a new file on the search path");
    assert!(!parsed(place.config()));
    fs::write(place.path("mibs/IF-MIB.txt"), "OTHER-MIB DEFINITIONS ::= BEGIN\n END").unwrap();
    assert!(parsed(place.config()), "a file that was not read");
    assert!(parsed(place.config().agent(["acmeTable"])), "the configuration");
    assert!(parsed(place.config()), "the configuration, back again");
    fs::write(place.path("out/mibs.rs"), "").unwrap();
    assert!(parsed(place.config()), "the Rust itself");
    fs::remove_file(place.path("out/mibs.rs.cache")).unwrap();
    assert!(parsed(place.config()), "the cache");
}

/// S3: comments end with their line, or where the standard says.
#[test]
fn comments_end_where_the_configuration_says() {
    let place = Place::new();
    let text = "C-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;
        live OBJECT IDENTIFIER ::= { enterprises 1 } -- one -- hidden OBJECT IDENTIFIER ::= { enterprises 2 }
        END";
    fs::write(place.path("mibs/comments.txt"), text).expect("a file");
    let config = Config::new().include(place.path("mibs")).modules(["C-MIB"]).emit_rerun_if_changed(false);
    let config = config.out_dir(place.path("out"));
    let by_line = config.compile().expect("Rust");
    let rust = fs::read_to_string(&by_line.file).expect("the Rust");
    assert!(rust.contains("LIVE") && !rust.contains("HIDDEN"));
    let by_standard = config.comments(Comments::Asn1).compile().expect("Rust");
    assert!(by_standard.parsed > 0, "the setting is part of what the Rust depends on");
    assert!(fs::read_to_string(&by_standard.file).expect("the Rust").contains("HIDDEN"));
}

/// S25: the skeleton of an agent is held against a compliance statement.
#[test]
fn an_agent_is_held_against_a_compliance_statement() {
    let config = Config::new().modules(["IF-MIB"]).emit_rerun_if_changed(false);
    let refused = |config: &Config| config.generate().expect_err("tables are missing").summary().to_owned();
    let strict = config.clone().agent(["ifTable"]).complies_with(["IF-MIB::ifCompliance3"]);
    let said = refused(&strict);
    assert!(said.contains("`IF-MIB::ifCompliance3` asks for tables"), "{said}");
    assert!(said.contains("IF-MIB::ifXTable") && !said.contains("IF-MIB::ifTable"), "{said}");
    assert!(!said.contains("ifTestTable"), "of a group that is not mandatory: {said}");
    strict.agent(["ifXTable", "ifStackTable", "ifRcvAddressTable"]).generate().expect("all are served");
    let said = refused(&config.complies_with(["ifCompliance99"]));
    assert!(said.contains("no compiled module has such a MODULE-COMPLIANCE"), "{said}");
}

#[test]
fn agents_get_a_trait_for_the_tables_they_name() {
    let place = Place::new();
    let text = place.config().agent(["acmeTable"]).generate().unwrap().rust;
    assert!(text.contains("pub trait AcmeTable") && text.contains("pub struct AcmeSet"), "{text}");
    assert!(!place.config().generate().unwrap().rust.contains("trait"));
    // That of a standard table is in mibc, beside the row; its module is not written a second time.
    let text = place.config().agent(["IF-MIB::ifTable"]).generate().unwrap().rust;
    assert!(!text.contains("trait IfTable") && !text.contains("mod if_mib"), "{text}");
    let named = "use self::if_mib::IfTable as _; // Cargo.toml: mibc = { .., features = [\"agent\"] }\n";
    assert!(text.contains("    if_mib, // Cargo.toml") && text.contains(named), "{text}");
    // Without mibc's modules there is one copy, too.
    let text = place.config().standard_modules(None).agent(["ifTable"]).generate().unwrap().rust;
    assert!(text.contains("pub trait IfTable") && text.contains("pub mod if_mib {"), "{text}");
    assert!(!text.contains("use self::") && text.contains("type Index = super::if_mib::IfIndex;"), "{text}");
    let error = place.config().agent(["acmeTabel"]).generate().unwrap_err();
    assert!(error.to_string().contains("`acmeTabel`"), "{error}");
}

#[test]
fn errors_show_the_whole_report() {
    let place = Place::new();
    fs::write(place.path("mibs/ACME-MIB.mib"), ACME.replace("{ acme 1 }", "{ acne 1 }")).unwrap();
    let error = place.config().compile().unwrap_err();
    let report = format!("{error:?}");
    assert!(report.contains("ACME-MIB.mib:4:") || report.contains("ACME-MIB.mib:5:"), "{report}");
    assert!(report.contains("acne"), "{report}");
    assert!(!place.path("out/mibs.rs").exists());
    let allowed = place.config().allow_errors(true).generate().unwrap();
    assert!(allowed.rust.contains("pub mod acme_mib") && !allowed.warnings.is_empty());
    let error = Config::new().modules(["NO-SUCH-MIB"]).generate().unwrap_err();
    assert!(error.to_string().contains("NO-SUCH-MIB"), "{error}");
    assert!(Config::new().generate().is_err());
}

#[test]
fn cargo_watches_what_was_searched_and_what_was_read() {
    let place = Place::new();
    let config = place.config();
    let compiled = config.compile().unwrap();
    let lines = config.cargo_lines(&compiled.sources, &["one thing".to_owned()]);
    let watch = |name: &str| format!("cargo::rerun-if-changed={}", place.path(name).display());
    assert_eq!(lines, [watch("mibs"), watch("mibs/ACME-MIB.mib"), "cargo::warning=one thing".to_owned()]);
    let lines = Config::new().modules(["IF-MIB"]).cargo_lines(&[], &[]);
    assert_eq!(lines, ["cargo::rerun-if-changed=Cargo.toml"]);
}
