//! One scrape: the modules of a device, as text.

use super::flights::Flights;
use super::own::Own;
use super::query::Query;
use super::sessions::Sessions;
use super::{Config, Settings};
use crate::choice::{self, AUTO};
use crate::fetch::{Fetched, fetch_with};
use crate::module::Asking;
use crate::samples::samples;
use crate::snmp_yml::Auth;
use crate::{Exposition, Module};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::oid::Oid;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::net::lookup_host;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout_at;

/// UDP port of agents.
const PORT: u16 = 161;

/// How long after its deadline the text of a scrape may be ready.
const GRACE: Duration = Duration::from_millis(400);

/// Variables whose samples take so long that other scrapes must go on meanwhile.
const LARGE: usize = 20_000;

/// What scrapes have in common.
#[derive(Debug)]
pub(super) struct Scraper {
    pub(super) settings: Settings,
    pub(super) own: Arc<Own>,
    pub(super) sessions: Sessions,
    flights: Flights<Key, Collected>,
}

/// Scrapes with equal keys share one walk.
type Key = (Target, String, u64);

/// What one module of a device gave.
#[derive(Debug)]
struct Collected {
    exposition: Exposition,
    failures: Vec<String>,
    empty: bool,
    /// How long it took, if more time could have given more.
    cut: Option<Duration>,
}

/// Why there is nothing to show.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request is wrong.
    Request(String),
    /// The target may not be scraped.
    Forbidden(String),
    /// The device gave nothing.
    Failed(String),
}

/// Counts a scrape as long as somebody waits for it.
struct UnderWay<'o>(&'o Own);

