//! `extend`: commands whose output is in the tables of NET-SNMP-EXTEND-MIB. They run when somebody reads what they print, and
//! what they have printed counts for a while. Nothing of the tables can be written.

use super::one_shot::run;
use super::{OWNER, command};
use mibc_admin::config::Script;
use mibc_generated::net_snmp_extend_mib as mib;
use mibc_runtime::agent::{GetBatch, Handler, NextBatch, Principal, ReadError, Successors};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::registry::Registration;
use mibc_runtime::typed::ObjectRef;
use mibc_runtime::value::{Value, VarBind};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Most lines of an output that have rows of their own.
const MAX_LINES: usize = 4_096;

/// What nsExtendResult says of a command that did not come to its end.
const NO_RESULT: i32 = 255;

/// permanent(4) of StorageType, active(1) of RowStatus.
const PERMANENT: i32 = 4;
const ACTIVE: i32 = 1;

/// A command, and what it has printed.
pub(super) struct Extend {
    name: String,
    cache: Duration,
    script: Script,
    last: Mutex<Option<(Instant, Arc<Output>)>>,
}

#[derive(Debug)]
struct Output {
    text: Vec<u8>,
    result: i32,
}

impl Extend {
    pub(super) fn new(name: &str, cache: Duration, script: Script) -> Self {
        Self { name: name.to_owned(), cache, script, last: Mutex::default() }
    }

    /// Its name as an index has it: its length, then its octets.
    fn index(&self) -> Vec<u32> {
        let length = u32::try_from(self.name.len()).unwrap_or(u32::MAX);
        std::iter::once(length).chain(self.name.bytes().map(u32::from)).collect()
    }

    /// What it prints: now, or a short while ago. Who comes while it runs waits for the same.
    async fn output(&self, running: &Semaphore) -> Arc<Output> {
        let mut last = self.last.lock().await;
        if let Some((_, output)) = last.as_ref().filter(|(at, _)| at.elapsed() < self.cache) {
            return Arc::clone(output);
        }
        let output = match run(command(&self.script), &self.script, running).await {
            Ok((mut text, result)) => {
                // The end of the last line is not a line.
                if text.last() == Some(&b'\n') {
                    text.pop();
                }
                Output { text, result }
            }
            Err(error) => {
                tracing::warn!(target: mibc_runtime::logs::COMMAND, name = %self.name, %error, "a command has no output");
                Output { text: Vec::new(), result: NO_RESULT }
            }
        };
        let output = Arc::new(output);
        *last = Some((Instant::now(), Arc::clone(&output)));
        output
    }
}

type Rows = BTreeMap<Oid, Value>;

/// All commands.
struct Extends {
    commands: Vec<Arc<Extend>>,
    running: Arc<Semaphore>,
    /// What does not depend on what they print.
    configured: Arc<Rows>,
    /// What does begins here.
    outputs: Oid,
}

/// Of the commands, if there are any.
pub(super) fn registration(
    commands: Vec<Extend>,
    running: Arc<Semaphore>,
) -> Option<Registration<Arc<dyn Handler>>> {
    if commands.is_empty() {
        return None;
    }
    let root = mib::NS_EXTEND_OBJECTS.object().oid().ok()?;
    let outputs = mib::NS_EXTEND_OUTPUT1_TABLE.object().oid().ok()?;
    let configured = Arc::new(configured(&commands));
    let commands = commands.into_iter().map(Arc::new).collect();
    let handler: Arc<dyn Handler> = Arc::new(Extends { commands, running, configured, outputs });
    Some(Registration::new(root, handler, OWNER))
}

fn put(rows: &mut Rows, object: ObjectRef, index: &[u32], value: impl Into<Value>) {
    rows.extend(object.instance(index.iter().copied()).ok().map(|name| (name, value.into())));
}

