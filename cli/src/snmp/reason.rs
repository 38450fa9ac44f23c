//! What net-snmp's tools say of agents that refuse or do not answer, and their exit status.

use super::{log, words};
use crate::tool::Tool;
use mibc_compiler::query::Renderer;
use mibc_runtime::manager::Error;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::OidRef;

/// Tells of an error as a tool does; gives the exit status.
pub(super) fn tell(tool: Tool, renderer: &Renderer<'_>, error: &Error, agent: &str) -> u8 {
    // What snmptrap waits for is an inform, and it says so.
    let name = if tool == Tool::Trap { Tool::Inform.name() } else { tool.name() };
    match error {
        Error::Status { status, oid, .. } => {
            refused(tool, renderer, *status, oid.as_ref().map(|oid| oid.as_ref()));
            return words::REFUSED;
        }
        Error::Timeout { .. } | Error::Deadline { .. } => match tool {
            Tool::Get | Tool::GetNext => eprintln!("Timeout: No Response from {agent}."),
            Tool::Df | Tool::Table | Tool::Trap | Tool::Inform => eprintln!("{name}: Timeout"),
            _ => eprintln!("Timeout: No Response from {agent}"),
        },
        Error::NotIncreasing { previous, found, .. } => {
            eprintln!(
                "Error: OID not increasing: {}\n >= {}\n",
                renderer.name(previous.as_ref()),
                renderer.name(found.as_ref())
            );
        }
        Error::Resolve { .. } => log::say(&format!("{name}: Unknown host ({agent})")),
        Error::Report { report, .. } => match words::reported(*report) {
            Some(reason) => log::say(&format!("{name}: {reason}")),
            None => log::say(&format!("{name}: {error}")),
        },
        other => log::say(&format!("{name}: {other}")),
    }
    words::NOT_DONE
}

/// Tells of a request that an agent refused, and because of which name.
pub(super) fn refused(tool: Tool, renderer: &Renderer<'_>, status: ErrorStatus, object: Option<OidRef<'_>>) {
    let dot = if tool == Tool::Get { "" } else { "." };
    eprintln!("Error in packet{dot}\nReason: {}", words::reason(status));
    if let Some(object) = object {
        eprintln!("Failed object: {}\n", renderer.name(object));
    }
}
