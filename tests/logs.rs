//! `docs/logs.md` lists what is logged: each event that the sources have, and no other; and what comes at run time is what
//! it says.
#![forbid(unsafe_code)]

use mibc::mibs::snmpv2_mib::*;
use mibc::runtime::logs;
use mibc::runtime::manager::Breaker;
use mibc::usm::Auth;
use mibc::{Account, Agent, Community, Listener, Manager, Sink, Target, User};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What is fixed of an event: target, level, message, and the names of its fields.
type Known = (String, String, String, BTreeSet<String>);

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

const TARGETS: &[(&str, &str)] = &[
    ("PROXY", logs::PROXY),
    ("MANAGER", logs::MANAGER),
    ("AGENT", logs::AGENT),
    ("LISTENER", logs::LISTENER),
    ("NOTIFICATIONS", logs::NOTIFICATIONS),
    ("SECURITY", logs::SECURITY),
    ("TRANSPORT", logs::TRANSPORT),
    ("ROWS", logs::ROWS),
    ("ADMINISTRATION", logs::ADMINISTRATION),
    ("EXPORTER", logs::EXPORTER),
    ("DELIVERY", logs::DELIVERY),
    ("TRAPD", logs::TRAPD),
    ("HTTP", logs::HTTP),
    ("FLEET", logs::FLEET),
    ("POLL", logs::POLL),
    ("AGENTX", logs::AGENTX),
    ("SIMULATOR", logs::SIMULATOR),
    ("COMMAND", logs::COMMAND),
];

/// The rows of the page: `| level | message | fields | when |` below the heading of a target.
fn page() -> BTreeSet<Known> {
    let text = std::fs::read_to_string(root().join("docs/logs.md")).expect("the page");
    let mut target = String::new();
    let mut known = BTreeSet::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            target = heading.trim_matches('`').to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", level, message, fields, _, ""] = cells.as_slice() else { continue };
        let level = level.trim_matches('`');
        if LEVELS.contains(&level) {
            let fields = fields.split(',').map(|field| field.trim().trim_matches('`').to_owned());
            let fields = fields.filter(|field| !field.is_empty()).collect();
            let event = (target.clone(), level.to_owned(), (*message).to_owned(), fields);
            assert!(known.insert(event.clone()), "the page has a row twice: {event:?}");
        }
    }
    known
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The events that the sources of a folder have.
fn sources(folder: &Path, known: &mut BTreeSet<Known>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("a folder of sources").path();
        if path.is_dir() {
            sources(&path, known);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            for (at, _) in text.match_indices("tracing::") {
                if let Some(event) = event(&text[at..]) {
                    known.insert(event.unwrap_or_else(|why| panic!("{}: {why}", path.display())));
                }
            }
        }
    }
}

/// The event that `tracing::level!(..)` at the beginning of a text is, if it is one.
fn event(text: &str) -> Option<Result<Known, String>> {
    let (level, rest) = text.strip_prefix("tracing::")?.split_once("!(")?;
    LEVELS.contains(&level).then(|| arguments(level, rest))
}

fn arguments(level: &str, rest: &str) -> Result<Known, String> {
    let (mut target, mut message, mut fields) = (None, None, BTreeSet::new());
    for argument in split(rest) {
        if let Some(name) = argument.strip_prefix("target:") {
            let name = name.rsplit("::").next().unwrap_or_default().trim();
            target = TARGETS.iter().find(|(constant, _)| *constant == name).map(|(_, target)| *target);
        } else if let Some(text) = argument.strip_prefix('"') {
            message = text.strip_suffix('"').map(str::to_owned);
        } else {
            let name = argument.split('=').next().unwrap_or_default();
            fields.insert(name.trim().trim_start_matches(['%', '?']).to_owned());
        }
    }
    let target = target.ok_or_else(|| format!("an event without a target of `mibc::logs`: {rest:.80}"))?;
    let message = message.ok_or_else(|| format!("an event without a message: {rest:.80}"))?;
    if message.contains('{') {
        return Err(format!("what varies is a field: {message}"));
    }
    Ok((target.to_owned(), level.to_owned(), message, fields))
}

