//! `mibc df`: how full storages are, as net-snmp's `snmpdf`.

use super::ask::{self, Event};
use super::status::text;
use super::{Common, Failure, Told, Work};
use crate::output::to_stdout;
use mibc_runtime::manager::Session;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Of hrStorageTable: description, octets in a unit, size and used in units.
const STORAGE: [&str; 4] =
    ["1.3.6.1.2.1.25.2.3.1.3", "1.3.6.1.2.1.25.2.3.1.4", "1.3.6.1.2.1.25.2.3.1.5", "1.3.6.1.2.1.25.2.3.1.6"];
/// Of UCD-SNMP-MIB's dskTable: path, total and used in kB.
const DISKS: [&str; 3] = ["1.3.6.1.4.1.2021.9.1.2", "1.3.6.1.4.1.2021.9.1.6", "1.3.6.1.4.1.2021.9.1.8"];

/// What `mibc df` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct DfArguments {
    #[command(flatten)]
    common: Common,
    /// Ask for UCD-SNMP-MIB's dskTable, which is otherwise asked for only without hrStorageTable (net-snmp: -Cu).
    #[arg(help_heading = None, long)]
    ucd: bool,
    /// Sizes with units of 1024: MiB, GiB, TiB (net-snmp: -Ch).
    #[arg(help_heading = None, long)]
    binary: bool,
    /// Sizes with units of 1000: MB, GB, TB (net-snmp: -CH).
    #[arg(help_heading = None, long, conflicts_with = "binary")]
    decimal: bool,
    /// The agent (unless --target or a profile names it): HOST, HOST:PORT, [IPV6]:PORT.
    #[arg(help_heading = None, value_name = "AGENT")]
    operands: Vec<String>,
}

/// How sizes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sizes {
    Kilobytes,
    Binary,
    Decimal,
}

/// One storage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Storage {
    description: String,
    /// Octets in a unit; `None` if the numbers are kB.
    unit: Option<u64>,
    size: u64,
    used: u64,
}

pub(crate) fn df(arguments: &DfArguments) -> Result<ExitCode, Failure> {
    let work = arguments.common.prepare(&arguments.operands)?;
    let Work { agents, presentation, operands, .. } = &work;
    if let Some(more) = operands.first() {
        return Err(format!("this takes only agents; what is `{more}`?").into());
    }
    agents.plain_text_only(presentation.format)?;
    let renderer = work.renderer();
    let oids = |texts: &[&str]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Oid>, _>>();
    let (storage, disks, ucd) = (oids(&STORAGE)?, oids(&DISKS)?, arguments.ucd);
    let question = |session: Session, way: ask::Way| {
        let tables = if ucd { vec![disks.clone()] } else { vec![storage.clone(), disks.clone()] };
        async move {
            let mut any = false;
            for columns in tables {
                let mut walk = session.walk_several(&columns);
                while let Some(varbind) = walk.try_next().await? {
                    any = true;
                    if !way.send(varbind).await {
                        return Ok(());
                    }
                }
                if any {
                    break;
                }
            }
            Ok(())
        }
    };
    let sizes = match (arguments.binary, arguments.decimal) {
        (true, _) => Sizes::Binary,
        (_, true) => Sizes::Decimal,
        _ => Sizes::Kilobytes,
    };
    let mut found: Vec<Vec<VarBind>> = vec![Vec::new(); agents.names.len()];
    let mut empty = false;
    let status = ask::all(agents, &renderer, question, ask::to_stderr, |agent, event| match event {
        Event::VarBind(varbind) => {
            found.get_mut(agent).into_iter().for_each(|found| found.push(varbind.clone()));
            Ok(())
        }
        Event::End(Ok(())) => {
            let found = found.get_mut(agent).map(std::mem::take).unwrap_or_default();
            let mut all = storages(&found, &storage, true);
            if all.is_empty() {
                all = storages(&found, &disks, false);
            }
            empty |= all.is_empty();
            let of = if agents.names.len() > 1 { agents.names.get(agent) } else { None };
            let head = of.map(|name| format!("{name}:\n")).unwrap_or_default();
            to_stdout(&(head + &table(&all, sizes)))
        }
        Event::Round | Event::End(Err(_)) => Ok(()),
    })?;
    if empty {
        return Err(Told("Failed to locate any partitions.".to_owned()).into());
    }
    Ok(ExitCode::from(status))
}

