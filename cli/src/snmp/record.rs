//! `mibc record`.

use super::ask::{self, Event};
use super::names::{self, Start};
use super::progress::Progress;
use super::{Common, Failure, Work};
use crate::output::to_stdout;
use mibc_runtime::manager::Extent;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;
use mibc_simulator::{Format, line};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Most variables of a recording.
const MOST: usize = 10_000_000;

/// What `mibc record` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct RecordArguments {
    #[command(flatten)]
    common: Common,
    /// The agent (unless --target or a profile names it). Then what to record, by default everything.
    #[arg(help_heading = None, value_name = "AGENT|NAME")]
    operands: Vec<String>,
    /// Write to this file, instead of standard output (which has the form of .snmprec). An existing file is replaced at the
    /// end.
    #[arg(help_heading = None, short = 'o', long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
    /// Variables to ask for at a time; by default learned from the agent.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    max_repetitions: Option<u32>,
}

pub(crate) fn record(arguments: &RecordArguments) -> Result<ExitCode, Failure> {
    let format = match &arguments.out {
        None => Format::Snmprec,
        Some(file) => Format::of(file).ok_or_else(|| {
            format!(
                "the ending of {} says no form of a recording: .snmprec, .snmpwalk and .jsonl do",
                file.display()
            )
        })?,
    };
    let work = arguments.common.prepare(&arguments.operands)?;
    let Work { agents, operands, .. } = &work;
    let renderer = work.renderer();
    if agents.names.len() != 1 {
        return Err("a recording is of one agent".into());
    }
    let (root, extent) = match operands.as_slice() {
        [] => (Oid::ZERO, Extent::Everything),
        [one] => match names::start(&renderer, one)? {
            Start::Oid(oid) => (oid, Extent::Subtree),
            Start::Root(root) => (root.beginning(), Extent::Everything),
        },
        [_, more, ..] => return Err(format!("a recording has one beginning; what is `{more}`?").into()),
    };
    let v1 = agents.is_v1(0);
    let max_repetitions = arguments.max_repetitions;
    let mut found: BTreeMap<Oid, VarBind> = BTreeMap::new();
    let progress = Progress::new(false);
    let status = ask::all(
        agents,
        &renderer,
        |session, way| {
            let root = root.clone();
            async move {
                let walk = if v1 { session.walk(&root) } else { session.bulk_walk(&root) };
                let mut walk = walk.extent(extent).limit(MOST);
                if let Some(count) = max_repetitions.filter(|_| !v1) {
                    walk = walk.max_repetitions(count);
                }
                while let Some(varbind) = walk.try_next().await? {
                    if !way.send(varbind).await {
                        break;
                    }
                }
                Ok(())
            }
        },
        |text| progress.report(text),
        |_, event| {
            if let Event::VarBind(varbind) = event {
                progress.step();
                found.insert(varbind.name.clone(), varbind);
            }
            Ok(())
        },
    )?;
    progress.clear();
    if status != 0 {
        eprintln!("nothing is written: {} variables had come", found.len());
        return Ok(ExitCode::from(status));
    }
    if found.is_empty() {
        return Err("the agent has no variables there".into());
    }
    let text: String = found
        .values()
        .map(|variable| line(format, variable.name.as_ref(), variable.value.as_ref()))
        .collect();
    match &arguments.out {
        None => to_stdout(&text)?,
        Some(file) => {
            // A recording that is there stays as it is until this one is whole.
            let mut temporary = file.clone().into_os_string();
            temporary.push(".new");
            let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, file));
            written.map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
            eprintln!("{}: {} variables", file.display(), found.len());
        }
    }
    Ok(ExitCode::SUCCESS)
}
