//! The directives of `snmp.conf` that mean something here.

use super::super::{extra, keys, protocols};
use mibc_compiler::query::similar;
use mibc_runtime::usm::Secret;
use std::net::SocketAddr;

/// Longest timeout that is taken, in seconds.
const MAX_TIMEOUT: f64 = 86_400.0;
/// Most retries that are taken.
const MAX_RETRIES: u32 = 1000;

/// What is set.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) version: Option<String>,
    pub(crate) community: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) auth: Option<String>,
    pub(crate) privacy: Option<String>,
    auth_passphrase: Option<String>,
    priv_passphrase: Option<String>,
    /// For both, where one of them is not set.
    passphrase: Option<String>,
    auth_keys: Keys,
    priv_keys: Keys,
    pub(crate) context: Option<String>,
    client: Option<SocketAddr>,
    client_has_port: bool,
    pub(crate) timeout: Option<f64>,
    pub(crate) retries: Option<u32>,
    port: Option<u16>,
    transport: Option<String>,
    /// A letter behind `-O` for how names are written.
    form: Option<char>,
    /// The other letters behind `-O`, turned on and off.
    letters: Vec<(char, bool)>,
    pub(super) modules: Option<Vec<String>>,
    pub(super) folders: Option<Vec<String>>,
    pub(super) files: Vec<String>,
}

/// Keys in place of a passphrase.
#[derive(Clone, Default)]
struct Keys {
    master: Option<Secret>,
    local: Option<Secret>,
}

impl Keys {
    /// The key that counts: what is made for the agent's engine needs nothing else.
    fn secret(&self) -> Option<Secret> {
        self.local.clone().or_else(|| self.master.clone())
    }
}

/// Leaves out the secrets.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("version", &self.version)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Directives that turn a letter behind `-O` on or off.
const LETTERS: [(&str, char); 9] = [
    ("dontbreakdownoids", 'b'),
    ("dontprintunits", 'U'),
    ("escapequotes", 'E'),
    ("extendedindex", 'X'),
    ("numerictimeticks", 't'),
    ("printhextext", 'T'),
    ("printnumericenums", 'e'),
    ("printvalueonly", 'v'),
    ("quickprinting", 'q'),
];

/// All directives of `snmp.conf`, as they are spelt. Those that nothing here reads are about what is not there.
const KNOWN: [&str; 81] = [
    "16bitIDs",
    "alias",
    "clientaddr",
    "clientaddrUsesPort",
    "clientRecvBuf",
    "clientSendBuf",
    "commentToEOL",
    "debugLogLevel",
    "debugTokens",
    "defAuthLocalizedKey",
    "defAuthMasterKey",
    "defAuthPassphrase",
    "defAuthType",
    "defaultPort",
    "defCommunity",
    "defContext",
    "defDomain",
    "defPassphrase",
    "defPrivLocalizedKey",
    "defPrivMasterKey",
    "defPrivPassphrase",
    "defPrivType",
    "defSecurityLevel",
    "defSecurityModel",
    "defSecurityName",
    "defTarget",
    "defVersion",
    "disableSNMPv3",
    "doDebugging",
    "dontBreakdownOids",
    "dontLoadHostConfig",
    "dontPersistentLoad",
    "dontPersistentSave",
    "dontPrintUnits",
    "dtlsCert",
    "dumpPacket",
    "engineIDType",
    "escapeQuotes",
    "extendedIndex",
    "hexOutputLength",
    "includeAllSameType",
    "includeDir",
    "includeFile",
    "includeSearch",
    "localCert",
    "logOption",
    "logTimestamp",
    "mibAllowUnderline",
    "mibdirs",
    "mibfile",
    "mibReplaceWithLatest",
    "mibs",
    "mibWarningLevel",
    "noDisplayHint",
    "noPersistentLoad",
    "noPersistentSave",
    "noRangeCheck",
    "noTokenWarnings",
    "numericTimeticks",
    "oidOutputFormat",
    "outputPrecision",
    "peerCert",
    "persistentDir",
    "printHexText",
    "printNumericEnums",
    "printNumericOids",
    "printValueOnly",
    "quickPrinting",
    "retries",
    "reverseEncodeBER",
    "sendMessageMaxSize",
    "serverRecvBuf",
    "serverSendBuf",
    "showMibErrors",
    "sshtosnmpsocket",
    "strictCommentTerm",
    "suffixPrinting",
    "tempFilePattern",
    "timeout",
    "trustCert",
    "x509CRLFile",
];

