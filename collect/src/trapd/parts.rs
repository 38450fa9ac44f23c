//! What runs, and how it becomes what another configuration wants.

use super::config::{Config, ListenerPlan};
use super::error::ServiceError;
use super::figures::Figures;
use super::hearing::Hearing;
use super::metrics::Page;
use super::outlet::{Outlet, OutletError};
use super::waiting::Waiting;
use crate::delivery::Reopen;
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long acknowledgements may take to leave at the end.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What runs.
pub(super) struct Parts {
    pub(super) hearing: Vec<Hearing>,
    pub(super) outlets: Vec<Outlet>,
    pub(super) figures: Arc<Figures>,
    pub(super) reopen: Reopen,
    pub(super) page: Option<Page>,
}

/// Why a change has not been made.
pub(super) enum Change {
    /// All is as it was.
    Kept(ServiceError),
    /// The old cannot be brought back.
    Lost(ServiceError),
}

/// An output of another configuration.
enum Slot {
    /// It is this one of those that run.
    Kept(usize),
    /// It has started.
    New(Box<Outlet>),
    /// It starts when one that runs has ended, whose folder it wants.
    Later,
}

fn refused(output: &str, error: &OutletError) -> ServiceError {
    ServiceError::Output { output: output.to_owned(), reason: error.to_string() }
}

fn make_folder(folder: &Path) -> Result<(), ServiceError> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made: io::Result<()> = builder.recursive(true).create(folder);
    made.map_err(|source| ServiceError::State { folder: folder.display().to_string(), source })
}

impl Parts {
    /// Starts outputs, then listeners.
    pub(super) async fn start(config: &Config) -> Result<Self, ServiceError> {
        if let Some(folder) = &config.state {
            make_folder(folder)?;
        }
        let (figures, reopen) = (Arc::new(Figures::new()), Reopen::new());
        let mut outlets = Vec::with_capacity(config.outputs.len());
        for plan in &config.outputs {
            let outlet = Outlet::start(plan.clone(), &reopen);
            outlets.push(outlet.map_err(|error| refused(&plan.settings.name, &error))?);
        }
        let mut hearing = Vec::with_capacity(config.listeners.len());
        for (place, plan) in config.listeners.iter().enumerate() {
            let addresses = Hearing::addresses(plan).await?;
            hearing.push(Hearing::start(plan.clone(), addresses, place, config, &figures)?);
        }
        let page = match config.http {
            Some(address) => Some(Page::start(address, config.web.clone(), Arc::clone(&figures)).await?),
            None => None,
        };
        let parts = Self { hearing, outlets, figures, reopen, page };
        parts.observe();
        parts.hear();
        Ok(parts)
    }

    fn observe(&self) {
        self.figures.observe(self.outlets.iter().map(Outlet::observer).collect());
    }

    fn hear(&self) {
        self.figures.hear(self.hearing.iter().map(|hearing| hearing.listener.counters().clone()).collect());
    }

    /// Makes what runs what the new configuration wants. What is the same in both goes on without a pause; if something
    /// cannot start, all goes on as it was. Traps that listeners have not given away which end are left over.
    pub(super) async fn change(
        &mut self,
        old: &Config,
        new: &Config,
        left_over: &mut VecDeque<Waiting>,
    ) -> Result<(), Change> {
        if let Some(folder) = &new.state {
            make_folder(folder).map_err(Change::Kept)?;
        }
        let moves = new.http != old.http;
        let page = match new.http {
            Some(address) if moves => {
                let page = Page::start(address, new.web.clone(), Arc::clone(&self.figures)).await;
                Some(page.map_err(Change::Kept)?)
            }
            _ => None,
        };
        let slots = self.new_outlets(new).map_err(Change::Kept)?;
        let heard = self.change_hearing(old, new, left_over).await;
        self.hear();
        heard?;
        if moves {
            self.page = page;
        } else if let Some(page) = &self.page {
            page.set_web(new.web.clone());
        }
        self.change_outlets(new, slots).await.map_err(Change::Lost)
    }

    /// Starts the outputs that are new.
    fn new_outlets(&self, new: &Config) -> Result<Vec<Slot>, ServiceError> {
        let mut stays = vec![false; self.outlets.len()];
        let mut same = Vec::with_capacity(new.outputs.len());
        for plan in &new.outputs {
            let mut places = self.outlets.iter().zip(&mut stays).enumerate();
            let found = places.find(|(_, (outlet, stays))| !**stays && outlet.plan == *plan);
            same.push(found.map(|(place, (_, stays))| {
                *stays = true;
                place
            }));
        }
        let mut slots = Vec::with_capacity(new.outputs.len());
        for (plan, same) in new.outputs.iter().zip(same) {
            if let Some(place) = same {
                slots.push(Slot::Kept(place));
                continue;
            }
            let folder = plan.settings.place.folder();
            let mut ending = self.outlets.iter().zip(&stays).filter(|(_, stays)| !**stays);
            let waits =
                folder.is_some() && ending.any(|(outlet, _)| outlet.plan.settings.place.folder() == folder);
            let slot = match waits {
                true => Outlet::check(plan, &self.reopen).map(|()| Slot::Later),
                false => Outlet::start(plan.clone(), &self.reopen).map(|outlet| Slot::New(Box::new(outlet))),
            };
            slots.push(slot.map_err(|error| refused(&plan.settings.name, &error))?);
        }
        Ok(slots)
    }

