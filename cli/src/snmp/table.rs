//! `mibc table`: a conceptual table, a line for each row.

mod layout;

use super::ask::{self, Event};
use super::output::{Format, Presentation};
use super::printer::csv_line;
use super::progress::Progress;
use super::{Common, Failure, Work, words};
use crate::output::{WriteError, to_stdout};
use crate::tool::Tool;
use layout::Layout;
use mibc_compiler::model::Kind;
use mibc_compiler::query::{Answer, Library, Renderer, Root, json as plain};
use mibc_runtime::manager::Session;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// What `mibc table` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct TableArguments {
    #[command(flatten)]
    common: Common,
    /// The agent (unless --target or a profile names it). Then the name of a table or row.
    #[arg(help_heading = None, required = true, value_name = "AGENT|TABLE")]
    operands: Vec<String>,
    #[command(flatten)]
    layout: Layout,
    /// Rows to ask for at a time (net-snmp: -Cr10); learned from the agent unless given. With 1, GETNEXT (-CB).
    #[arg(help_heading = None, long, value_name = "COUNT")]
    max_repetitions: Option<u32>,
}

/// A table that has been found.
struct Table {
    /// As in headings: `IF-MIB::ifTable`.
    name: String,
    columns: Vec<Column>,
}

/// A column that can be read.
struct Column {
    name: String,
    oid: Oid,
}

/// The cells of an agent: by the numbers of the index, one per column.
type Rows = BTreeMap<Vec<u32>, Vec<Option<VarBind>>>;

pub(crate) fn table(arguments: &TableArguments) -> Result<ExitCode, Failure> {
    let work = arguments.common.prepare(&arguments.operands)?;
    let Work { library, presentation, agents, operands } = &work;
    let renderer = work.renderer();
    let [name] = operands.as_slice() else {
        return Err("expected the name of one table, such as `ifTable`".into());
    };
    arguments.layout.check(presentation.format)?;
    if Root::parse(name).is_some() {
        return Err(no_table(name, name));
    }
    let answer = renderer.translate(name).map_err(|error| words::unknown(name, &error))?;
    let table = Table::of(&renderer, &answer, name)?;
    let roots: Vec<Oid> = table.columns.iter().map(|column| column.oid.clone()).collect();
    let mut rows: Vec<Rows> = agents.names.iter().map(|_| Rows::new()).collect();
    let mut writer = Writer {
        table: &table,
        layout: &arguments.layout,
        presentation,
        agents: &agents.names,
        library,
        headed: false,
    };
    if arguments.layout.headings_only {
        writer.headings_alone()?;
        return Ok(ExitCode::SUCCESS);
    }
    let question = |session: Session, way: ask::Way| {
        let (roots, max_repetitions) = (roots.clone(), arguments.max_repetitions);
        async move {
            let mut walk = session.walk_several(&roots);
            if let Some(count) = max_repetitions {
                walk = walk.max_repetitions(count);
            }
            while let Some(varbind) = walk.try_next().await? {
                if !way.send(varbind).await {
                    break;
                }
            }
            Ok(())
        }
    };
    let progress = Progress::new(false);
    let report = |text: &str| progress.report(text);
    let status = ask::all(agents, &renderer, question, report, |agent, event| {
        let Some(rows) = rows.get_mut(agent) else { return Ok(()) };
        match event {
            Event::VarBind(varbind) => {
                progress.step();
                table.add(rows, varbind);
                Ok(())
            }
            Event::Round => Ok(()),
            // What came before an error is shown as well.
            Event::End(Err(_)) if rows.is_empty() => Ok(()),
            Event::End(_) => {
                progress.clear();
                writer.rows(agent, rows)
            }
        }
    })?;
    progress.clear();
    Ok(ExitCode::from(status))
}

fn no_table(asked: &str, name: &str) -> Failure {
    words::mistake(
        format!("Was that a table? {name}"),
        format!("`{asked}` is not a table; `mibc find --kind table` lists those there are"),
    )
}

