//! Requests of HTTP of outputs.

use super::Reading;
use super::raw::RawOutput;
use crate::delivery::{Authorization, Framing, Http, HttpSettings};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// Requests of HTTP.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) struct HttpPlan {
    pub(in crate::trapd) url: String,
    pub(in crate::trapd) headers: Vec<(String, String)>,
    pub(in crate::trapd) authorization: Option<Authorization>,
    pub(in crate::trapd) timeout: Duration,
    pub(in crate::trapd) authorities: Option<PathBuf>,
}

impl HttpPlan {
    pub(in crate::trapd) fn settings(&self, framing: Framing) -> HttpSettings {
        let mut settings = HttpSettings::new(self.url.clone(), framing);
        settings.headers.clone_from(&self.headers);
        settings.authorization.clone_from(&self.authorization);
        settings.timeout = self.timeout;
        settings.authorities.clone_from(&self.authorities);
        settings
    }
}

impl Reading<'_> {
    pub(super) fn http(
        &mut self,
        span: &Range<usize>,
        raw: &RawOutput,
        timeout: Duration,
    ) -> Option<HttpPlan> {
        let url = self.needed(span, "url", &raw.url)?;
        let authorization = match (&raw.user, &raw.password, &raw.token) {
            (None, None, None) => None,
            (Some(user), Some(password), None) => {
                Some(Authorization::Basic(user.as_ref().clone(), self.secret(password.as_ref())))
            }
            (None, None, Some(token)) => Some(Authorization::Bearer(self.secret(token.as_ref()))),
            _ => {
                self.wrong(span.clone(), "expected `user` with `password`, or `token`, or none of them");
                return None;
            }
        };
        let headers = raw.headers.as_ref().map(|headers| headers.as_ref().clone()).unwrap_or_default();
        let plan = HttpPlan {
            url,
            headers: headers.into_iter().collect(),
            authorization,
            timeout,
            authorities: raw.ca_file.as_ref().map(|path| self.folder.join(path.as_ref())),
        };
        // What cannot work is said now, not when the first event comes.
        if let Err(error) = Http::new(plan.settings(Framing::new("application/json"))) {
            self.wrong(raw.url.as_ref().map_or(0..0, Spanned::span), error.to_string());
            return None;
        }
        Some(plan)
    }
}
