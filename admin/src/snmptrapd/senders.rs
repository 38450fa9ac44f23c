//! Who may send notifications, and what may be done with them: `authCommunity` and `authUser`.

use mibc_runtime::message::Level;
use mibc_runtime::oid::Oid;

use crate::config::{Hidden, Names, Peers, Source, oid};
use crate::snmpd::access::{Sockets, source_text};
use crate::snmpd::line::word;
use crate::snmpd::state::level;

/// A line.
pub(super) struct Sender {
    pub(super) who: Who,
    pub(super) types: Types,
    /// Only notifications below.
    pub(super) below: Option<(String, Option<Oid>)>,
}

pub(super) enum Who {
    /// A community, from a network or from everywhere.
    Community(Hidden, Option<String>),
    /// A user, whose messages have this level at least.
    User(String, Level),
}

/// What may be done with notifications.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Types {
    pub(super) log: bool,
    pub(super) execute: bool,
    pub(super) net: bool,
}

impl Types {
    pub(super) const ALL: Self = Self { log: true, execute: true, net: true };

    fn of(text: &str) -> Result<Self, String> {
        let mut types = Self { log: false, execute: false, net: false };
        for kind in text.split([',', '|', ':']) {
            match kind {
                "log" => types.log = true,
                "execute" => types.execute = true,
                "net" => types.net = true,
                "read" | "write" | "notify" => {
                    return Err(format!("the access type `{kind}` is for snmpd"));
                }
                _ => {
                    return Err(format!(
                        "`{kind}` is not a type of processing; expected log, execute or net"
                    ));
                }
            }
        }
        Ok(types)
    }
}

impl Sender {
    /// `TYPES COMMUNITY [SOURCE [OID | -v VIEW]]`.
    pub(super) fn community(mut rest: &str, names: &dyn Names) -> Result<Self, String> {
        let types = Types::of(&word(&mut rest).ok_or("there are no types of processing")?)?;
        let name = word(&mut rest).filter(|name| !name.is_empty()).ok_or("there is no community")?;
        let source = match word(&mut rest) {
            Some(source) if source != "default" => Some(network(&source)?),
            _ => None,
        };
        let below = below(&mut rest, names)?;
        Ok(Self { who: Who::Community(Hidden::new(name), source), types, below })
    }

    /// `TYPES [-s MODEL] USER [LEVEL [OID | -v VIEW]]`.
    pub(super) fn user(mut rest: &str, names: &dyn Names) -> Result<Self, String> {
        let types = Types::of(&word(&mut rest).ok_or("there are no types of processing")?)?;
        let mut name = word(&mut rest).ok_or("there is no user")?;
        if name == "-s" {
            let model = word(&mut rest).ok_or("there is no security model behind -s")?;
            if !model.eq_ignore_ascii_case("usm") {
                return Err(format!("mibc has no security model `{model}`"));
            }
            name = word(&mut rest).ok_or("there is no user")?;
        }
        let level = word(&mut rest).map_or(Ok(Level::AuthNoPriv), |text| level(&text))?;
        let below = below(&mut rest, names)?;
        Ok(Self { who: Who::User(name, level), types, below })
    }

    /// Whether all may be done.
    pub(super) fn is_free(&self) -> bool {
        self.types == Types::ALL && self.below.is_none()
    }

    /// Whether two lines are for the same community or user.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.who, &other.who) {
            (Who::Community(own, _), Who::Community(other, _)) => own == other,
            (Who::User(own, _), Who::User(other, _)) => own == other,
            _ => false,
        }
    }
}

fn network(text: &str) -> Result<String, String> {
    let sockets = if text.contains("::") { Sockets::V6 } else { Sockets::V4 };
    let text = source_text(text, sockets)?;
    let source: Source = text.parse().map_err(|error| format!("{error}"))?;
    match source.peers {
        Peers::Network(_) if !source.refused => Ok(text),
        _ => Err(format!("`{text}` is not a network: write its addresses in `sources` of the community")),
    }
}

fn below(rest: &mut &str, names: &dyn Names) -> Result<Option<(String, Option<Oid>)>, String> {
    match word(rest) {
        None => Ok(None),
        Some(option) if option.eq_ignore_ascii_case("-v") => {
            Err("views are not taken over: write an OID instead, or a [[rule]]".to_owned())
        }
        Some(text) => {
            let text = text.trim_start_matches('.').to_owned();
            let known = oid(&text, names).ok();
            Ok(Some((text, known)))
        }
    }
}
