//! `mibc walk` and `mibc bulkwalk`.

use super::ask::{self, Event};
use super::names::{self, Start};
use super::output::Format;
use super::printer::Printer;
use super::progress::Progress;
use super::{Common, Failure, Work};
use crate::output::to_stdout;
use crate::tool::Tool;
use mibc_runtime::manager::{Error, Extent, Session};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::process::ExitCode;
use std::time::Instant;

/// Where a walk begins by default: mib-2, as in net-snmp.
const MIB_2: &str = "1.3.6.1.2.1";
/// Most variables of a walk whose names need not increase.
const MOST_ANY_ORDER: usize = 10_000_000;

/// What `mibc walk` and `mibc bulkwalk` are asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct WalkArguments {
    #[command(flatten)]
    common: Common,
    /// The agent (unless --target or a profile names it). Then what to walk, by default mib-2.
    #[arg(help_heading = None, value_name = "AGENT|NAME")]
    operands: Vec<String>,
    /// Variables to ask for at a time (net-snmp: -Cr10); learned from the agent unless given.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    max_repetitions: Option<u32>,
    /// How many of the names are asked for one variable at a time (net-snmp: -Cn0). A walk has one name, so that with 1
    /// there is one variable in each answer.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    non_repeaters: Option<u32>,
    /// Go on if the agent's names do not increase, until one comes again, up to 10,000,000 variables (net-snmp: -Cc).
    #[arg(help_heading = None, long)]
    any_order: bool,
    /// Stop before this name or OID (net-snmp: -CE).
    #[arg(help_heading = None, long, value_name = "NAME")]
    end: Option<String>,
    /// End with an error when more variables come than this.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Print how many variables came (net-snmp: -Cp).
    #[arg(help_heading = None, long)]
    count: bool,
    /// Print how long it took (net-snmp: -Ct).
    #[arg(help_heading = None, long)]
    time: bool,
    /// Print how long each variable took to come (net-snmp: -CT).
    #[arg(help_heading = None, long)]
    each_time: bool,
    /// Do not ask for the name itself if nothing is below it (net-snmp: -CI).
    #[arg(help_heading = None, long)]
    only_below: bool,
    /// Ask for the name itself first, should it be an instance (net-snmp: -Ci).
    #[arg(help_heading = None, long, conflicts_with = "only_below")]
    with_itself: bool,
}

pub(crate) fn walk(arguments: &WalkArguments) -> Result<ExitCode, Failure> {
    arguments.run(false)
}

pub(crate) fn bulk_walk(arguments: &WalkArguments) -> Result<ExitCode, Failure> {
    arguments.run(true)
}

/// What a walk's task needs.
#[derive(Clone)]
struct Plan {
    root: Oid,
    extent: Extent,
    end: Option<Oid>,
    bulk: bool,
    max_repetitions: Option<u32>,
    any_order: bool,
    limit: Option<usize>,
    only_below: bool,
    with_itself: bool,
    v1: Vec<bool>,
}