impl Settings {
    /// Takes in a directive; `name` in small letters, `written` as it stands there.
    ///
    /// # Errors
    /// What is wrong with the value, or what an unknown name was meant to be. Other unknown names say nothing.
    pub(super) fn set(&mut self, name: &str, written: &str, value: &str) -> Result<(), String> {
        if value.is_empty() && KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            // No modules and no folders are what they may be set to.
            return match name {
                "mibs" | "mibdirs" => Ok(()),
                _ => Err(format!("`{written}` has no value")),
            };
        }
        let wrong = |expected: &str| format!("`{written}`: `{value}` is not {expected}");
        let given = || Some(value.to_owned());
        if let Some((_, letter)) = LETTERS.iter().find(|(known, _)| *known == name) {
            self.letters.push((*letter, boolean(value).ok_or_else(|| wrong("yes or no"))?));
            return Ok(());
        }
        match name {
            "defversion" => {
                let version = match value.to_ascii_lowercase().as_str() {
                    "1" => "1",
                    "2" | "2c" => "2c",
                    "3" => "3",
                    _ => return Err(wrong("a version of SNMP: 1, 2c or 3")),
                };
                self.version = Some(version.to_owned());
            }
            "defcommunity" => self.community = given(),
            "defsecurityname" => self.user = given(),
            "defsecuritylevel" => match value.to_ascii_lowercase().as_str() {
                "noauthnopriv" | "noauth" | "nanp" | "authnopriv" | "auth" | "anp" | "authpriv" | "priv"
                | "ap" => {
                    self.level = given();
                }
                _ => return Err(wrong("a security level: noAuthNoPriv, authNoPriv or authPriv")),
            },
            "defauthtype" => {
                protocols::auth(value).map_err(|error| format!("`{written}`: {error}"))?;
                self.auth = given();
            }
            "defprivtype" => {
                protocols::privacy(value).map_err(|error| format!("`{written}`: {error}"))?;
                self.privacy = given();
            }
            "defpassphrase" => self.passphrase = given(),
            "defauthpassphrase" => self.auth_passphrase = given(),
            "defprivpassphrase" => self.priv_passphrase = given(),
            "defauthmasterkey" => self.auth_keys.master = Some(Secret::master(key(written, value)?)),
            "defauthlocalizedkey" => self.auth_keys.local = Some(Secret::localized(key(written, value)?)),
            "defprivmasterkey" => self.priv_keys.master = Some(Secret::master(key(written, value)?)),
            "defprivlocalizedkey" => self.priv_keys.local = Some(Secret::localized(key(written, value)?)),
            "clientaddr" => {
                let address = extra::local(value);
                self.client = Some(address.ok_or_else(|| wrong("an IP address, nor one with a port"))?);
            }
            "clientaddrusesport" => {
                self.client_has_port = boolean(value).ok_or_else(|| wrong("yes or no"))?;
            }
            "defcontext" => self.context = given(),
            "timeout" => {
                let seconds = value.parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= MAX_TIMEOUT);
                self.timeout = Some(seconds.ok_or_else(|| wrong("a number of seconds above 0"))?);
            }
            "retries" => {
                let count = value.parse().ok().filter(|count| *count <= MAX_RETRIES);
                self.retries = Some(count.ok_or_else(|| wrong(&format!("a number of 0..{MAX_RETRIES}")))?);
            }
            "defaultport" => {
                let port = value.parse().ok().filter(|port| *port != 0);
                self.port = Some(port.ok_or_else(|| wrong("a port: a number of 1..65535"))?);
            }
            "defdomain" => self
                .domain(value)
                .ok_or_else(|| wrong("`snmp` and udp, udp6, tcp, tcp6, unix or unixgram"))?,
            "printnumericoids" => {
                self.form = boolean(value).ok_or_else(|| wrong("yes or no"))?.then_some('n')
            }
            "suffixprinting" => {
                self.form = match value {
                    "0" => None,
                    "1" => Some('s'),
                    "2" => Some('S'),
                    _ => return Err(wrong("0, 1 or 2")),
                };
            }
            "oidoutputformat" => {
                self.form = match value.to_ascii_lowercase().as_str() {
                    "1" | "suffix" => Some('s'),
                    "2" | "module" => Some('S'),
                    "3" | "full" => Some('f'),
                    "4" | "numeric" => Some('n'),
                    "5" | "ucd" => Some('u'),
                    _ => return Err(wrong("1 to 5: suffix, module, full, numeric or ucd")),
                };
            }
            "mibs" => list(&mut self.modules, value),
            "mibdirs" => list(&mut self.folders, value),
            "mibfile" => self.files.push(value.to_owned()),
            _ => return unknown(name, written),
        }
        Ok(())
    }

    /// `snmp tcp`: the transport of addresses that have none. Those of other programs do not concern us.
    fn domain(&mut self, value: &str) -> Option<()> {
        let (program, transport) = value.split_once(char::is_whitespace)?;
        let transport = transport.trim();
        if program != "snmp" {
            return Some(());
        }
        let known = ["udp", "udp6", "tcp", "tcp6", "unix", "unixgram"];
        self.transport = Some((*known.iter().find(|known| **known == transport)?).to_owned());
        Some(())
    }

    /// Leaves out who asks and with which secrets.
    pub(crate) fn without_credentials(self) -> Settings {
        let Settings { timeout, retries, port, transport, form, letters, modules, folders, files, .. } = self;
        Settings {
            client: self.client,
            client_has_port: self.client_has_port,
            timeout,
            retries,
            port,
            transport,
            form,
            letters,
            modules,
            folders,
            files,
            ..Settings::default()
        }
    }

    /// The secret for authentication. A key counts more than a passphrase.
    pub(crate) fn auth_secret(&self) -> Option<Secret> {
        let passphrase = || self.auth_passphrase.clone().or_else(|| self.passphrase.clone());
        self.auth_keys.secret().or_else(|| passphrase().map(Secret::from))
    }

    /// The same for privacy.
    pub(crate) fn priv_secret(&self) -> Option<Secret> {
        let passphrase = || self.priv_passphrase.clone().or_else(|| self.passphrase.clone());
        self.priv_keys.secret().or_else(|| passphrase().map(Secret::from))
    }

    /// The address to ask from. Its port counts only where `clientaddrUsesPort` says so.
    pub(crate) fn client(&self) -> Option<SocketAddr> {
        let mut client = self.client?;
        if !self.client_has_port {
            client.set_port(0);
        }
        Some(client)
    }

    /// The letters behind `-O` that are set.
    pub(crate) fn letters(&self) -> Vec<char> {
        let mut letters: Vec<char> = self.form.into_iter().collect();
        for (letter, on) in &self.letters {
            letters.retain(|known| known != letter);
            letters.extend(on.then_some(*letter));
        }
        letters
    }

    /// An agent's address with the transport and the port that are set, if it has none itself.
    pub(crate) fn address(&self, agent: &str) -> String {
        let transports = ["udp:", "udp6:", "tcp:", "tcp6:", "unix:", "unixgram:"];
        let own = transports.iter().find(|transport| agent.starts_with(**transport));
        let mut address = match (own, &self.transport) {
            (None, Some(transport)) => format!("{transport}:{agent}"),
            _ => agent.to_owned(),
        };
        let transport = transports.iter().find(|transport| address.starts_with(**transport)).copied();
        let rest = address.get(transport.map_or(0, str::len)..).unwrap_or_default();
        let Some(port) = self.port.filter(|_| !transport.is_some_and(|name| name.starts_with("unix"))) else {
            return address;
        };
        if rest.parse::<std::net::Ipv6Addr>().is_ok() {
            let bare = format!("[{rest}]:{port}");
            address.truncate(address.len() - rest.len());
            address += &bare;
        } else if (rest.starts_with('[') && rest.ends_with(']')) || !rest.contains(':') {
            address += &format!(":{port}");
        }
        address
    }
}

