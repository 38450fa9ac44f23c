//! `modules`: what to ask for, and the metrics.

use super::scalar::{GoDuration, LabelName, MetricName, Part, Whole, YamlOid, unique};
use crate::date::Pattern;
use crate::module::{self, Asking, Extract, Filter, IndexKind, Kind, Source, Text};
use mibc_runtime::display_hint::Hint;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A module of the file.
#[derive(Deserialize)]
#[serde(from = "Raw")]
pub(super) struct Module(pub(super) crate::Module);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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
        let metrics = raw.metrics.into_iter().flatten().map(|metric| metric.0).collect();
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
        Module(module)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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

#[derive(Deserialize)]
#[serde(try_from = "RawMetric")]
struct Metric(module::Metric);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMetric {
    name: MetricName,
    oid: YamlOid,
    r#type: String,
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
#[serde(deny_unknown_fields)]
struct RawExtract {
    #[serde(default)]
    value: Option<String>,
    regex: Whole,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct IndexType(IndexKind);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLookup {
    #[serde(default)]
    labels: Option<Vec<String>>,
    labelname: LabelName,
    #[serde(default)]
    oid: Option<YamlOid>,
    #[serde(default)]
    r#type: LookupType,
    #[serde(default)]
    display_hint: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct LookupType(Text);

impl Default for LookupType {
    fn default() -> Self {
        Self(Text::OctetString)
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

fn kind(name: &str) -> Result<Kind, String> {
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
                "`type` is `{other}`; expected gauge, counter, Float, Double, DateAndTime, ParseDateAndTime, NTPTimeStamp, \
                 EnumAsInfo, EnumAsStateSet, Bits, {TEXTS}"
            )
        })?),
    })
}

const TEXTS: &str = "OctetString, DisplayString, PhysAddress48, InetAddressIPv4, InetAddressIPv6, InetAddress, \
                     InetAddressMissingSize or LldpPortId";

impl TryFrom<String> for IndexType {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Ok(IndexType(match name.as_str() {
            "gauge" | "counter" | "Integer" | "Integer32" => IndexKind::Number,
            "EnumAsInfo" => IndexKind::Enumeration,
            other => IndexKind::Text(text(other).ok_or_else(|| {
                format!("the `type` of an index is `{other}`; expected gauge, EnumAsInfo, {TEXTS}")
            })?),
        }))
    }
}

impl TryFrom<String> for LookupType {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        // Numbers are written as numbers, whatever is said of them.
        if [
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
        ]
        .contains(&name.as_str())
        {
            return Ok(LookupType::default());
        }
        text(&name).map(LookupType).ok_or_else(|| {
            format!("the `type` of a lookup is `{name}`; expected gauge, counter, Float, Double, {TEXTS}")
        })
    }
}

fn hint(text: Option<String>) -> Result<Option<String>, String> {
    if let Some(text) = &text {
        Hint::parse(text)
            .map_err(|error| format!("`display_hint` is `{text}`, which is not a DISPLAY-HINT: {error}"))?;
    }
    Ok(text)
}

impl TryFrom<RawMetric> for Metric {
    type Error = String;

    fn try_from(raw: RawMetric) -> Result<Self, String> {
        let kind = kind(&raw.r#type)?;
        let mut metric = module::Metric::new(raw.name.0, raw.oid.0, kind);
        let named = |error: String| format!("metric `{}`: {error}", metric.name);
        let pattern = match (kind, raw.datetime_pattern) {
            (Kind::ParseDateAndTime, None) => {
                return Err(named("`type: ParseDateAndTime` needs a `datetime_pattern`".to_owned()));
            }
            (_, pattern) => {
                pattern.map(|text| Pattern::parse(&text)).transpose().map_err(|e| named(e.to_string()))?
            }
        };
        let indexes: Result<Vec<_>, _> = raw.indexes.into_iter().flatten().map(index).collect();
        let indexes = indexes.map_err(named)?;
        let lookups: Result<Vec<_>, _> = raw.lookups.into_iter().flatten().map(lookup).collect();
        let lookups = lookups.map_err(named)?;
        let hint = hint(raw.display_hint).map_err(named)?;
        metric.help = raw.help.unwrap_or_default();
        metric.indexes = indexes;
        metric.lookups = lookups;
        metric.extracts = raw.regex_extracts.into_iter().map(extract).collect();
        metric.pattern = pattern;
        metric.labels = raw.enum_values.unwrap_or_default();
        metric.scale = Some(raw.scale).filter(|scale| *scale != 0.0);
        metric.offset = raw.offset;
        metric.hint = hint;
        Ok(Metric(metric))
    }
}

fn index(raw: RawIndex) -> Result<module::Index, String> {
    let mut index = module::Index::new(raw.labelname.0, raw.r#type.0);
    index.fixed_size = usize::from(raw.fixed_size);
    index.implied = raw.implied;
    index.labels = raw.enum_values.unwrap_or_default();
    index.hint = hint(raw.display_hint)?;
    Ok(index)
}

fn lookup(raw: RawLookup) -> Result<module::Lookup, String> {
    let label = raw.labelname.0;
    match (raw.labels.filter(|labels| !labels.is_empty()), raw.oid) {
        (None, _) => Ok(module::Lookup::drop(label)),
        (Some(labels), Some(oid)) => {
            let mut source = Source::new(labels, oid.0, raw.r#type.0);
            source.hint = hint(raw.display_hint)?;
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
