//! `mibc delta`: by how much variables change, again and again, as net-snmp's `snmpdelta`.

mod change;

use super::ask::{self, Event};
use super::{Common, Failure, Work, names, words};
use crate::output::to_stdout;
use change::{Changes, Form, Variable};
use mibc_runtime::manager::Session;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// sysUpTime.0.
const UP_TIME: &str = "1.3.6.1.2.1.1.3.0";
/// Most octets of a file with names.
const MAX_OCTETS: u64 = 1 << 20;
/// Longest period in seconds.
const MAX_PERIOD: u64 = 7 * 86_400;

/// What `mibc delta` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct DeltaArguments {
    #[command(flatten)]
    common: Common,
    /// Seconds from one question to the next (net-snmp: -Cp).
    #[arg(help_heading = None, long, value_name = "SECONDS", default_value_t = 1)]
    period: u64,
    /// Print averages and peaks of so many periods (net-snmp: -CP).
    #[arg(help_heading = None, long, value_name = "COUNT", default_value_t = 0)]
    peaks: u64,
    /// Names to ask for in one request (net-snmp: -Cv).
    #[arg(help_heading = None, long, value_name = "COUNT", default_value_t = 60)]
    per_request: usize,
    /// Further names from a file, one in each line (net-snmp: -CF).
    #[arg(help_heading = None, long, value_name = "FILE")]
    names_from: Option<PathBuf>,
    /// Time in front of each line, in UTC (net-snmp: -Cs).
    #[arg(help_heading = None, long)]
    timestamps: bool,
    /// With seconds, whatever the period is (net-snmp: -Ck).
    #[arg(help_heading = None, long)]
    seconds: bool,
    /// Changes per second by the agent's own time (net-snmp: -Ct).
    #[arg(help_heading = None, long)]
    agent_time: bool,
    /// A line for all variables (net-snmp: -CT).
    #[arg(help_heading = None, long)]
    tabular: bool,
    /// The largest change so far after each (net-snmp: -Cm).
    #[arg(help_heading = None, long)]
    max: bool,
    /// The sum of all variables as a further one (net-snmp: -CS).
    #[arg(help_heading = None, long)]
    sum: bool,
    /// What the sum is called (net-snmp: -CL).
    #[arg(help_heading = None, long, value_name = "NAME", default_value = "Sum")]
    sum_name: String,
    /// Write the lines of each variable to a file AGENT-NAME in the present folder (net-snmp: -Cl).
    #[arg(help_heading = None, long)]
    to_files: bool,
    /// End after so many reports.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    count: Option<u64>,
    /// The agent (unless --target or a profile names it). Then names of integers.
    #[arg(help_heading = None, value_name = "AGENT|NAME")]
    operands: Vec<String>,
}

