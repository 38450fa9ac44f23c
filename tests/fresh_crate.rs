//! A crate outside of the workspace, as README tells to write it: its snippets as they stand, without a warning under
//! clippy's strictest groups; and a module of one's own that imports from a standard one behind a cargo feature, and serves
//! a table of each.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const MODULE: &str = "ACME-SLOT-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI
  TruthValue FROM SNMPv2-TC
  InetAddressType, InetAddress FROM INET-ADDRESS-MIB
  entPhysicalIndex FROM ENTITY-MIB;
acmeSlotMIB MODULE-IDENTITY LAST-UPDATED \"202611270000Z\" ORGANIZATION \"ACME\" CONTACT-INFO \"acme.example\"
  DESCRIPTION \"Slots of a chassis.\" REVISION \"202611270000Z\" DESCRIPTION \"First.\" ::= { enterprises 32473 7 }
acmeSlotTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeSlotEntry MAX-ACCESS not-accessible STATUS current
  DESCRIPTION \"Slots.\" ::= { acmeSlotMIB 1 }
acmeSlotEntry OBJECT-TYPE SYNTAX AcmeSlotEntry MAX-ACCESS not-accessible STATUS current
  DESCRIPTION \"A slot.\" INDEX { entPhysicalIndex } ::= { acmeSlotTable 1 }
AcmeSlotEntry ::= SEQUENCE { acmeSlotLocked TruthValue, acmeSlotKind INTEGER, acmeSlotAddressType InetAddressType,
  acmeSlotAddress InetAddress }
acmeSlotLocked OBJECT-TYPE SYNTAX TruthValue MAX-ACCESS read-write STATUS current
  DESCRIPTION \"Whether it is locked.\" DEFVAL { false } ::= { acmeSlotEntry 1 }
acmeSlotKind OBJECT-TYPE SYNTAX INTEGER { line(1), fabric(2) } MAX-ACCESS read-only STATUS current
  DESCRIPTION \"What it takes.\" ::= { acmeSlotEntry 2 }
acmeSlotAddressType OBJECT-TYPE SYNTAX InetAddressType MAX-ACCESS read-only STATUS current
  DESCRIPTION \"The kind of its address.\" ::= { acmeSlotEntry 3 }
acmeSlotAddress OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS read-only STATUS current
  DESCRIPTION \"Its address.\" ::= { acmeSlotEntry 4 }
END
";

