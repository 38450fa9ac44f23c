//! Who asks a server: the keys that outputs and lists of devices have in common.

use crate::delivery::{Authorization, Secret};
use std::path::PathBuf;

/// What `username`, `password-file` and `token-file` say together.
pub(super) fn authorization(
    username: Option<&String>,
    password: Option<&PathBuf>,
    token: Option<&PathBuf>,
) -> Result<Option<Authorization>, &'static str> {
    let file = |path: &PathBuf| Secret::File(path.clone());
    match (username, password, token) {
        (None, None, None) => Ok(None),
        (Some(name), Some(password), None) => Ok(Some(Authorization::Basic(name.clone(), file(password)))),
        (None, None, Some(token)) => Ok(Some(Authorization::Bearer(file(token)))),
        (Some(_), None, None) => Err("`username` needs `password-file`"),
        (None, Some(_), None) => Err("`password-file` needs `username`"),
        (_, _, Some(_)) => Err("expected `token-file`, or `username` and `password-file`; found both"),
    }
}
