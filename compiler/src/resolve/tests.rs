//! Small modules, what the model says of them, and what is reported.

mod conformance;
mod defaults;
mod hostile;
mod imports;
mod mutations;
mod oids;
mod tables;
mod types;
mod work;

use crate::compile::{Compilation, compile};
use crate::diag::Diagnostic;
use crate::model::{Definition, Module, Object, Ref, Syntax, Type};
use crate::world::MemWorld;

/// A compilation of texts in memory, with the built-in modules behind them.
struct Case(Compilation);

/// Compiles the modules of `texts`, each `(name, text)`; the first one is what the questions are about.
fn case(texts: &[(&str, &str)]) -> Case {
    let world = texts.iter().fold(MemWorld::new().with_built_in(), |world, (name, text)| {
        world.file(format!("{name}.mib"), text.as_bytes())
    });
    let names: Vec<&str> = texts.iter().map(|(name, _)| *name).collect();
    Case(compile(&world, &names))
}

/// A module `T-MIB` of SMIv2 with the usual imports; `test` is its identity at 1.3.6.1.4.1.9.
fn v2(body: &str) -> Case {
    v2_with("", body)
}

/// As [`v2`], with more imports.
fn v2_with(imports: &str, body: &str) -> Case {
    case(&[("T-MIB", &text_v2(imports, body))])
}

fn text_v2(imports: &str, body: &str) -> String {
    format!(
        "T-MIB DEFINITIONS ::= BEGIN IMPORTS
         MODULE-IDENTITY, OBJECT-TYPE, OBJECT-IDENTITY, NOTIFICATION-TYPE, Integer32, Unsigned32, Counter32,
         Counter64, Gauge32, TimeTicks, IpAddress, Opaque, enterprises FROM SNMPv2-SMI
         TEXTUAL-CONVENTION, DisplayString, TruthValue, AutonomousType FROM SNMPv2-TC
         OBJECT-GROUP, NOTIFICATION-GROUP, MODULE-COMPLIANCE, AGENT-CAPABILITIES FROM SNMPv2-CONF {imports};
         test MODULE-IDENTITY LAST-UPDATED \"202601010000Z\" ORGANIZATION \"o\" CONTACT-INFO \"c\" DESCRIPTION \"d\"
         ::= {{ enterprises 9 }}\n{body}\nEND"
    )
}

/// A module `T-MIB` of SMIv1 with the usual imports.
fn v1(body: &str) -> Case {
    case(&[(
        "T-MIB",
        &format!(
            "T-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises, Counter, Gauge, NetworkAddress, IpAddress, TimeTicks,
             Opaque FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212 TRAP-TYPE FROM RFC-1215;
             test OBJECT IDENTIFIER ::= {{ enterprises 9 }}\n{body}\nEND"
        ),
    )])
}

/// An object of SMIv2 with the given SYNTAX (and further clauses).
fn object(name: &str, syntax: &str, rest: &str, oid: &str) -> String {
    format!(
        "{name} OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS read-write STATUS current DESCRIPTION \"d\" {rest}
         ::= {{ {oid} }}\n"
    )
}

impl Case {
    fn module(&self) -> &Module {
        self.0.requested.first().map(|&id| &self.0.model[id]).expect("the first module is there")
    }

    fn def(&self, name: &str) -> &Definition {
        self.0.model.definition(self.module().id, name).unwrap_or_else(|| panic!("no definition `{name}`"))
    }

    fn object(&self, name: &str) -> &Object {
        self.def(name).object().unwrap_or_else(|| panic!("`{name}` is no object"))
    }

    fn syntax(&self, name: &str) -> &Syntax {
        &self.object(name).syntax
    }

    fn named_type(&self, name: &str) -> &Type {
        self.0.model.named_type(self.module().id, name).unwrap_or_else(|| panic!("no type `{name}`"))
    }

    fn oid(&self, name: &str) -> String {
        self.def(name).oid.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string)
    }

    fn kind(&self, name: &str) -> &'static str {
        self.def(name).kind.as_str()
    }

    fn names(&self, refs: &[Ref<crate::model::DefId>]) -> Vec<&str> {
        refs.iter().map(|&reference| self.0.model.ref_name(reference)).collect()
    }

    fn enums(&self, syntax: &Syntax) -> Vec<(String, i64)> {
        syntax.enums.iter().map(|&(name, n)| (self.0.model.spelling(name).to_owned(), n)).collect()
    }

    /// The codes of everything that is reported, in order; informal notes about groups apart.
    fn codes(&self) -> Vec<&'static str> {
        self.0.diagnostics.iter().map(|d| d.code.id()).filter(|&code| code != "ungrouped-object").collect()
    }

    /// The only diagnostic of a code.
    fn only(&self, code: &str) -> &Diagnostic {
        let found: Vec<&Diagnostic> = self.0.diagnostics.iter().filter(|d| d.code.id() == code).collect();
        assert_eq!(found.len(), 1, "one {code} among {:?}", self.codes());
        found[0]
    }

    /// The text under the caret of a diagnostic.
    fn caret(&self, diagnostic: &Diagnostic) -> &str {
        diagnostic.primary.as_ref().map_or("", |label| self.0.model.sources.text(label.span))
    }
}