/// The arguments of a macro, up to the parenthesis that ends it.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut begin) = (0, false, 0);
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' | '[' => depth += 1,
            ',' if depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + 1;
            }
            ')' if depth == 0 => {
                found.push(&text[begin..at]);
                break;
            }
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    found.into_iter().map(str::trim).filter(|argument| !argument.is_empty()).collect()
}

#[test]
fn the_page_and_the_sources_have_the_same_events() {
    let page = page();
    let mut found = BTreeSet::new();
    for folder in ["runtime/src", "admin/src", "agentx/src", "collect/src", "simulator/src", "cli/src"] {
        sources(&root().join(folder), &mut found);
    }
    let missing: Vec<_> = found.difference(&page).collect();
    let extra: Vec<_> = page.difference(&found).collect();
    assert!(missing.is_empty(), "not in docs/logs.md: {missing:#?}");
    assert!(extra.is_empty(), "only in docs/logs.md: {extra:#?}");
    assert!(found.len() > 40, "{}", found.len());
    // In JSON, a field has its place beside these.
    let taken = |(.., fields): &&Known| {
        ["time", "level", "target", "message"].iter().any(|name| fields.contains(*name))
    };
    assert_eq!(found.iter().find(taken), None);
}

/// The check above sees what it must see.
#[test]
fn events_are_read_from_sources() {
    let read = |text| event(text).expect("an event");
    let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let text = "tracing::warn!(\n    target: crate::logs::AGENT,\n    peer = %f(a, b),\n    ?reason, octets, \"so, it (is)\",\n);";
    let (target, level, message, found) = read(text).expect("whole");
    assert_eq!((&*target, &*level, &*message), ("mibc::agent", "warn", "so, it (is)"));
    assert_eq!(found, fields(&["peer", "reason", "octets"]));
    assert!(read("tracing::info!(\"no target\")").is_err());
    assert!(read("tracing::info!(target: logs::AGENT, %peer)").is_err());
    assert!(read("tracing::info!(target: logs::AGENT, \"to {peer}\")").is_err());
    assert!(event("tracing::callsite::rebuild_interest_cache();").is_none());
}

/// Notes every event of ours.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<(Known, String)>>>);

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("mibc")
    }

    fn event(&self, event: &Event<'_>) {
        let mut seen = Seen::default();
        event.record(&mut seen);
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        let known = (event.metadata().target().to_owned(), level, seen.message, seen.fields);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((known, seen.values));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Seen {
    message: String,
    fields: BTreeSet<String>,
    values: String,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.fields.insert(field.name().to_owned());
            self.values.push_str(&format!("{}={value:?} ", field.name()));
        }
    }
}

fn quick(target: Target) -> Target {
    target.timeout(Duration::from_millis(200)).retries(1).breaker(None)
}

#[tokio::test]
async fn what_is_logged_is_on_the_page() {
    let notes = Notes::default();
    tracing::subscriber::set_global_default(notes.clone()).expect("the only subscriber");
    trouble().await;

    let page = page();
    let notes = notes.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut seen = BTreeSet::new();
    for (event, values) in notes.iter() {
        assert!(page.contains(event), "not in docs/logs.md: {event:?}");
        for secret in ["hidden", "maplesyrup", "wrong-words"] {
            assert!(!values.contains(secret), "{event:?}: {values}");
        }
        seen.insert((event.0.as_str(), event.2.as_str()));
    }
    for expected in [
        (logs::AGENT, "a message is not authentic"),
        (logs::AGENT, "authenticationFailure is sent"),
        (logs::AGENT, "a message was dropped"),
        (logs::AGENT, "access control refuses a request"),
        (logs::SECURITY, "a message is answered with a Report"),
        (logs::MANAGER, "a request failed"),
        (logs::MANAGER, "an engine was discovered"),
        (logs::MANAGER, "a target does not answer: it is not asked for a while"),
        (logs::MANAGER, "a target answers again"),
        (logs::MANAGER, "a request was sent again before it was answered"),
        (logs::LISTENER, "a message was dropped"),
        (logs::NOTIFICATIONS, "a notification is delivered"),
        (logs::NOTIFICATIONS, "a notification is not delivered"),
    ] {
        assert!(seen.contains(&expected), "{expected:?} did not come: {seen:#?}");
    }
}

