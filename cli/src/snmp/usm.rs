//! `mibc usm`: the users of an agent (RFC 3414 §5).

use super::admin::{self, Trouble};
use super::{Common, Failure, keys, protocols, words};
use mibc_generated::snmp_framework_mib::{SNMP_ENGINE_ID, SnmpAdminString, SnmpEngineId};
use mibc_generated::snmp_user_based_sm_mib::*;
use mibc_generated::snmp_usm_aes_mib::USM_AES_CFB128_PROTOCOL;
use mibc_generated::snmp_usm_hmac_sha2_mib::*;
use mibc_generated::snmpv2_tc::{AutonomousType, RowPointer, RowStatus};
use mibc_runtime::engine::Random;
use mibc_runtime::manager::Session;
use mibc_runtime::net::OsRandom;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::Assignment;
use mibc_runtime::usm::key_change::{self, Purpose};
use mibc_runtime::usm::{Auth, EngineId, MIN_PASSPHRASE, Privacy, Secret};
use mibc_runtime::value::OctetString;
use std::process::ExitCode;

/// What `mibc usm` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct UsmArguments {
    #[command(flatten)]
    common: Common,
    /// The engine that the user is of, in hexadecimal; the agent's own unless given (net-snmp: -CE).
    #[arg(help_heading = None, long, value_name = "HEX")]
    engine: Option<String>,
    /// What usmUserPublic is set to with new keys, so that it can be seen later whether they have arrived (net-snmp: -Cp).
    #[arg(help_heading = None, long, value_name = "TEXT")]
    public: Option<String>,
    /// A user that is made is not active before it is activated (net-snmp: -Cw).
    #[arg(help_heading = None, long)]
    wait: bool,
    /// Give only a new authentication key (net-snmp: -Ca).
    #[arg(help_heading = None, long)]
    auth_key: bool,
    /// Give only a new privacy key (net-snmp: -Cx).
    #[arg(help_heading = None, long)]
    privacy_key: bool,
    /// What begins with 0x is a key that is localized to the engine, in hexadecimal, and not a passphrase (net-snmp: -Ck).
    #[arg(help_heading = None, long)]
    localized: bool,
    /// The agent (unless --target or a profile names it), a command and its arguments; see below.
    #[arg(help_heading = None, required = true, value_name = "AGENT|COMMAND")]
    operands: Vec<String>,
}

/// A change of users.
enum Change<'o> {
    Create { user: &'o str, clone_from: Option<&'o str> },
    Status { user: &'o str, status: RowStatus },
    Clone { user: &'o str, from: &'o str },
    Keys { user: Option<&'o str>, old: Secret, new: Secret },
}

const COMMANDS: &str = "create, delete, activate, deactivate, cloneFrom or passwd";

pub(crate) fn usm(arguments: &UsmArguments) -> Result<ExitCode, Failure> {
    let work = arguments.common.prepare_operands(&arguments.operands)?;
    let (change, done) = arguments.read(&work.operands)?;
    let given = match &arguments.engine {
        Some(text) => Some(protocols::engine_id(text, true)?),
        None => None,
    };
    let plan = work.agents.plans.first();
    let own = plan.and_then(|plan| plan.user()).map(|user| String::from_utf8_lossy(user.name()).into_owned());
    let set = async |session: &Session| -> Result<(), Trouble> {
        let engine = match given {
            Some(engine) => engine,
            None => engine_of(session).await?,
        };
        let assignments = match &change {
            Change::Keys { user, old, new } => {
                let is_own = user.is_none();
                let user = user.or(own.as_deref()).ok_or_else(|| {
                    Failure::from("whose keys are to be changed? With a community there is no user: name one")
                })?;
                arguments.keys(session, engine, user, is_own, (old, new)).await?
            }
            other => other.assignments(engine, arguments.wait)?,
        };
        Ok(session.set_all(assignments).await?)
    };
    admin::run(&work, done, set)
}

/// The agent's engine.
async fn engine_of(session: &Session) -> Result<EngineId, Trouble> {
    if let Some(known) = session.engine_id() {
        return Ok(known);
    }
    // In SNMPv3 the first request finds it out, whatever the answer is.
    let asked = session.get(SNMP_ENGINE_ID).await;
    match (session.engine_id(), asked) {
        (Some(known), _) => Ok(known),
        (None, Ok(engine)) => {
            let octets = OctetString::from(engine);
            let engine = EngineId::odd(&octets.0);
            Ok(engine.map_err(|error| Failure::from(format!("snmpEngineID.0 of the agent: {error}")))?)
        }
        (None, Err(error)) => Err(error.into()),
    }
}

/// The row of a user.
fn row(engine: EngineId, user: &str) -> UsmUserIndex {
    (SnmpEngineId::from(engine.as_bytes()), SnmpAdminString::from(user)).into()
}

/// What points at a user whose keys are copied (RFC 3414 §5, usmUserCloneFrom).
fn pointer(engine: EngineId, user: &str) -> Result<RowPointer, Failure> {
    use mibc_runtime::typed::Variable;
    Ok(RowPointer::from(USM_USER_SECURITY_NAME.at(row(engine, user)).oid()?))
}

impl Change<'_> {
    /// What is written for it, but for keys.
    fn assignments(&self, engine: EngineId, wait: bool) -> Result<Vec<Assignment>, Failure> {
        Ok(match self {
            Change::Create { user, clone_from } => {
                // Without keys it is not ready to go.
                let status = match wait || clone_from.is_none() {
                    true => RowStatus::CREATE_AND_WAIT,
                    false => RowStatus::CREATE_AND_GO,
                };
                let mut assignments = vec![USM_USER_STATUS.at(row(engine, user)).assign(status)];
                if let Some(from) = clone_from {
                    let from = pointer(engine, from)?;
                    assignments.push(USM_USER_CLONE_FROM.at(row(engine, user)).assign(from));
                }
                assignments
            }
            Change::Status { user, status } => vec![USM_USER_STATUS.at(row(engine, user)).assign(*status)],
            Change::Clone { user, from } => {
                vec![USM_USER_CLONE_FROM.at(row(engine, user)).assign(pointer(engine, from)?)]
            }
            Change::Keys { .. } => Vec::new(),
        })
    }
}

