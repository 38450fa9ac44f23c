//! Passwords and tokens.

use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Most octets of a file with a secret.
const MOST: u64 = 64 << 10;

/// A password or a token, or where it is. Logs do not have it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secret {
    /// The secret itself.
    Text(Zeroizing<String>),
    /// A file whose first line it is. It is read each time, so that it can change.
    File(PathBuf),
    /// The variable of the environment that has it.
    Environment(String),
}

impl Secret {
    /// The secret itself.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is not there; in words.
    pub fn read(&self) -> Result<Zeroizing<String>, String> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::File(path) => {
                let text = crate::file_text::read(path, MOST)
                    .map_err(|why| format!("the secret in {} cannot be read: {why}", path.display()))?;
                Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
            }
            Self::Environment(name) => std::env::var(name)
                .map(Zeroizing::new)
                .map_err(|error| format!("the secret in the environment's {name} cannot be read: {error}")),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(***)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Environment(name) => f.debug_tuple("Environment").field(name).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn places() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let secret = Secret::File(path.clone());
        assert!(secret.read().is_err_and(|error| error.contains("token cannot be read")));
        for token in ["one", "two"] {
            std::fs::write(&path, format!("{token}\n")).expect("it is written");
            assert_eq!(secret.read().expect("a secret").as_str(), token);
        }
        assert_eq!(Secret::text("x").read().expect("a secret").as_str(), "x");
        assert_eq!(format!("{:?}", Secret::text("x")), "Text(***)");
        let missing = Secret::Environment("MIBC_NO_SUCH_VARIABLE".to_owned());
        assert!(missing.read().is_err_and(|error| error.contains("MIBC_NO_SUCH_VARIABLE")));
    }
}