fn text(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

fn configured(commands: &[Extend]) -> Rows {
    let mut rows = Rows::new();
    let count = i32::try_from(commands.len()).unwrap_or(i32::MAX);
    put(&mut rows, mib::NS_EXTEND_NUM_ENTRIES.object(), &[0], Value::Integer(count));
    for command in commands {
        let index = command.index();
        let mut words = command.script.command.iter();
        let program = words.next().map(String::as_str).unwrap_or_default();
        let arguments: Vec<&str> = words.map(String::as_str).collect();
        let cache = i32::try_from(command.cache.as_secs()).unwrap_or(i32::MAX);
        put(&mut rows, mib::NS_EXTEND_COMMAND.object(), &index, text(program.as_bytes()));
        put(&mut rows, mib::NS_EXTEND_ARGS.object(), &index, text(arguments.join(" ").as_bytes()));
        put(&mut rows, mib::NS_EXTEND_INPUT.object(), &index, text(b""));
        put(&mut rows, mib::NS_EXTEND_CACHE_TIME.object(), &index, Value::Integer(cache));
        let exec = Value::Integer(mib::NsExtendExecType::EXEC.0);
        put(&mut rows, mib::NS_EXTEND_EXEC_TYPE.object(), &index, exec);
        let on_read = Value::Integer(mib::NsExtendRunType::RUN_ON_READ.0);
        put(&mut rows, mib::NS_EXTEND_RUN_TYPE.object(), &index, on_read);
        put(&mut rows, mib::NS_EXTEND_STORAGE.object(), &index, Value::Integer(PERMANENT));
        put(&mut rows, mib::NS_EXTEND_STATUS.object(), &index, Value::Integer(ACTIVE));
    }
    rows
}

/// The rows of what a command has printed.
fn printed(rows: &mut Rows, index: &[u32], output: &Output) {
    let lines: Vec<&[u8]> = output.text.split(|octet| *octet == b'\n').collect();
    // As in snmpd, no output is one line with nothing in it.
    let count = lines.len();
    put(rows, mib::NS_EXTEND_OUTPUT1_LINE.object(), index, text(lines.first().copied().unwrap_or_default()));
    put(rows, mib::NS_EXTEND_OUTPUT_FULL.object(), index, text(&output.text));
    let number = Value::Integer(i32::try_from(count).unwrap_or(i32::MAX));
    put(rows, mib::NS_EXTEND_OUT_NUM_LINES.object(), index, number);
    put(rows, mib::NS_EXTEND_RESULT.object(), index, Value::Integer(output.result));
    for (number, line) in (1_u32..).zip(lines.into_iter().take(count.min(MAX_LINES))) {
        let of_line: Vec<u32> = index.iter().copied().chain([number]).collect();
        put(rows, mib::NS_EXTEND_OUT_LINE.object(), &of_line, text(line));
    }
}

impl Extends {
    /// The rows of the output of these commands, which run at the same time.
    fn outputs(&self, commands: Vec<Arc<Extend>>) -> impl Future<Output = Rows> + Send + 'static {
        let running = Arc::clone(&self.running);
        async move {
            let mut tasks = JoinSet::new();
            for command in commands {
                let running = Arc::clone(&running);
                tasks.spawn(async move { (command.index(), command.output(&running).await) });
            }
            let mut rows = Rows::new();
            while let Some(done) = tasks.join_next().await {
                match done {
                    Ok((index, output)) => printed(&mut rows, &index, &output),
                    Err(error) => {
                        tracing::error!(target: mibc_runtime::logs::COMMAND, %error, "a command is lost")
                    }
                }
            }
            rows
        }
    }

    /// The commands that a name of the output is about.
    fn of_name(&self, name: OidRef<'_>) -> Option<Arc<Extend>> {
        let behind: Vec<u32> = name.strip_prefix(&self.outputs.parent()?)?.skip(3).collect();
        self.commands.iter().find(|command| behind.starts_with(&command.index())).cloned()
    }
}

impl Handler for Extends {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let names: Vec<Oid> = (0..batch.len()).filter_map(|at| batch.name(at)).map(OidRef::to_oid).collect();
        let mut wanted: Vec<Arc<Extend>> = Vec::new();
        for name in names.iter().filter(|name| **name >= self.outputs) {
            if let Some(command) = self.of_name(name.as_ref())
                && !wanted.iter().any(|known| Arc::ptr_eq(known, &command))
            {
                wanted.push(command);
            }
        }
        let (configured, outputs) = (Arc::clone(&self.configured), self.outputs(wanted));
        batch.wait_for_all(Box::pin(async move {
            let outputs = outputs.await;
            let value = |name: &Oid| configured.get(name).or_else(|| outputs.get(name)).cloned();
            names.iter().map(|name| Ok(value(name).unwrap_or(Value::NoSuchInstance))).collect()
        }));
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(run) = batch.next_run() {
            let (from, wanted) = (run.from_oid(), run.wanted());
            let variables = |rows: &Rows| -> Vec<VarBind> {
                let behind = rows.range((from.clone(), Bound::Unbounded)).take(wanted);
                behind.map(|(name, value)| VarBind { name: name.clone(), value: value.clone() }).collect()
            };
            // What is configured comes first, and needs no command.
            let found = variables(&self.configured);
            if !found.is_empty() {
                run.wait(Box::pin(async move {
                    Ok::<_, ReadError>(Successors { varbinds: found, is_end: false })
                }));
                continue;
            }
            let outputs = self.outputs(self.commands.clone());
            let from = from.clone();
            run.wait(Box::pin(async move {
                let outputs = outputs.await;
                let behind = outputs.range((from, Bound::Unbounded)).take(wanted);
                let varbinds: Vec<VarBind> = behind
                    .map(|(name, value)| VarBind { name: name.clone(), value: value.clone() })
                    .collect();
                let is_end = varbinds.len() < wanted;
                Ok(Successors { varbinds, is_end })
            }));
        }
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        // TABLE.1.COLUMN.
        let parent = self.outputs.parent()?;
        let numbers: Vec<u32> = name.strip_prefix(&parent)?.take(3).collect();
        parent.extend(numbers).ok()
    }
}
