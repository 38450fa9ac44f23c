//! An output of the service.

use super::config::{Kind, OutputPlan};
use super::encode;
use super::event::Event;
use super::forward::Forward;
use crate::delivery::{
    Completion, Http, HttpError, Lines, Observer, Output, Process, ProcessSettings, Reopen, Script,
    ScriptSettings, Sink, Syslog,
};
use bytes::Bytes;
use mibc_runtime::listener::ReceivedNotification;
use std::io;
use std::time::Duration;

/// Why an output cannot start.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutletError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Queue(#[from] io::Error),
}

/// An output, with what it is made from.
#[derive(Debug)]
pub(super) struct Outlet {
    pub(super) plan: OutputPlan,
    output: Output,
}

impl Outlet {
    pub(super) fn start(plan: OutputPlan, reopen: &Reopen) -> Result<Self, OutletError> {
        let output = Output::start(plan.settings.clone(), sink(&plan, reopen)?)?;
        Ok(Self { plan, output })
    }

    /// Whether a plan can start, as far as its queue lets it.
    pub(super) fn check(plan: &OutputPlan, reopen: &Reopen) -> Result<(), OutletError> {
        sink(plan, reopen).map(drop)
    }

    /// Gives it an event, if it is for this output; [`wake`](Self::wake) is to follow. Who waits for a required output is
    /// told by the completion.
    pub(super) async fn offer(
        &self,
        event: &Event<'_>,
        notification: &ReceivedNotification,
        json: &Bytes,
        completion: Option<&Completion>,
    ) {
        if self.plan.severity.is_some_and(|least| event.severity > least) {
            return;
        }
        if let Some(record) = encode::record(&self.plan, event, notification, json) {
            self.output.put(record, completion.filter(|_| self.plan.required).cloned()).await;
        }
    }

    /// Has it send what it was given.
    pub(super) fn wake(&self) {
        self.output.wake();
    }

    pub(super) fn observer(&self) -> Observer {
        self.output.observer()
    }

    pub(super) async fn stop(self, deadline: Duration) -> usize {
        self.output.stop(deadline).await
    }
}

/// What takes the records of an output away.
fn sink(plan: &OutputPlan, reopen: &Reopen) -> Result<Box<dyn Sink>, OutletError> {
    let http = |plan: &super::config::HttpPlan, kind: &Kind| Http::new(plan.settings(encode::framing(kind)));
    Ok(match &plan.kind {
        Kind::Lines { path: None, .. } => Box::new(Lines::output()),
        Kind::Lines { path: Some(path), sync } => Box::new(Lines::file(path, reopen).synced(*sync)),
        Kind::Syslog { transport, address, .. } => Box::new(Syslog::new(*transport, address)),
        Kind::Loki { http: requests, .. }
        | Kind::Alertmanager { http: requests, .. }
        | Kind::Otlp { http: requests }
        | Kind::Http { http: requests, .. } => Box::new(http(requests, &plan.kind)?),
        #[cfg(feature = "nats")]
        Kind::Nats { url, subject, credentials, authorities } => {
            let mut access = crate::nats::Access::new(url.clone());
            (access.credentials, access.authorities) = (credentials.clone(), authorities.clone());
            Box::new(crate::delivery::JetStream::new(access, subject.clone()))
        }
        #[cfg(feature = "kafka")]
        Kind::Kafka { settings, .. } => Box::new(crate::delivery::Kafka::new(settings.clone())),
        Kind::Forward { address, credentials, inform, timeout } => {
            Box::new(Forward::new(address.clone(), credentials.clone(), *inform, *timeout))
        }
        Kind::Process { command, confirm, timeout } => {
            let mut settings = ProcessSettings::new(command.iter());
            (settings.confirm, settings.timeout) = (*confirm, *timeout);
            Box::new(Process::new(settings))
        }
        Kind::Script { command, processes, confirm, timeout } => {
            let mut settings = ScriptSettings::new(command.iter());
            (settings.processes, settings.confirm, settings.timeout) = (*processes, *confirm, *timeout);
            Box::new(Script::new(settings))
        }
    })
}
