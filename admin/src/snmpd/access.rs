//! Who may do what: communities, users, groups, views.

use mibc_runtime::access::{ContextMatch, Model};
use mibc_runtime::message::Level;

use super::line::{word, words};
use super::state::{Access, Community, Family, Means, State, UserGrant, View, family_text, level, model};
use crate::config::{Hidden, Names, Peers, Source};

/// The sockets that a directive is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sockets {
    V4,
    V6,
    Unix,
}

impl State {
    /// `rocommunity`, `rwcommunity` and those for IPv6: `COMMUNITY [SOURCE [OID | -V VIEW [CONTEXT]]]`.
    pub(super) fn simple_community(
        &mut self,
        rest: &str,
        write: bool,
        sockets: Sockets,
        names: &dyn Names,
    ) -> Result<(), String> {
        self.community(rest, true, write, sockets, names)
    }

    /// `authcommunity TYPES COMMUNITY …`.
    pub(super) fn auth_community(&mut self, mut rest: &str, names: &dyn Names) -> Result<(), String> {
        let types = types(&word(&mut rest).ok_or("there are no types of access")?)?;
        self.community(rest, types.read, types.write, Sockets::V4, names)
    }

    fn community(
        &mut self,
        mut rest: &str,
        read: bool,
        write: bool,
        sockets: Sockets,
        names: &dyn Names,
    ) -> Result<(), String> {
        let name = word(&mut rest).filter(|name| !name.is_empty()).ok_or("there is no community")?;
        let source = word(&mut rest).unwrap_or_else(|| "default".to_owned());
        let source = source_text(&source, sockets)?;
        let view = self.view(&mut rest, names)?;
        // The requests of a community are all about one context: its prefix and its whole are the same.
        let context = match word(&mut rest) {
            None => String::new(),
            Some(context) if context.is_empty() => return Err(EMPTY_CONTEXT.to_owned()),
            Some(context) => context.strip_suffix('*').unwrap_or(&context).to_owned(),
        };
        let means = Means::Grant { view, read, write };
        let name = Hidden::new(name);
        self.claim(&name, &source)?;
        self.communities.push(Community { name, sources: vec![source], context, means });
        Ok(())
    }

    /// `com2sec [-Cn CONTEXT] SECNAME SOURCE COMMUNITY`.
    pub(super) fn com2sec(&mut self, mut rest: &str, sockets: Sockets) -> Result<(), String> {
        let mut first = word(&mut rest).ok_or("there is no security name")?;
        let mut context = String::new();
        if first == "-Cn" {
            context = word(&mut rest).ok_or("there is no context behind -Cn")?;
            first = word(&mut rest).ok_or("there is no security name")?;
        }
        let source = source_text(&word(&mut rest).ok_or("there is no source")?, sockets)?;
        let name = word(&mut rest).filter(|name| !name.is_empty()).ok_or("there is no community")?;
        let name = Hidden::new(name);
        self.claim(&name, &source)?;
        // What stands together becomes one entry: sources are tried in their order there as well.
        if let Some(last) = self.communities.last_mut()
            && last.name == name
            && last.context == context
            && matches!(&last.means, Means::SecurityName(known) if *known == first)
        {
            last.sources.push(source);
            return Ok(());
        }
        let means = Means::SecurityName(first);
        self.communities.push(Community { name, sources: vec![source], context, means });
        Ok(())
    }

    /// `rouser` and `rwuser`: `[-s MODEL] USER [LEVEL [OID | -V VIEW [CONTEXT]]]`.
    pub(super) fn simple_user(&mut self, rest: &str, write: bool, names: &dyn Names) -> Result<(), String> {
        self.grant_user(rest, true, write, names)
    }

    /// `authuser TYPES [-s MODEL] USER …`.
    pub(super) fn auth_user(&mut self, mut rest: &str, names: &dyn Names) -> Result<(), String> {
        let types = types(&word(&mut rest).ok_or("there are no types of access")?)?;
        self.grant_user(rest, types.read, types.write, names)
    }

    fn grant_user(
        &mut self,
        mut rest: &str,
        read: bool,
        write: bool,
        names: &dyn Names,
    ) -> Result<(), String> {
        let (model, user) = principal(&mut rest, "user")?;
        let (level, view, context, context_match) = self.terms(&mut rest, names)?;
        // The order matters: a principal stays in the first group that it is put into.
        self.put_into_group(model, &user, &own_group(&user));
        self.user_grants.push(UserGrant { model, user, level, view, read, write, context, context_match });
        Ok(())
    }

