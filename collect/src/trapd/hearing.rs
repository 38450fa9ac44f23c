//! A listener of the service.

use super::config::{Config, ListenerPlan};
use super::error::ServiceError;
use super::figures::Figures;
use super::waiting::{Stage, Waiting};
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::net::{FileStore, TransportAddress};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// The port of addresses without one.
const PORT: u16 = 162;

/// Octets of messages that wait to be dealt with at most.
const MAX_WAITING_OCTETS: usize = 32 << 20;

/// How long reading rests once all traps that are there have been read, so that those that come meanwhile are read
/// together. The first one after a silence does not wait.
const REST: Duration = Duration::from_millis(10);

/// A listener, with what it is made from.
pub(super) struct Hearing {
    pub(super) plan: ListenerPlan,
    pub(super) listener: Listener,
    pub(super) open: bool,
}

impl Hearing {
    /// Where a plan listens.
    pub(super) async fn addresses(plan: &ListenerPlan) -> Result<Vec<TransportAddress>, ServiceError> {
        let mut addresses = Vec::new();
        for address in &plan.addresses {
            let found = TransportAddress::lookup(address, PORT).await;
            addresses.extend(found.map_err(|error| ServiceError::Listen(format!("`{address}`: {error}")))?);
        }
        Ok(addresses)
    }

    /// `place` is that of the listener in the configuration.
    pub(super) fn start(
        plan: ListenerPlan,
        addresses: Vec<TransportAddress>,
        place: usize,
        config: &Config,
        figures: &Arc<Figures>,
    ) -> Result<Self, ServiceError> {
        let mut builder = Listener::builder();
        if plan.any_community {
            builder = builder.any_community();
        }
        for community in &plan.communities {
            builder = builder.community(community.name.to_vec());
        }
        for plan in &plan.users {
            builder = builder.user_from_level(plan.user.clone(), plan.level);
        }
        let told = Arc::clone(figures);
        if let Some(state) = &config.state
            && !plan.users.is_empty()
        {
            builder = builder.engine_store(FileStore::new(state.join(format!("engine-{}", place + 1))));
        }
        let builder = builder
            .queue(config.max_waiting)
            .queue_octets(MAX_WAITING_OCTETS)
            .receive_buffer(plan.receive_buffer)
            .rest(REST)
            .on_dropped(move |source, reason| told.refusals.dropped(source, reason))
            .acknowledge_later();
        let listener = builder.bind_to(addresses).map_err(|error| ServiceError::Listen(error.to_string()))?;
        Ok(Self { plan, listener, open: true })
    }

    /// Whether the system would refuse one of these addresses because of it.
    pub(super) fn occupies(&self, addresses: &[TransportAddress]) -> bool {
        use TransportAddress::{Tcp, Udp};
        self.listener.local_addresses().any(|own| {
            addresses.iter().any(|wanted| match (own, wanted) {
                // Also 0.0.0.0 and an address of ours.
                (Udp(own), Udp(wanted)) | (Tcp(own), Tcp(wanted)) => own.port() == wanted.port(),
                (own, wanted) => own == wanted,
            })
        })
    }

    /// Closes it, and keeps the traps that nobody has taken. Informs are repeated by their senders, since nobody
    /// acknowledges them.
    pub(super) async fn close(self, left_over: &mut VecDeque<Waiting>) {
        let Self { mut listener, plan, .. } = self;
        listener.finish();
        while let Some((notification, _)) = listener.next_unacknowledged().await {
            if !notification.is_inform && plan.admits(&notification) {
                left_over.push_back(Waiting { notification, stage: Stage::New });
            }
        }
        listener.close().await;
    }
}

impl ListenerPlan {
    /// Whether a notification comes from where its community is accepted from.
    pub(super) fn admits(&self, notification: &ReceivedNotification) -> bool {
        let Sender::Community(community) = &notification.sender else { return true };
        let source = notification.source.ip().map(|source| source.ip());
        let mut known = false;
        for plan in self.communities.iter().filter(|plan| *plan.name == *community) {
            known = true;
            let mut sources = plan.sources.iter();
            if plan.sources.is_empty() || source.is_some_and(|source| sources.any(|net| net.contains(source)))
            {
                return true;
            }
        }
        // It is accepted since all are.
        !known
    }
}
