//! Which modules a device is scraped for, by its sysObjectID.

use super::sessions::Device;
use mibc_runtime::manager::Error;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use std::time::{Duration, Instant};

/// The module of a request that asks for a choice.
pub(super) const AUTO: &str = "auto";

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
    pub(super) fn new(object_id: Option<Oid>, modules: Vec<String>) -> Self {
        Self { object_id, modules }
    }
}

/// The choice for a device: the one with the longest beginning.
pub(super) fn choose<'c>(choices: &'c [Choice], object_id: &Oid) -> Option<&'c Choice> {
    let length = |choice: &Choice| choice.object_id.as_ref().map_or(0, Oid::len);
    let fits = |choice: &&Choice| choice.object_id.as_ref().is_none_or(|begin| object_id.starts_with(begin));
    choices.iter().filter(fits).max_by_key(|choice| length(choice))
}

/// The sysObjectID of a device, which is asked for again after a while. `None` if the device has none.
pub(super) async fn object_id(device: &Device) -> Result<Option<Oid>, Error> {
    if let Some((when, known)) = &*device.object_id.lock().await
        && when.elapsed() < TTL
    {
        return Ok(Some(known.clone()));
    }
    let name = Oid::short(&OBJECT_ID).into_iter().collect::<Vec<_>>();
    let found = device.session.get_oids(&name).await?;
    let found = found.into_iter().find_map(|variable| match variable.value {
        Value::ObjectIdentifier(oid) => Some(oid),
        _ => None,
    });
    *device.object_id.lock().await = found.clone().map(|oid| (Instant::now(), oid));
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
