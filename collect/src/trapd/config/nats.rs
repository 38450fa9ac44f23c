//! Outputs of type `nats`.

use super::Reading;
use super::output::Kind;
use super::raw::RawOutput;
use std::ops::Range;
#[cfg(feature = "nats")]
use {std::path::PathBuf, toml::Spanned};

impl Reading<'_> {
    #[cfg(feature = "nats")]
    pub(super) fn nats(&mut self, span: &Range<usize>, raw: &RawOutput) -> Option<Kind> {
        let url = self.needed(span, "url", &raw.url)?;
        let subject = raw.subject.as_ref().map_or("traps", |subject| subject.as_ref()).to_owned();
        let token = |token: &str| {
            !token.is_empty() && token.bytes().all(|c| c.is_ascii_graphic() && !b"*>".contains(&c))
        };
        if !subject.split('.').all(token) {
            let place = raw.subject.as_ref().map_or(0..0, Spanned::span);
            self.wrong(place, format!("`subject` is `{subject}`; expected words of visible ASCII with dots between, without * and >"));
        }
        let path =
            |path: &Option<Spanned<PathBuf>>| path.as_ref().map(|path| self.folder.join(path.as_ref()));
        let (credentials, authorities) = (path(&raw.credentials), path(&raw.ca_file));
        Some(Kind::Nats { url, subject, credentials, authorities })
    }

    #[cfg(not(feature = "nats"))]
    pub(super) fn nats(&mut self, _: &Range<usize>, raw: &RawOutput) -> Option<Kind> {
        self.wrong(
            raw.kind.span(),
            "this program was built without NATS; expected one with the feature `nats`",
        );
        None
    }
}
