//! The listener on its sockets.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use futures_core::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::builder::ListenerBuilder;
use super::dropped::Dropped;
use super::notification::ReceivedNotification;
use super::receiver::{Handled, Receiver};
use crate::engine::Counters;
use crate::net::{Intake, Outbox, TransportAddress};

/// Receives notifications. Dropping it closes its sockets and ends its task; what is in its queue is lost then.
///
/// It is a [`Stream`] of [`ReceivedNotification`]s; [`next`](Self::next) needs no stream adapters.
#[derive(Debug)]
pub struct Listener {
    queue: mpsc::Receiver<ReceivedNotification>,
    overflows: Arc<AtomicU64>,
    addresses: Vec<TransportAddress>,
    #[cfg(feature = "usm")]
    engine_id: Option<crate::usm::EngineId>,
    counters: Arc<Counters>,
    /// The one that receives; it ends with the set.
    task: JoinSet<()>,
}

impl Listener {
    /// Begins to describe a listener.
    pub fn builder() -> ListenerBuilder {
        ListenerBuilder::new()
    }

    pub(super) fn start(receiver: Receiver<TransportAddress>, intake: Intake, queue: usize) -> Self {
        let (sender, queue) = mpsc::channel(queue);
        let overflows = Arc::default();
        let mut listener = Self {
            queue,
            overflows: Arc::clone(&overflows),
            addresses: intake.local_addresses().cloned().collect(),
            #[cfg(feature = "usm")]
            engine_id: receiver.engine_id(),
            counters: Arc::clone(receiver.counters()),
            task: JoinSet::new(),
        };
        listener.task.spawn(Work { receiver, intake, queue: sender, overflows }.run());
        listener
    }

    /// The next notification; `None` when a socket is broken. Cancelling it loses nothing.
    pub async fn next(&mut self) -> Option<ReceivedNotification> {
        poll_fn(|context| self.queue.poll_recv(context)).await
    }

    /// The addresses that it listens on, with the ports that the system has chosen.
    pub fn local_addresses(&self) -> impl Iterator<Item = &TransportAddress> {
        self.addresses.iter()
    }

    /// Those of them that are IP addresses.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.addresses.iter().filter_map(TransportAddress::ip)
    }

    /// The engine ID that senders of informs find out; `None` without users.
    #[cfg(feature = "usm")]
    pub fn engine_id(&self) -> Option<crate::usm::EngineId> {
        self.engine_id
    }

    /// What has been counted so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How many notifications came while the queue was full. Traps among them are lost; informs were not acknowledged,
    /// so that their senders repeat them.
    pub fn overflows(&self) -> u64 {
        self.overflows.load(Ordering::Relaxed)
    }
}

impl Stream for Listener {
    type Item = ReceivedNotification;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ReceivedNotification>> {
        self.queue.poll_recv(context)
    }
}

/// What the listener's task has.
struct Work {
    receiver: Receiver<TransportAddress>,
    intake: Intake,
    queue: mpsc::Sender<ReceivedNotification>,
    overflows: Arc<AtomicU64>,
}

impl Work {
    /// Takes in what arrives, until a socket breaks.
    async fn run(mut self) {
        let outlet = self.intake.outlet();
        let mut outbox = Outbox::default();
        while let Ok(()) = self.intake.receive().await {
            for (datagram, origin) in self.intake.messages() {
                let source = origin.peer();
                let room = self.queue.try_reserve();
                match self.receiver.handle(Instant::now(), source, datagram, room.is_ok()) {
                    Ok(Handled { reply, notification }) => {
                        if let Some(reply) = reply {
                            outbox.push(origin.clone(), reply);
                        }
                        if let (Ok(room), Some(notification)) = (room, notification) {
                            room.send(notification);
                        }
                    }
                    Err(reason) => {
                        if reason == Dropped::NoRoom {
                            self.overflows.fetch_add(1, Ordering::Relaxed);
                        }
                        if let Dropped::Malformed(_) = reason {
                            outlet.hang_up(origin);
                        }
                        tracing::debug!(%source, %reason, "a message was dropped");
                    }
                }
            }
            outlet.send(&mut outbox).await;
        }
    }
}
