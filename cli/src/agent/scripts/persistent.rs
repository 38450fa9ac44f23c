//! `pass_persist`: a script that stays, and is asked by lines: `PING`, `get`, `getnext`, `set`.

use super::answer;
use super::command;
use super::pass::{Asked, Question};
use super::running::Running;
use mibc_admin::config::Script;
use mibc_runtime::agent::SetError;
use mibc_runtime::value::VarBind;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Longest line of a script.
const MAX_LINE: u64 = 64 << 10;

/// How long to wait after a script has failed: the first time, and at most.
const BACK_OFF: Duration = Duration::from_secs(1);
const MAX_BACK_OFF: Duration = Duration::from_secs(60);

/// A script, and its process.
pub(super) struct Persistent {
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// In nobody's hands. Who takes it and does not put it back, since time is over or nobody waits any more, ends it: it may
    /// be in the middle of an answer.
    process: Option<Process>,
    /// Not before.
    again: Option<Instant>,
    back_off: Duration,
}

struct Process {
    /// Killed when it is dropped.
    _child: Running,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Process {
    async fn start(script: &Script) -> Result<Self, String> {
        let name = script.command.first().map(String::as_str).unwrap_or_default();
        let mut child = Running::start(command(script).stdin(Stdio::piped()))
            .map_err(|error| format!("`{name}` does not start: {error}"))?;
        let pipes = child.stdin().zip(child.stdout());
        let (to, from) = pipes.ok_or("there are no pipes to the script")?;
        let mut process = Self { _child: child, to, from: BufReader::new(from) };
        process.say("PING\n").await?;
        match process.line().await?.trim() {
            "PONG" => Ok(process),
            other => Err(format!("`{name}` answers PING with `{other}`, not with PONG")),
        }
    }

    async fn say(&mut self, text: &str) -> Result<(), String> {
        self.to
            .write_all(text.as_bytes())
            .await
            .map_err(|error| format!("the script does not listen: {error}"))
    }

    async fn line(&mut self) -> Result<String, String> {
        let mut line = Vec::new();
        let read = (&mut self.from).take(MAX_LINE).read_until(b'\n', &mut line).await;
        match read {
            Ok(0) => Err("the script has ended".to_owned()),
            Ok(_) if line.last() != Some(&b'\n') => {
                Err("the script has ended in a line, or a line is too long".to_owned())
            }
            Ok(_) => {
                line.pop();
                Ok(String::from_utf8_lossy(&line).into_owned())
            }
            Err(error) => Err(format!("the script cannot be read: {error}")),
        }
    }
}

impl Persistent {
    pub(super) fn new(script: Script) -> Self {
        Self { shared: Arc::new(Shared { script, state: Mutex::default() }) }
    }
}

impl Shared {
    /// Asks the script, which is started if there is none. One that fails is ended, and started again after a while.
    async fn ask(&self, question: &str, lines: usize) -> Result<Vec<String>, String> {
        let mut state = self.state.lock().await;
        if let Some(again) = state.again.filter(|again| Instant::now() < *again) {
            let left = again.saturating_duration_since(Instant::now());
            return Err(format!("the script has failed, and is started again in {left:.1?}"));
        }
        let process = state.process.take();
        let work = async {
            let mut process = match process {
                Some(process) => process,
                None => Process::start(&self.script).await?,
            };
            process.say(question).await?;
            let mut answer = vec![process.line().await?];
            let is_long = answer.first().is_some_and(|line| line.trim_start().starts_with('.'));
            while is_long && answer.len() < lines {
                answer.push(process.line().await?);
            }
            Ok((process, answer))
        };
        let result = match timeout(self.script.timeout, work).await {
            Ok(result) => result,
            Err(_) => Err(format!("the script takes longer than {:?}", self.script.timeout)),
        };
        match result {
            Ok((process, answer)) => {
                (state.process, state.again, state.back_off) = (Some(process), None, Duration::ZERO);
                Ok(answer)
            }
            Err(error) => {
                state.back_off = (state.back_off * 2).clamp(BACK_OFF, MAX_BACK_OFF);
                state.again = Some(Instant::now() + state.back_off);
                Err(error)
            }
        }
    }
}

impl Question for Persistent {
    fn ask(&self, asked: Asked) -> impl Future<Output = Result<Option<VarBind>, String>> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        async move {
            let (word, oid) = match &asked {
                Asked::Get(oid) => ("get", oid),
                Asked::Next(oid) => ("getnext", oid),
            };
            let lines = shared.ask(&format!("{word}\n{}\n", answer::name(oid)), 3).await?;
            match <[String; 3]>::try_from(lines) {
                Ok(lines) => answer::variable(&lines).map(Some),
                // NONE.
                Err(_) => Ok(None),
            }
        }
    }

    fn set(&self, change: VarBind) -> impl Future<Output = Result<(), SetError>> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        async move {
            let (kind, text) = answer::written(&change.value).ok_or_else(SetError::wrong_type)?;
            let text = if kind == "string" { format!("\"{text}\"") } else { text };
            let question = format!("set\n{}\n{kind} {text}\n", answer::name(&change.name));
            match shared.ask(&question, 1).await {
                Ok(lines) => answer::of_set(lines.first().map(String::as_str).unwrap_or_default()),
                Err(error) => {
                    tracing::warn!(target: mibc_runtime::logs::COMMAND, name = %change.name, %error, "a script does not take a value");
                    Err(SetError::gen_err())
                }
            }
        }
    }
}