impl Table {
    fn of(renderer: &Renderer<'_>, answer: &Answer, asked: &str) -> Result<Table, Failure> {
        let model = answer.model();
        let row = match &answer.definition().kind {
            Kind::Table(_, row) => row.and_then(|row| match &model[row].kind {
                Kind::Row(row) => Some(row),
                _ => None,
            }),
            Kind::Row(row) => Some(row),
            _ => {
                return Err(no_table(asked, &renderer.name(answer.oid.as_ref())));
            }
        };
        let columns = row.map(|row| row.columns.as_slice()).unwrap_or_default();
        let columns: Vec<Column> = columns
            .iter()
            .filter_map(|&id| match &model[id].kind {
                Kind::Column(object, _) if object.access.is_none_or(|access| access.is_readable()) => {
                    let name = model.spelling(model[id].name).to_owned();
                    Some(Column { name, oid: model[id].oid.clone()? })
                }
                _ => None,
            })
            .collect();
        if columns.is_empty() {
            return Err(format!("`{asked}` has no column that can be read").into());
        }
        Ok(Table { name: renderer.name(answer.oid.as_ref()), columns })
    }

    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    fn add(&self, rows: &mut Rows, varbind: VarBind) {
        for (place, column) in self.columns.iter().enumerate() {
            if let Some(index) = varbind.name.strip_prefix(&column.oid) {
                let row = rows.entry(index.collect()).or_insert_with(|| vec![None; self.columns.len()]);
                if let Some(cell) = row.get_mut(place) {
                    *cell = Some(varbind);
                }
                return;
            }
        }
    }
}

struct Writer<'w> {
    table: &'w Table,
    layout: &'w Layout,
    presentation: &'w Presentation,
    agents: &'w [String],
    library: &'w Library,
    headed: bool,
}

impl Writer<'_> {
    fn headings_alone(&self) -> Result<(), WriteError> {
        let names = self.table.names();
        to_stdout(&match self.presentation.format {
            Format::Csv => self.csv_headings(&names),
            _ => {
                let mut text = self.layout.text(&self.table.name, &names, &[]);
                if Tool::current().is_some() {
                    text += &format!("{}: No entries\n", self.table.name);
                }
                text
            }
        })
    }

    fn csv_headings(&self, names: &[&str]) -> String {
        csv_line(&[&["target", "index"], self.layout.headings(names).as_slice()].concat()) + "\n"
    }

    /// All rows of an agent.
    fn rows(&mut self, agent: usize, rows: &Rows) -> Result<(), WriteError> {
        let renderer = self.presentation.cells(self.library);
        let cell = |cell: &Option<VarBind>, row: &[&VarBind]| {
            let varbind = cell.as_ref()?;
            Some(renderer.value_beside(varbind.name.as_ref(), varbind.value.as_ref(), row))
        };
        let lines: Vec<(String, Vec<Option<String>>)> = rows
            .values()
            .map(|cells| {
                let row: Vec<&VarBind> = cells.iter().flatten().collect();
                let name = row.first().map(|varbind| renderer.index(varbind.name.as_ref()));
                (name.unwrap_or_default(), cells.iter().map(|varbind| cell(varbind, &row)).collect())
            })
            .collect();
        let table = self.table;
        let names = table.names();
        let agent_name = self.agents.get(agent).map(String::as_str).unwrap_or_default();
        match self.presentation.format {
            Format::Text => {
                let of = if self.agents.len() > 1 { format!(" of {agent_name}") } else { String::new() };
                if lines.is_empty() {
                    return to_stdout(&format!("{}: No entries{of}\n", self.table.name));
                }
                let heading = match self.layout.no_headings {
                    true => String::new(),
                    false => format!("SNMP table: {}{of}\n\n", self.table.name),
                };
                to_stdout(&(heading + &self.layout.text(&self.table.name, &names, &lines)))
            }
            Format::Json => {
                let names = self.layout.headings(&names);
                for ((index, texts), cells) in lines.iter().zip(rows.values()) {
                    let mut row = Map::new();
                    for ((name, text), cell) in names.iter().zip(texts).zip(cells) {
                        if let (Some(text), Some(cell)) = (text, cell) {
                            let value = plain::value(cell.value.as_ref());
                            row.insert((*name).to_owned(), json!({ "value": value, "text": text }));
                        }
                    }
                    let line = json!({ "target": agent_name, "index": index, "row": row });
                    to_stdout(&format!("{line}\n"))?;
                }
                Ok(())
            }
            Format::Csv => {
                let mut text = String::new();
                let first = !std::mem::replace(&mut self.headed, true);
                if first && !self.layout.no_headings {
                    text += &self.csv_headings(&names);
                }
                for (index, cells) in &lines {
                    let mut fields = vec![agent_name, index.as_str()];
                    fields.extend(cells.iter().map(|cell| cell.as_deref().unwrap_or_default()));
                    text += &csv_line(&fields);
                    text.push('\n');
                }
                to_stdout(&text)
            }
        }
    }
}