impl UsmArguments {
    /// The change, and what is said when it is made.
    fn read<'o>(&self, operands: &'o [String]) -> Result<(Change<'o>, &'static str), Failure> {
        let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
        let Some((command, given)) = operands.split_first() else {
            return Err(words::misuse(
                "Please specify an operation to perform.",
                format!("expected a command: {COMMANDS}"),
            ));
        };
        let misuse =
            |theirs: &str, form: &str| Err(words::misuse(theirs, format!("expected {command} {form}")));
        let status = |status, done| match given {
            [user] => Ok((Change::Status { user, status }, done)),
            _ => misuse(&format!("You must specify the user name to {command}"), "USER"),
        };
        match *command {
            "create" => match given {
                [user] => Ok((Change::Create { user, clone_from: None }, "User successfully created.")),
                [user, from] => {
                    Ok((Change::Create { user, clone_from: Some(from) }, "User successfully created."))
                }
                _ => misuse("You must specify the user name to create", "USER [CLONEFROM]"),
            },
            "delete" => status(RowStatus::DESTROY, "User successfully deleted."),
            "activate" => status(RowStatus::ACTIVE, "User successfully activated."),
            "deactivate" => status(RowStatus::NOT_IN_SERVICE, "User successfully deactivated."),
            "cloneFrom" => match given {
                [user, from] => Ok((Change::Clone { user, from }, "User successfully cloned.")),
                _ => misuse("You must specify the user name to clone from", "USER CLONEFROM"),
            },
            "passwd" => match given {
                [old, new] => Ok((self.new_keys(old, new, None)?, KEYS_CHANGED)),
                [old, new, user] => Ok((self.new_keys(old, new, Some(user))?, KEYS_CHANGED)),
                _ => misuse("You must specify the old passphrase and a new one", "OLD NEW [USER]"),
            },
            "changekey" => {
                Err("changekey, which needs the Diffie-Hellman exchange of SNMP-USM-DH-OBJECTS-MIB, is not \
                                there; passwd changes keys with the old passphrase"
                    .into())
            }
            other => Err(words::misuse(
                "Unknown command",
                format!("`{other}` is not a command; expected {COMMANDS}"),
            )),
        }
    }

    fn new_keys<'o>(&self, old: &str, new: &str, user: Option<&'o str>) -> Result<Change<'o>, Failure> {
        if self.localized && self.auth_key == self.privacy_key {
            return Err(words::misuse(
                "-Ck takes either -Ca or -Cx",
                "a localized key is for one purpose: say which with --auth-key (-Ca) or --privacy-key (-Cx)",
            ));
        }
        let secret = |text: &str, which: &str| -> Result<Secret, Failure> {
            if self.localized && text.starts_with("0x") {
                let key = keys::octets(text);
                let key = key.ok_or_else(|| format!("the {which} key is not pairs of hexadecimal digits"))?;
                return Ok(Secret::localized(key));
            }
            if text.len() < MIN_PASSPHRASE {
                let capital = if which == "old" { "Old" } else { "New" };
                return Err(words::mistake(
                    format!(
                        "{capital} passphrase must be greater than {MIN_PASSPHRASE} characters in length."
                    ),
                    format!(
                        "the {which} passphrase has {} octets: at least {MIN_PASSPHRASE} are needed",
                        text.len()
                    ),
                ));
            }
            Ok(Secret::from(text))
        };
        Ok(Change::Keys { user, old: secret(old, "old")?, new: secret(new, "new")? })
    }

    /// New keys for a user, by the protocols that the agent says it has.
    async fn keys(
        &self,
        session: &Session,
        engine: EngineId,
        user: &str,
        is_own: bool,
        (old, new): (&Secret, &Secret),
    ) -> Result<Vec<Assignment>, Trouble> {
        let columns =
            (USM_USER_AUTH_PROTOCOL.at(row(engine, user)), USM_USER_PRIV_PROTOCOL.at(row(engine, user)));
        // An agent may not let them be seen: then they are those that are asked with.
        let (auth, privacy) = match session.get(columns).await {
            Ok((auth, privacy)) => (auth_of(&auth), privacy_of(&privacy)),
            Err(error) if error.is_timeout() => return Err(error.into()),
            Err(_) => (Protocol::Unknown, Protocol::Unknown),
        };
        let common = &self.common.connection;
        let both = !self.auth_key && !self.privacy_key;
        let auth = match auth {
            Protocol::Is(auth) => auth,
            Protocol::Unknown => common.auth_protocol()?,
            Protocol::None => {
                return Err(
                    Failure::from(format!("the user {user} has no keys: it authenticates nothing")).into()
                );
            }
        };
        let row = || row(engine, user);
        let change = |purpose| -> Result<KeyChange, Failure> {
            let random: Vec<u8> = random(key_change::MAX_RANDOM);
            Ok(KeyChange::from(key_change::between(auth, purpose, old, new, &engine, &random)?))
        };
        let mut assignments = Vec::new();
        if both || self.auth_key {
            let value = change(Purpose::Auth)?;
            assignments.push(match is_own {
                true => USM_USER_OWN_AUTH_KEY_CHANGE.at(row()).assign(value),
                false => USM_USER_AUTH_KEY_CHANGE.at(row()).assign(value),
            });
        }
        let privacy = match privacy {
            Protocol::Is(privacy) => Some(privacy),
            Protocol::Unknown => Some(common.privacy_protocol()?),
            Protocol::None if self.privacy_key => {
                return Err(Failure::from(format!("the user {user} has no privacy key")).into());
            }
            Protocol::None => None,
        };
        if let Some(privacy) = privacy.filter(|_| both || self.privacy_key) {
            let value = change(Purpose::Privacy(privacy))?;
            assignments.push(match is_own {
                true => USM_USER_OWN_PRIV_KEY_CHANGE.at(row()).assign(value),
                false => USM_USER_PRIV_KEY_CHANGE.at(row()).assign(value),
            });
        }
        if let Some(public) = &self.public {
            assignments.push(USM_USER_PUBLIC.at(row()).assign(OctetString::from(public.as_str())));
        }
        Ok(assignments)
    }
}

