//! The configuration as one `snmp.yml`, without its secrets: `/config`.

use serde_norway::{Mapping, Value};

/// What is shown of an auth, however it is spelled. All else is taken for a secret, so that no spelling of one is forgotten.
const OPEN: [&str; 14] = [
    "version",
    "security_level",
    "security-level",
    "level",
    "username",
    "name",
    "auth_protocol",
    "auth-protocol",
    "auth",
    "priv_protocol",
    "priv-protocol",
    "privacy",
    "context_name",
    "context-name",
];

/// What is shown instead.
const HIDDEN: &str = "<secret>";

/// The parts of all files.
#[derive(Debug, Default)]
pub(super) struct Shown {
    auths: Mapping,
    modules: Mapping,
}

impl Shown {
    /// Adds what a file has. It has been read before, so it is YAML.
    pub(super) fn add_yaml(&mut self, text: &str) {
        let Ok(Value::Mapping(mut file)) = serde_norway::from_str(text) else { return };
        if let Some(Value::Mapping(auths)) = file.remove("auths") {
            self.add_auths(auths);
        }
        if let Some(Value::Mapping(modules)) = file.remove("modules") {
            self.modules.extend(modules);
        }
    }

    /// Adds the auths of a TOML file, which has been read before.
    pub(super) fn add_toml(&mut self, text: &str) {
        let Ok(mut file) = toml::from_str::<toml::Table>(text) else { return };
        let auths = file.remove("auth").map(serde_norway::to_value);
        if let Some(Ok(Value::Mapping(auths))) = auths {
            self.add_auths(auths);
        }
    }

    /// Adds to a module that was added as YAML what another file says of it.
    pub(super) fn set(&mut self, module: &str, key: &str, value: impl Into<Value>) {
        if let Some(Value::Mapping(module)) = self.modules.get_mut(module) {
            module.insert(key.into(), value.into());
        }
    }

    fn add_auths(&mut self, mut auths: Mapping) {
        for auth in auths.values_mut() {
            let Value::Mapping(auth) = auth else {
                *auth = HIDDEN.into();
                continue;
            };
            for (_, secret) in
                auth.iter_mut().filter(|(key, _)| key.as_str().is_none_or(|key| !OPEN.contains(&key)))
            {
                *secret = HIDDEN.into();
            }
        }
        self.auths.extend(auths);
    }

    /// All of it as text.
    pub(super) fn text(self) -> String {
        let mut file = Mapping::new();
        file.insert("auths".into(), Value::Mapping(self.auths));
        file.insert("modules".into(), Value::Mapping(self.modules));
        serde_norway::to_string(&file).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden() {
        let mut shown = Shown::default();
        shown.add_yaml(
            "auths:\n  a: {community: hush, version: 2}\n  b: {version: 3, username: u, password: hush1234, priv_password: hush5678}\n\
             modules:\n  m: {walk: [1.3.6.1.2.1.1]}\n",
        );
        shown.add_toml("[auth.c]\ncommunity = \"hush\"\n");
        shown.set("m", "retries", 5);
        shown.set("none", "retries", 5);
        let text = shown.text();
        assert!(!text.contains("hush"), "{text}");
        assert_eq!(text.matches("<secret>").count(), 4, "{text}");
        assert!(
            text.contains("username: u") && text.contains("retries: 5") && !text.contains("none"),
            "{text}"
        );
        assert!(text.contains("version: 2"), "{text}");
        // What is shown can be read.
        let file = crate::snmp_yml::parse(&text.replace("password: <secret>", "password: \"12345678\""))
            .expect("a file");
        assert_eq!((file.auths.len(), file.modules["m"].asking.retries), (3, 5));
    }

    /// Keys have several spellings, and each of a secret's is hidden.
    #[test]
    fn every_spelling_of_a_secret_is_hidden() {
        let spellings = [
            "password",
            "auth-passphrase",
            "auth_passphrase",
            "priv_password",
            "priv-password",
            "privacy-passphrase",
            "privacy_passphrase",
        ];
        for key in spellings {
            let (mut yaml, mut toml) = (Shown::default(), Shown::default());
            let auth = format!("{{version: 3, username: u, {key}: hush1234}}");
            crate::snmp_yml::parse(&format!("auths:\n  a: {auth}\n")).expect("a key of an auth");
            yaml.add_yaml(&format!("auths:\n  a: {auth}\n  b: !t {auth}\n"));
            toml.add_toml(&format!("[auth.c]\n{key} = \"hush1234\"\n"));
            let text = yaml.text() + &toml.text();
            assert!(!text.contains("hush") && text.contains("username: u"), "{key}: {text}");
        }
    }
}
