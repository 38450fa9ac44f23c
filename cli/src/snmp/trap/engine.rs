//! The engine that traps of SNMPv3 are sent by: the one of this user.

use super::super::{Failure, log};
use mibc_runtime::net::{EngineState, FileStore};
use mibc_runtime::usm::{EngineClock, EngineId};
use std::path::PathBuf;
use std::{env, fs};

/// Engine ID and clock: as they are given, or those of an engine whose ID is kept and that starts with each command.
///
/// A configured ID without a clock has the time of this machine and one boot, as with net-snmp's tools: receivers that have
/// heard of it before this machine was started do not believe it for as long as the machine was up then.
pub(super) fn of(
    given: Option<EngineId>,
    clock: Option<EngineClock>,
) -> Result<(EngineId, EngineClock), Failure> {
    if let Some(engine_id) = given {
        let machine = EngineClock { boots: 1, time: machine_up_time() / 100 };
        return Ok((engine_id, clock.unwrap_or(machine)));
    }
    let state = kept()?;
    Ok((state.engine_id, clock.unwrap_or(EngineClock { boots: state.boots, time: 0 })))
}

fn kept() -> Result<EngineState, Failure> {
    let Some(folder) = folder() else {
        log::say("note: without a home folder the engine of traps has another ID each time; -e gives it one");
        return Ok(EngineState::random());
    };
    let file = folder.join("engine");
    let failed = |error: std::io::Error| {
        format!("the engine of traps cannot be kept in `{}`: {error}; -e gives it an ID", file.display())
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    Ok(EngineState::start(&FileStore::new(&file), None).map_err(failed)?)
}

/// Where it is kept.
fn folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")))?;
    Some(state.join("mibc"))
}

/// How long this machine is up, in hundredths of a second; 0 if the system does not tell.
pub(super) fn machine_up_time() -> u32 {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    up_time(&text).unwrap_or(0)
}

/// Wraps after 497 days, as sysUpTime does.
fn up_time(text: &str) -> Option<u32> {
    let (seconds, rest) = text.split_whitespace().next()?.split_once('.')?;
    let hundredths: u64 = rest.get(..2)?.parse().ok()?;
    let all = seconds.parse::<u64>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
    Some((all & u64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::up_time;

    #[test]
    fn times() {
        assert_eq!(up_time("1.23 4.5\n"), Some(123));
        assert_eq!(up_time("42949672.96 0.0"), Some(0));
        for wrong in ["", "1", "x.yz", "1.2", "99999999999999999999.00"] {
            assert_eq!(up_time(wrong), None, "{wrong}");
        }
    }
}
