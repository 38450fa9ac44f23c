//! Which modules a device is asked for, by its sysObjectID.

use mibc_runtime::manager::{Error, Session};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use serde::Deserialize;
use std::time::{Duration, Instant};

/// The name that stands for the modules of a choice.
pub(crate) const AUTO: &str = "auto";

/// How long a device is taken to be of the same kind.
const TTL: Duration = Duration::from_secs(3_600);

/// sysObjectID.0.
const OBJECT_ID: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 2, 0];

/// Modules for the devices of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// What sysObjectID begins with; `None` for all devices that no other choice fits.
    pub object_id: Option<Oid>,
    /// The modules.
    pub modules: Vec<String>,
}

impl Choice {
    pub(crate) fn new(object_id: Option<Oid>, modules: Vec<String>) -> Self {
        Self { object_id, modules }
    }
}

/// The beginning of sysObjectID, in numbers.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ObjectId(pub(crate) Oid);

impl TryFrom<String> for ObjectId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let oid = text.parse().map(ObjectId);
        oid.map_err(|error| format!("`{text}` is not an OID in numbers, such as 1.3.6.1.4.1.9: {error}"))
    }
}

/// The choice for a device: the one with the longest beginning.
pub(crate) fn choose<'c>(
    choices: impl IntoIterator<Item = &'c Choice>,
    object_id: &Oid,
) -> Option<&'c Choice> {
    let length = |choice: &Choice| choice.object_id.as_ref().map_or(0, Oid::len);
    let fits = |choice: &&Choice| choice.object_id.as_ref().is_none_or(|begin| object_id.starts_with(begin));
    choices.into_iter().filter(fits).max_by_key(|choice| length(choice))
}

/// The sysObjectID of a device, and when it was read.
pub(crate) type Known = tokio::sync::Mutex<Option<(Instant, Oid)>>;

/// The sysObjectID of a device, which is asked for again after a while. `None` if the device has none.
pub(crate) async fn object_id(session: &Session, known: &Known) -> Result<Option<Oid>, Error> {
    if let Some((when, oid)) = &*known.lock().await
        && when.elapsed() < TTL
    {
        return Ok(Some(oid.clone()));
    }
    let name = Oid::short(&OBJECT_ID).into_iter().collect::<Vec<_>>();
    let found = session.get_oids(&name).await?;
    let found = found.into_iter().find_map(|variable| match variable.value {
        Value::ObjectIdentifier(oid) => Some(oid),
        _ => None,
    });
    *known.lock().await = found.clone().map(|oid| (Instant::now(), oid));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_counts() {
        let choice = |text: Option<&str>, module: &str| {
            Choice::new(text.map(|text| text.parse().expect("an OID")), vec![module.to_owned()])
        };
        let choices =
            [choice(Some("1.3.6.1.4.1.9"), "a"), choice(None, "rest"), choice(Some("1.3.6.1.4.1.9.1"), "b")];
        let chosen = |text: &str| {
            choose(&choices, &text.parse().expect("an OID")).map(|choice| choice.modules[0].clone())
        };
        assert_eq!(chosen("1.3.6.1.4.1.9.1.5").as_deref(), Some("b"));
        assert_eq!(chosen("1.3.6.1.4.1.9.12").as_deref(), Some("a"));
        assert_eq!(chosen("1.3.6.1.4.1.99").as_deref(), Some("rest"));
        assert_eq!(choose(&choices[..1], &"1.3.6.1.4.1.99".parse().expect("an OID")), None);
    }
}