    /// `authgroup TYPES [-s MODEL] GROUP [LEVEL [OID | -V VIEW [CONTEXT]]]`.
    pub(super) fn auth_group(&mut self, mut rest: &str, names: &dyn Names) -> Result<(), String> {
        let types = types(&word(&mut rest).ok_or("there are no types of access")?)?;
        let (model, group) = principal(&mut rest, "group")?;
        let (level, view, context, context_match) = self.terms(&mut rest, names)?;
        let row =
            Access { group, context, context_match, model, level, read: None, write: None, notify: None };
        self.widen(row, &types, &view);
        Ok(())
    }

    /// `setaccess GROUP CONTEXT MODEL LEVEL PREFIX TYPE VIEW`.
    pub(super) fn set_access(&mut self, rest: &str) -> Result<(), String> {
        let words = words(rest);
        let [group, context, of, at, prefix, kind, view] = &words[..] else {
            return Err("expected GROUP CONTEXT MODEL LEVEL PREFIX TYPE VIEW".to_owned());
        };
        let types = types(kind)?;
        let row = Access {
            group: group.clone(),
            context: context.clone(),
            context_match: context_match(prefix)?,
            model: model(of)?,
            level: level(at)?,
            read: None,
            write: None,
            notify: None,
        };
        self.widen(row, &types, &View::Named(view.clone()));
        Ok(())
    }

    /// Sets views of a row, which is made if it is missing.
    fn widen(&mut self, row: Access, types: &Types, view: &View) {
        if let Some(row) = self.add_access(row) {
            for (place, wanted) in
                [(&mut row.read, types.read), (&mut row.write, types.write), (&mut row.notify, types.notify)]
            {
                if wanted {
                    *place = Some(view.clone());
                }
            }
        }
    }

    /// `[LEVEL [OID | -V VIEW [CONTEXT]]]`.
    fn terms(
        &mut self,
        rest: &mut &str,
        names: &dyn Names,
    ) -> Result<(Level, View, String, ContextMatch), String> {
        let level = word(rest).map_or(Ok(Level::AuthNoPriv), |text| level(&text))?;
        let view = self.view(rest, names)?;
        // Without a context every one is meant.
        let Some(context) = word(rest) else {
            return Ok((level, view, String::new(), ContextMatch::Prefix));
        };
        if context.is_empty() {
            return Err(EMPTY_CONTEXT.to_owned());
        }
        Ok(match context.strip_suffix('*') {
            Some(prefix) => (level, view, prefix.to_owned(), ContextMatch::Prefix),
            None => (level, view, context, ContextMatch::Exact),
        })
    }

    /// `[OID | -V VIEW]`.
    fn view(&mut self, rest: &mut &str, names: &dyn Names) -> Result<View, String> {
        match word(rest) {
            None => Ok(View::All),
            Some(text) if text == "-V" => {
                word(rest).map(View::Named).ok_or_else(|| "there is no view behind -V".to_owned())
            }
            Some(text) if matches!(text.as_str(), ".1" | "1" | ".iso" | "iso") => Ok(View::Named(self.iso())),
            Some(text) => Ok(self.subtree(&text, names)),
        }
    }

    /// The view of `.1`, which is no OID by itself.
    fn iso(&mut self) -> String {
        let name = "all of iso";
        // A view of the file comes before; this one has a name that snmpd.conf cannot have.
        self.views.entry(name.to_owned()).or_default().add(Family { text: "1.*".to_owned(), included: true });
        name.to_owned()
    }

    /// `group GROUP MODEL SECNAME`.
    pub(super) fn group_line(&mut self, rest: &str) -> Result<(), String> {
        let words = words(rest);
        let [group, of, member, ..] = &words[..] else {
            return Err("expected GROUP MODEL SECNAME".to_owned());
        };
        self.put_into_group(model(of)?, member, group);
        Ok(())
    }

    /// `view VNAME TYPE OID [MASK]`.
    pub(super) fn view_line(&mut self, mut rest: &str, names: &dyn Names) -> Result<(), String> {
        let name = word(&mut rest).filter(|name| !name.is_empty()).ok_or("there is no name")?;
        let included = included(&word(&mut rest).ok_or("there is no type")?)?;
        let subtree = word(&mut rest).ok_or("there is no OID")?;
        let text = family_text(&subtree, &mask(&words(rest).join(" "))?, names);
        self.views.entry(name).or_default().add(Family { text, included });
        Ok(())
    }

    /// `notificationFilter NAME OID MASK TYPE`.
    pub(super) fn filter_line(&mut self, rest: &str, names: &dyn Names) -> Result<(), String> {
        let words = words(rest);
        let [name, subtree, mask_text, kind] = &words[..] else {
            return Err("expected NAME OID MASK TYPE".to_owned());
        };
        let included = included(kind)?;
        let text = family_text(subtree, &mask(mask_text)?, names);
        self.filters.entry(name.clone()).or_default().add(Family { text, included });
        Ok(())
    }

