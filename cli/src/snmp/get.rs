//! `mibc get`, `getnext` and `getbulk`.

use super::ask::{self, Event};
use super::output::Format;
use super::printer::Printer;
use super::{Common, Failure, Work, names, reason, words};
use crate::tool::Tool;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::process::ExitCode;

/// What `mibc get` and `mibc getnext` are asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct GetArguments {
    #[command(flatten)]
    common: Common,
    /// The agent (unless --target or a profile names it): HOST, HOST:PORT, [IPV6]:PORT. Then names or OIDs.
    #[arg(help_heading = None, required = true, value_name = "AGENT|NAME")]
    operands: Vec<String>,
    /// In SNMPv1 print nothing if one of the names has no value (net-snmp: -Cf).
    #[arg(help_heading = None, long)]
    all_or_none: bool,
}

/// What `mibc getbulk` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct BulkArguments {
    #[command(flatten)]
    get: GetArguments,
    /// How many of the names are asked for once only (net-snmp: -Cn0).
    #[arg(help_heading = None, long, value_name = "COUNT", default_value_t = 0)]
    non_repeaters: u32,
    /// How many variables to ask for after each of the other names (net-snmp: -Cr10).
    #[arg(help_heading = None, long, value_name = "COUNT", default_value_t = 10)]
    max_repetitions: u32,
}

enum Kind {
    Get,
    Next,
    Bulk(u32, u32),
}

pub(crate) fn get(arguments: &GetArguments) -> Result<ExitCode, Failure> {
    arguments.run(Kind::Get)
}

pub(crate) fn next(arguments: &GetArguments) -> Result<ExitCode, Failure> {
    arguments.run(Kind::Next)
}

pub(crate) fn bulk(arguments: &BulkArguments) -> Result<ExitCode, Failure> {
    arguments.get.run(Kind::Bulk(arguments.non_repeaters, arguments.max_repetitions))
}

impl GetArguments {
    fn run(&self, kind: Kind) -> Result<ExitCode, Failure> {
        let work = self.common.prepare(&self.operands)?;
        let Work { library, presentation, agents, operands } = &work;
        let renderer = work.renderer();
        if operands.is_empty() {
            return Err(words::mistake(
                "Missing object name",
                "no name: say what to ask for, such as `sysDescr.0`",
            ));
        }
        let tool = Tool::current();
        let resolve = match kind {
            // net-snmp's tools ask for whatever has a name.
            Kind::Get if tool.is_some() => names::any,
            Kind::Get => names::instance,
            _ => names::before,
        };
        let oids: Vec<Oid> = words::all(operands.iter().map(|operand| resolve(&renderer, operand)))?;
        let mut printer = Printer::new(library, &renderer, *presentation, &agents.names);
        let kind = &kind;
        let question = |session: mibc_runtime::manager::Session, way: ask::Way| {
            let (oids, bulk) = (
                oids.clone(),
                match kind {
                    Kind::Bulk(first, rest) => Some((*first, *rest)),
                    _ => None,
                },
            );
            let get = matches!(kind, Kind::Get);
            async move {
                let varbinds = match bulk {
                    Some((first, rest)) => session.get_bulk(first, rest, &oids).await?,
                    None if get => session.get_oids(&oids).await?,
                    None => session.get_next(&oids).await?,
                };
                way.send_all(varbinds).await;
                Ok(())
            }
        };
        // What SNMPv1 has instead of exceptions.
        let absent = |agent: usize, varbind: &VarBind| agents.is_v1(agent) && is_absent(&varbind.value);
        let mut waiting: Vec<Vec<VarBind>> = vec![Vec::new(); agents.names.len()];
        let mut refused = 0;
        let mut answered = false;
        let mut tell = |agent: usize, name: &Oid| {
            refused = words::REFUSED;
            match tool {
                Some(tool) => {
                    reason::refused(tool, &renderer, ErrorStatus::NO_SUCH_NAME, Some(name.as_ref()));
                }
                None => {
                    let name = renderer.name(name.as_ref());
                    let theirs = words::refused(ErrorStatus::NO_SUCH_NAME, Some(&name));
                    let agent_name = agents.names.get(agent).map(String::as_str).unwrap_or_default();
                    ask::to_stderr(&format!(
                        "{theirs}error: {agent_name}: {name}: the agent has no such variable"
                    ));
                }
            }
        };
        let status = ask::all(agents, &renderer, question, ask::to_stderr, |agent, event| match event {
            Event::VarBind(varbind) if self.all_or_none || tool.is_some() => {
                waiting.get_mut(agent).into_iter().for_each(|waiting| waiting.push(varbind.clone()));
                Ok(())
            }
            Event::VarBind(varbind) if absent(agent, &varbind) => {
                tell(agent, &varbind.name);
                match presentation.format {
                    Format::Text => Ok(()),
                    // A record for each name.
                    Format::Json | Format::Csv => printer.varbind(agent, &varbind),
                }
            }
            Event::VarBind(varbind) => {
                answered = true;
                printer.varbind(agent, &varbind)
            }
            Event::Round => Ok(()),
            Event::End(_) => {
                let varbinds = waiting.get_mut(agent).map(std::mem::take).unwrap_or_default();
                // As they were asked for: what comes next of them is not there.
                let missing = varbinds.iter().zip(&oids).filter(|(varbind, _)| absent(agent, varbind));
                let told = if self.all_or_none { 1 } else { usize::MAX };
                let missing: Vec<&Oid> = missing.map(|(_, asked)| asked).take(told).collect();
                missing.iter().for_each(|asked| tell(agent, asked));
                if self.all_or_none && !missing.is_empty() {
                    return Ok(());
                }
                let mut there = varbinds.iter().filter(|varbind| !absent(agent, varbind));
                there.try_for_each(|varbind| printer.varbind(agent, varbind))
            }
        })?;
        // Under its own name a command that has values to show says so, in SNMPv1 as in the later versions.
        let refused = if answered { 0 } else { refused };
        Ok(ExitCode::from(status.max(refused)))
    }
}

/// Whether it stands for a missing value.
fn is_absent(value: &Value) -> bool {
    matches!(value, Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView)
}
