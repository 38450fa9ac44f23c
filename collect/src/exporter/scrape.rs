//! One scrape: the modules of a device, as text.

use super::address;
use super::flights::Flights;
use super::own::Own;
use super::query::Query;
use super::sessions::Sessions;
use super::{Config, Settings};
use crate::choice::{self, AUTO};
use crate::fetch::{Cause, Fetched, fetch_with};
use crate::module::Asking;
use crate::samples::samples_while;
use crate::snmp_yml::Auth;
use crate::{Exposition, Module};
use mibc_runtime::logs::EXPORTER;
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::oid::Oid;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout_at;

/// How long samples may take where a device has used up all the time.
const MAKING: Duration = Duration::from_millis(150);

/// How long after its deadline the text of a scrape may be ready.
const GRACE: Duration = Duration::from_millis(400);

/// Octets of a text that takes so long that other scrapes must go on meanwhile.
const LONG: usize = 4 << 20;

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

/// Who is asked for what, for the log and for figures.
struct Subject {
    target: String,
    module: String,
    auth: String,
}

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

impl Refusal {
    /// What is wrong, in words.
    pub(super) fn words(self) -> String {
        let (Self::Request(words) | Self::Forbidden(words) | Self::Failed(words)) = self;
        words
    }
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
        let address = address::of_target(&query.target, &self.settings.allowed).await?;
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
            .map_err(|error| failed(format!("sysObjectID: {}", Cause::from(error))))?
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
            let (target, auth) = (query.target.clone(), query.auth.clone());
            let subject = Subject { target, module: name.to_owned(), auth };
            let work = || async move {
                let each = own.each();
                let fetched = fetch_with(&device.session, &module, Some(&device.kept), deadline, each).await;
                let make = move |fetched: &Fetched| collect(&subject, &module, fetched, deadline, wrap, &own);
                if fetched.variables.len() <= LARGE {
                    return make(&fetched);
                }
                // Other scrapes go on meanwhile.
                let made = spawn_blocking(move || (make(&fetched), fetched)).await;
                match made {
                    Ok((collected, fetched)) => {
                        // Nobody waits until so many are gone.
                        drop(spawn_blocking(|| drop(fetched)));
                        collected
                    }
                    Err(error) => Collected::broken(&error),
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
        let octets: usize =
            collected.iter().filter_map(|(_, found)| Some(found.as_ref()?.exposition.octets())).sum();
        let (target, wrap) = (query.target.clone(), self.settings.wrap_counters);
        let work = move || finish(&target, &collected, wrap);
        match octets > LONG {
            true => {
                spawn_blocking(work).await.unwrap_or_else(|error| Err(Refusal::Failed(error.to_string())))
            }
            false => work(),
        }
    }
}

/// Turns what a device has given into text. What is not made by the end is left out.
fn collect(
    subject: &Subject,
    module: &Module,
    fetched: &Fetched,
    end: Instant,
    wrap: bool,
    own: &Own,
) -> Collected {
    let Subject { target, module: name, auth } = subject;
    let started = Instant::now();
    let mut exposition = Exposition::new(wrap);
    let end = end.max(started + MAKING);
    let is_time = || Instant::now() < end;
    let counts = samples_while(module, &fetched.variables, is_time, |sample| exposition.add(sample));
    let complete = fetched.failures.is_empty() && counts.beyond + counts.late == 0;
    let labels = [("module", name.as_str())];
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
    let is_cut = counts.late > 0 || fetched.failures.iter().any(|failure| failure.cause.is_time());
    let mut failures: Vec<String> = fetched
        .failures
        .iter()
        .map(|failure| format!("{}{failure}", first_name(module, &failure.oid)))
        .collect();
    if counts.beyond > 0 {
        failures.push(Cause::TooMuchText { variables: counts.beyond }.to_string());
    }
    if counts.late > 0 {
        failures.push(format!("{} variables have no samples, because the time for them ended", counts.late));
    }
    let empty = fetched.variables.is_empty();
    // The others have the same reason in most cases.
    if let [failure, others @ ..] = &failures[..] {
        let others = others.len();
        match empty {
            true => {
                tracing::info!(target: EXPORTER, scraped = %target, module = %name, %auth, %failure, others, "a scrape has failed");
            }
            false => {
                tracing::info!(target: EXPORTER, scraped = %target, module = %name, %auth, %failure, others, "a scrape is not complete");
            }
        }
    }
    Collected { exposition, failures, empty, cut: is_cut.then_some(fetched.elapsed) }
}

impl Collected {
    /// What there is if its text could not be made.
    fn broken(error: &JoinError) -> Self {
        let failures = vec![format!("its samples could not be made: {error}")];
        Self { exposition: Exposition::default(), failures, empty: true, cut: None }
    }
}

/// The name of the first metric or label of a subtree, and a colon.
fn first_name(module: &Module, root: &Oid) -> String {
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