    /// `access GROUP CONTEXT MODEL LEVEL PREFIX READ WRITE NOTIFY`.
    pub(super) fn access_line(&mut self, rest: &str) -> Result<(), String> {
        let words = words(rest);
        let [group, context, of, at, prefix, read, write, notify, ..] = &words[..] else {
            return Err("expected GROUP CONTEXT MODEL LEVEL PREFIX READ WRITE NOTIFY".to_owned());
        };
        let view = |name: &String| Some(View::Named(name.clone())).filter(|_| !name.is_empty());
        self.add_access(Access {
            group: group.clone(),
            context: context.clone(),
            context_match: context_match(prefix)?,
            model: model(of)?,
            level: level(at)?,
            read: view(read),
            write: view(write),
            notify: view(notify),
        });
        Ok(())
    }
}

const EMPTY_CONTEXT: &str =
    "snmpd grants nothing where the context is an empty text; leave it out, or write an [[access]]";

/// The group that snmpd makes for a user; names of groups have 32 octets at most.
pub(super) fn own_group(user: &str) -> String {
    let cut = (0..=user.len().min(28)).rev().find(|at| user.is_char_boundary(*at)).unwrap_or_default();
    format!("grp{}", user.get(..cut).unwrap_or_default())
}

/// `[-s MODEL] NAME`.
fn principal(rest: &mut &str, what: &str) -> Result<(Model, String), String> {
    let missing = || format!("there is no {what}");
    let mut name = word(rest).ok_or_else(missing)?;
    let mut of = Model::USM;
    if name == "-s" {
        of = model(&word(rest).ok_or("there is no model behind -s")?)?;
        name = word(rest).ok_or_else(missing)?;
    }
    if name.is_empty() { Err(missing()) } else { Ok((of, name)) }
}

struct Types {
    read: bool,
    write: bool,
    notify: bool,
}

/// `read,write`. Those of snmptrapd mean nothing to an agent.
fn types(text: &str) -> Result<Types, String> {
    let mut types = Types { read: false, write: false, notify: false };
    for kind in text.split([',', '|', ':']) {
        match kind {
            "read" => types.read = true,
            "write" => types.write = true,
            "notify" => types.notify = true,
            "log" | "execute" | "net" => return Err(format!("the access type `{kind}` is for snmptrapd")),
            _ => return Err(format!("`{kind}` is no type of access: expected read, write or notify")),
        }
    }
    Ok(types)
}

fn context_match(text: &str) -> Result<ContextMatch, String> {
    match text {
        "exact" => Ok(ContextMatch::Exact),
        "prefix" => Ok(ContextMatch::Prefix),
        _ => Err(format!("`{text}` does not say how the context is matched: expected exact or prefix")),
    }
}

fn included(text: &str) -> Result<bool, String> {
    match text {
        "included" => Ok(true),
        "excluded" => Ok(false),
        _ => Err(format!("`{text}` is no type: expected included or excluded")),
    }
}

/// A mask, of which snmpd takes the lowest octet of each number.
fn mask(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    for part in text.split([' ', '.', ':']).filter(|part| !part.is_empty()) {
        let digits = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")).unwrap_or(part);
        let value = u32::from_str_radix(digits, 16).map_err(|_| format!("`{part}` is no octet of a mask"))?;
        octets.push((value & 0xff) as u8);
    }
    if octets.len() > 16 { Err("a mask has at most 16 octets".to_owned()) } else { Ok(octets) }
}

/// A source as the TOML has it.
pub(crate) fn source_text(text: &str, sockets: Sockets) -> Result<String, String> {
    let (sign, peers) = text.strip_prefix('!').map_or(("", text), |rest| ("!", rest));
    let peers = match (peers, sockets) {
        ("default", Sockets::V4) => "0.0.0.0/0".to_owned(),
        ("default", Sockets::V6) => "::/0".to_owned(),
        ("default", Sockets::Unix) => "unix:".to_owned(),
        ("localhost", Sockets::V4) => "127.0.0.1".to_owned(),
        ("localhost", Sockets::V6) => "::1".to_owned(),
        (path, Sockets::Unix) => format!("unix:{path}"),
        (peers, _) => peers.to_owned(),
    };
    let source: Source = format!("{sign}{peers}").parse().map_err(|error| format!("{error}"))?;
    match (&source.peers, sockets) {
        (Peers::Network(network), Sockets::V4) if network.address().is_ipv6() => {
            Err(format!("`{text}` is an IPv6 address, which the directive with a 6 at its end takes"))
        }
        (Peers::Network(network), Sockets::V6) if network.address().is_ipv4() => {
            Err(format!("`{text}` is an IPv4 address"))
        }
        _ => Ok(source.to_string()),
    }
}