impl WalkArguments {
    fn run(&self, bulk: bool) -> Result<ExitCode, Failure> {
        if !bulk && (self.max_repetitions.is_some() || self.non_repeaters.is_some()) {
            return Err("`mibc walk` asks for one variable at a time; `mibc bulkwalk` asks for more".into());
        }
        let one_at_a_time = self.non_repeaters.is_some_and(|count| count > 0);
        let work = self.common.prepare(&self.operands)?;
        let Work { library, presentation, agents, operands } = &work;
        let renderer = work.renderer();
        let (root, extent) = match operands.as_slice() {
            [] => (MIB_2.parse()?, Extent::Subtree),
            [one] => match names::start(&renderer, one)? {
                Start::Oid(oid) => (oid, Extent::Subtree),
                Start::Root(root) if root.first().is_none() => (root.beginning(), Extent::Everything),
                Start::Root(root) => (root.beginning(), Extent::Branch),
            },
            [_, more, ..] => return Err(format!("a walk has one beginning; what is `{more}`?").into()),
        };
        let plan = Plan {
            root,
            extent,
            end: self.end.as_ref().map(|end| names::before(&renderer, end)).transpose()?,
            bulk,
            max_repetitions: if one_at_a_time { Some(1) } else { self.max_repetitions },
            any_order: self.any_order,
            limit: self.limit,
            only_below: self.only_below,
            with_itself: self.with_itself,
            v1: agents.plans.iter().map(super::connection::Plan::is_v1).collect(),
        };
        let mut printer = Printer::new(library, &renderer, *presentation, &agents.names);
        let mut counts = vec![0_u64; agents.names.len()];
        let progress = Progress::new(true);
        let mut last = Instant::now();
        let status = ask::all(
            agents,
            &renderer,
            |session, way| plan.clone().run(session, way),
            |text| progress.report(text),
            |agent, event| {
                let Event::VarBind(varbind) = event else { return Ok(()) };
                if varbind.value == Value::EndOfMibView {
                    return match presentation.format {
                        // In SNMPv1 nothing but an error says that this is the end.
                        Format::Text if agents.is_v1(agent) => {
                            to_stdout(&format!("{}End of MIB\n", printer.agent(agent)))
                        }
                        Format::Text => printer.varbind(agent, &varbind),
                        Format::Json | Format::Csv => Ok(()),
                    };
                }
                if let Some(count) = counts.get_mut(agent) {
                    *count += 1;
                }
                progress.step();
                if self.each_time && presentation.format == Format::Text {
                    let took = std::mem::replace(&mut last, Instant::now()).elapsed();
                    to_stdout(&format!("{:.6} s: ", took.as_secs_f64()))?;
                }
                printer.varbind(agent, &varbind)
            },
        )?;
        progress.clear();
        let (mut said, mut aside) = (String::new(), String::new());
        if self.count {
            for (agent, count) in counts.iter().enumerate() {
                said += &format!("{}Variables found: {count}\n", printer.agent(agent));
            }
        }
        if self.time {
            let total = if Tool::current().is_some() { &mut aside } else { &mut said };
            *total += &format!("Total traversal time = {:.6} seconds\n", progress.elapsed().as_secs_f64());
        }
        match presentation.format {
            Format::Text => {
                to_stdout(&said)?;
                eprint!("{aside}");
            }
            // JSON and CSV stay what they are.
            Format::Json | Format::Csv => eprint!("{said}"),
        }
        Ok(ExitCode::from(status))
    }
}

impl Plan {
    async fn run(self, session: Session, way: ask::Way) -> Result<(), Error> {
        let v1 = self.v1.get(way.agent()).copied().unwrap_or(false);
        let mut walk = if self.bulk { session.bulk_walk(&self.root) } else { session.walk(&self.root) };
        walk = walk.extent(self.extent);
        if let Some(count) = self.max_repetitions.filter(|_| self.bulk) {
            walk = walk.max_repetitions(count);
        }
        if self.any_order {
            walk = walk.any_order(MOST_ANY_ORDER);
        }
        if let Some(limit) = self.limit {
            walk = walk.limit(limit);
        }
        // A root that is not an OID is not an instance either.
        let itself = self.extent == Extent::Subtree;
        if self.with_itself && itself {
            way.send_all(session.get_oids(std::slice::from_ref(&self.root)).await?).await;
        }
        let mut any = self.with_itself;
        while let Some(varbind) = walk.try_next().await? {
            any = true;
            if self.end.as_ref().is_some_and(|end| varbind.name >= *end) || !way.send(varbind).await {
                return Ok(());
            }
        }
        let past_end = walk.past_end().cloned();
        let at_end = past_end.is_some();
        if let Some(last) = past_end {
            way.send(VarBind { name: last, value: Value::EndOfMibView }).await;
        }
        if !any && !self.only_below && itself && (!at_end || v1) {
            // The root may be an instance; if not, the agent says what is wrong with it.
            let found = session.get_oids(&[self.root]).await?;
            let absent = |varbind: &VarBind| v1 && varbind.value == Value::NoSuchInstance;
            way.send_all(found.into_iter().filter(|varbind| !absent(varbind)).collect()).await;
        }
        Ok(())
    }
}
