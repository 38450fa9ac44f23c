//! `modules`: what to ask for, and the metrics.

use super::scalar::{GoDuration, LabelName, MetricName, Part, Whole, YamlOid, converted, parsed, unique};
use crate::date::Pattern;
use crate::module::{self, Asking, Extract, Filter, IndexKind, Kind, Source, Text};
use mibc_runtime::display_hint::Hint;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A module of the file.
#[derive(Deserialize)]
#[serde(from = "Raw")]
pub(super) struct Module {
    pub(super) module: crate::Module,
    /// What is not as it was meant, and which snmp_exporter accepts.
    pub(super) notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a module: a map with walk, get and metrics")]
struct Raw {
    #[serde(default)]
    walk: Option<Vec<YamlOid>>,
    #[serde(default)]
    get: Option<Vec<YamlOid>>,
    #[serde(default)]
    metrics: Option<Vec<Metric>>,
    #[serde(default)]
    filters: Option<Vec<RawFilter>>,
    #[serde(default)]
    max_repetitions: Option<u32>,
    #[serde(default)]
    retries: Option<u32>,
    #[serde(default)]
    timeout: Option<GoDuration>,
    #[serde(default)]
    use_unconnected_udp_socket: bool,
    #[serde(default)]
    allow_nonincreasing_oids: bool,
}

impl From<Raw> for Module {
    fn from(raw: Raw) -> Self {
        let oids = |list: Option<Vec<YamlOid>>| list.into_iter().flatten().map(|oid| oid.0).collect();
        let mut notes = Vec::new();
        let metrics = raw.metrics.into_iter().flatten();
        let metrics = metrics.map(|metric| {
            notes.extend(metric.notes);
            metric.metric
        });
        let metrics = metrics.collect();
        let mut module = crate::Module::new(oids(raw.walk), oids(raw.get), metrics);
        module.filters = raw.filters.into_iter().flatten().map(Filter::from).collect();
        let asking = Asking::default();
        module.asking = Asking {
            max_repetitions: raw.max_repetitions.unwrap_or(asking.max_repetitions),
            retries: raw.retries.unwrap_or(asking.retries),
            timeout: raw.timeout.map_or(asking.timeout, |timeout| timeout.0),
            any_order: raw.allow_nonincreasing_oids,
            any_source: raw.use_unconnected_udp_socket,
        };
        Module { module, notes }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a filter: a map with oid, targets and values")]
struct RawFilter {
    oid: YamlOid,
    #[serde(default)]
    targets: Vec<YamlOid>,
    #[serde(default)]
    values: Vec<Part>,
}

impl From<RawFilter> for Filter {
    fn from(raw: RawFilter) -> Self {
        let targets = raw.targets.into_iter().map(|oid| oid.0).collect();
        Filter::new(raw.oid.0, targets, raw.values.into_iter().map(|value| value.0).collect())
    }
}

struct Metric {
    metric: module::Metric,
    notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a metric: a map with name, oid, type and help")]
struct RawMetric {
    name: MetricName,
    oid: YamlOid,
    #[serde(deserialize_with = "kind")]
    r#type: Kind,
    #[serde(default)]
    help: Option<String>,
    #[serde(default)]
    indexes: Option<Vec<RawIndex>>,
    #[serde(default)]
    lookups: Option<Vec<RawLookup>>,
    #[serde(default, deserialize_with = "unique")]
    regex_extracts: BTreeMap<String, Vec<RawExtract>>,
    #[serde(default)]
    datetime_pattern: Option<String>,
    #[serde(default)]
    enum_values: Option<BTreeMap<i64, String>>,
    #[serde(default)]
    offset: f64,
    #[serde(default)]
    scale: f64,
    #[serde(default)]
    display_hint: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map with regex and value")]
struct RawExtract {
    #[serde(default)]
    value: Option<String>,
    regex: Whole,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an index: a map with labelname and type")]
struct RawIndex {
    labelname: LabelName,
    r#type: IndexType,
    #[serde(default)]
    fixed_size: u16,
    #[serde(default)]
    implied: bool,
    #[serde(default)]
    enum_values: Option<BTreeMap<i64, String>>,
    #[serde(default)]
    display_hint: Option<String>,
}

struct IndexType(IndexKind);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a lookup: a map with labels, labelname, oid and type")]
struct RawLookup {
    #[serde(default)]
    labels: Option<Vec<String>>,
    labelname: LabelName,
    #[serde(default)]
    oid: Option<YamlOid>,
    #[serde(default)]
    r#type: LookupType,
    #[serde(default)]
    enum_values: Option<BTreeMap<i64, String>>,
    #[serde(default)]
    display_hint: Option<String>,
}

struct LookupType {
    text: Text,
    enumeration: bool,
}

impl Default for LookupType {
    fn default() -> Self {
        Self { text: Text::OctetString, enumeration: false }
    }
}

fn text(name: &str) -> Option<Text> {
    Some(match name {
        "OctetString" => Text::OctetString,
        "DisplayString" => Text::DisplayString,
        "PhysAddress48" => Text::PhysAddress48,
        "InetAddressIPv4" => Text::InetAddressIPv4,
        "InetAddressIPv6" => Text::InetAddressIPv6,
        "InetAddress" => Text::InetAddress,
        "InetAddressMissingSize" => Text::InetAddressMissingSize,
        "LldpPortId" => Text::LldpPortId,
        _ => return None,
    })
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    parsed(deserializer, "the type of a metric", |name| {
        Ok(match name {
            "gauge" | "Float" | "Double" => Kind::Gauge,
            "counter" => Kind::Counter,
            "DateAndTime" => Kind::DateAndTime,
            "ParseDateAndTime" => Kind::ParseDateAndTime,
            "NTPTimeStamp" => Kind::NtpTimeStamp,
            "EnumAsInfo" => Kind::EnumAsInfo,
            "EnumAsStateSet" => Kind::EnumAsStateSet,
            "Bits" => Kind::Bits,
            other => Kind::Text(text(other).ok_or_else(|| {
                format!(
                    "`type` is `{other}`; expected gauge, counter, Float, Double, DateAndTime, ParseDateAndTime, \
                     NTPTimeStamp, EnumAsInfo, EnumAsStateSet, Bits, {TEXTS}"
                )
            })?),
        })
    })
}

const TEXTS: &str = "OctetString, DisplayString, PhysAddress48, InetAddressIPv4, InetAddressIPv6, InetAddress, \
                     InetAddressMissingSize or LldpPortId";

impl<'de> Deserialize<'de> for IndexType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "the type of an index", |name| {
            Ok(IndexType(match name {
                "gauge" | "counter" | "Integer" | "Integer32" => IndexKind::Number,
                "EnumAsInfo" => IndexKind::Enumeration,
                other => IndexKind::Text(text(other).ok_or_else(|| {
                    format!("the `type` of an index is `{other}`; expected gauge, EnumAsInfo, {TEXTS}")
                })?),
            }))
        })
    }
}

/// Types of lookups whose values are written as what they are, whatever is said of them.
const PLAIN: [&str; 10] = [
    "",
    "gauge",
    "counter",
    "Integer",
    "Integer32",
    "Float",
    "Double",
    "Bits",
    "EnumAsInfo",
    "EnumAsStateSet",
];

impl<'de> Deserialize<'de> for LookupType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "the type of a lookup", |name| {
            if PLAIN.contains(&name) {
                return Ok(LookupType { enumeration: name == "EnumAsInfo", ..LookupType::default() });
            }
            let text = text(name).ok_or_else(|| {
                format!(
                    "the `type` of a lookup is `{name}`; expected gauge, counter, Float, Double, EnumAsInfo, {TEXTS}"
                )
            })?;
            Ok(LookupType { text, enumeration: false })
        })
    }
}

