//! In whose name outputs of type `forward` send.

use super::listeners::UserPlan;
use super::queue::file_name;
use super::raw::RawOutput;
use super::{Reading, listed};
use crate::delivery::Secret;
use mibc_runtime::usm::{EngineId, User};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use toml::Spanned;

/// A receiver of notifications.
pub(in crate::trapd) type Address = String;

/// In whose name notifications are forwarded.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) enum Credentials {
    V1(Secret),
    V2c(Secret),
    V3(User),
    /// For traps: whose engine is ours, and is counted in a file.
    OwnEngine {
        user: User,
        engine_id: Option<EngineId>,
        file: PathBuf,
    },
}

impl Reading<'_> {
    pub(super) fn credentials(
        &mut self,
        span: &Range<usize>,
        raw: &RawOutput,
        users: &BTreeMap<String, UserPlan>,
        inform: bool,
    ) -> Option<Credentials> {
        let version = raw.version.as_ref().map(|version| version.as_ref().as_str());
        if let Some(name) = &raw.user {
            if version.is_some_and(|version| version != "3") || raw.community.is_some() {
                self.wrong(name.span(), "`user` is for version 3; expected either `user` or `community`");
                return None;
            }
            let Some(UserPlan { user, .. }) = users.get(name.as_ref()) else {
                let known: Vec<&str> = users.keys().map(String::as_str).collect();
                let wrong = format!("there is no [[user]] `{}`; expected {}", name.as_ref(), listed(&known));
                self.wrong(name.span(), wrong);
                return None;
            };
            if inform {
                if let Some(engine_id) = &raw.engine_id {
                    self.wrong(engine_id.span(), "`engine-id` is for traps: of informs it is that of the receiver; expected `inform = false`");
                }
                return Some(Credentials::V3(user.clone()));
            }
            let engine_id = raw.engine_id.as_ref().and_then(|text| match text.as_ref().parse::<EngineId>() {
                Ok(engine_id) => Some(engine_id),
                Err(error) => {
                    self.wrong(text.span(), format!("`engine-id`: `{}`: {error}", text.as_ref()));
                    None
                }
            });
            let Some(state) = &self.state else {
                self.wrong(name.span(), "traps of SNMPv3 need `state` at the top of the file: there it is counted how often their engine has started; expected that, or `inform = true`");
                return None;
            };
            let file = state.join(format!("forward-{}", file_name(raw.name.as_ref())));
            return Some(Credentials::OwnEngine { user: user.clone(), engine_id, file });
        }
        if let Some(engine_id) = &raw.engine_id {
            self.wrong(engine_id.span(), "`engine-id` is for traps of SNMPv3; expected `user` as well");
        }
        let Some(community) = &raw.community else {
            self.wrong(span.clone(), "an output of type forward needs `community`, or `user` for version 3");
            return None;
        };
        let community = self.secret(community.as_ref());
        match version {
            None | Some("2c") => Some(Credentials::V2c(community)),
            Some("1") if !inform => Some(Credentials::V1(community)),
            other => {
                let found = other.unwrap_or_default();
                self.wrong(
                    raw.version.as_ref().map_or(0..0, Spanned::span),
                    format!(
                        "`version` is `{found}`; expected \"1\" for traps, \"2c\", or `user` for version 3"
                    ),
                );
                None
            }
        }
    }
}
