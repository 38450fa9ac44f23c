//! Commands that change how agents are administrated: one agent after the other, each change in one request.

use super::{Failure, Work, ask, log, words};
use crate::output::to_stdout;
use crate::tool::Tool;
use mibc_runtime::manager::{Error, Manager, Session};
use std::process::ExitCode;

/// Why a change was not made.
pub(super) enum Trouble {
    /// The agent, or the way to it.
    Agent(Box<Error>),
    /// Something that is known only when the agent has been asked.
    Ours(Failure),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Agent(Box::new(error))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Ours(failure)
    }
}

/// Makes a change at every agent, and says that it is `done`.
pub(super) fn run(
    work: &Work,
    done: &str,
    change: impl AsyncFn(&Session) -> Result<(), Trouble>,
) -> Result<ExitCode, Failure> {
    let renderer = work.renderer();
    let agents = &work.agents;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let manager = Manager::bind_with(&agents.binding).await?;
        let mut status = 0;
        for (agent, target) in agents.targets.iter().enumerate() {
            let named = match agents.names.get(agent) {
                Some(name) if agents.names.len() > 1 => format!("{name}: "),
                _ => String::new(),
            };
            match change(&manager.target(target.clone())).await {
                // net-snmp's snmpvacm says so on standard error.
                Ok(()) if Tool::current() == Some(Tool::Vacm) => eprintln!("{done}"),
                Ok(()) => to_stdout(&format!("{named}{done}\n"))?,
                Err(Trouble::Agent(error)) => {
                    let told = ask::tell(agents, &renderer, agent, &error, ask::to_stderr);
                    // net-snmp's snmpusm ends with 0 if the agent has refused.
                    let refused =
                        matches!(*error, Error::Status { .. }) && Tool::current() == Some(Tool::Usm);
                    status = status.max(if refused { 0 } else { told });
                }
                Err(Trouble::Ours(failure)) => {
                    log::say(&match Tool::current() {
                        Some(tool) => format!("{}: {failure}", tool.name()),
                        None => format!("error: {named}{failure}"),
                    });
                    status = status.max(words::NOT_DONE);
                }
            }
        }
        Ok(ExitCode::from(status))
    })
}
