//! Rows as net-snmp's `snmptable` lays them out.

use super::super::Failure;
use super::super::output::Format;
use clap::Args;

/// Most characters that a column is padded to: a cell longer than that stands out.
const MAX_WIDTH: usize = 10_000;

/// How the text of a table is laid out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Layout")]
pub(crate) struct Layout {
    /// Put the index of each row in front (net-snmp: -Ci). JSON and CSV always have it.
    #[arg(long)]
    index: bool,
    /// Leave out what all column names begin with (net-snmp: -Cb).
    #[arg(long)]
    brief: bool,
    /// Text between columns, which are not aligned then (net-snmp: -Cf TEXT).
    #[arg(long, value_name = "TEXT")]
    separator: Option<String>,
    /// Align to the left (net-snmp: -Cl).
    #[arg(long)]
    left: bool,
    /// Most characters in a line: further columns follow below (net-snmp: -Cw).
    #[arg(long, value_name = "COUNT")]
    width: Option<usize>,
    /// Characters of each column, what is longer is cut (net-snmp: -Cc).
    #[arg(long, value_name = "COUNT")]
    column_width: Option<usize>,
    /// Only the headings (net-snmp: -Ch).
    #[arg(long)]
    pub(super) headings_only: bool,
    /// No headings (net-snmp: -CH).
    #[arg(long)]
    pub(super) no_headings: bool,
}

impl Layout {
    /// What has no effect on JSON and CSV is refused there.
    pub(super) fn check(&self, format: Format) -> Result<(), Failure> {
        let (json, csv) = (format == Format::Json, format == Format::Csv);
        let without = [
            ("--separator (-Cf)", self.separator.is_some(), json || csv),
            ("--left (-Cl)", self.left, json || csv),
            ("--width (-Cw)", self.width.is_some(), json || csv),
            ("--column-width (-Cc)", self.column_width.is_some(), json || csv),
            ("--headings-only (-Ch)", self.headings_only, json),
            ("--no-headings (-CH)", self.no_headings, json),
        ];
        let refused = without.iter().find(|(_, given, no_effect)| *given && *no_effect);
        match refused {
            Some((option, ..)) => {
                let name = if csv { "CSV" } else { "JSON" };
                Err(format!("{option} lays text out, and has no effect on {name}: leave one of them out")
                    .into())
            }
            None => Ok(()),
        }
    }

    /// The names of columns as headings have them.
    pub(super) fn headings<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        let common = if self.brief { common_beginning(names) } else { 0 };
        names.iter().map(|name| name.get(common..).unwrap_or(name)).collect()
    }

    /// Headings and rows of a table, each row with its index and a cell for each name.
    pub(super) fn text(&self, table: &str, names: &[&str], rows: &[(String, Vec<Option<String>>)]) -> String {
        let names = self.headings(names);
        let mut columns: Vec<Vec<&str>> = Vec::new();
        let first = if self.no_headings { None } else { Some("index") };
        if self.index {
            columns.push(first.into_iter().chain(rows.iter().map(|(index, _)| index.as_str())).collect());
        }
        for (place, heading) in names.iter().enumerate() {
            let cells =
                rows.iter().map(|(_, cells)| cells.get(place).and_then(Option::as_deref).unwrap_or("?"));
            let heading = if self.no_headings { None } else { Some(*heading) };
            columns.push(heading.into_iter().chain(cells).collect());
        }
        let names_wide = |place: usize| match place.checked_sub(usize::from(self.index)) {
            Some(place) => names.get(place).map_or(0, |name| name.len()),
            // A blank more, which is behind it where all is to the left.
            None => "index".len() + usize::from(!self.left),
        };
        let widths: Vec<usize> = columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let longest = column.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
                self.cut().unwrap_or_else(|| longest.max(names_wide(place))).min(MAX_WIDTH)
            })
            .collect();
        let lines = columns.first().map_or(0, Vec::len);
        let mut out = String::new();
        for (at, group) in self.groups(&widths).into_iter().enumerate() {
            if at > 0 {
                out.push('\n');
                if !self.no_headings {
                    out.push_str(&format!("SNMP table {table}, part {}\n\n", at + 1));
                }
            }
            for line in 0..lines {
                let cells = group.iter().filter_map(|&place| {
                    Some((*columns.get(place)?.get(line)?, widths.get(place).copied().unwrap_or(0)))
                });
                self.line(&mut out, cells);
            }
        }
        out
    }

    /// Characters that are left of each cell: the blank between columns counts as well.
    fn cut(&self) -> Option<usize> {
        self.column_width.map(|width| width.saturating_sub(1))
    }

    /// Which columns stand side by side.
    fn groups(&self, widths: &[usize]) -> Vec<Vec<usize>> {
        let most = self.width.filter(|_| self.separator.is_none()).unwrap_or(usize::MAX);
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut used = 0_usize;
        for (place, width) in widths.iter().enumerate() {
            let index = self.index && place == 0;
            // Nothing stands before the index.
            let needed = if index { *width } else { width.saturating_add(1) };
            if groups.is_empty() || used.saturating_add(needed) > most {
                // Each further group begins with the index again.
                let repeated = self.index && !groups.is_empty();
                groups.push(if repeated { vec![0] } else { Vec::new() });
                used = if repeated { widths.first().copied().unwrap_or(0) } else { 0 };
            }
            if let Some(group) = groups.last_mut() {
                group.push(place);
            }
            used = used.saturating_add(needed);
        }
        groups
    }

    fn line<'c>(&self, out: &mut String, cells: impl Iterator<Item = (&'c str, usize)>) {
        for (at, (cell, width)) in cells.enumerate() {
            if let Some(separator) = &self.separator {
                if at > 0 {
                    out.push_str(separator);
                }
                out.push_str(cell);
                continue;
            }
            let cut: String = match self.cut() {
                Some(width) => cell.chars().take(width).collect(),
                None => cell.to_owned(),
            };
            match self.left {
                true => out.push_str(&format!("{cut:<width$} ")),
                // As net-snmp has it, nothing stands before the index.
                false if at == 0 && self.index => out.push_str(&format!("{cut:>width$}")),
                false => out.push_str(&format!(" {cut:>width$}")),
            }
        }
        out.push('\n');
    }
}

/// How many octets all names begin with; none if there is one name.
fn common_beginning(names: &[&str]) -> usize {
    let Some((first, rest)) = names.split_first() else { return 0 };
    if rest.is_empty() {
        return 0;
    }
    let same = |name: &&str| first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    rest.iter().map(same).min().unwrap_or(0)
}