    /// Ends the outputs that are not wanted any more.
    async fn change_outlets(&mut self, new: &Config, slots: Vec<Slot>) -> Result<(), ServiceError> {
        let mut before: Vec<Option<Outlet>> =
            std::mem::take(&mut self.outlets).into_iter().map(Some).collect();
        let after: Vec<Option<Outlet>> = slots
            .into_iter()
            .map(|slot| match slot {
                Slot::Kept(place) => before.get_mut(place).and_then(Option::take),
                Slot::New(outlet) => Some(*outlet),
                Slot::Later => None,
            })
            .collect();
        stop(before.into_iter().flatten().collect(), new.drain).await;
        let mut problem = None;
        for (plan, outlet) in new.outputs.iter().zip(after) {
            match outlet.map_or_else(|| Outlet::start(plan.clone(), &self.reopen), Ok) {
                Ok(outlet) => self.outlets.push(outlet),
                // Without an output that is required informs would be acknowledged that nobody has.
                Err(error) => problem = Some(refused(&plan.settings.name, &error)),
            }
        }
        self.observe();
        problem.map_or(Ok(()), Err)
    }

    async fn change_hearing(
        &mut self,
        old: &Config,
        new: &Config,
        left_over: &mut VecDeque<Waiting>,
    ) -> Result<(), Change> {
        let same_queue = old.max_waiting == new.max_waiting && old.state == new.state;
        let (mut kept, mut ending): (Vec<(usize, usize)>, Vec<usize>) = (Vec::new(), Vec::new());
        for (before, hearing) in self.hearing.iter().enumerate() {
            let goes_on = |(place, plan): (usize, &ListenerPlan)| {
                (*plan == hearing.plan && !kept.iter().any(|(_, taken)| *taken == place)).then_some(place)
            };
            let place = new.listeners.iter().enumerate().find_map(goes_on);
            match place.filter(|_| hearing.open && same_queue) {
                Some(place) => kept.push((before, place)),
                None => ending.push(before),
            }
        }
        // Those whose addresses are free first: up to here nothing has ended.
        let (mut started, mut later) = (Vec::new(), Vec::new());
        for (place, plan) in new.listeners.iter().enumerate() {
            if kept.iter().any(|(_, kept)| *kept == place) {
                continue;
            }
            let addresses = Hearing::addresses(plan).await.map_err(Change::Kept)?;
            let mut in_the_way = ending.iter().filter_map(|before| self.hearing.get(*before));
            if in_the_way.any(|hearing| hearing.occupies(&addresses)) {
                later.push((place, addresses));
            } else {
                let hearing = Hearing::start(plan.clone(), addresses, place, new, &self.figures);
                started.push((place, hearing.map_err(Change::Kept)?));
            }
        }
        let mut plans = Vec::new();
        let mut staying = Vec::new();
        for (before, hearing) in std::mem::take(&mut self.hearing).into_iter().enumerate() {
            match kept.iter().find(|(kept, _)| *kept == before) {
                Some((_, place)) => staying.push((before, *place, hearing)),
                None => {
                    plans.push((before, hearing.plan.clone()));
                    hearing.close(left_over).await;
                }
            }
        }
        let mut problem = None;
        for (place, addresses) in later {
            let Some(plan) = new.listeners.get(place) else { continue };
            match Hearing::start(plan.clone(), addresses, place, new, &self.figures) {
                Ok(hearing) => started.push((place, hearing)),
                Err(error) => problem = Some(error),
            }
        }
        let Some(problem) = problem else {
            started.extend(staying.into_iter().map(|(_, place, hearing)| (place, hearing)));
            self.hearing = in_order(started);
            return Ok(());
        };
        // Back to what was before.
        for (_, hearing) in started {
            hearing.close(left_over).await;
        }
        let mut back: Vec<_> = staying.into_iter().map(|(before, _, hearing)| (before, hearing)).collect();
        for (before, plan) in plans {
            let addresses = Hearing::addresses(&plan).await.map_err(Change::Lost)?;
            let hearing = Hearing::start(plan, addresses, before, old, &self.figures);
            back.push((before, hearing.map_err(Change::Lost)?));
        }
        self.hearing = in_order(back);
        Err(Change::Kept(problem))
    }

    /// Ends all: outputs send what waits, then the acknowledgements leave.
    pub(super) async fn end(self, drain: Duration) {
        let Self { hearing, outlets, page: _page, .. } = self;
        stop(outlets, drain).await;
        for hearing in hearing {
            let _ = timeout(LAST_WORDS, hearing.listener.ended()).await;
        }
    }
}

fn in_order(mut hearing: Vec<(usize, Hearing)>) -> Vec<Hearing> {
    hearing.sort_by_key(|(place, _)| *place);
    hearing.into_iter().map(|(_, hearing)| hearing).collect()
}

/// Stops outputs side by side.
async fn stop(outlets: Vec<Outlet>, drain: Duration) {
    let mut stopping = JoinSet::new();
    for outlet in outlets {
        stopping.spawn(outlet.stop(drain));
    }
    while stopping.join_next().await.is_some() {}
}
