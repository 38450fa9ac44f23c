//! Every authentication with every privacy: the users for that, and what our manager asks as each of them.

use mibc::manager::Error;
use mibc::mibs::snmpv2_mib::*;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::runtime::oid::Oid;
use mibc::runtime::value::{Value, VarBind};
use mibc::usm::{Auth, Privacy};
use mibc::{Session, User};

pub(crate) const AUTH: &str = "maplesyrup over";
pub(crate) const PRIVACY: &str = "pancakes and more";

/// Protocols of one user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) auth: Auth,
    pub(crate) privacy: Option<Privacy>,
}

impl Pair {
    /// Every authentication without privacy, and with each of these.
    pub(crate) fn all(privacies: &[Privacy]) -> Vec<Pair> {
        let each = |auth| {
            let privacies = privacies.iter().copied().map(Some);
            std::iter::once(None).chain(privacies).map(move |privacy| Pair { auth, privacy })
        };
        Auth::ALL.into_iter().flat_map(each).collect()
    }

    /// The name of its user.
    pub(crate) fn name(self) -> String {
        let text = format!("{}{}", self.auth, self.privacy.map_or("none", Privacy::as_str));
        text.replace('-', "").to_lowercase()
    }

    /// Its user, with the passphrases of all users.
    pub(crate) fn user(self) -> User {
        let user = User::new(self.name()).auth(self.auth, AUTH);
        match self.privacy {
            Some(privacy) => user.privacy(privacy, PRIVACY),
            None => user,
        }
    }
}

pub(crate) fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// Get, getnext, getbulk, set, and walks with getnext and with getbulk, that have to agree with each other. `table` is
/// a subtree with something in it. Gives sysDescr.
pub(crate) async fn exercise(host: &Session, what: &str, table: &Oid) -> Result<String, Error> {
    let descr = host.get(SYS_DESCR).await?;
    host.set(SYS_NAME, DisplayString::from(what)).await?;
    assert_eq!(host.get(SYS_NAME).await?, DisplayString::from(what));

    let walked = host.walk(table.clone()).limit(1_000).collect().await?;
    let names = |varbinds: &[VarBind]| varbinds.iter().map(|found| found.name.clone()).collect::<Vec<_>>();
    let all = names(&walked);
    assert!(!all.is_empty(), "{what}: {table} is empty");
    let by_bulk = host.bulk_walk(table.clone()).limit(1_000).collect().await?;
    assert_eq!(names(&by_bulk), all, "{what}");

    let next = host.get_next(&[table.clone(), all[0].clone()]).await?;
    assert_eq!(next[0].name, all[0], "{what}");
    assert!(next[1].name > all[0] && all.get(1).is_none_or(|second| *second == next[1].name), "{what}");
    let bulk = host.get_bulk(1, 3, &[oid("1.3.6.1.2.1.1.1"), table.clone()]).await?;
    assert_eq!(bulk[0].value, Value::OctetString(descr.to_string().as_str().into()), "{what}");
    let repeated: Vec<Oid> = names(&bulk[1..]).into_iter().take(all.len()).collect();
    assert_eq!(repeated, all[..repeated.len()], "{what}");
    Ok(descr.to_string())
}
