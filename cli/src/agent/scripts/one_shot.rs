//! `pass`: a script that runs once for each question, as `SCRIPT -g OID`, `-n OID` or `-s OID TYPE VALUE`.

use super::answer;
use super::pass::{Asked, Question};
use super::running::Running;
use super::{MAX_OUTPUT, command};
use mibc_admin::config::Script;
use mibc_runtime::agent::SetError;
use mibc_runtime::value::VarBind;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A script, and how many of its kind may run.
pub(super) struct OneShot {
    script: Arc<Script>,
    running: Arc<Semaphore>,
}

impl OneShot {
    pub(super) fn new(script: Script, running: Arc<Semaphore>) -> Self {
        Self { script: Arc::new(script), running }
    }

    async fn lines(
        script: &Script,
        running: &Semaphore,
        arguments: &[String],
    ) -> Result<Vec<String>, String> {
        let mut command = command(script);
        command.args(arguments);
        let (output, _) = run(command, script, running).await?;
        Ok(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
    }
}

/// Runs a command to its end: what it printed, and its exit status.
///
/// # Errors
/// It does not start, or takes too long. It has been killed then, with all that it has started.
pub(super) async fn run(
    mut command: Command,
    script: &Script,
    running: &Semaphore,
) -> Result<(Vec<u8>, i32), String> {
    let name = script.command.first().map(String::as_str).unwrap_or_default();
    let work = async {
        let _permit = running.acquire().await.map_err(|error| error.to_string())?;
        let mut child =
            Running::start(&mut command).map_err(|error| format!("`{name}` does not start: {error}"))?;
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout() {
            let read = stdout.take(MAX_OUTPUT as u64).read_to_end(&mut output).await;
            read.map_err(|error| format!("the output of `{name}` cannot be read: {error}"))?;
        }
        if output.len() == MAX_OUTPUT {
            return Err(format!("`{name}` prints more than {MAX_OUTPUT} octets"));
        }
        let status = child.wait().await.map_err(|error| format!("`{name}` is lost: {error}"))?;
        // By a signal: as a shell says it.
        Ok((output, status.code().unwrap_or(255)))
    };
    match timeout(script.timeout, work).await {
        Ok(result) => result,
        Err(_) => Err(format!("`{name}` takes longer than {:?}", script.timeout)),
    }
}

impl Question for OneShot {
    fn ask(&self, asked: Asked) -> impl Future<Output = Result<Option<VarBind>, String>> + Send + 'static {
        let (script, running) = (Arc::clone(&self.script), Arc::clone(&self.running));
        async move {
            let (letter, oid) = match &asked {
                Asked::Get(oid) => ("-g", oid),
                Asked::Next(oid) => ("-n", oid),
            };
            let arguments = [letter.to_owned(), answer::name(oid)];
            let mut lines = Self::lines(&script, &running, &arguments).await?.into_iter();
            let Some(first) = lines.next().filter(|line| !line.trim().is_empty()) else { return Ok(None) };
            let (Some(kind), Some(value)) = (lines.next(), lines.next()) else {
                return Err("it printed a name and no type and value".to_owned());
            };
            answer::variable(&[first, kind, value]).map(Some)
        }
    }

    fn set(&self, change: VarBind) -> impl Future<Output = Result<(), SetError>> + Send + 'static {
        let (script, running) = (Arc::clone(&self.script), Arc::clone(&self.running));
        async move {
            let (kind, text) = answer::written(&change.value).ok_or_else(SetError::wrong_type)?;
            let arguments = ["-s".to_owned(), answer::name(&change.name), kind.to_owned(), text];
            match Self::lines(&script, &running, &arguments).await {
                Ok(lines) => answer::of_set(lines.first().map(String::as_str).unwrap_or_default()),
                Err(error) => {
                    tracing::warn!(target: mibc_runtime::logs::COMMAND, name = %change.name, %error, "a script does not take a value");
                    Err(SetError::gen_err())
                }
            }
        }
    }
}
