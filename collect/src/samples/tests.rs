//! Samples of variables, by every kind of metric, index and lookup.

use super::{Counts, Number, samples};
use crate::module::{Extract, Index, IndexKind, Kind, Lookup, Metric, Source, Text};
use crate::{Module, Variables};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter64, IpAddress, OctetString, Opaque, Value, VarBind};
use regex_lite::Regex;

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(OctetString(octets.into()))
}

fn variable(name: &str, value: Value) -> VarBind {
    VarBind { name: oid(name), value }
}

/// Each sample as text, sorted, and what became of the variables.
fn show(metrics: Vec<Metric>, variables: Vec<VarBind>) -> (Vec<String>, Counts) {
    show_with(metrics, &Variables::new(variables))
}

fn show_with(metrics: Vec<Metric>, variables: &Variables) -> (Vec<String>, Counts) {
    let module = Module::new(Vec::new(), Vec::new(), metrics);
    let mut shown = Vec::new();
    let counts = samples(&module, variables, |sample| {
        let mut labels: Vec<_> =
            sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        labels.sort();
        let value = match sample.value {
            Number::Signed(number) => number.to_string(),
            Number::Unsigned(number) => format!("{number}u"),
            Number::Float(number) => format!("{number:?}"),
        };
        let counter = if sample.counter { " counter" } else { "" };
        shown.push(format!("{}{{{}}} {value}{counter}", sample.name, labels.join(",")));
    });
    shown.sort();
    (shown, counts)
}

fn scalar(kind: Kind) -> Metric {
    Metric::new("m", oid("1.3.6.1.4.1.9.1"), kind)
}

/// The samples of one value.
fn of(metric: Metric, value: Value) -> Vec<String> {
    show(vec![metric], vec![variable("1.3.6.1.4.1.9.1.0", value)]).0
}

fn column(kind: Kind, indexes: Vec<Index>) -> Metric {
    let mut metric = Metric::new("m", oid("1.3.6.1.4.1.9.2.1.5"), kind);
    metric.indexes = indexes;
    metric
}

/// The labels that an index gives.
fn index(parts: Vec<Index>, index: &str) -> String {
    let metric = column(Kind::Gauge, parts);
    let shown =
        show(vec![metric], vec![variable(&format!("1.3.6.1.4.1.9.2.1.5.{index}"), Value::Integer(1))]).0;
    shown[0].strip_prefix("m{").and_then(|text| text.strip_suffix("} 1")).expect("labels").to_owned()
}

fn text(label: &str, text: Text) -> Index {
    Index::new(label, IndexKind::Text(text))
}

#[test]
fn numbers() {
    assert_eq!(of(scalar(Kind::Gauge), Value::Integer(-3)), ["m{} -3"]);
    assert_eq!(
        of(scalar(Kind::Counter), Value::Counter64(Counter64(u64::MAX))),
        ["m{} 18446744073709551615u counter"]
    );
    let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
    assert_eq!(of(scalar(Kind::Gauge), opaque(&[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0])), ["m{} 1.5"]);
    assert_eq!(of(scalar(Kind::Gauge), opaque(&[0x9f, 0x79, 8, 0xc0, 0, 0, 0, 0, 0, 0, 0])), ["m{} -2.0"]);
    assert_eq!(of(scalar(Kind::Gauge), octets(b"17")), ["m{} 17"], "a number in a text");
    let mut scaled = scalar(Kind::Gauge);
    (scaled.scale, scaled.offset) = (Some(0.5), 1.0);
    assert_eq!(of(scaled, Value::Integer(7)), ["m{} 4.5"]);
}