const PROGRAM: &str = "#![warn(clippy::pedantic, clippy::nursery, missing_docs)]
//! Slots of a chassis.
pub mod mibs {
    //! What the build script made.
    include!(concat!(env!(\"OUT_DIR\"), \"/mibs.rs\"));
}

use mibc::{Agent, Community, Manager, Session, Target, oid};
use mibs::acme_slot_mib::{ACME_SLOT_ADDRESS, ACME_SLOT_ADDRESS_TYPE, ACME_SLOT_KIND, ACME_SLOT_LOCKED, AcmeSlotEntry,
  AcmeSlotKind, AcmeSlotTable};
use mibs::entity_mib::{ENT_PHYSICAL_NAME, EntPhysicalEntry, EntPhysicalIndex, EntPhysicalTable};
use std::sync::Arc;

struct Chassis;

impl EntPhysicalTable for Chassis {
    fn next(&self, after: Option<&EntPhysicalIndex>) -> Option<EntPhysicalIndex> {
        after.is_none().then(|| 7.into())
    }
}

impl AcmeSlotTable for Chassis {
    fn next(&self, after: Option<&EntPhysicalIndex>) -> Option<EntPhysicalIndex> {
        EntPhysicalTable::next(self, after)
    }
    fn acme_slot_kind(&self, _: &EntPhysicalIndex) -> Option<AcmeSlotKind> {
        Some(AcmeSlotKind::FABRIC)
    }
}

async fn slot(chassis: &Session) -> Result<(), mibc::Error> {
    let (locked, kind) = chassis.get((ACME_SLOT_LOCKED.at(7), ACME_SLOT_KIND.at(7))).await?;
    if kind == AcmeSlotKind::FABRIC && !bool::from(locked) {
        chassis.set(oid!(\"ACME-SLOT-MIB::acmeSlotLocked.7\"), true.into()).await?;
    }
    let (address_type, address) = chassis.get((ACME_SLOT_ADDRESS_TYPE.at(7), ACME_SLOT_ADDRESS.at(7))).await?;
    println!(\"{:?}\", address.to_ip(address_type));
    // Columns of the module of one's own and of the standard one have the same index.
    let mut slots = chassis.table((ACME_SLOT_KIND, ENT_PHYSICAL_NAME));
    while let Some((index, (kind, name))) = slots.try_next().await? {
        println!(\"{index}: {kind:?} {name:?}\");
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), mibc::Error> {
    let chassis = Arc::new(Chassis);
    let agent = Agent::builder().community(Community::read_only(\"public\")).bind(\"127.0.0.1:0\").await?;
    agent.serve_table(AcmeSlotEntry, chassis.clone());
    agent.serve_table(EntPhysicalEntry, chassis);
    let running = agent.spawn();
    slot(&Manager::bind().await?.target(Target::v2c(\"192.0.2.1\", \"public\"))).await?;
    running.stop().await?;
    Ok(())
}
";

#[test]
fn what_readme_says_compiles_in_a_fresh_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(!readme.contains("rust,"), "a snippet of README is not compiled");
    let manifest = blocks(&readme, "toml").find(|block| block.contains("[build-dependencies]")).unwrap();
    let rust: Vec<&str> = blocks(&readme, "rust").collect();
    let named = |name: &str| rust.iter().find(|block| block.starts_with(&format!("// {name}\n"))).unwrap();

    let fresh = Fresh::new("readme", manifest);
    fresh.copy(&root.join("examples/quickstart/mibs/ACME-POWER-MIB.mib"), "mibs/ACME-POWER-MIB.mib");
    fresh.write("build.rs", named("build.rs"));
    fresh.write("src/main.rs", named("src/main.rs"));
    let others = rust.iter().filter(|block| !block.starts_with("// "));
    let count =
        others.enumerate().map(|(at, block)| fresh.write(&format!("src/bin/snippet_{at}.rs"), block)).count();
    assert!(count >= 4, "{count} snippets");
    fresh.must(&fresh.clippy());

    // The module imports from ENTITY-MIB, which is behind a feature, and so are the traits of its tables.
    let fresh = Fresh::new("slot", manifest);
    fresh.write("mibs/acme-slot.mib", MODULE);
    let build = named("build.rs").replace("[\"ACME-POWER-MIB\"]", "[\"ACME-SLOT-MIB\"]");
    let served = build.replace("[\"acmeOutletTable\"]", "[\"acmeSlotTable\", \"entPhysicalTable\"]");
    assert_ne!(served, build);
    fresh.write("build.rs", &served);
    fresh.write("src/main.rs", PROGRAM);
    let with = |settings: &str| {
        let with = manifest.replace(
            "mibc = { version = \"0.1\", path = \"../mibc\" }",
            &format!("mibc = {{ version = \"0.1\", path = \"../mibc\", {settings} }}"),
        );
        assert_ne!(with, manifest);
        with
    };
    fresh.lacks("entity-mib");
    fresh.manifest(&with("features = [\"entity-mib\"]"));
    fresh.must(&fresh.clippy());

    // A program that has no agent has no use for the traits, and only asks for them.
    let manager = "default-features = false, features = [\"manager\", \"entity-mib\", \"inet-address-mib\"]";
    fresh.manifest(&with(manager));
    fresh.write(
        "src/main.rs",
        "pub mod mibs { include!(concat!(env!(\"OUT_DIR\"), \"/mibs.rs\")); }\nfn main() {}\n",
    );
    fresh.write("build.rs", &build.replace("[\"acmeOutletTable\"]", "[\"entPhysicalTable\"]"));
    fresh.lacks("agent");
}

/// The blocks of a text that are in this language.
fn blocks<'a>(text: &'a str, language: &'a str) -> impl Iterator<Item = &'a str> {
    text.split("\n```")
        .skip(1)
        .step_by(2)
        .filter_map(move |block| block.strip_prefix(language)?.strip_prefix('\n'))
}

/// A crate in a folder of its own.
struct Fresh {
    folder: PathBuf,
}

impl Fresh {
    fn new(name: &str, manifest: &str) -> Fresh {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let fresh = Fresh { folder };
        fresh.manifest(manifest);
        // The versions that the workspace is tested with, which are there without a network.
        fresh.copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"), "Cargo.lock");
        fresh
    }

    fn manifest(&self, dependencies: &str) {
        let head = "[package]\nname = \"fresh\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
        let root = env!("CARGO_MANIFEST_DIR").replace('\\', "/");
        self.write(
            "Cargo.toml",
            &format!("{head}{}", dependencies.replace("\"../mibc", &format!("\"{root}"))),
        );
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn copy(&self, from: &Path, to: &str) {
        self.write(to, &fs::read_to_string(from).unwrap());
    }

    /// A snippet may bring in all names of a module.
    fn clippy(&self) -> Output {
        let strict = [
            "-W",
            "clippy::pedantic",
            "-W",
            "clippy::nursery",
            "-D",
            "warnings",
            "-A",
            "clippy::wildcard_imports",
        ];
        let installed =
            Command::new(env!("CARGO")).args(["clippy", "--version"]).output().unwrap().status.success();
        if !installed {
            eprintln!("notice: clippy is not installed; the crate is checked without");
            return self.cargo(&["check"]);
        }
        self.cargo(&[&["clippy", "--"][..], &strict].concat())
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .arg(arguments[0])
            .args(["--offline", "--color", "never"])
            .args(&arguments[1..])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh/target"))
            .output()
            .unwrap()
    }

    /// That the compiler has one error, which says that this feature is missing.
    fn lacks(&self, feature: &str) {
        let output = self.cargo(&["check"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
        assert!(!output.status.success() && errors.len() == 2, "one error, and that there is one:\n{text}");
        assert!(text.contains(&format!("features = [\"{feature}\"]")), "{text}");
    }

    fn must(&self, output: &Output) {
        assert!(
            output.status.success(),
            "{}: {}",
            self.folder.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
