//! Scripts that answer for objects, as under net-snmp's snmpd: `pass`, `pass_persist` and `extend`.
//!
//! What is run is in the configuration and nowhere else: no SET makes or changes a command, and no shell is in between. A
//! script has a time limit, its output one of octets, and only so many run at a time.

mod answer;
mod extend;
mod one_shot;
mod pass;
mod persistent;
mod running;

use extend::Extend;
use mibc_admin::config::{Config, Script, ScriptKind};
use mibc_runtime::agent::{Agent, Handler};
use mibc_runtime::registry::{Owner, Priority, Registration};
use one_shot::OneShot;
use pass::Pass;
use persistent::Persistent;
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Scripts that run at one time, of those that run once for each request.
const MAX_RUNNING: usize = 16;

/// Most octets that a script may answer with.
const MAX_OUTPUT: usize = 1 << 20;

/// Of what the agent registers for scripts.
const OWNER: Owner = Owner(0x7363_7269_7074);

/// Serves the scripts of a configuration, instead of those before.
///
/// # Errors
/// One of them cannot be served; the others are.
pub(super) fn serve(agent: &Agent, config: &Config) -> Result<(), String> {
    let running = Arc::new(Semaphore::new(MAX_RUNNING));
    let (mut registrations, mut extends) = (Vec::new(), Vec::new());
    for script in &config.scripts {
        match &script.kind {
            ScriptKind::Pass { root, persistent } => {
                let handler: Arc<dyn Handler> = match persistent {
                    true => Arc::new(Pass::new(root.clone(), Persistent::new(script.clone()))),
                    false => {
                        let one_shot = OneShot::new(script.clone(), Arc::clone(&running));
                        Arc::new(Pass::new(root.clone(), one_shot))
                    }
                };
                let registration = Registration::new(root.clone(), handler, OWNER);
                let priority = script.priority.and_then(Priority::new).unwrap_or_default();
                registrations.push(registration.priority(priority));
            }
            ScriptKind::Extend { name, cache } => {
                extends.push(Extend::new(name, *cache, script.clone()));
            }
        }
    }
    registrations.extend(extend::registration(extends, running));
    agent.registry().edit(|registry| {
        registry.withdraw_all(OWNER);
        let mut refused = None;
        for registration in registrations {
            if let Err(error) = registry.register(registration) {
                refused = Some(format!("a script cannot be served: {error}"));
            }
        }
        refused.map_or(Ok(()), Err)
    })
}

/// Whether two configurations have the same scripts, wherever they stand in their files.
pub(super) fn are_the_same(one: &Config, other: &Config) -> bool {
    let what =
        |script: &Script| (script.kind.clone(), script.command.clone(), script.timeout, script.priority);
    one.scripts.iter().map(what).eq(other.scripts.iter().map(what))
}

/// The command of a script, with further arguments. It ends with who waits for it.
fn command(script: &Script) -> Command {
    let mut words = script.command.iter();
    let mut command = Command::new(words.next().map_or("", String::as_str));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // What it starts is in its group, and ends with it.
    #[cfg(unix)]
    command.process_group(0);
    command
}