#[test]
fn values_without_use_are_counted() {
    let metrics = vec![scalar(Kind::Gauge), column(Kind::DateAndTime, Vec::new())];
    let variables = vec![
        variable("1.3.6.1.4.1.9.1.0", octets(b"seven")),
        variable("1.3.6.1.4.1.9.2.1.5.1", octets(b"short")),
        variable("1.3.6.1.4.1.9.3.0", Value::Integer(1)),
    ];
    let (shown, counts) = show(metrics, variables);
    assert_eq!(shown, Vec::<String>::new());
    assert_eq!((counts.used, counts.unusable, counts.unlabelled), (0, 2, 0));
}

#[test]
fn texts_are_labels() {
    let texts = |kind| scalar(Kind::Text(kind));
    assert_eq!(of(texts(Text::DisplayString), octets(b"hi")), ["m{m=hi} 1"]);
    assert_eq!(of(texts(Text::DisplayString), octets(b"a\xff\xfeb\xff")), ["m{m=a\u{fffd}b\u{fffd}} 1"]);
    assert_eq!(of(texts(Text::OctetString), octets(&[0xab, 1])), ["m{m=0xAB01} 1"]);
    assert_eq!(of(texts(Text::OctetString), octets(&[])), ["m{m=} 1"]);
    assert_eq!(
        of(texts(Text::PhysAddress48), octets(&[0, 0x1b, 0x21, 1, 2, 3])),
        ["m{m=00:1B:21:01:02:03} 1"]
    );
    assert_eq!(
        of(texts(Text::InetAddressIPv4), Value::IpAddress(IpAddress([192, 0, 2, 1]))),
        ["m{m=192.0.2.1} 1"]
    );
    assert_eq!(
        of(texts(Text::InetAddressIPv6), octets(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ["m{m=2001:0DB8:0000:0000:0000:0000:0000:0001} 1"]
    );
    assert_eq!(of(texts(Text::OctetString), Value::ObjectIdentifier(oid("1.3.6.1"))), ["m{m=1.3.6.1} 1"]);
    assert_eq!(of(texts(Text::DisplayString), Value::Integer(4)), ["m{m=4} 1"]);
    let mut hinted = texts(Text::OctetString);
    hinted.hint = Some("1x-".to_owned());
    assert_eq!(of(hinted, octets(&[0xab, 1])), ["m{m=AB-01} 1"]);
}

#[test]
fn dates() {
    let date = octets(&[7, 0xb2, 1, 2, 0, 0, 0, 0]);
    assert_eq!(of(scalar(Kind::DateAndTime), date), ["m{} 86400"]);
    assert_eq!(of(scalar(Kind::NtpTimeStamp), octets(&[0x83, 0xaa, 0x7e, 0x81, 0, 0, 0, 0])), ["m{} 1"]);
    let mut metric = scalar(Kind::ParseDateAndTime);
    metric.pattern = Some(crate::date::Pattern::parse("%d.%m.%Y").expect("a pattern"));
    assert_eq!(of(metric, octets(b"02.01.1970")), ["m{} 86400"]);
}

#[test]
fn enumerations_and_bits() {
    let with_labels = |kind| {
        let mut metric = scalar(kind);
        metric.labels = [(0, "zero"), (1, "up"), (9, "far")].map(|(n, label)| (n, label.to_owned())).into();
        metric
    };
    assert_eq!(of(with_labels(Kind::EnumAsInfo), Value::Integer(1)), ["m_info{m=up} 1"]);
    assert_eq!(of(with_labels(Kind::EnumAsInfo), Value::Integer(5)), ["m_info{m=5} 1"]);
    assert_eq!(
        of(with_labels(Kind::EnumAsStateSet), Value::Integer(9)),
        ["m{m=far} 1", "m{m=up} 0", "m{m=zero} 0"]
    );
    assert_eq!(
        of(with_labels(Kind::EnumAsStateSet), Value::Integer(5)),
        ["m{m=5} 1", "m{m=far} 0", "m{m=up} 0", "m{m=zero} 0"]
    );
    assert_eq!(
        of(with_labels(Kind::Bits), octets(&[0x80, 0x40])),
        ["m{m=far} 1", "m{m=up} 0", "m{m=zero} 1"]
    );
    assert_eq!(of(with_labels(Kind::Bits), octets(&[])), ["m{m=far} 0", "m{m=up} 0", "m{m=zero} 0"]);
}

/// A label of the index has the name of the metric already: a sample has a label once.
#[test]
fn own_labels() {
    for kind in [Kind::EnumAsInfo, Kind::EnumAsStateSet, Kind::Bits] {
        let mut metric = column(kind, vec![Index::new("m", IndexKind::Number)]);
        metric.labels = [(1, "up".to_owned())].into();
        let value = if kind == Kind::Bits { octets(&[0x80]) } else { Value::Integer(1) };
        let (shown, counts) = show(vec![metric], vec![variable("1.3.6.1.4.1.9.2.1.5.4", value)]);
        assert_eq!((shown.len(), counts.unusable), (0, 1), "{kind:?}");
    }
    let metric = column(Kind::Text(Text::DisplayString), vec![Index::new("m", IndexKind::Number)]);
    let shown = show(vec![metric], vec![variable("1.3.6.1.4.1.9.2.1.5.4", octets(b"hi"))]).0;
    assert_eq!(shown, ["m{m=4} 1"]);
}

/// A name can have colons, its label cannot.
#[test]
fn names_with_colons() {
    let mut metric = scalar(Kind::Text(Text::DisplayString));
    metric.name = "a:b".to_owned();
    assert_eq!(of(metric.clone(), octets(b"hi")), ["a:b{a_b=hi} 1"]);
    metric.kind = Kind::EnumAsInfo;
    assert_eq!(of(metric, Value::Integer(3)), ["a:b_info{a_b=3} 1"]);
}

/// A long label that every row repeats does not take all memory.
#[test]
fn text_has_a_limit() {
    let mut metric = column(Kind::Gauge, vec![Index::new("row", IndexKind::Number)]);
    let source = Source::new(Vec::new(), oid("1.3.6.1.4.1.9.3.0"), Text::DisplayString);
    metric.lookups = vec![Lookup::new("long", source)];
    let rows = (0..200).map(|row| variable(&format!("1.3.6.1.4.1.9.2.1.5.{row}"), Value::Integer(1)));
    let long = octets(&vec![b'x'; 1 << 20]);
    let variables = rows.chain([variable("1.3.6.1.4.1.9.3.0", long)]).collect();
    let module = Module::new(Vec::new(), Vec::new(), vec![metric]);
    let mut count = 0;
    let counts = samples(&module, &Variables::new(variables), |_| count += 1);
    assert_eq!((count, counts.used, counts.beyond), (128, 128, 72));
}

#[test]
fn numbers_in_texts() {
    let mut metric = scalar(Kind::Text(Text::DisplayString));
    let choice = |expression: &str, template: &str| {
        (Regex::new(&format!("^(?:{expression})$")).expect("an expression"), template.to_owned())
    };
    metric.extracts = vec![
        Extract::new("Temp", vec![choice("t=(\\d+).*", "$1"), choice(".*", "0")]),
        Extract::new("Rest", vec![choice(".*,(\\w+)", "$1"), choice(".*,x(.*)", "${1}.5")]),
        Extract::new("None", vec![choice("nothing", "1")]),
    ];
    assert_eq!(of(metric.clone(), octets(b"t=21,x3")), ["mRest{} 3.5", "mTemp{} 21.0"]);
    assert_eq!(of(metric.clone(), octets(b"cold")), ["mTemp{} 0.0"]);
    (metric.scale, metric.offset) = (Some(0.5), 1.0);
    assert_eq!(of(metric, octets(b"t=21,x3")), ["mRest{} 2.75", "mTemp{} 11.5"]);
}

#[test]
fn parts_of_an_index() {
    let number = || Index::new("n", IndexKind::Number);
    assert_eq!(index(vec![number()], "7"), "n=7");
    let mut state = Index::new("s", IndexKind::Enumeration);
    state.labels = [(1, "up".to_owned())].into();
    assert_eq!(index(vec![state.clone(), number()], "1.4"), "n=4,s=up");
    assert_eq!(index(vec![state], "2"), "s=2");
    assert_eq!(index(vec![text("t", Text::DisplayString), number()], "2.104.105.9"), "n=9,t=hi");
    let mut fixed = text("t", Text::OctetString);
    fixed.fixed_size = 2;
    assert_eq!(index(vec![fixed, number()], "171.1.9"), "n=9,t=0xAB01");
    let mut implied = text("t", Text::DisplayString);
    implied.implied = true;
    assert_eq!(index(vec![number(), implied], "9.104.105"), "n=9,t=hi");
    assert_eq!(index(vec![text("t", Text::PhysAddress48)], "0.27.33.1.2.3"), "t=00:1B:21:01:02:03");
    assert_eq!(
        index(vec![text("t", Text::InetAddressIPv4)], "192.0.2"),
        "t=192.0.2.0",
        "a zero was left out"
    );
    assert_eq!(index(vec![text("t", Text::InetAddress), number()], "1.4.192.0.2.1.9"), "n=9,t=192.0.2.1");
    assert_eq!(index(vec![text("t", Text::InetAddress), number()], "16.2.104.105.9"), "n=9,t=0x10026869");
    assert_eq!(index(vec![text("t", Text::InetAddressMissingSize)], "1.192.0.2.1"), "t=192.0.2.1");
    assert_eq!(index(vec![text("t", Text::InetAddressMissingSize)], "16.104"), "t=0x1068");
    assert_eq!(index(vec![text("t", Text::LldpPortId)], "3.6.0.27.33.1.2.3"), "t=00:1B:21:01:02:03");
    // A length beyond the name.
    let long = index(vec![text("t", Text::OctetString)], "4294967295.1");
    assert!(long.starts_with("t=0x0100") && long.len() < 300, "{long}");
}

fn named(kind: Text) -> Metric {
    let mut metric = column(Kind::Gauge, vec![Index::new("row", IndexKind::Number)]);
    let source = Source::new(vec!["row".to_owned()], oid("1.3.6.1.4.1.9.2.1.3"), kind);
    metric.lookups = vec![Lookup::new("name", source)];
    metric
}

#[test]
fn lookups() {
    let value = variable("1.3.6.1.4.1.9.2.1.5.4", Value::Integer(1));
    let name = variable("1.3.6.1.4.1.9.2.1.3.4", octets(b"four"));
    assert_eq!(
        show(vec![named(Text::DisplayString)], vec![value.clone(), name.clone()]).0,
        ["m{name=four,row=4} 1"]
    );
    assert_eq!(show(vec![named(Text::DisplayString)], vec![value.clone()]).0, ["m{name=,row=4} 1"]);
    let mut dropping = named(Text::DisplayString);
    dropping.lookups.push(Lookup::drop("row"));
    assert_eq!(show(vec![dropping], vec![value.clone(), name.clone()]).0, ["m{name=four} 1"]);
    // The column before says that it is an address.
    let address = variable("1.3.6.1.4.1.9.2.1.3.4", octets(&[192, 0, 2, 1]));
    let kind = variable("1.3.6.1.4.1.9.2.1.2.4", Value::Integer(1));
    let variables = vec![value, address, kind];
    assert_eq!(show(vec![named(Text::InetAddress)], variables).0, ["m{name=192.0.2.1,row=4} 1"]);
}

#[test]
fn lookups_of_enumerations() {
    let mut metric = named(Text::OctetString);
    let source = metric.lookups[0].source.as_mut().expect("a source");
    source.enumeration = [(2, "down".to_owned())].into();
    let shown = |number| {
        let state = variable("1.3.6.1.4.1.9.2.1.3.4", Value::Integer(number));
        show(vec![metric.clone()], vec![state, variable("1.3.6.1.4.1.9.2.1.5.4", Value::Integer(1))]).0
    };
    assert_eq!(shown(2), ["m{name=down,row=4} 1"]);
    assert_eq!(shown(7), ["m{name=7,row=4} 1"]);
}

/// The value of one lookup is the index of the next.
#[test]
fn chained_lookups() {
    let mut metric = named(Text::OctetString);
    let source = Source::new(vec!["name".to_owned()], oid("1.3.6.1.4.1.9.3.1.2"), Text::DisplayString);
    metric.lookups.push(Lookup::new("further", source));
    metric.lookups.push(Lookup::drop("name"));
    let variables = vec![
        variable("1.3.6.1.4.1.9.2.1.5.4", Value::Integer(1)),
        variable("1.3.6.1.4.1.9.2.1.3.4", Value::Integer(77)),
        variable("1.3.6.1.4.1.9.3.1.2.77", octets(b"end")),
    ];
    assert_eq!(show(vec![metric], variables).0, ["m{further=end,row=4} 1"]);
}

/// A label from a column that was not read to its end is not empty: the sample is left out.
#[test]
fn labels_that_were_not_read() {
    let rows = [4, 5].map(|row| variable(&format!("1.3.6.1.4.1.9.2.1.5.{row}"), Value::Integer(1)));
    let mut variables = rows.to_vec();
    variables.push(variable("1.3.6.1.4.1.9.2.1.3.4", octets(b"four")));
    let variables = Variables::new(variables).with_missing(vec![oid("1.3.6.1.4.1.9.2.1.3")]);
    let (shown, counts) = show_with(vec![named(Text::DisplayString)], &variables);
    assert_eq!(shown, ["m{name=four,row=4} 1"]);
    assert_eq!((counts.used, counts.unlabelled), (1, 1));
}

#[test]
fn addresses_by_the_object_before() {
    let metric = column(Kind::Text(Text::InetAddress), vec![Index::new("row", IndexKind::Number)]);
    let address = variable("1.3.6.1.4.1.9.2.1.5.1", octets(&[192, 0, 2, 1]));
    let kind = variable("1.3.6.1.4.1.9.2.1.4.1", Value::Integer(1));
    let shown = show(vec![metric.clone()], vec![kind, address.clone()]).0;
    assert_eq!(shown, ["m{m=192.0.2.1,row=1} 1"]);
    assert_eq!(show(vec![metric], vec![address]).0, ["m{m=0xC0000201,row=1} 1"]);
}

#[test]
fn outer_metrics_win() {
    let inner = Metric::new("inner", oid("1.3.6.1.4.1.9.2.1.5"), Kind::Gauge);
    let outer = Metric::new("outer", oid("1.3.6.1.4.1.9.2"), Kind::Gauge);
    let last = Metric::new("last", oid("1.3.6.1.4.1.9.2"), Kind::Gauge);
    let variables = vec![variable("1.3.6.1.4.1.9.2.1.5.1", Value::Integer(1))];
    assert_eq!(show(vec![outer, inner, last], variables).0, ["last{} 1"]);
}

/// When the time is over, what was made is there, and the rest is counted.
#[test]
fn there_is_an_end() {
    let numbers = (1..=1_000).map(|row| variable(&format!("1.3.6.1.4.1.9.2.1.5.{row}"), Value::Integer(row)));
    let variables = Variables::new(numbers.collect());
    let row = vec![Index::new("row", IndexKind::Number)];
    let module = Module::new(Vec::new(), Vec::new(), vec![column(Kind::Gauge, row)]);
    let (mut looks, mut made) = (0, 0);
    let is_time = || {
        looks += 1;
        looks < 3
    };
    let counts = super::samples_while(&module, &variables, is_time, |_| made += 1);
    assert_eq!((counts.used, made, counts.late), (512, 512, 488));
    assert_eq!(samples(&module, &variables, |_| {}).late, 0);
}
