//! `[auth.NAME]`: how to ask. Secrets are in the file, in another file, or in the environment.

use crate::snmp_yml::{Auth, RawAuth, Secret};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Most octets of a file with a secret.
const MOST: u64 = 4_096;

/// The keys of snmp.yml, and for each secret two more: where it is. They may be spelled as in other files of ours.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    version: Option<i64>,
    community: Option<Secret>,
    #[serde(alias = "community-file")]
    community_file: Option<PathBuf>,
    #[serde(alias = "community-env")]
    community_env: Option<String>,
    #[serde(alias = "security-level", alias = "level")]
    security_level: Option<String>,
    #[serde(alias = "name")]
    username: Option<String>,
    #[serde(alias = "auth-passphrase", alias = "auth_passphrase")]
    password: Option<Secret>,
    #[serde(alias = "password-file", alias = "auth-passphrase-file")]
    password_file: Option<PathBuf>,
    #[serde(alias = "password-env")]
    password_env: Option<String>,
    #[serde(alias = "auth-protocol", alias = "auth")]
    auth_protocol: Option<String>,
    #[serde(alias = "priv-protocol", alias = "privacy")]
    priv_protocol: Option<String>,
    #[serde(alias = "priv-password", alias = "privacy-passphrase", alias = "privacy_passphrase")]
    priv_password: Option<Secret>,
    #[serde(alias = "priv-password-file", alias = "privacy-passphrase-file")]
    priv_password_file: Option<PathBuf>,
    #[serde(alias = "priv-password-env")]
    priv_password_env: Option<String>,
    #[serde(alias = "context-name")]
    context_name: Option<String>,
}

/// Where a secret may be.
struct Places {
    key: &'static str,
    here: Option<Secret>,
    file: Option<PathBuf>,
    variable: Option<String>,
}

impl RawCredentials {
    /// What it stands for. Files are relative to the folder.
    pub(super) fn auth(self, folder: &Path) -> Result<Auth, String> {
        let places = |key, here, file, variable| Places { key, here, file, variable };
        let community = places("community", self.community, self.community_file, self.community_env);
        let password = places("password", self.password, self.password_file, self.password_env);
        let priv_password =
            places("priv_password", self.priv_password, self.priv_password_file, self.priv_password_env);
        let mut raw = RawAuth {
            security_level: self.security_level,
            username: self.username.unwrap_or_default(),
            password: password.secret(folder)?.unwrap_or_default(),
            auth_protocol: self.auth_protocol,
            priv_protocol: self.priv_protocol,
            priv_password: priv_password.secret(folder)?.unwrap_or_default(),
            context_name: self.context_name.unwrap_or_default(),
            ..RawAuth::default()
        };
        raw.version = self.version.unwrap_or(raw.version);
        if let Some(community) = community.secret(folder)? {
            raw.community = community;
        }
        let auth = Auth::try_from(raw)?;
        auth.check()?;
        Ok(auth)
    }
}

impl Places {
    fn secret(self, folder: &Path) -> Result<Option<Secret>, String> {
        let Self { key, here, file, variable } = self;
        match (here, file, variable) {
            (None, None, None) => Ok(None),
            (Some(secret), None, None) => Ok(Some(secret)),
            (None, Some(file), None) => read(key, &folder.join(file)).map(Some),
            (None, None, Some(name)) => match std::env::var(&name) {
                Ok(text) if !text.is_empty() => Ok(Some(Secret::from(text))),
                _ => Err(format!(
                    "`{key}_env` names the variable `{name}`, which the environment does not have"
                )),
            },
            _ => Err(format!("expected one of `{key}`, `{key}_file` and `{key}_env`, found more")),
        }
    }
}

/// A secret that is the only line of a file.
fn read(key: &str, file: &Path) -> Result<Secret, String> {
    let text = crate::file_text::read(file, MOST)
        .map_err(|why| format!("`{key}_file`: {} cannot be read: {why}", file.display()))?;
    let line = text.trim_end_matches(['\n', '\r']);
    if line.is_empty() {
        return Err(format!("`{key}_file`: {} is empty; expected a line with the secret", file.display()));
    }
    Ok(Secret::from(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(text: &str, folder: &Path) -> Result<Auth, String> {
        toml::from_str::<RawCredentials>(text).map_err(|error| error.to_string())?.auth(folder)
    }

    #[test]
    fn secrets_are_in_files_and_in_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("c"), "hidden\n").expect("a file");
        std::fs::write(folder.path().join("empty"), "\n").expect("a file");
        let found = auth("community_file = \"c\"", folder.path()).expect("good");
        assert_eq!((found.version, found.community.reveal()), (2, "hidden"));
        assert!(!format!("{found:?}").contains("hidden"));
        // A variable that every process of cargo has.
        let found = auth("community_env = \"CARGO_MANIFEST_DIR\"", folder.path()).expect("good");
        assert_eq!(Some(found.community.reveal()), option_env!("CARGO_MANIFEST_DIR"));
        for (text, said) in [
            ("community = \"a\"\ncommunity_file = \"c\"", "expected one of `community`, `community_file`"),
            ("community_file = \"none\"", "cannot be read"),
            ("community_file = \"empty\"", "expected a line with the secret"),
            ("community_env = \"MIBC_NO_SUCH_VARIABLE\"", "which the environment does not have"),
            ("comunity = \"a\"", "unknown field `comunity`"),
            ("version = 3\nusername = \"u\"\nsecurity_level = \"authNoPriv\"", "needs a `password`"),
        ] {
            let error = auth(text, folder.path()).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
