use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    index::{Form, IndexWriter},
    oid::Oid,
    syntax::{Access, BaseType, Status},
    value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value},
};

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

/// A module with every kind of definition.
fn acme() -> Vec<u8> {
    let mut builder = MetaBuilder::new("ACME-MIB");
    let count = builder.add_type(TypeDef::new(BaseType::Counter32));
    let text = builder.add_type(TypeDef {
        name: Some("DisplayString".into()),
        hint: Some("255a".into()),
        ranges: vec![(0, 255)],
        ..TypeDef::new(BaseType::OctetString)
    });
    let state = builder.add_type(TypeDef {
        labels: vec![("up".into(), 1), ("down".into(), 2), ("testing".into(), -3), ("last".into(), i32::MAX)],
        ..TypeDef::new(BaseType::Integer32)
    });
    let number = builder.add_type(TypeDef {
        ranges: vec![(i64::from(i32::MIN), -1), (1, 4_294_967_295)],
        ..TypeDef::new(BaseType::Unsigned32)
    });
    assert_eq!(builder.add_type(TypeDef::new(BaseType::Counter32)), count);
    let object =
        |name: &str, at: &str, kind| ObjectDef::new(name, oid(&format!("1.3.6.1.4.1.9999{at}")), kind);
    builder.add_object(ObjectDef {
        syntax: Some(text),
        access: Access::ReadCreate,
        ..object("acmeName", ".2.1.300", ObjectKind::Column)
    });
    builder.add_object(ObjectDef {
        syntax: Some(count),
        access: Access::ReadOnly,
        units: Some("packets".into()),
        status: Status::Deprecated,
        ..object("acmeCount", ".1", ObjectKind::Scalar)
    });
    builder.add_object(object("acme", "", ObjectKind::Node));
    builder.add_object(object("acmeTable", ".2", ObjectKind::Table));
    builder.add_object(ObjectDef {
        index: vec![
            IndexDef { name: "acmeState".into(), syntax: state, form: Form::Variable },
            IndexDef { name: "acmePair".into(), syntax: text, form: Form::Fixed(2) },
            IndexDef { name: "acmeOwner".into(), syntax: text, form: Form::Implied },
        ],
        ..object("acmeEntry", ".2.1", ObjectKind::Row)
    });
    builder
        .add_object(ObjectDef { syntax: Some(state), ..object("acmeState", ".2.1.1", ObjectKind::Column) });
    builder.add_object(ObjectDef { syntax: Some(number), ..object("acmeNumber", ".3", ObjectKind::Scalar) });
    builder.add_object(ObjectDef {
        objects: vec!["acmeState".into(), "ifIndex".into()],
        ..object("acmeAlarm", ".0.1", ObjectKind::Notification)
    });
    builder.add_object(ObjectDef::new("org", oid("1.3"), ObjectKind::Node));
    builder.finish().unwrap()
}