/// A list as `mibs` and `mibdirs` have it: with a sign in front it is added to what there is, behind it (`+`) or before
/// it (`-`).
pub(super) fn list(known: &mut Option<Vec<String>>, text: &str) {
    let parts = || text.trim_start_matches(['+', '-']).split(':').map(str::trim);
    let mut added: Vec<String> = parts().filter(|part| !part.is_empty()).map(str::to_owned).collect();
    match text.chars().next() {
        Some('+') => known.get_or_insert_default().extend(added),
        Some('-') => {
            added.append(known.get_or_insert_default());
            *known = Some(added);
        }
        _ => *known = Some(added),
    }
}

/// A key in hexadecimal. It does not belong into a message.
fn key(written: &str, value: &str) -> Result<Vec<u8>, String> {
    keys::octets(value).ok_or_else(|| format!("`{written}`: the key is not pairs of hexadecimal digits"))
}

fn boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A name that means nothing here deserves a word only if it is nearly one that does.
fn unknown(name: &str, written: &str) -> Result<(), String> {
    if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let small: Vec<String> = KNOWN.iter().map(|known| known.to_ascii_lowercase()).collect();
    let near = similar(name, small.iter().map(String::as_str));
    let near = near.and_then(|near| KNOWN.iter().find(|known| known.eq_ignore_ascii_case(near)));
    match near {
        Some(near) => Err(format!("`{written}` is not a directive of snmp.conf; did you mean `{near}`?")),
        None => Ok(()),
    }
}