/// A hint, if it is one. snmp_exporter writes octets without it otherwise.
fn hint(text: Option<String>, notes: &mut Vec<String>) -> Option<String> {
    text.filter(|text| match Hint::parse(text) {
        Ok(_) => true,
        Err(error) => {
            notes.push(format!(
                "`display_hint` is `{text}`, which is not a DISPLAY-HINT and is ignored: {error}"
            ));
            false
        }
    })
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        converted(deserializer, metric)
    }
}

fn metric(raw: RawMetric) -> Result<Metric, String> {
    let kind = raw.r#type;
    let mut metric = module::Metric::new(raw.name.0, raw.oid.0, kind);
    let named = |text: String| format!("metric `{}`: {text}", metric.name);
    let pattern = match (kind, raw.datetime_pattern) {
        (Kind::ParseDateAndTime, None) => {
            return Err(named("`type: ParseDateAndTime` needs a `datetime_pattern`".to_owned()));
        }
        (_, pattern) => {
            pattern.map(|text| Pattern::parse(&text)).transpose().map_err(|e| named(e.to_string()))?
        }
    };
    let mut notes = Vec::new();
    let indexes: Vec<_> = raw.indexes.into_iter().flatten().map(|raw| index(raw, &mut notes)).collect();
    let lookups: Result<Vec<_>, _> =
        raw.lookups.into_iter().flatten().map(|raw| lookup(raw, &mut notes)).collect();
    let lookups = lookups.map_err(named)?;
    let hint = hint(raw.display_hint, &mut notes);
    notes.extend(unknown_label(&indexes, &lookups));
    let notes = notes.into_iter().map(named).collect();
    metric.help = raw.help.unwrap_or_default();
    metric.indexes = indexes;
    metric.lookups = lookups;
    metric.extracts = raw.regex_extracts.into_iter().map(extract).collect();
    metric.pattern = pattern;
    metric.labels = raw.enum_values.unwrap_or_default();
    metric.scale = Some(raw.scale).filter(|scale| *scale != 0.0);
    metric.offset = raw.offset;
    metric.hint = hint;
    Ok(Metric { metric, notes })
}