/// What operators meet: wrong communities and users, no access, targets that do not answer, receivers that do not listen.
async fn trouble() {
    let listener = Listener::builder().community("hidden").bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr();
    let user = |words: &str| User::new("operator").auth(Auth::Sha1, words);
    let inform = Sink::inform(port, "no-such").timeout(Duration::from_millis(100)).retries(0);
    let agent = Agent::builder()
        .community(Community::read_only("hidden"))
        .user(Account::read_only(user("maplesyrup")))
        .sink(Sink::v2c(port, "hidden"))
        .sink(inform)
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve(SYS_DESCR, || "a switch".into());
    agent.enable_authentication_traps(true);
    let address = agent.local_addr();
    let running = agent.spawn();
    let manager = Manager::bind().await.expect("loopback");

    // A community that is not known, until the breaker opens.
    let breaker = Breaker { timeouts: 1, pause: Duration::from_secs(60) };
    let session = manager.target(quick(Target::v2c(address, "wrong-words")).breaker(breaker));
    session.get(SYS_DESCR).await.expect_err("an unknown community");
    session.get(SYS_DESCR).await.expect_err("an open circuit");
    // One without the right to write.
    let session = manager.target(quick(Target::v2c(address, "hidden")));
    session.set(SYS_NAME, "mine".into()).await.expect_err("a community that reads");
    session.get(SYS_DESCR).await.expect("an answer");
    // A wrong passphrase and the right one.
    let session = manager.target(quick(Target::v3(address, user("wrong-words"))));
    session.get(SYS_DESCR).await.expect_err("a wrong passphrase");
    let session = manager.target(quick(Target::v3(address, user("maplesyrup"))));
    session.get(SYS_DESCR).await.expect("an answer");
    // The inform is to a community that the listener does not know.
    let outcome = agent.notify(ColdStart {}).await;
    assert!(outcome.is_err(), "nobody acknowledges the inform");

    // Nobody is there, and then somebody is.
    let late = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let place = late.local_addr().expect("an address");
    let breaker = Breaker { timeouts: 1, pause: Duration::from_millis(10) };
    let session = manager.target(quick(Target::v2c(place, "hidden")).breaker(breaker).retries(0));
    session.get(SYS_DESCR).await.expect_err("nobody answers");
    tokio::time::sleep(breaker.pause * 2).await;
    let relay = tokio::spawn(answer_the_second_time(late, address));
    let probe = quick(Target::v2c(place, "hidden")).breaker(breaker).retries(0);
    manager.target(probe).get(SYS_DESCR).await.expect("an answer");
    let again = quick(Target::v2c(place, "hidden")).retries(9);
    manager.target(again).get(SYS_DESCR).await.expect("an answer to the second attempt");
    relay.abort();
    running.stop().await.expect("the agent stops");
    drop(listener);
}

/// Passes requests on to an agent and answers back; of every two after the first, the first is lost.
async fn answer_the_second_time(socket: tokio::net::UdpSocket, agent: std::net::SocketAddr) {
    let back = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let mut octets = vec![0; 2048];
    for number in 0.. {
        let (length, from) = socket.recv_from(&mut octets).await.expect("a request");
        if number == 2 {
            continue;
        }
        back.send_to(&octets[..length], agent).await.expect("loopback");
        let (length, _) = back.recv_from(&mut octets).await.expect("an answer");
        socket.send_to(&octets[..length], from).await.expect("loopback");
    }
}