const KEYS_CHANGED: &str = "SNMPv3 Key(s) successfully changed.";

fn random(octets: usize) -> Vec<u8> {
    let mut random = OsRandom::new();
    std::iter::repeat_with(|| random.next_u32().to_be_bytes()).flatten().take(octets).collect()
}

/// What an agent says of a user's protocol.
#[derive(Debug, PartialEq, Eq)]
enum Protocol<P> {
    Is(P),
    None,
    /// One that no standard module names.
    Unknown,
}

fn is<M>(found: &AutonomousType, node: mibc_runtime::typed::Node<M>) -> bool {
    let found = Oid::from(found.clone());
    found.arcs().eq(node.arcs().iter().copied())
}

fn auth_of(found: &AutonomousType) -> Protocol<Auth> {
    match () {
        () if is(found, USM_NO_AUTH_PROTOCOL) => Protocol::None,
        () if is(found, USM_HMACMD5_AUTH_PROTOCOL) => Protocol::Is(Auth::Md5),
        () if is(found, USM_HMACSHA_AUTH_PROTOCOL) => Protocol::Is(Auth::Sha1),
        () if is(found, USM_HMAC128SHA224_AUTH_PROTOCOL) => Protocol::Is(Auth::Sha224),
        () if is(found, USM_HMAC192SHA256_AUTH_PROTOCOL) => Protocol::Is(Auth::Sha256),
        () if is(found, USM_HMAC256SHA384_AUTH_PROTOCOL) => Protocol::Is(Auth::Sha384),
        () if is(found, USM_HMAC384SHA512_AUTH_PROTOCOL) => Protocol::Is(Auth::Sha512),
        () => Protocol::Unknown,
    }
}

fn privacy_of(found: &AutonomousType) -> Protocol<Privacy> {
    match () {
        () if is(found, USM_NO_PRIV_PROTOCOL) => Protocol::None,
        () if is(found, USM_DES_PRIV_PROTOCOL) => Protocol::Is(Privacy::Des),
        () if is(found, USM_AES_CFB128_PROTOCOL) => Protocol::Is(Privacy::Aes128),
        () => Protocol::Unknown,
    }
}
