//! What an agent answers need not be of the type that the MIB says, and what a user types need not be an OID.

use super::library;
use crate::compile::compile_files;
use crate::emit::rust::meta;
use crate::query::{Form, Translator};
use crate::world::{FsWorld, Location};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::show::{self, Style};
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many of the types print the longest values, too.
const LONG: usize = 12;

/// A value of every kind, and odd ones. The last two are long.
fn values() -> Vec<Value> {
    let mut arcs = vec![1, 3];
    arcs.resize(128, u32::MAX);
    let octets: [&[u8]; 9] = [
        b"",
        b"\x00",
        b"text",
        b"\xff\xfe\x80",
        // An invalid date, in both lengths.
        b"\x07\xff\x0d\x20\x19\x3d\x3d\x0b",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff",
        b"\x1b[31m\r\n\0",
        "\u{202e}é\u{fffd}".as_bytes(),
        &[0x80; 300],
    ];
    let mut values: Vec<Value> =
        octets.iter().map(|octets| Value::OctetString(octets.to_vec().into())).collect();
    values.extend([0, -1, 1, 17, i32::MAX, i32::MIN].map(Value::Integer));
    values.extend([0, u32::MAX].map(|n| Value::Gauge32(Gauge32(n))));
    values.extend([0, u32::MAX].map(|n| Value::TimeTicks(TimeTicks(n))));
    values.extend([
        Value::Counter32(Counter32(u32::MAX)),
        Value::Counter64(Counter64(u64::MAX)),
        Value::IpAddress(IpAddress::from([192, 0, 2, 1])),
        Value::ObjectIdentifier(Oid::from_arcs(&[0, 0]).expect("an OID")),
        Value::ObjectIdentifier(Oid::from_arcs(&arcs).expect("the longest OID")),
        Value::Opaque(Opaque(b"\x9f\x78\x04\x7f\xc0\x00\x00".to_vec())),
        Value::Opaque(Opaque(b"\x9f\x78\x7f".to_vec())),
        Value::Null,
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
        Value::Undecodable { tag: 0x9f, bytes: b"\x01\x80".to_vec().into() },
        Value::OctetString(vec![b'a'; 65_535].into()),
        Value::OctetString(vec![0xff; 65_535].into()),
    ]);
    values
}

/// The files of the corpus: in a debug build every eighth.
fn corpus() -> Vec<Location> {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("corpus");
    if !folder.is_dir() {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no corpus at {}", folder.display());
        eprintln!("notice: no corpus at {}, the built-in modules alone; set MIBC_SHARED", folder.display());
        return Vec::new();
    }
    let world = FsWorld::new().include_below(folder);
    let step = if cfg!(debug_assertions) { 8 } else { 1 };
    world.files().iter().step_by(step).cloned().map(Location::File).collect()
}

/// CVE-2014-3565, CVE-2008-2292: every kind of value is printed by every type of the MIBs, in every style, whatever
/// the type says.
#[test]
fn every_value_is_printed_by_every_type() {
    let mut places = corpus();
    places.extend(mibc_mibs::modules().iter().map(|module| Location::BuiltIn(module.name)));
    let compilation = compile_files(&FsWorld::new(), &places);
    let values = values();
    let mut quick = Style::DEFAULT;
    quick.quick = true;
    quick.text_beside_hex = true;
    quick.padded_hex = true;
    let names = |oid: OidRef<'_>| oid.to_string();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for module in compilation.model.modules() {
        let Ok(data) = meta::pack(&compilation.model, module.id) else { continue };
        for object in Meta::new(&data.bytes).objects() {
            let Some(syntax) = object.syntax() else { continue };
            let labels: Vec<_> = syntax.labels().take(40).collect();
            if !seen.insert(format!("{:?} {:?} {labels:?}", syntax.base(), syntax.hint())) {
                continue;
            }
            let count = if seen.len() < LONG { values.len() } else { values.len() - 2 };
            for value in values.iter().take(count) {
                for style in [&Style::DEFAULT, &quick] {
                    let shown = show::value(value.as_ref(), Some(&syntax), object.units(), style, &names);
                    // Each bit that is set takes a number of up to six digits.
                    assert!(shown.len() < 65_535 * 8 * 8, "{} octets for {}", shown.len(), object.name());
                }
            }
        }
    }
    assert!(seen.len() > 100, "{} types", seen.len());
}

/// CVE-2010-2891, CUPS #905: texts that look like OIDs and are none have an answer, which says so.
#[test]
fn texts_that_are_no_oids() {
    let (library, _) = library();
    let dots = ".".repeat(1_000_000);
    let long = vec!["1"; 129].join(".");
    let longer = vec!["4294967295"; 100_000].join(".");
    let texts = [
        &dots,
        &long,
        &longer,
        "1.3.6.",
        "1..3",
        "1.3.99999999999999999999",
        "1.3.4294967296",
        ".",
        "..",
        "IF-MIB::",
        "::",
        "IF-MIB::ifDescr.",
        "IF-MIB::ifDescr.99999999999999999999",
        "ifDescr.\"",
    ];
    for text in texts {
        let shown: String = text.chars().take(30).collect();
        if let Ok(answer) = Translator::new(library).translate(text) {
            panic!("{shown} means {}", answer.text(Form::Numeric));
        }
        if !text.contains(':') && !text.contains("if") {
            assert!(text.parse::<Oid>().is_err(), "{shown}");
        }
    }
}