pub(crate) fn delta(arguments: &DeltaArguments) -> Result<ExitCode, Failure> {
    arguments.check()?;
    let work = arguments.common.prepare(&arguments.operands)?;
    let Work { agents, presentation, operands, .. } = &work;
    agents.plain_text_only(presentation.format)?;
    let renderer = work.renderer();
    let mut texts = operands.clone();
    if let Some(file) = &arguments.names_from {
        texts.extend(names_in(file)?);
    }
    if texts.is_empty() {
        return Err("no name: say whose changes are wanted, such as `ifInOctets.1`".into());
    }
    let oids: Vec<Oid> = words::all(texts.iter().map(|text| names::any(&renderer, text)))?;
    let form = Form {
        period: arguments.period,
        peaks: arguments.peaks,
        agent_time: arguments.agent_time,
        tabular: arguments.tabular,
        max: arguments.max,
        timestamps: arguments.timestamps,
        seconds: arguments.seconds,
    };
    let variables = || {
        let named = oids.iter().map(|oid| Variable::new(renderer.name(oid.as_ref())));
        named.chain(arguments.sum.then(|| Variable::sum(arguments.sum_name.clone()))).collect::<Vec<_>>()
    };
    let mut all: Vec<Changes> = agents.names.iter().map(|_| Changes::new(form, variables())).collect();
    if arguments.tabular {
        to_stdout(&all.first().map(|changes| changes.heading(&agents.names)).unwrap_or_default())?;
    }
    let up_time: Oid = UP_TIME.parse()?;
    let plan = Plan {
        oids: oids.clone(),
        up_time: arguments.agent_time.then(|| up_time.clone()),
        per_request: arguments.per_request,
        period: Duration::from_secs(arguments.period),
        rounds: arguments.count.map(|count| count.saturating_add(1)),
    };
    let mut found: Vec<Vec<VarBind>> = vec![Vec::new(); agents.names.len()];
    let question = |session: Session, way: ask::Way| plan.clone().run(session, way);
    let status = ask::all(agents, &renderer, question, ask::to_stderr, |agent, event| {
        let (Some(found), Some(changes)) = (found.get_mut(agent), all.get_mut(agent)) else { return Ok(()) };
        match event {
            Event::VarBind(varbind) => {
                found.push(varbind);
                Ok(())
            }
            Event::Round => {
                let varbinds = std::mem::take(found);
                let number = |varbind: &VarBind| varbind.value.as_ref().as_i128();
                let time =
                    varbinds.iter().filter(|v| arguments.agent_time && v.name == up_time).find_map(number);
                // The agent's time stands in front, and may be asked for itself.
                let own = varbinds.iter().skip(usize::from(arguments.agent_time));
                let values: Vec<Option<(i128, bool)>> = own
                    .map(|v| Some((number(v)?, matches!(v.value, mibc_runtime::value::Value::Counter64(_)))))
                    .collect();
                let lines = changes.round(&values, time, SystemTime::now());
                let name = agents.names.get(agent).map(String::as_str).unwrap_or_default();
                if arguments.to_files {
                    for (variable, line) in lines {
                        to_file(name, &variable, &line);
                    }
                    return Ok(());
                }
                let head = if agents.names.len() > 1 { format!("{name}: ") } else { String::new() };
                let text: String = lines.into_iter().map(|(_, line)| format!("{head}{line}")).collect();
                to_stdout(&text)
            }
            Event::End(_) => Ok(()),
        }
    })?;
    Ok(ExitCode::from(status))
}

impl DeltaArguments {
    fn check(&self) -> Result<(), Failure> {
        if !(1..=MAX_PERIOD).contains(&self.period) {
            return Err(format!("the period is a number of seconds from 1 to {MAX_PERIOD}").into());
        }
        if self.peaks.saturating_mul(self.period) > MAX_PERIOD {
            return Err(format!("peaks are those of {MAX_PERIOD} seconds at most").into());
        }
        if self.per_request == 0 {
            return Err("at least one name in each request".into());
        }
        Ok(())
    }
}

/// What an agent's task does.
#[derive(Clone)]
struct Plan {
    oids: Vec<Oid>,
    up_time: Option<Oid>,
    per_request: usize,
    period: Duration,
    rounds: Option<u64>,
}

impl Plan {
    async fn run(self, session: Session, way: ask::Way) -> Result<(), mibc_runtime::manager::Error> {
        let mut left = self.rounds.unwrap_or(u64::MAX);
        let mut timer = tokio::time::interval(self.period);
        while left > 0 {
            timer.tick().await;
            for (number, oids) in self.oids.chunks(self.per_request).enumerate() {
                let time = self.up_time.iter().filter(|_| number == 0);
                let names: Vec<Oid> = time.chain(oids).cloned().collect();
                for varbind in session.get_oids(&names).await? {
                    if !way.send(varbind).await {
                        return Ok(());
                    }
                }
            }
            if !way.round().await {
                return Ok(());
            }
            left -= 1;
        }
        Ok(())
    }
}

/// The names in a file. Lines that are empty or begin with `#` are skipped.
fn names_in(file: &PathBuf) -> Result<Vec<String>, Failure> {
    let cannot = |error| format!("cannot read the names in `{}`: {error}", file.display());
    let length = std::fs::metadata(file).map_err(cannot)?.len();
    if length > MAX_OCTETS {
        return Err(format!(
            "`{}` is longer than {MAX_OCTETS} octets: it is not a file of names",
            file.display()
        )
        .into());
    }
    let text = std::fs::read_to_string(file).map_err(cannot)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Adds a line to the file of a variable. The variable's name comes from an agent's modules, so only characters of a
/// plain name go into the name of the file.
fn to_file(agent: &str, variable: &str, line: &str) {
    let plain =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_') { c } else { '_' };
    let name: String = format!("{agent}-{variable}").chars().map(plain).collect();
    let name = format!("./{}", name.trim_start_matches('.'));
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&name)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        super::log::say(&format!("cannot write `{name}`: {error}"));
    }
}
