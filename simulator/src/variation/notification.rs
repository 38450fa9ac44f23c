//! Variables that send a notification when they are asked or written.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::Oid;
use mibc_runtime::trap_sender::{TrapSender, notification};
use mibc_runtime::value::{TimeTicks, VarBind};

use super::faults::{Operation, Operations};
use super::options::Options;
use crate::reader::value_of_tag;

/// A notification, and when it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    operations: Operations,
    is_v1: bool,
    community: String,
    to: SocketAddr,
    identity: Oid,
    up_time: Option<u32>,
    varbinds: Vec<VarBind>,
}

/// snmpTrapCommunity.0, snmpTrapAddress.0 and snmpTrapEnterprise.0 say what a trap of SNMPv1 has in its header.
const TRAP_ADDRESS: &str = "1.3.6.1.6.3.18.1.3.0";
const TRAP_ENTERPRISE: &str = "1.3.6.1.6.3.1.1.4.3.0";

impl Notice {
    pub(super) fn read(options: &mut Options) -> Result<Self, String> {
        let operations = match options.take("op").as_deref().map(str::trim) {
            // snmpsim sends when something is written unless told otherwise.
            None | Some("set") => Operations::Write,
            Some("get") => Operations::Read,
            Some("any" | "*") => Operations::Any,
            Some(other) => return Err(format!("`op={other}`: expected get, set or any")),
        };
        let is_v1 = match options.take("version").as_deref() {
            None | Some("2c") => false,
            Some("1") => true,
            Some(other) => {
                return Err(format!("`version={other}` of a notification is not supported; 1 and 2c are"));
            }
        };
        match options.take("ntftype").as_deref() {
            None | Some("trap") => {}
            Some(other) => return Err(format!("`ntftype={other}` is not supported; `trap` is")),
        }
        if let Some(other) = options.take("proto").filter(|proto| !matches!(proto.as_str(), "udp" | "udp6")) {
            return Err(format!("`proto={other}`: expected udp or udp6"));
        }
        if options.take("vlist").is_some() {
            return Err(
                "the option `vlist` of the module `notification` is not supported; `op` is".to_owned()
            );
        }
        let host =
            options.take("host").ok_or("`host` is missing: the address that the notification goes to")?;
        let host: IpAddr =
            host.trim().parse().map_err(|_| format!("`host={host}`: expected an IP address"))?;
        let port = options.parsed::<u16>("port", "a port")?.unwrap_or(162);
        let identity = options.take("trapoid").ok_or("`trapoid` is missing: which notification it is")?;
        let mut varbinds = Vec::new();
        for (option, name, tag) in [("agentaddress", TRAP_ADDRESS, 64), ("enterprise", TRAP_ENTERPRISE, 6)] {
            if let Some(text) = options.take(option) {
                varbinds.push(VarBind::new(oid(name)?, value_of_tag(tag, None, &text)?));
            }
        }
        let list = options.take("varbinds").unwrap_or_default();
        let words: Vec<&str> = list.split(':').filter(|word| !word.is_empty()).collect();
        for words in words.chunks(3) {
            let [name, letter, value] = words else {
                return Err("`varbinds`: expected OID:type:value, and a colon between two".to_owned());
            };
            let tag = match *letter {
                "s" => 4,
                "h" => 4,
                "i" => 2,
                "o" => 6,
                "t" => 67,
                "b" | "u" => 66,
                "c" => 65,
                "a" => 64,
                other => {
                    return Err(format!(
                        "`varbinds`: `{other}` is not a type; s, h, i, o, t, u, c and a are"
                    ));
                }
            };
            let encoding = (*letter == "h").then_some('x');
            varbinds.push(VarBind::new(oid(name)?, value_of_tag(tag, encoding, value)?));
        }
        Ok(Self {
            operations,
            is_v1,
            community: options.take("community").unwrap_or_else(|| "public".to_owned()),
            to: SocketAddr::new(host, port),
            identity: oid(&identity)?,
            up_time: options.parsed("uptime", "hundredths of a second")?,
            varbinds,
        })
    }

    pub(crate) fn is_about(&self, operation: Operation) -> bool {
        self.operations.include(operation)
    }

    /// Sends it. What goes wrong is logged.
    pub(crate) async fn send(self, up_time: Duration) {
        let to = TransportAddress::Udp(self.to);
        let sender = match self.is_v1 {
            true => TrapSender::v1(to, self.community),
            false => TrapSender::v2c(to, self.community),
        };
        let up_time = TimeTicks(self.up_time.unwrap_or((up_time.as_millis() / 10) as u32));
        let result = match notification(up_time, self.identity, self.varbinds) {
            Ok(varbinds) => sender.send(&varbinds).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = result {
            tracing::warn!(target: mibc_runtime::logs::SIMULATOR, to = %self.to, %error, "a notification of a recording is not sent");
        }
    }
}

fn oid(text: &str) -> Result<Oid, String> {
    let text = text.trim();
    text.parse().map_err(|error| format!("`{}` is not an OID: {error}", crate::problem::shown(text)))
}
