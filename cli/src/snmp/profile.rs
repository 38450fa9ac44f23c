//! Profiles: agents and credentials in a file, so that no passphrase is on a command line.

use super::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

/// Most octets of a file with profiles.
const MAX_OCTETS: u64 = 1 << 20;

/// One profile. Everything may be left out.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Profile {
    pub(super) targets: Vec<String>,
    pub(super) version: Option<String>,
    pub(super) community: Option<String>,
    #[serde(alias = "username")]
    pub(super) user: Option<String>,
    #[serde(alias = "security-level", alias = "security_level")]
    pub(super) level: Option<String>,
    #[serde(alias = "auth-protocol", alias = "auth_protocol")]
    pub(super) auth: Option<String>,
    #[serde(alias = "password")]
    pub(super) auth_passphrase: Option<String>,
    #[serde(alias = "priv-protocol", alias = "priv_protocol")]
    pub(super) privacy: Option<String>,
    #[serde(alias = "privacy-passphrase", alias = "priv-password", alias = "priv_password")]
    pub(super) priv_passphrase: Option<String>,
    pub(super) context: Option<String>,
    pub(super) engine_id: Option<String>,
    pub(super) context_engine_id: Option<String>,
    pub(super) timeout: Option<f64>,
    pub(super) retries: Option<u32>,
    pub(super) any_source: bool,
    pub(super) any_community: bool,
    pub(super) any_engine_id: bool,
}

/// Leaves out the secrets.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("targets", &self.targets)
            .field("version", &self.version)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The profile of this name, from `file`, or the user's own file where that is not given.
pub(super) fn load(name: &str, file: Option<&Path>) -> Result<Profile, Failure> {
    let file = match file {
        Some(file) => file.to_path_buf(),
        None => own().ok_or("no home folder is known: say with --profiles where the profiles are")?,
    };
    let place = file.display();
    let cannot = |error: io::Error| {
        let way_out = match error.kind() {
            io::ErrorKind::NotFound => {
                format!("; write a table `[{name}]` there, or name another file with --profiles")
            }
            _ => String::new(),
        };
        format!("cannot read the profiles in `{place}`: {error}{way_out}")
    };
    let about = fs::metadata(&file).map_err(cannot)?;
    if about.len() > MAX_OCTETS {
        return Err(
            format!("`{place}` is longer than {MAX_OCTETS} octets, so it is not a file of profiles").into()
        );
    }
    warn_if_open(&file, &about);
    let text = fs::read_to_string(&file).map_err(cannot)?;
    let mut profiles = parse(&text).map_err(|error| format!("`{place}`: {error}"))?;
    profiles.remove(name).ok_or_else(|| {
        let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
        format!("`{place}` has no profile `{name}`; there are: {}", names.join(", ")).into()
    })
}

/// All profiles of a file; an error names line and column.
fn parse(text: &str) -> Result<BTreeMap<String, Profile>, String> {
    toml::from_str(text).map_err(|error| {
        // The library's own rendering would show the line, with the secret in it.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("line {line}, column {column}: {}", error.message().trim_end())
    })
}

/// `mibc/profiles.toml` in the user's configuration folder.
fn own() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(config.join("mibc").join("profiles.toml"))
}

/// Secrets that others can read deserve a word.
#[cfg(unix)]
fn warn_if_open(file: &Path, about: &fs::Metadata) {
    use std::os::unix::fs::PermissionsExt;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let place = file.display();
        eprintln!("warning: others can get at `{place}` (mode {mode:03o}): chmod 600 keeps its secrets");
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path, _: &fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::parse;

    const WHOLE: &str = r#"[core]
targets = ["r1", "r2:1161"]
version = "3"
user = "operator"
level = "authPriv"
auth = "SHA-256"
auth-passphrase = "maplesyrup"
privacy = "AES"
priv-passphrase = "pancakes"
context = ""
engine-id = "0x8000000006"
context-engine-id = "0x8000000006"
timeout = 1.5
retries = 2
any-engine-id = true

[lab]
community = "public"
any-community = true
"#;

    #[test]
    fn a_file() {
        let profiles = parse(WHOLE).expect("profiles");
        assert_eq!(profiles["core"].targets, ["r1", "r2:1161"]);
        assert!(profiles["core"].any_engine_id && !profiles["core"].any_community);
        assert!(profiles["lab"].any_community && !profiles["lab"].any_source);
        assert_eq!(profiles["lab"].community.as_deref(), Some("public"));
        assert!(!format!("{:?}", profiles["core"]).contains("maple"));
        // Keys of other files.
        let spelled = [
            ("user =", "username ="),
            ("auth-passphrase", "password"),
            ("priv-passphrase", "privacy-passphrase"),
        ];
        let text = spelled.iter().fold(WHOLE.to_owned(), |text, (ours, theirs)| text.replace(ours, theirs));
        assert_ne!(text, WHOLE);
        let (ours, theirs) = (&profiles["core"], &parse(&text).expect("profiles")["core"]);
        let secrets =
            |of: &super::Profile| (of.user.clone(), of.auth_passphrase.clone(), of.priv_passphrase.clone());
        assert_eq!(secrets(ours), secrets(theirs));
    }

    /// net-snmp #1052: every prefix of every line is an error with its line, or a profile; never a panic. No error
    /// shows a secret.
    #[test]
    fn every_prefix_of_every_line() {
        let mut before = String::new();
        for (number, line) in WHOLE.lines().enumerate() {
            for end in 0..line.len() {
                let text = format!("{before}{}", &line[..end]);
                match parse(&text) {
                    Ok(_) => {}
                    Err(error) => {
                        assert!(
                            error.starts_with(&format!("line {}, column ", number + 1)),
                            "{text:?}: {error}"
                        );
                        assert!(!error.contains("maple") && !error.contains("pancake"), "{error}");
                    }
                }
            }
            before += line;
            before += "\n";
        }
    }

    #[test]
    fn unknown_and_wrong() {
        assert!(
            parse("[a]\nversoin = \"3\"\n")
                .is_err_and(|error| error.starts_with("line 2, column 1: unknown field"))
        );
        assert!(parse("[a]\nretries = -1\n").is_err_and(|error| error.starts_with("line 2")));
        assert!(parse("a = 1\n").is_err());
    }
}