/// A lookup that finds nothing, because a label that it goes by is not there.
fn unknown_label(indexes: &[module::Index], lookups: &[module::Lookup]) -> Option<String> {
    let mut known: Vec<&str> = indexes.iter().map(|index| index.label.as_str()).collect();
    for lookup in lookups {
        let Some(source) = &lookup.source else { continue };
        if let Some(label) = source.labels.iter().find(|label| !known.contains(&label.as_str())) {
            return Some(format!(
                "the lookup of `{}` goes by the label `{label}`, which no index and no lookup before it gives: it finds nothing",
                lookup.label
            ));
        }
        known.push(&lookup.label);
    }
    None
}

fn index(raw: RawIndex, notes: &mut Vec<String>) -> module::Index {
    let mut index = module::Index::new(raw.labelname.0, raw.r#type.0);
    index.fixed_size = usize::from(raw.fixed_size);
    index.implied = raw.implied;
    index.labels = raw.enum_values.unwrap_or_default();
    index.hint = hint(raw.display_hint, notes);
    index
}

fn lookup(raw: RawLookup, notes: &mut Vec<String>) -> Result<module::Lookup, String> {
    let label = raw.labelname.0;
    match (raw.labels.filter(|labels| !labels.is_empty()), raw.oid) {
        (None, _) => Ok(module::Lookup::drop(label)),
        (Some(labels), Some(oid)) => {
            let mut source = Source::new(labels, oid.0, raw.r#type.text);
            source.enumeration = raw.enum_values.filter(|_| raw.r#type.enumeration).unwrap_or_default();
            source.hint = hint(raw.display_hint, notes);
            Ok(module::Lookup::new(label, source))
        }
        (Some(_), None) => {
            Err(format!("the lookup of `{label}` has no `oid`: name the column that gives the label"))
        }
    }
}

fn extract((suffix, choices): (String, Vec<RawExtract>)) -> Extract {
    let choice = |choice: RawExtract| (choice.regex.0, choice.value.unwrap_or_else(|| "$1".to_owned()));
    Extract::new(suffix, choices.into_iter().map(choice).collect())
}
