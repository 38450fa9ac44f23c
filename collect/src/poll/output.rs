//! `[[output]]`: where results go, and in which form.

use super::encode::Format;
use super::span::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Where results go, and in which form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct OutputConfig {
    /// The form.
    #[serde(rename = "type")]
    pub format: Spanned<Format>,
    /// Its name in logs and figures; that of the form unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// A file that lines are appended to; `-` is the standard output.
    #[serde(default)]
    pub path: Option<Spanned<PathBuf>>,
    /// Where requests go.
    #[serde(default)]
    pub url: Option<Spanned<String>>,
    /// Further headers of requests.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Who is asking.
    #[serde(default)]
    pub username: Option<String>,
    /// A file with the password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A file with a token.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// A file with the certificates of those who may vouch for the server.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// How long a request may take.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// Labels that all samples have.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How results wait.
    #[serde(default)]
    pub queue: QueueConfig,
    /// How many are sent together.
    #[serde(default)]
    pub batch: BatchConfig,
}

/// How results wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct QueueConfig {
    /// A folder to wait in; in memory unless given.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// Whether to wait for the disk.
    #[serde(default)]
    pub sync: bool,
    /// Most results.
    #[serde(default)]
    pub results: Option<usize>,
    /// Most octets.
    #[serde(default)]
    pub octets: Option<usize>,
    /// What happens when as many wait as may.
    #[serde(default)]
    pub overflow: OverflowConfig,
}

/// What happens when as many results wait as may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OverflowConfig {
    /// Polls wait.
    Block,
    /// The oldest make room.
    #[default]
    DropOldest,
    /// The newest is dropped.
    DropNewest,
}

/// How many results are sent together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct BatchConfig {
    /// Most results.
    #[serde(default)]
    pub results: Option<usize>,
    /// Most octets.
    #[serde(default)]
    pub octets: Option<usize>,
    /// How long the first waits for others.
    #[serde(default)]
    pub linger: Option<Span>,
}

/// What is wrong, and where.
type Mistake = (Range<usize>, String);

impl OutputConfig {
    /// Its name in logs and figures.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.format.get_ref().name())
    }

    /// Its paths are relative to a folder.
    pub(super) fn place_in(&mut self, folder: &Path) {
        let path = self.path.as_mut().map(|path| path.get_mut()).filter(|path| **path != Path::new("-"));
        let files =
            [&mut self.password_file, &mut self.token_file, &mut self.authorities, &mut self.queue.folder];
        for path in files.into_iter().flatten().chain(path) {
            *path = folder.join(&*path);
        }
    }

    /// What does not fit together.
    pub(super) fn check(&self) -> Result<(), Mistake> {
        let format = *self.format.get_ref();
        match (&self.path, &self.url) {
            (None, None) if format.is_lines() => Err((
                self.format.span(),
                format!("`path` or `url` is missing; type `{}` needs one", format.name()),
            )),
            (None, None) => {
                Err((self.format.span(), format!("`url` is missing; type `{}` needs it", format.name())))
            }
            (Some(path), _) if !format.is_lines() => Err((
                path.span(),
                format!("type `{}` goes to a server: expected `url`, found `path`", format.name()),
            )),
            (Some(path), Some(_)) => Err((path.span(), "expected `path` or `url`, found both".to_owned())),
            (None, Some(url))
                if !["http://", "https://"].iter().any(|scheme| url.get_ref().starts_with(scheme)) =>
            {
                let message = format!(
                    "`url` is `{}`; expected one that begins with http:// or https://",
                    url.get_ref()
                );
                Err((url.span(), message))
            }
            _ => self.check_labels(),
        }
    }

    fn check_labels(&self) -> Result<(), Mistake> {
        for name in self.labels.keys() {
            super::device::check_label(name).map_err(|message| (self.format.span(), message))?;
        }
        Ok(())
    }
}
