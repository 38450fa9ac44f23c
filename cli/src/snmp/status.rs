//! `mibc status`: what an agent is, in three lines, as net-snmp's `snmpstatus`.

use super::ask::{self, Event};
use super::{Common, Failure, Work, dump};
use crate::output::{WriteError, to_stdout};
use mibc_runtime::manager::Session;
use mibc_runtime::net::Tap;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// sysDescr.0, sysUpTime.0, ipInReceives.0, ipOutRequests.0.
const SCALARS: [&str; 4] =
    ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.4.3.0", "1.3.6.1.2.1.4.10.0"];
/// Of ifTable: ifOperStatus, then packets in, unicast and others, and out.
const COLUMNS: [&str; 5] = [
    "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.2.2.1.11",
    "1.3.6.1.2.1.2.2.1.12",
    "1.3.6.1.2.1.2.2.1.17",
    "1.3.6.1.2.1.2.2.1.18",
];

/// What `mibc status` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    common: Common,
    /// The agent (unless --target or a profile names it): HOST, HOST:PORT, [IPV6]:PORT.
    #[arg(help_heading = None, value_name = "AGENT")]
    operands: Vec<String>,
}

pub(crate) fn status(arguments: &StatusArguments) -> Result<ExitCode, Failure> {
    let mut work = arguments.common.prepare(&arguments.operands)?;
    if let Some(more) = work.operands.first() {
        return Err(format!("a status takes only agents; what is `{more}`?").into());
    }
    work.agents.plain_text_only(work.presentation.format)?;
    // Where each agent is, and from where it is asked.
    let paths = Arc::new(Mutex::new(BTreeMap::new()));
    let (seen_by, before) = (Arc::clone(&paths), work.agents.binding.tap.take());
    work.agents.binding.tap = Some(Tap::new(move |seen| {
        if !seen.outgoing {
            let mut paths = seen_by.lock().unwrap_or_else(PoisonError::into_inner);
            paths.insert(seen.peer.to_string(), dump::path(&seen));
        }
        before.iter().for_each(|tap| tap.tell(seen));
    }));
    let Work { agents, .. } = &work;
    let renderer = work.renderer();
    let oids = |texts: &[&str]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Oid>, _>>();
    let (scalars, columns) = (oids(&SCALARS)?, oids(&COLUMNS)?);
    let question = |session: Session, way: ask::Way| {
        let (scalars, columns) = (scalars.clone(), columns.clone());
        async move {
            way.send_all(session.get_oids(&scalars).await?).await;
            let mut walk = session.walk_several(&columns);
            while let Some(varbind) = walk.try_next().await? {
                if !way.send(varbind).await {
                    break;
                }
            }
            Ok(())
        }
    };
    let mut found: Vec<Vec<VarBind>> = vec![Vec::new(); agents.names.len()];
    let status = ask::all(agents, &renderer, question, ask::to_stderr, |agent, event| match event {
        Event::VarBind(varbind) => {
            found.get_mut(agent).into_iter().for_each(|found| found.push(varbind.clone()));
            Ok(())
        }
        Event::End(Ok(())) => {
            let paths = paths.lock().unwrap_or_else(PoisonError::into_inner);
            // With several agents a path may be that of another one.
            let path = match (agents.names.as_slice(), paths.len()) {
                ([_], 1) => paths.values().next(),
                _ => None,
            };
            let name = agents.names.get(agent).map(String::as_str).unwrap_or_default();
            let path = path.map_or(name, String::as_str);
            let found = found.get_mut(agent).map(std::mem::take).unwrap_or_default();
            print(path, &Summary::of(&found, &scalars, &columns))
        }
        Event::Round | Event::End(Err(_)) => Ok(()),
    })?;
    Ok(ExitCode::from(status))
}

/// What the variables say.
#[derive(Debug, Default)]
struct Summary {
    description: String,
    up_time: u64,
    interfaces: usize,
    down: usize,
    packets_in: u64,
    packets_out: u64,
    ip_in: u64,
    ip_out: u64,
}

impl Summary {
    fn of(found: &[VarBind], scalars: &[Oid], columns: &[Oid]) -> Summary {
        let mut out = Summary::default();
        let mut rows: BTreeMap<Vec<u32>, [Option<u64>; COLUMNS.len()]> = BTreeMap::new();
        for varbind in found {
            let number = varbind.value.as_ref().as_i128().and_then(|number| u64::try_from(number).ok());
            match scalars.iter().position(|scalar| *scalar == varbind.name) {
                Some(0) => out.description = text(&varbind.value),
                Some(1) => out.up_time = number.unwrap_or(0),
                Some(2) => out.ip_in = number.unwrap_or(0),
                Some(3) => out.ip_out = number.unwrap_or(0),
                _ => {}
            }
            for (place, column) in columns.iter().enumerate() {
                if let Some(index) = varbind.name.strip_prefix(column) {
                    let row = rows.entry(index.collect()).or_default();
                    row.iter_mut().skip(place).take(1).for_each(|cell| *cell = Some(number.unwrap_or(0)));
                }
            }
        }
        for row in rows.values() {
            // A row that lacks something ends the table.
            let [Some(state), Some(a), Some(b), Some(c), Some(d)] = row else { break };
            out.interfaces += 1;
            out.down += usize::from(*state != 1);
            out.packets_in = out.packets_in.saturating_add(*a).saturating_add(*b);
            out.packets_out = out.packets_out.saturating_add(*c).saturating_add(*d);
        }
        out
    }
}

/// Text as it came, what would be a command to a terminal apart.
pub(super) fn text(value: &Value) -> String {
    let octets = value.as_octets().unwrap_or_default();
    let plain = |c: char| if c.is_control() && !c.is_ascii_whitespace() { '.' } else { c };
    String::from_utf8_lossy(octets).chars().map(plain).collect()
}

fn print(path: &str, summary: &Summary) -> Result<(), WriteError> {
    let Summary { description, up_time, interfaces, down, packets_in, packets_out, ip_in, ip_out } = summary;
    let mut out = format!("[{path}]=>[{description}] Up: {}\n", time(*up_time));
    out += &format!(
        "Interfaces: {interfaces}, Recv/Trans packets: {packets_in}/{packets_out} | IP: {ip_in}/{ip_out}\n"
    );
    match down {
        0 => {}
        1 => out += "1 interface is down!\n",
        down => out += &format!("{down} interfaces are down!\n"),
    }
    to_stdout(&out)
}

/// `1 day, 2:03:04.05`.
fn time(ticks: u64) -> String {
    let (hundredths, seconds) = (ticks % 100, ticks / 100);
    let (minutes, hours, days) = (seconds / 60 % 60, seconds / 3600 % 24, seconds / 86_400);
    let days = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        days => format!("{days} days, "),
    };
    format!("{days}{hours}:{minutes:02}:{:02}.{hundredths:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times() {
        assert_eq!(time(5), "0:00:00.05");
        assert_eq!(time(8_640_000 + 12_796), "1 day, 0:02:07.96");
        assert_eq!(time(u64::from(u32::MAX)), "497 days, 2:27:52.95");
    }
}