#[test]
fn everything_comes_back() {
    let bytes = acme();
    let meta = Meta::new(&bytes);
    assert_eq!(meta.module(), "ACME-MIB");
    assert_eq!(meta.version(), Some(VERSION));
    let names: Vec<_> = meta.objects().map(|object| object.name()).collect();
    assert_eq!(
        names,
        [
            "org",
            "acme",
            "acmeAlarm",
            "acmeCount",
            "acmeTable",
            "acmeEntry",
            "acmeState",
            "acmeName",
            "acmeNumber"
        ]
    );
    let count = meta.object("acmeCount").unwrap();
    assert_eq!(count.oid(), oid("1.3.6.1.4.1.9999.1"));
    assert_eq!(
        (count.kind(), count.access(), count.status()),
        (ObjectKind::Scalar, Access::ReadOnly, Status::Deprecated)
    );
    assert_eq!(count.units(), Some("packets"));
    assert_eq!(
        count.syntax().map(|syntax| (syntax.base(), syntax.name())),
        Some((BaseType::Counter32, None))
    );
    assert_eq!(meta.object("org").unwrap().oid(), oid("1.3"));

    let name = meta.object("acmeName").unwrap();
    assert_eq!((name.kind(), name.access(), name.units()), (ObjectKind::Column, Access::ReadCreate, None));
    let syntax = name.syntax().unwrap();
    assert_eq!((syntax.name(), syntax.hint()), (Some("DisplayString"), Some("255a")));
    assert_eq!(syntax.ranges().collect::<Vec<_>>(), [(0, 255)]);
    assert!(syntax.admits(255) && !syntax.admits(256));
    let row = name.row().unwrap();
    assert_eq!(
        (row.name(), row.access(), row.syntax().is_none()),
        ("acmeEntry", Access::NotAccessible, true)
    );
    for object in [row, name] {
        let index: Vec<_> = object.index().map(|part| (part.name, part.syntax.base(), part.form)).collect();
        let expected = [
            ("acmeState", BaseType::Integer32, Form::Variable),
            ("acmePair", BaseType::OctetString, Form::Fixed(2)),
            ("acmeOwner", BaseType::OctetString, Form::Implied),
        ];
        assert_eq!(index, expected);
    }

    let state = meta.object("acmeState").unwrap().syntax().unwrap();
    let labels: Vec<_> = state.labels().collect();
    assert_eq!(labels, [("up", 1), ("down", 2), ("testing", -3), ("last", i32::MAX)]);
    assert_eq!((state.label(2), state.label(3)), (Some("down"), None));
    assert_eq!((state.number("testing"), state.number("Up")), (Some(-3), None));
    let number = meta.object("acmeNumber").unwrap().syntax().unwrap();
    assert_eq!(number.ranges().collect::<Vec<_>>(), [(-2_147_483_648, -1), (1, 4_294_967_295)]);
    assert!(number.admits(-5) && !number.admits(0));

    let alarm = meta.object("acmeAlarm").unwrap();
    assert_eq!(alarm.notification_objects().collect::<Vec<_>>(), ["acmeState", "ifIndex"]);
    assert_eq!((alarm.index().count(), row.notification_objects().count()), (0, 0));
    assert_eq!(meta.types().count(), 4);
    assert!(meta.type_at(4).is_none());
}

#[test]
fn look_up_by_oid() {
    let bytes = acme();
    let meta = Meta::new(&bytes);
    let at = |text: &str| meta.object_at(&oid(text)).map(|object| object.name());
    assert_eq!(at("1.3.6.1.4.1.9999.1.0"), Some("acmeCount"));
    assert_eq!(at("1.3.6.1.4.1.9999.2.1.300.1.97"), Some("acmeName"));
    assert_eq!(at("1.3.6.1.4.1.9999.2.1.299.1.97"), Some("acmeEntry"), "between two columns");
    assert_eq!(at("1.3.6.1.4.1.9999.2.2"), Some("acmeTable"));
    assert_eq!(at("1.3.6.1.4.1.9999.99"), Some("acme"));
    assert_eq!(at("1.3.6.1.4.1.10000"), Some("org"));
    assert_eq!(at("1.2.5"), None);
    assert_eq!(at("0.0"), None);
    assert_eq!(at("2.1"), None);
    assert_eq!(
        meta.object_exact(&oid("1.3.6.1.4.1.9999.2.1")).map(|object| object.name()),
        Some("acmeEntry")
    );
    assert!(meta.object_exact(&oid("1.3.6.1.4.1.9999.2.1.7")).is_none());
    for object in meta.objects() {
        assert_eq!(meta.object_exact(&object.oid()).map(|found| found.name()), Some(object.name()));
        assert_eq!(meta.object(object.name()).map(|found| found.oid()), Some(object.oid()));
    }
    assert!(meta.object("acmeNam").is_none());
}

