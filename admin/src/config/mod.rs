//! What an agent is configured with.
//!
//! [`Config`] is made in Rust, or read from TOML by [`Config::load`] and [`Config::parse`]. By default there is neither
//! a community nor a user: a configuration that nobody may ask is refused.
//!
//! ```
//! use mibc_admin::config::{Config, StandardNames};
//!
//! let text = r#"
//!     listen = ["udp:0.0.0.0:161", "udp6:[::]:161"]
//!     persistence = "/var/lib/mibc"
//!
//!     [system]
//!     contact = "noc@example.org"
//!
//!     [[community]]
//!     name = "public"
//!     source = "10.0.0.0/8"
//!     view = "system"
//!
//!     [[user]]
//!     name = "operator"
//!     auth = "SHA-256"
//!     auth-passphrase = "maplesyrup"
//!     privacy = "AES-128"
//!     privacy-passphrase = "pancakes!"
//!     access = "read-write"
//! "#;
//! let config = Config::parse(text, "/etc/mibc".as_ref(), &StandardNames)?;
//! assert_eq!(config.users[0].user.name(), b"operator");
//! # Ok::<(), mibc_admin::config::Problems>(())
//! ```
//!
//! # The file
//!
//! | key or table | keys in it |
//! |---|---|
//! | `listen` | addresses, as `udp:0.0.0.0:161`, `udp6:[::]:161`, `tcp:…`, `unix:/path`; UDP port 161 of all IPv4 addresses unless given |
//! | `engine-id`, `engine-boots` | hexadecimal; the engine counts its boots from at least there |
//! | `persistence` | the folder for what has to survive a restart; a relative path begins at `$STATE_DIRECTORY` where it is set and the folder is not there beside the file |
//! | `log` | `error`, `warn`, `info`, `debug` or `trace` |
//! | `authentication-traps` | whether wrong communities and digests are notified (snmpEnableAuthenTraps) |
//! | `abandoned-rows` | seconds after which rows go that managers leave notReady or notInService; 0: they stay; 300 unless given |
//! | `http` | addresses with ports where `/metrics` and `/healthz` are served, such as `127.0.0.1:9117`; nowhere unless given |
//! | `web-config` | a file with passwords and certificates for that, in the form of Prometheus' `web.yml` |
//! | `contexts` | names of contexts that no community names |
//! | `[system]` | `description`, `object-id`, `contact`, `name`, `location`, `services` |
//! | `[agentx]` | `listen`: where sub-agents connect, `unix:/var/agentx/master` unless given; `timeout` in seconds; `deny`: subtrees that they may not register. Without the table there are no sub-agents |
//! | `[[community]]` | `name` or `name-file`; `source`; `context`; `security-name`; `access`, `view`, `notify` |
//! | `[[user]]` | `name`; `auth`, `privacy`, for each of them one of `-passphrase`, `-key`, `-master-key` or one of these with `-file` behind; `engine-id`; `access`, `level`, `context`, `context-match`, `view`, `notify` |
//! | `[[group]]` | `name`, `model`, `members`: security names |
//! | `[[access]]` | `group`, `context`, `context-match`, `model`, `level`, `read`, `write`, `notify`: names of views |
//! | `[[view]]` | `name`, `include`, `exclude` |
//! | `[[target]]` | `name`, `address`, `tags` or `type`, `timeout` in seconds, `retries`; `version` and `community` or `user`, `level`, `filter`; or `parameters` |
//! | `[[parameters]]` | `name`, `version`, `security-name`, `level`, `filter` |
//! | `[[notify]]` | `name`, `tag`, `type`: `trap` or `inform` |
//! | `[[filter]]` | `name`, `include`, `exclude` |
//!
//! A community or user with `access` (`read-only`, `read-write` or `none`) needs no group. A community without
//! `security-name` has it unless told otherwise, and reads. A view is the name of a `[[view]]`, `all`, or an OID or name of the
//! MIB, which stands for its subtree.

mod check;
mod check_proxies;
mod document;
mod hidden;
mod known;
mod names;
mod place;
mod read;
mod scripts;
mod secrets;
mod source;
mod state_folder;
#[cfg(test)]
mod tests;
mod types;
mod values;

pub use hidden::Hidden;

pub use names::{Names, StandardNames};
pub(crate) use names::{family, oid};
pub use place::{Place, Problem, Problems, Severity};
pub use source::{Network, Peers, Source, SourceError};
pub use types::{
    Access, AgentX, Community, Config, Filter, Grant, GroupMember, LogLevel, Notify, NotifyType, Parameters,
    Proxy, ProxyType, RemoteSubtree, Script, ScriptKind, Send, Subtree, System, Target, User, View,
};

/// Most octets of a configuration file.
pub const MAX_FILE: u64 = 16 << 20;

/// The view that shows everything, unless a configuration has one of this name itself.
pub const ALL: &str = "all";
