//! Configurations of collectors: options, and which emitter writes them.

use clap::ValueEnum;
use mibc_compiler::compile::Compilation;
use mibc_compiler::emit::collectors::{Config, ConfigError, Request, select};
use mibc_compiler::emit::otel::{self, otel};
use mibc_compiler::emit::snmp_exporter::{self, snmp_exporter};
use mibc_compiler::emit::telegraf::{self, telegraf};
use std::collections::BTreeMap;

/// What to collect, and how it is written.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of snmp-exporter, telegraf and otel")]
pub(crate) struct Options {
    /// A table to collect, such as `ifTable` or `IF-MIB::ifTable`; may be given more than once. Without `--table`
    /// and `--walk`: all tables and scalars of the modules.
    #[arg(long = "table", value_name = "TABLE")]
    tables: Vec<String>,
    /// A name or OID whose tables, columns and scalars are collected; may be given more than once.
    #[arg(long = "walk", value_name = "NAME|OID")]
    walks: Vec<String>,
    /// A column whose values become a label, tag or attribute of rows with the same index, such as `ifName`; may be
    /// given more than once.
    #[arg(long = "lookup", value_name = "COLUMN")]
    lookups: Vec<String>,
    /// The name of the exporter's module, or of the receiver after `snmp/`.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// telegraf, otel: what to ask, as `udp://host:port`; telegraf takes several.
    #[arg(long = "endpoint", value_name = "URL")]
    endpoints: Vec<String>,
    /// snmp-exporter: leave `auths` out, for a file that is used with others.
    #[arg(long)]
    no_auths: bool,
    /// snmp-exporter: what becomes of enumerations.
    #[arg(long, value_enum, default_value_t = Enums::Gauge)]
    enums: Enums,
    /// snmp-exporter: the type of a metric, such as `ifOperStatus=EnumAsStateSet`; may be given more than once.
    #[arg(long = "type", value_name = "METRIC=TYPE", value_parser = pair)]
    types: Vec<(String, String)>,
    /// snmp-exporter: drop the index labels that a lookup starts from.
    #[arg(long)]
    drop_source_indexes: bool,
    /// telegraf: no labels for enumerations.
    #[arg(long)]
    no_labels: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Enums {
    /// The number.
    Gauge,
    /// One time series with the label.
    Info,
    /// One time series for each label.
    StateSet,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, kind) = text.split_once('=').ok_or("give METRIC=TYPE, such as ifOperStatus=EnumAsStateSet")?;
    Ok((name.to_owned(), kind.to_owned()))
}

/// The formats.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    SnmpExporter,
    Telegraf,
    Otel,
}

impl Format {
    /// The customary name of the file, and its extension.
    pub(crate) fn file(self) -> (&'static str, &'static str) {
        match self {
            Format::SnmpExporter => ("snmp", "yml"),
            Format::Telegraf => ("telegraf", "conf"),
            Format::Otel => ("otel", "yaml"),
        }
    }
}

/// Writes one configuration for all modules that were asked for.
pub(crate) fn config(
    format: Format,
    options: &Options,
    compilation: &Compilation,
) -> Result<Config, ConfigError> {
    let request = Request {
        tables: options.tables.clone(),
        walks: options.walks.clone(),
        lookups: options.lookups.clone(),
    };
    let model = &compilation.model;
    let selection = select(model, &compilation.requested, &request)?;
    match format {
        Format::SnmpExporter => {
            let mut to = snmp_exporter::Options {
                auths: !options.no_auths,
                enums: match options.enums {
                    Enums::Gauge => snmp_exporter::Enums::Gauge,
                    Enums::Info => snmp_exporter::Enums::Info,
                    Enums::StateSet => snmp_exporter::Enums::StateSet,
                },
                types: options.types.iter().cloned().collect::<BTreeMap<_, _>>(),
                drop_source_indexes: options.drop_source_indexes,
                ..snmp_exporter::Options::default()
            };
            to.name = options.name.clone().unwrap_or(to.name);
            snmp_exporter(model, &selection, &to)
        }
        Format::Telegraf => {
            let mut to = telegraf::Options { labels: !options.no_labels, ..telegraf::Options::default() };
            if !options.endpoints.is_empty() {
                to.agents.clone_from(&options.endpoints);
            }
            telegraf(model, &selection, &to)
        }
        Format::Otel => {
            let mut to =
                otel::Options { name: options.name.clone().unwrap_or_default(), ..otel::Options::default() };
            if let Some(endpoint) = options.endpoints.first() {
                to.endpoint.clone_from(endpoint);
            }
            otel(model, &selection, &to)
        }
    }
}
