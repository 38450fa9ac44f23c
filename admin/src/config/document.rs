//! The file as serde reads it: texts and numbers, each with its place.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{SeqAccess, Visitor};
use toml::Spanned;

/// A text and its place.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct System {
    pub(super) description: Option<Text>,
    pub(super) object_id: Option<Text>,
    pub(super) contact: Option<Text>,
    pub(super) name: Option<Text>,
    pub(super) location: Option<Text>,
    pub(super) services: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AgentX {
    pub(super) listen: Option<Many>,
    pub(super) timeout: Option<Spanned<i64>>,
    pub(super) deny: Option<Many>,
}

// No `Debug` where secrets are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Community {
    pub(super) name: Option<Text>,
    pub(super) name_file: Option<Text>,
    pub(super) source: Option<Many>,
    pub(super) context: Option<Text>,
    pub(super) engine_id: Option<Text>,
    pub(super) security_name: Option<Text>,
    pub(super) access: Option<Text>,
    pub(super) view: Option<Text>,
    pub(super) notify: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct User {
    #[serde(alias = "username")]
    pub(super) name: Text,
    pub(super) engine_id: Option<Text>,
    #[serde(alias = "auth-protocol", alias = "auth_protocol")]
    pub(super) auth: Option<Text>,
    #[serde(alias = "auth_passphrase", alias = "password")]
    pub(super) auth_passphrase: Option<Text>,
    #[serde(alias = "password-file", alias = "password_file")]
    pub(super) auth_passphrase_file: Option<Text>,
    pub(super) auth_key: Option<Text>,
    pub(super) auth_key_file: Option<Text>,
    pub(super) auth_master_key: Option<Text>,
    pub(super) auth_master_key_file: Option<Text>,
    #[serde(alias = "priv-protocol", alias = "priv_protocol")]
    pub(super) privacy: Option<Text>,
    #[serde(
        alias = "privacy_passphrase",
        alias = "priv-passphrase",
        alias = "priv-password",
        alias = "priv_password"
    )]
    pub(super) privacy_passphrase: Option<Text>,
    #[serde(alias = "priv-password-file", alias = "priv_password_file")]
    pub(super) privacy_passphrase_file: Option<Text>,
    pub(super) privacy_key: Option<Text>,
    pub(super) privacy_key_file: Option<Text>,
    pub(super) privacy_master_key: Option<Text>,
    pub(super) privacy_master_key_file: Option<Text>,
    pub(super) access: Option<Text>,
    #[serde(alias = "security-level", alias = "security_level")]
    pub(super) level: Option<Text>,
    pub(super) context: Option<Text>,
    pub(super) context_match: Option<Text>,
    pub(super) view: Option<Text>,
    pub(super) notify: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Group {
    pub(super) name: Text,
    pub(super) model: Option<Many>,
    pub(super) members: Many,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Access {
    pub(super) group: Text,
    pub(super) context: Option<Text>,
    pub(super) context_match: Option<Text>,
    pub(super) model: Option<Text>,
    pub(super) level: Option<Text>,
    pub(super) read: Option<Text>,
    pub(super) write: Option<Text>,
    pub(super) notify: Option<Text>,
}

/// A program for a subtree.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Pass {
    pub(super) oid: Text,
    pub(super) command: Many,
    pub(super) persistent: Option<bool>,
    pub(super) timeout: Option<Spanned<i64>>,
    pub(super) priority: Option<Spanned<i64>>,
}

/// A program whose output is served.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Extend {
    pub(super) name: Text,
    pub(super) command: Many,
    pub(super) timeout: Option<Spanned<i64>>,
    pub(super) cache: Option<Spanned<i64>>,
}

/// A view, or a profile of filters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct View {
    pub(super) name: Text,
    pub(super) include: Option<Many>,
    pub(super) exclude: Option<Many>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Target {
    pub(super) name: Option<Text>,
    pub(super) address: Text,
    pub(super) tags: Option<Many>,
    pub(super) r#type: Option<Text>,
    pub(super) timeout: Option<Spanned<f64>>,
    pub(super) retries: Option<Spanned<i64>>,
    pub(super) version: Option<Text>,
    pub(super) community: Option<Text>,
    pub(super) community_file: Option<Text>,
    pub(super) user: Option<Text>,
    pub(super) level: Option<Text>,
    pub(super) filter: Option<Text>,
    pub(super) parameters: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Parameters {
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) security_name: Text,
    pub(super) level: Option<Text>,
    pub(super) filter: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Notify {
    pub(super) name: Option<Text>,
    pub(super) tag: Text,
    pub(super) r#type: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Proxy {
    pub(super) name: Option<Text>,
    pub(super) r#type: Option<Many>,
    pub(super) engine_id: Text,
    pub(super) context: Option<Text>,
    pub(super) parameters: Text,
    pub(super) target: Option<Text>,
    pub(super) tag: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Subtree {
    pub(super) root: Text,
    pub(super) remote_root: Option<Text>,
    pub(super) context: Option<Text>,
    pub(super) remote_context: Option<Text>,
    pub(super) target: Text,
}

/// One text, or a list of them.
#[derive(Debug)]
pub(super) struct Many(pub(super) Vec<Text>);

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A single text has the same place as the whole list.
        let list = Spanned::<List>::deserialize(deserializer)?;
        let span = list.span();
        Ok(Many(match list.into_inner() {
            List::One(text) => vec![Spanned::new(span, text)],
            List::Several(texts) => texts,
        }))
    }
}

enum List {
    One(String),
    Several(Vec<Text>),
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor(PhantomData<List>);

impl<'de> Visitor<'de> for ListVisitor {
    type Value = List;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<List, E> {
        Ok(List::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<List, A::Error> {
        let mut list = Vec::new();
        while let Some(text) = texts.next_element()? {
            list.push(text);
        }
        Ok(List::Several(list))
    }
}
