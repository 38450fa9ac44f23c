//! The metadata of the two modules, as the compiler would pack it.

use mibc_runtime::{
    index::Form,
    meta::{IndexDef, MetaBuilder, ObjectDef, ObjectKind, TypeDef},
    oid::Oid,
    syntax::{Access, BaseType},
};

fn ty(base: BaseType, name: &str, hint: &str) -> TypeDef {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    TypeDef { name: some(name), hint: some(hint), ..TypeDef::new(base) }
}

fn labels(base: BaseType, labels: &[(&str, i32)]) -> TypeDef {
    TypeDef {
        labels: labels.iter().map(|(label, number)| ((*label).to_owned(), *number)).collect(),
        ..TypeDef::new(base)
    }
}

struct Objects {
    builder: MetaBuilder,
    root: Oid,
}

impl Objects {
    fn add(&mut self, name: &str, arcs: &[u32], kind: ObjectKind) {
        self.builder.add_object(ObjectDef::new(name, self.oid(arcs), kind));
    }

    fn value(&mut self, name: &str, arcs: &[u32], kind: ObjectKind, access: Access, syntax: u32) {
        let mut def = ObjectDef::new(name, self.oid(arcs), kind);
        def.access = access;
        def.syntax = Some(syntax);
        self.builder.add_object(def);
    }

    fn row(&mut self, name: &str, arcs: &[u32], index: &[(&str, u32)]) {
        let mut def = ObjectDef::new(name, self.oid(arcs), ObjectKind::Row);
        def.index = index
            .iter()
            .map(|(name, syntax)| IndexDef {
                name: (*name).to_owned(),
                syntax: *syntax,
                form: Form::Variable,
            })
            .collect();
        self.builder.add_object(def);
    }

    fn notification(&mut self, name: &str, arcs: &[u32], objects: &[&str]) {
        let mut def = ObjectDef::new(name, self.oid(arcs), ObjectKind::Notification);
        def.objects = objects.iter().map(|name| (*name).to_owned()).collect();
        self.builder.add_object(def);
    }

    fn oid(&self, arcs: &[u32]) -> Oid {
        self.root.extend(arcs.iter().copied()).unwrap()
    }
}

use Access::{NotAccessible, ReadOnly, ReadWrite};
use ObjectKind::{Column, Node, Scalar, Table};

pub(crate) fn acme_bank_mib() -> Vec<u8> {
    let root = "1.3.6.1.4.1.32473.2".parse().unwrap();
    let mut o = Objects { builder: MetaBuilder::new("ACME-BANK-MIB"), root };
    let _text = o.builder.add_type(ty(BaseType::OctetString, "AcmeText", "255a"));
    let address = o.builder.add_type(ty(BaseType::OctetString, "AcmeAddress", "1x:"));
    let number = o.builder.add_type(ty(BaseType::Integer32, "AcmeBankNumber", "d"));
    let integer = o.builder.add_type(TypeDef::new(BaseType::Integer32));
    let counter = o.builder.add_type(TypeDef::new(BaseType::Counter64));
    let unsigned = o.builder.add_type(TypeDef::new(BaseType::Unsigned32));
    o.add("acmeBanks", &[], Node);
    o.value("acmeBankCount", &[1], Scalar, ReadOnly, integer);
    o.add("acmeBankTable", &[2], Table);
    o.row("acmeBankEntry", &[2, 1], &[("acmeBankNumber", number)]);
    o.value("acmeBankNumber", &[2, 1, 1], Column, NotAccessible, number);
    o.value("acmeBankAddress", &[2, 1, 2], Column, ReadOnly, address);
    o.value("acmeBankTrips", &[2, 1, 3], Column, ReadOnly, counter);
    o.add("acmeBankLimitTable", &[3], Table);
    o.row("acmeBankLimitEntry", &[3, 1], &[("acmeBankNumber", number)]);
    o.value("acmeBankLimit", &[3, 1, 1], Column, ReadWrite, unsigned);
    o.builder.finish().unwrap()
}

pub(crate) fn acme_outlet_mib() -> Vec<u8> {
    let root = "1.3.6.1.4.1.32473.3".parse().unwrap();
    let mut o = Objects { builder: MetaBuilder::new("ACME-OUTLET-MIB"), root };
    let features = o.builder.add_type(labels(BaseType::Bits, &[("metering", 0), ("remoteSwitch", 9)]));
    let state = o.builder.add_type(labels(BaseType::Integer32, &[("off", 1), ("on", 2), ("tripped", 3)]));
    let text = o.builder.add_type(ty(BaseType::OctetString, "AcmeText", "255a"));
    let number = o.builder.add_type(ty(BaseType::Integer32, "AcmeBankNumber", "d"));
    let gauge = o.builder.add_type(TypeDef::new(BaseType::Gauge32));
    let integer = o.builder.add_type(TypeDef::new(BaseType::Integer32));
    o.notification("acmeOutletTripped", &[0, 1], &["acmeOutletName", "acmeOutletState", "acmeOutletCurrent"]);
    o.notification("acmeStripRenamed", &[0, 2], &["acmeStripName", "acmeBankTrips"]);
    o.value("acmeStripName", &[1], Scalar, ReadWrite, text);
    o.add("acmeOutletTable", &[2], Table);
    o.row("acmeOutletEntry", &[2, 1], &[("acmeBankNumber", number), ("acmeOutletName", text)]);
    o.value("acmeOutletName", &[2, 1, 1], Column, NotAccessible, text);
    o.value("acmeOutletState", &[2, 1, 2], Column, ReadWrite, state);
    o.value("acmeOutletCurrent", &[2, 1, 3], Column, ReadOnly, gauge);
    o.value("acmeOutletFeatures", &[2, 1, 4], Column, ReadOnly, features);
    o.add("acmeBreakerTable", &[3], Table);
    o.row("acmeBreakerEntry", &[3, 1], &[("acmeBankNumber", number)]);
    o.value("acmeBreakerClosed", &[3, 1, 1], Column, ReadOnly, integer);
    o.builder.finish().unwrap()
}
