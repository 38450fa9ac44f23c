//! What net-snmp's tools take besides: where messages go, what is shown of them, the address to ask from.

use super::dump::Dump;
use super::{Failure, log};
use clap::Args;
use mibc_runtime::manager::Settings;
use mibc_runtime::usm::EngineClock;
use std::net::{IpAddr, SocketAddr};

/// Options of all commands that ask agents, which few need.
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct Extra {
    /// Print every message that is sent or comes on standard error, in hexadecimal.
    #[arg(short = 'd', long = "dump", help_heading = "Messages")]
    dump: bool,
    /// Print messages taken apart (`dump`); other subjects of net-snmp's have nothing to show here.
    #[arg(short = 'D', long = "debug", value_name = "SUBJECTS", help_heading = "Messages")]
    debug: Vec<String>,
    /// Where messages about errors go, as in net-snmp: e (standard error), o (standard output), n (nowhere), f FILE,
    /// s FACILITY (syslog: d, u or 0 to 7).
    #[arg(short = 'L', long = "log-to", value_name = "PLACE", help_heading = "Messages")]
    log_to: Vec<String>,
    /// Ask from this address of this machine: IP or IP:PORT, [IPV6]:PORT.
    #[arg(long = "client-address", alias = "clientaddr", value_name = "ADDRESS", help_heading = "Agents")]
    client_address: Option<String>,
    /// Taken for the sake of net-snmp's scripts: modules are always read leniently.
    #[arg(short = 'P', value_name = "LETTERS", hide = true)]
    parsing: Vec<String>,
    /// Taken for the sake of net-snmp's scripts: transports that there would be something to say of are not there.
    #[arg(short = 'T', value_name = "NAME=VALUE", hide = true)]
    transport: Vec<String>,
    /// Boots and time of our own engine, for traps of SNMPv3; those of an agent's engine are found out.
    #[arg(short = 'Z', long = "engine-clock", value_name = "BOOTS,TIME", hide = true)]
    clock: Option<String>,
}

impl Extra {
    /// How to bind the manager. From now on messages go where they should.
    ///
    /// # Errors
    /// A letter, address or number that is not valid.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        log::to(&self.log_to)?;
        if let Some(letter) =
            self.parsing.iter().flat_map(|letters| letters.chars()).find(|c| !"ucdewWR0".contains(*c))
        {
            return Err(format!("-P{letter}: expected letters of u c d e w W R").into());
        }
        if let Some(wrong) = self.transport.iter().find(|pair| !pair.contains('=')) {
            return Err(format!("-T: `{wrong}` is not NAME=VALUE").into());
        }
        if let Some(pair) = self.transport.first() {
            log::say(&format!(
                "note: -T {pair}: it concerns transports with certificates, which are not there; nothing comes of it"
            ));
        }
        self.clock()?;
        let dump = Dump { octets: self.dump, meaning: self.shows_meaning() };
        let local = self.client_address.as_deref().map(|text| {
            local(text).ok_or_else(|| {
                format!("--client-address: `{text}` is not an IP address, nor one with a port")
            })
        });
        let local = local.transpose()?;
        Ok(Settings { local, tap: dump.tap(), ..Settings::default() })
    }

    /// The clock of an engine: what traps of SNMPv3 are sent with.
    ///
    /// # Errors
    /// Text that is not two numbers.
    pub(super) fn clock(&self) -> Result<Option<EngineClock>, Failure> {
        let Some(clock) = &self.clock else { return Ok(None) };
        let number =
            |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number <= i32::MAX.unsigned_abs());
        let read = clock
            .split_once([',', ' '])
            .and_then(|(boots, time)| Some(EngineClock { boots: number(boots)?, time: number(time)? }));
        let wrong = || format!("-Z: `{clock}` is not BOOTS,TIME: two numbers with a comma between");
        read.map(Some).ok_or_else(|| wrong().into())
    }

    fn shows_meaning(&self) -> bool {
        let shows = |subject: &str| subject.eq_ignore_ascii_case("all") || subject.starts_with("dump");
        let mut subjects = self.debug.iter().flat_map(|subjects| subjects.split(','));
        let any = subjects.any(shows);
        if !any && !self.debug.is_empty() {
            log::say("note: -D shows messages taken apart with the subject `dump`; there are no others");
        }
        any
    }
}

/// An address to ask from.
pub(super) fn local(text: &str) -> Option<SocketAddr> {
    let plain = ["udp6:", "udp:"].iter().find_map(|transport| text.strip_prefix(transport)).unwrap_or(text);
    let bare = plain.trim_start_matches('[').trim_end_matches(']');
    let with_port = plain.parse::<SocketAddr>().ok();
    with_port.or_else(|| bare.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 0)))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn addresses_to_ask_from() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1:0"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
            ("udp:127.0.0.1:5000", "127.0.0.1:5000"),
            ("::1", "[::1]:0"),
            ("[::1]", "[::1]:0"),
            ("udp6:[::1]:7", "[::1]:7"),
        ] {
            assert_eq!(local(text).map(|address| address.to_string()).as_deref(), Some(expected), "{text}");
        }
        for wrong in ["", "localhost", "1.2.3", "tcp:127.0.0.1", "127.0.0.1:70000"] {
            assert!(local(wrong).is_none(), "{wrong}");
        }
    }
}
