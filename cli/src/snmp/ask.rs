//! Asks all agents at the same time; what comes is handled in one place.

use super::connection::Agents;
use super::{Failure, log, reason, trouble, words};
use crate::output::{WriteError, reader_is_gone};
use crate::tool::Tool;
use mibc_compiler::query::Renderer;
use mibc_runtime::manager::{Error, Manager, Session, Target};
use mibc_runtime::value::VarBind;
use std::future::Future;
use tokio::sync::mpsc::{Sender, channel};

/// Varbinds that have come and are not yet handled: a walk waits for its reader.
const WAITING: usize = 1024;

/// What comes from an agent.
pub(super) enum Event {
    /// A variable.
    VarBind(VarBind),
    /// What has come since the last one belongs together, and more will come.
    Round,
    /// The end, good or bad.
    End(Result<(), Box<Error>>),
}

/// The way from an agent's task to the one who handles what comes.
#[derive(Clone)]
pub(super) struct Way {
    agent: usize,
    sender: Sender<(usize, Event)>,
}

impl Way {
    /// Which agent it is.
    pub(super) fn agent(&self) -> usize {
        self.agent
    }

    /// Hands out a varbind; false if nobody takes it any more.
    pub(super) async fn send(&self, varbind: VarBind) -> bool {
        self.sender.send((self.agent, Event::VarBind(varbind))).await.is_ok()
    }

    /// Ends a round; false if nobody takes what comes any more.
    pub(super) async fn round(&self) -> bool {
        self.sender.send((self.agent, Event::Round)).await.is_ok()
    }

    /// Hands out many.
    pub(super) async fn send_all(&self, varbinds: Vec<VarBind>) {
        for varbind in varbinds {
            if !self.send(varbind).await {
                return;
            }
        }
    }
}

/// Tells of an error on standard error.
pub(super) fn to_stderr(text: &str) {
    log::say(text);
}

/// Runs `question` against every agent at once and gives what comes to `handle`, in the order of its coming. Errors of
/// agents are given to `report`, whole. Ends early where nobody reads what is written. Gives the status that the
/// command is to end with.
pub(super) fn all<Q, F>(
    agents: &Agents,
    renderer: &Renderer<'_>,
    question: Q,
    report: impl Fn(&str),
    mut handle: impl FnMut(usize, Event) -> Result<(), WriteError>,
) -> Result<u8, Failure>
where
    Q: Fn(Session, Way) -> F,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let manager = Manager::bind_with(&agents.binding).await?;
        let (sender, mut receiver) = channel(WAITING);
        for (agent, target) in agents.targets.iter().enumerate() {
            let sender = sender.clone();
            let asked =
                question(manager.target(Target::clone(target)), Way { agent, sender: sender.clone() });
            tokio::spawn(async move {
                let end = asked.await.map_err(Box::new);
                let _ = sender.send((agent, Event::End(end))).await;
            });
        }
        drop(sender);
        let mut status = 0;
        while let Some((agent, event)) = receiver.recv().await {
            if let Event::End(Err(error)) = &event {
                status = status.max(tell(agents, renderer, agent, error, &report));
            }
            handle(agent, event)?;
            if reader_is_gone() {
                break;
            }
        }
        Ok(status)
    })
}

/// Tells what went wrong with an agent, and gives the status that comes of it.
pub(super) fn tell(
    agents: &Agents,
    renderer: &Renderer<'_>,
    agent: usize,
    error: &Error,
    report: impl Fn(&str),
) -> u8 {
    if let Some(tool) = Tool::current() {
        let name = agents.names.get(agent).map(String::as_str).unwrap_or_default();
        return reason::tell(tool, renderer, error, name);
    }
    let theirs = words::lines(renderer, error).unwrap_or_default();
    let ours = trouble::text(renderer, error, &agents.silence(agent));
    report(&format!("{theirs}error: {ours}"));
    words::status(error)
}