impl<'o> UnderWay<'o> {
    fn new(own: &'o Own) -> Self {
        own.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(own)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Scraper {
    pub(super) fn new(settings: Settings, manager: Manager, own: Arc<Own>) -> Self {
        let sessions = Sessions::new(manager, settings.label_ttl);
        Self { settings, own, sessions, flights: Flights::default() }
    }

    /// Scrapes a device. `limit` is how long the request says that it may take; `generation` is that of the
    /// configuration.
    pub(super) async fn scrape(
        &self,
        config: &Config,
        generation: u64,
        query: &str,
        limit: Option<Duration>,
    ) -> Result<String, Refusal> {
        let query = Query::parse(query).map_err(Refusal::Request)?;
        let auth = config
            .auths
            .get(&query.auth)
            .ok_or_else(|| Refusal::Request(format!("Unknown auth '{}'", query.auth)))?;
        let limit = limit.map_or(self.settings.scrape_timeout, |limit| {
            // Of a short time half is left for the scrape.
            limit.saturating_sub(self.settings.timeout_offset).max(limit / 2)
        });
        let deadline = Instant::now() + limit.min(self.settings.scrape_timeout);
        let address = self.address(&query.target).await?;
        let mut modules = Vec::with_capacity(query.modules.len());
        let _under_way = UnderWay::new(&self.own);
        for name in self.names(config, auth, &query, &address, deadline).await? {
            let module = config.modules.get(&name);
            let module = module.ok_or_else(|| Refusal::Request(format!("Unknown module '{name}'")))?;
            modules.push((name, Arc::clone(module)));
        }
        self.modules(auth, &query, &address, modules, generation, deadline).await
    }

    /// The modules of a request. `auto` stands for those that the device's sysObjectID leads to.
    async fn names(
        &self,
        config: &Config,
        auth: &Auth,
        query: &Query,
        address: &str,
        deadline: Instant,
    ) -> Result<Vec<String>, Refusal> {
        let auto = |name: &String| name == AUTO && !config.modules.contains_key(name);
        if !query.modules.iter().any(auto) {
            return Ok(query.modules.clone());
        }
        let failed = |why: String| Refusal::Failed(format!("error scraping target {}: {why}", query.target));
        let target = auth.target(address, &query.context, query.engine_id);
        let device = self.sessions.get(Asking::default().apply(target));
        let object_id =
            timeout_at(deadline.into(), choice::object_id(&device.session, &device.object_id)).await;
        let object_id = object_id
            .map_err(|_| failed("sysObjectID did not come in time".to_owned()))?
            .map_err(|error| failed(format!("sysObjectID: {error}")))?
            .ok_or_else(|| failed("the device has no sysObjectID: name its modules".to_owned()))?;
        let chosen = choice::choose(&config.choices, &object_id)
            .ok_or_else(|| failed(format!("no `choose` fits its sysObjectID {object_id}")))?;
        let mut names: Vec<String> = query.modules.iter().filter(|name| !auto(name)).cloned().collect();
        for name in &chosen.modules {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Ok(names)
    }

    async fn modules(
        &self,
        auth: &Auth,
        query: &Query,
        address: &str,
        modules: Vec<(String, Arc<Module>)>,
        generation: u64,
        deadline: Instant,
    ) -> Result<String, Refusal> {
        let begin = |name: &str, module: &Arc<Module>| {
            let target = module.asking.apply(auth.target(address, &query.context, query.engine_id));
            let key = (target.clone(), name.to_owned(), generation);
            let device = self.sessions.get(target);
            let (own, wrap, module) =
                (Arc::clone(&self.own), self.settings.wrap_counters, Arc::clone(module));
            let (of, target) = (name.to_owned(), query.target.clone());
            let work = || async move {
                let each = own.each();
                let fetched = fetch_with(&device.session, &module, Some(&device.kept), deadline, each).await;
                let large = fetched.variables.len() > LARGE;
                let work = move || collect(&of, &target, &module, fetched, wrap, &own);
                match large {
                    // Other scrapes go on meanwhile.
                    true => spawn_blocking(work).await.unwrap_or_else(|error| Collected::broken(&error)),
                    false => work(),
                }
            };
            let (flight, shared) = self.flights.join(key, work);
            Own::add(&self.own.shared, u64::from(shared));
            (flight, shared)
        };
        // All begin at the same time.
        let flights: Vec<_> = modules
            .into_iter()
            .map(|(name, module)| {
                let flight = begin(&name, &module);
                (name, module, flight)
            })
            .collect();
        let mut collected = Vec::with_capacity(flights.len());
        for (name, module, (mut flight, mut shared)) in flights {
            let found = loop {
                // The scrape that it is shared with may have more time than this one.
                let found = timeout_at((deadline + GRACE).into(), flight.landed()).await.ok().flatten();
                let cut = found.as_ref().filter(|_| shared).and_then(|found| found.cut);
                // Or it had less, and there is time for more.
                match cut {
                    Some(cut) if deadline.saturating_duration_since(Instant::now()) > cut => {
                        (flight, shared) = begin(&name, &module);
                    }
                    _ => break found,
                }
            };
            collected.push((name, found));
        }
        finish(&query.target, &collected, self.settings.wrap_counters)
    }

    /// The address of a target as the manager takes it, if the target may be scraped.
    async fn address(&self, target: &str) -> Result<String, Refusal> {
        let (transport, host) = match target.split_once("://") {
            Some((transport, host)) => (Some(transport), host),
            None => (None, target),
        };
        let transport = match transport {
            None | Some("udp" | "udp4") => "udp",
            Some(transport @ ("tcp" | "udp6" | "tcp6")) => transport,
            Some("tcp4") => "tcp",
            Some(other) => {
                return Err(Refusal::Request(format!(
                    "the transport of '{target}' is '{other}'; expected udp or tcp"
                )));
            }
        };
        // Sockets of the Unix domain are this machine's own business.
        if host.contains('/') || ["unix:", "unixgram:"].iter().any(|local| host.starts_with(local)) {
            return Err(Refusal::Forbidden(format!("'{target}' is not a host or an address of one")));
        }
        let (transport, host) = match host.split_once(':') {
            Some((given @ ("udp" | "tcp" | "udp6" | "tcp6"), host)) => (given, host),
            _ => (transport, host),
        };
        if !is_host(host) {
            return Err(Refusal::Request(format!(
                "'{target}' is not a target; expected a host or an address, with a port up to 65535 or without, such as \
                 switch.example.net, 192.0.2.1:1161 or [2001:db8::1]:1161"
            )));
        }
        if self.settings.allowed.is_empty() {
            return Ok(format!("{transport}:{host}"));
        }
        let found = resolve(host).await.map_err(|error| {
            Refusal::Failed(format!("error scraping target {target}: the name has no address: {error}"))
        })?;
        let allowed =
            |address: &SocketAddr| self.settings.allowed.iter().any(|net| net.contains(address.ip()));
        // The address that was checked is the one that is asked.
        match found.iter().find(|address| allowed(address)) {
            Some(address) => Ok(format!("{transport}:{address}")),
            None => {
                Err(Refusal::Forbidden(format!("the target '{target}' is in no network that may be scraped")))
            }
        }
    }
}

/// Whether this is a name or an address, with or without a port.
fn is_host(host: &str) -> bool {
    if !host.chars().all(|letter| letter.is_alphanumeric() || "-._%:[]".contains(letter)) {
        return false;
    }
    // An address of a link has its interface behind it.
    let address = host.split('%').next().unwrap_or(host);
    if address.parse::<IpAddr>().is_ok() {
        return true;
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, port),
        _ => (host, "161"),
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    !name.is_empty() && !name.contains(['[', ']']) && port.parse::<u16>().is_ok()
}

/// The addresses of a host, with or without a port.
async fn resolve(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return Ok(vec![address]);
    }
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, PORT)]);
    }
    let found = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) && !port.is_empty() => {
            let port = port.parse().map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
            lookup_host((name, port)).await?
        }
        _ => lookup_host((host, PORT)).await?,
    };
    Ok(found.collect())
}