#[test]
fn instances_have_names() {
    let bytes = acme();
    let meta = Meta::new(&bytes);
    let name = |text: &str| meta.instance_name(&oid(text)).map(|name| name.to_string()).unwrap_or_default();
    assert_eq!(name("1.3.6.1.4.1.9999.1.0"), "acmeCount.0");
    assert_eq!(name("1.3.6.1.4.1.9999.2.1.300.2.97.98.111.119.110"), r#"acmeName.down.'ab'.'own'"#);
    assert_eq!(name("1.3.6.1.4.1.9999.2.1.300.7.0.1.34"), r#"acmeName.7.0.1.'"'"#);
    assert_eq!(name("1.3.6.1.4.1.9999.2.1.300.2.97"), "acmeName.down.97", "cut short");
    assert_eq!(name("1.3.6.1.4.1.9999.2.1.300.2.97.300.1"), "acmeName.down.97.300.1", "no octets");
    assert_eq!(name("1.3.6.1.4.1.9999.2.1.300"), "acmeName");
    assert_eq!(name("1.3.6.1.4.1.9999.7.7"), "acme.7.7");
    assert_eq!(name("2.7"), "");
    let full = meta.instance_name(&oid("1.3.6.1.4.1.9999.1.0")).map(|name| format!("{name:#}"));
    assert_eq!(full.as_deref(), Some("ACME-MIB::acmeCount.0"));
}

#[test]
fn network_addresses_have_a_kind_in_front() {
    let mut builder = MetaBuilder::new("M");
    let address = builder.add_type(TypeDef::new(BaseType::IpAddress));
    let part = IndexDef { name: "atNetAddress".into(), syntax: address, form: Form::NetworkAddress };
    builder.add_object(ObjectDef {
        index: vec![part],
        ..ObjectDef::new("atEntry", oid("1.3.1"), ObjectKind::Row)
    });
    builder.add_object(ObjectDef::new("atIfIndex", oid("1.3.1.1"), ObjectKind::Column));
    let bytes = builder.finish().unwrap();
    let name = |text: &str| Meta::new(&bytes).instance_name(&oid(text)).map(|name| name.to_string());
    assert_eq!(name("1.3.1.1.1.192.0.2.1").as_deref(), Some("atIfIndex.1.192.0.2.1"));
    assert_eq!(name("1.3.1.1.2.192.0.2.1").as_deref(), Some("atIfIndex.2.192.0.2.1"), "not of the Internet");
}

#[test]
fn order_of_adding_does_not_matter() {
    let build = |names: [&str; 3]| {
        let mut builder = MetaBuilder::new("M");
        for name in names {
            builder.add_object(ObjectDef::new(name, oid("1.3.6"), ObjectKind::Node));
        }
        builder.finish().unwrap()
    };
    assert_eq!(build(["a", "b", "c"]), build(["c", "a", "b"]));
}

#[test]
fn unknown_types_are_refused() {
    let mut builder = MetaBuilder::new("M");
    builder.add_object(ObjectDef { syntax: Some(0), ..ObjectDef::new("a", oid("1.3"), ObjectKind::Scalar) });
    let error = builder.finish().unwrap_err();
    assert_eq!(error, MetaError::UnknownType { object: "a".into(), number: 0, types: 0 });
}

/// What a column costs: its name and at most a dozen octets.
#[test]
fn records_are_small() {
    let size = |columns: u32| {
        let mut builder = MetaBuilder::new("M");
        let number = builder.add_type(TypeDef::new(BaseType::Counter32));
        for column in 1..=columns {
            let at = oid("1.3.6.1.2.1.2.2.1").child(column).unwrap();
            let name = format!("column{column:04}");
            builder.add_object(ObjectDef {
                syntax: Some(number),
                ..ObjectDef::new(name, at, ObjectKind::Column)
            });
        }
        builder.finish().unwrap().len()
    };
    let per_column = (size(100) - size(0)) / 100;
    assert!(per_column <= 10 + 9, "{per_column}");
}

/// Asks everything there is to ask.
fn ask(bytes: &[u8]) {
    let meta = Meta::new(bytes);
    let _ = (meta.module(), meta.version(), format!("{meta:?}"));
    for object in meta.objects().take(300) {
        let _ = (
            object.oid(),
            object.units(),
            object.row(),
            object.access(),
            object.status(),
            format!("{object:?}"),
        );
        for part in object.index().take(300) {
            let _ = part.syntax.labels().take(300).count();
        }
        let _ = object.notification_objects().take(300).count();
        if let Some(syntax) = object.syntax() {
            let _ = (syntax.admits(5), syntax.label(1), syntax.name(), syntax.hint(), format!("{syntax:?}"));
        }
    }
    for ty in meta.types().take(300) {
        let _ = (ty.ranges().take(300).count(), ty.labels().take(300).count());
    }
    for text in ["1.3.6.1.4.1.9999.2.1.300.2.97.98.111", "0.0", "1.3.6.1.4.1.9999.0.1", "2.999"] {
        let oid = oid(text);
        let _ = meta.object_exact(&oid);
        let _ = meta.instance_name(&oid).map(|name| name.to_string());
    }
    let _ = meta.object("acmeName");
}

#[test]
fn cut_bytes_never_panic() {
    let bytes = acme();
    for end in 0..bytes.len() {
        ask(&bytes[..end]);
    }
    assert!(Meta::EMPTY.objects().next().is_none());
    assert_eq!(Meta::EMPTY.module(), "");
    let mut other = bytes;
    other[0] = VERSION + 1;
    assert_eq!(Meta::new(&other).objects().count(), 0, "another version is not read");
}

proptest! {
    #[test]
    fn wrong_bytes_never_panic(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = acme();
        for (at, octet) in changes {
            let at = at.index(bytes.len());
            bytes[at] = octet;
        }
        bytes[0] = VERSION;
        ask(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(mut bytes in vec(any::<u8>(), 1..200)) {
        bytes[0] = VERSION;
        ask(&bytes);
    }

    #[test]
    fn any_definition_is_found(all in vec((vec(0_u32..400, 0..6), "[a-z]{1,8}"), 0..40), ask in vec(0_u32..400, 0..8)) {
        let base = oid("1.3.6");
        let mut builder = MetaBuilder::new("M");
        for (arcs, name) in &all {
            let at = base.extend(arcs.iter().copied()).unwrap();
            builder.add_object(ObjectDef::new(name.as_str(), at, ObjectKind::Node));
        }
        let bytes = builder.finish().unwrap();
        let meta = Meta::new(&bytes);
        prop_assert_eq!(meta.objects().count(), all.len());
        let nearest = all.iter().map(|(arcs, _)| arcs).filter(|arcs| ask.starts_with(arcs)).max_by_key(|arcs| arcs.len());
        let mut writer = IndexWriter::new(&base);
        ask.iter().for_each(|arc| writer.unsigned(*arc));
        let found = meta.object_at(&writer.finish().unwrap()).map(|object| object.oid());
        prop_assert_eq!(found, nearest.map(|arcs| base.extend(arcs.iter().copied()).unwrap()));
    }
}

/// DEFVALs of every type, also beside units; none where there is none.
#[test]
fn defaults() {
    let values = [
        (BaseType::Integer32, Value::Integer(-7)),
        (BaseType::Unsigned32, Value::Gauge32(Gauge32(u32::MAX))),
        (BaseType::Gauge32, Value::Gauge32(Gauge32(0))),
        (BaseType::Counter32, Value::Counter32(Counter32(5))),
        (BaseType::TimeTicks, Value::TimeTicks(TimeTicks(1500))),
        (BaseType::Counter64, Value::Counter64(Counter64(u64::MAX))),
        (BaseType::OctetString, Value::OctetString("".into())),
        (BaseType::OctetString, Value::OctetString("a \"b\"".into())),
        (BaseType::Bits, Value::OctetString([0x80, 0].into())),
        (BaseType::Opaque, Value::Opaque(Opaque(vec![0x9f, 0x78]))),
        (BaseType::ObjectIdentifier, Value::ObjectIdentifier(Oid::ZERO)),
        (BaseType::IpAddress, Value::IpAddress(IpAddress([192, 0, 2, 1]))),
    ];
    let mut builder = MetaBuilder::new("ACME-MIB");
    let place = |number: usize, units: bool| oid(&format!("1.3.6.1.4.1.9999.{number}.{}", u8::from(units)));
    for (number, (base, value)) in values.iter().enumerate() {
        let syntax = Some(builder.add_type(TypeDef::new(*base)));
        for units in [false, true] {
            builder.add_object(ObjectDef {
                syntax,
                units: units.then(|| "seconds".into()),
                default: Some(value.clone()),
                ..ObjectDef::new("acme", place(number, units), ObjectKind::Scalar)
            });
        }
    }
    builder.add_object(ObjectDef {
        syntax: Some(0),
        units: Some("seconds".into()),
        ..ObjectDef::new("acmeNone", oid("1.3.6.1.4.1.9999.99"), ObjectKind::Scalar)
    });
    let bytes = builder.finish().unwrap();
    let meta = Meta::new(&bytes);
    for (number, (_, value)) in values.iter().enumerate() {
        for units in [false, true] {
            let object = meta.object_exact(&place(number, units)).unwrap();
            assert_eq!(object.default().as_ref(), Some(value));
            assert_eq!(object.units(), units.then_some("seconds"));
        }
    }
    let none = meta.object("acmeNone").unwrap();
    assert_eq!((none.default(), none.units()), (None, Some("seconds")));
    assert_eq!(meta.objects().count(), 2 * values.len() + 1);
}