/// The rows of a table: a description, a unit where there is one, size, used.
fn storages(found: &[VarBind], columns: &[Oid], units: bool) -> Vec<Storage> {
    let mut rows: BTreeMap<Vec<u32>, Storage> = BTreeMap::new();
    for varbind in found {
        let number =
            varbind.value.as_ref().as_i128().and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
        for (place, column) in columns.iter().enumerate() {
            let Some(index) = varbind.name.strip_prefix(column) else { continue };
            let row = rows.entry(index.collect()).or_default();
            match (place, units) {
                (0, _) => row.description = text(&varbind.value),
                (1, true) => row.unit = Some(number).filter(|unit| *unit > 0),
                (1, false) | (2, true) => row.size = number,
                _ => row.used = number,
            }
        }
    }
    rows.into_values().collect()
}

fn table(all: &[Storage], sizes: Sizes) -> String {
    let (width, first) = match sizes {
        Sizes::Kilobytes => (15, "Size (kB)"),
        Sizes::Binary | Sizes::Decimal => (10, "Size"),
    };
    let line = |description: &str, cells: [String; 3], share: &str| {
        let [size, used, free] = cells;
        format!("{description:<18} {size:>width$} {used:>width$} {free:>width$} {share:>5}\n")
    };
    let mut out = line("Description", [first.into(), "Used".into(), "Available".into()], "Used%");
    for storage in all {
        let Storage { description, unit, size, used } = storage;
        let share = match size {
            0 => *used,
            size => (*used as f64 * 100.0 / *size as f64) as u64,
        };
        let cell = |number: u64| {
            // No number of units is so large that this matters.
            let kilobytes = unit.map_or(number as f64, |unit| number as f64 * unit as f64 / 1024.0);
            match sizes {
                Sizes::Kilobytes => format!("{}", kilobytes as u64),
                Sizes::Binary => scaled(kilobytes.trunc(), 1024.0, ["kB", "MiB", "GiB", "TiB"]),
                Sizes::Decimal => scaled(kilobytes.trunc(), 1000.0, ["kB", "MB", "GB", "TB"]),
            }
        };
        out += &line(description, [*size, *used, size.saturating_sub(*used)].map(cell), &format!("{share}%"));
    }
    out
}

/// With the largest unit that leaves something before the point.
fn scaled(kilobytes: f64, step: f64, units: [&str; 4]) -> String {
    let mut number = kilobytes;
    let mut units = units.iter().peekable();
    let mut unit = units.next().copied().unwrap_or_default();
    while number >= step
        && let Some(next) = units.next()
    {
        (number, unit) = (number / step, next);
    }
    format!("{number:.2}{unit}")
}

#[cfg(test)]
mod tests {
    use super::{Sizes, Storage, table};

    #[test]
    fn lines() {
        let storage = |description: &str, unit, size, used| Storage {
            description: description.into(),
            unit,
            size,
            used,
        };
        let all = [
            storage("Physical memory", Some(1024), 24_684_084, 15_921_672),
            storage("Swap space", Some(1024), 0, 0),
            storage("/a/very/long/path/to/a/disk", Some(4096), 3, 1),
            storage("/", None, 1000, 2000),
        ];
        assert_eq!(
            table(&all, Sizes::Kilobytes),
            "Description              Size (kB)            Used       Available Used%\n\
             Physical memory           24684084        15921672         8762412   64%\n\
             Swap space                       0               0               0    0%\n\
             /a/very/long/path/to/a/disk              12               4               8   33%\n\
             /                             1000            2000               0  200%\n"
        );
        assert!(
            table(&all, Sizes::Binary)
                .contains("Physical memory      23.54GiB   15.18GiB    8.36GiB   64%\n")
        );
        assert!(
            table(&all, Sizes::Decimal)
                .contains("Physical memory       24.68GB    15.92GB     8.76GB   64%\n")
        );
        assert!(table(&[storage("x", Some(u64::MAX), u64::MAX, 1)], Sizes::Binary).contains("TiB"));
    }
}