/// Turns what a device has given into text.
fn collect(name: &str, target: &str, module: &Module, fetched: Fetched, wrap: bool, own: &Own) -> Collected {
    let started = Instant::now();
    let mut exposition = Exposition::new(wrap);
    let counts = samples(module, &fetched.variables, |sample| exposition.add(sample));
    let complete = fetched.failures.is_empty() && counts.beyond == 0;
    let labels = [("module", name)];
    let elapsed = fetched.elapsed.as_secs_f64();
    let dropped = exposition.duplicates() + fetched.variables.duplicates();
    exposition.gauge("snmp_scrape_walk_duration_seconds", "Time SNMP walk/bulkwalk took.", &labels, elapsed);
    for (name, help, number) in [
        (
            "snmp_scrape_packets_sent",
            "Packets sent for get, bulkget, and walk; including retries.",
            fetched.packets,
        ),
        ("snmp_scrape_packets_retried", "Packets retried for get, bulkget, and walk.", fetched.retries),
        ("snmp_scrape_pdus_returned", "PDUs returned from get, bulkget, and walk.", fetched.received as u64),
        (
            "snmp_scrape_duplicates_dropped",
            "Variables and samples that came more than once and were dropped.",
            dropped as u64,
        ),
        ("snmp_scrape_complete", "Whether everything of the module was read.", u64::from(complete)),
    ] {
        exposition.gauge(name, help, &labels, number as f64);
    }
    let elapsed = fetched.elapsed + started.elapsed();
    let help = "Total SNMP time scrape took (walk and processing).";
    exposition.gauge("snmp_scrape_duration_seconds", help, &labels, elapsed.as_secs_f64());
    own.collected(name, elapsed);
    own.made(started.elapsed(), fetched.variables.len());
    Own::add(&own.packets, fetched.packets);
    Own::add(&own.retries, fetched.retries);
    Own::add(&own.unusable, counts.unusable as u64);
    Own::add(&own.duplicates, dropped as u64);
    Own::add(&own.incomplete, u64::from(!complete));
    let cut = fetched.failures.iter().any(|failure| failure.cause.is_time()).then_some(fetched.elapsed);
    let mut failures: Vec<String> = fetched
        .failures
        .iter()
        .map(|failure| format!("{}{failure}", subject(module, &failure.oid)))
        .collect();
    if counts.beyond > 0 {
        failures.push(format!("{} variables have no samples, because their text is too long", counts.beyond));
    }
    // The others have the same reason in most cases.
    if let [failure, others @ ..] = &failures[..] {
        tracing::info!(target: mibc_runtime::logs::EXPORTER, scraped = target, module = name, %failure, others = others.len(), "a scrape is not complete");
    }
    Collected { exposition, failures, empty: fetched.variables.is_empty(), cut }
}

impl Collected {
    /// What there is if its text could not be made.
    fn broken(error: &JoinError) -> Self {
        let failures = vec![format!("its samples could not be made: {error}")];
        Self { exposition: Exposition::default(), failures, empty: true, cut: None }
    }
}

/// The name of the first metric or label of a subtree, and a colon.
fn subject(module: &Module, root: &Oid) -> String {
    let related = |oid: &Oid| oid.starts_with(root) || root.starts_with(oid);
    let metric = module.metrics().iter().find(|metric| related(&metric.oid)).map(|metric| &metric.name);
    let looked_up = || {
        let mut lookups = module.metrics().iter().flat_map(|metric| &metric.lookups);
        let found = lookups.find(|lookup| lookup.source.as_ref().is_some_and(|source| related(&source.oid)));
        found.map(|lookup| &lookup.label)
    };
    metric.or_else(looked_up).map(|name| format!("{name}: ")).unwrap_or_default()
}

/// The text of all modules; an error if none of them has anything.
fn finish(
    target: &str,
    collected: &[(String, Option<Arc<Collected>>)],
    wrap: bool,
) -> Result<String, Refusal> {
    let nothing = |(_, found): &(String, Option<Arc<Collected>>)| {
        found.as_ref().is_none_or(|found| found.empty && !found.failures.is_empty())
    };
    if collected.iter().all(nothing) {
        let mut text = format!("error scraping target {target}:\n");
        for (name, found) in collected {
            match found {
                Some(found) => {
                    // One reason is enough: the others are the same in most cases.
                    let reason = found.failures.first().map_or("nothing came", String::as_str);
                    text += &format!("module {name}: {reason}\n");
                }
                None => text += &format!("module {name}: it has not ended in time\n"),
            }
        }
        return Err(Refusal::Failed(text));
    }
    let mut text = String::new();
    if let [(_, Some(only))] = collected {
        only.exposition.write_to(&mut text);
        return Ok(text);
    }
    let mut all = Exposition::new(wrap);
    for (name, found) in collected {
        match found {
            Some(found) => all.merge(&found.exposition),
            None => {
                let help = "Whether everything of the module was read.";
                all.gauge("snmp_scrape_complete", help, &[("module", name)], 0.0);
            }
        }
    }
    all.write_to(&mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts() {
        for host in [
            "h",
            "h:1161",
            "192.0.2.1",
            "192.0.2.1:161",
            "::1",
            "[::1]",
            "[::1]:161",
            "fe80::1%eth0",
            "[fe80::1%eth0]:161",
            "über.example",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":161",
            "h:",
            "h:x",
            "h:65536",
            "192.0.2.1:99999",
            "h h",
            "h\n",
            "[::1]:x",
            "h:161:161x",
            "[]",
            "h/x",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
