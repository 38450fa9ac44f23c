//! `/metrics` and `/healthz` of the poller.

#[cfg(feature = "nats")]
use mibc_collect::fleet::{Figures, Report};
use mibc_collect::http::{self, Answer, Asked, ListenError, Server, Web, process};
use mibc_collect::poll::{Handle, Status};
use std::net::SocketAddr;
#[cfg(feature = "nats")]
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Most connections at a time.
const CONNECTIONS: usize = 64;

/// Who knows how the polls go.
#[derive(Clone)]
pub(super) enum Source {
    Poller(Handle),
    #[cfg(feature = "nats")]
    Worker(Figures, watch::Receiver<Report>),
}

impl Source {
    /// How they go, and how many partitions a worker of a fleet has.
    async fn status(&self) -> (Status, Option<usize>) {
        match self {
            Self::Poller(handle) => (handle.status().await.unwrap_or_default(), None),
            #[cfg(feature = "nats")]
            Self::Worker(figures, reports) => {
                let report = reports.borrow().clone();
                (figures.status(&report).unwrap_or_default(), Some(report.partitions.len()))
            }
        }
    }
}

/// A server that runs; none where it was not asked for.
pub(super) struct Pages(Option<(http::Handle, JoinHandle<()>)>);

/// Serves them, if there is an address for it.
pub(super) async fn serve(listen: &[SocketAddr], web: Web, source: Source) -> Result<Pages, ListenError> {
    if listen.is_empty() {
        return Ok(Pages(None));
    }
    let server = Server::bind(listen, web, CONNECTIONS).await?;
    for address in server.local_addrs() {
        tracing::info!(target: mibc_runtime::logs::POLL, %address, "listening");
    }
    let handle = server.handle();
    let running = tokio::spawn(server.run(move |asked| answer(asked, source.clone())));
    Ok(Pages(Some((handle, running))))
}

impl Pages {
    /// Ends it.
    pub(super) async fn stop(self) {
        if let Pages(Some((handle, running))) = self {
            handle.stop();
            // It has been told to end.
            let _ = running.await;
        }
    }
}

async fn answer(asked: Asked, source: Source) -> Answer {
    if !asked.reads() {
        return Answer::only("GET, HEAD");
    }
    match asked.path() {
        "/healthz" | "/-/healthy" => Answer::healthy(),
        "/metrics" => {
            let (status, partitions) = source.status().await;
            let mut metrics = status.exposition();
            if let Some(partitions) = partitions {
                metrics.gauge(
                    "mibc_fleet_partitions",
                    "Partitions that the worker has.",
                    &[],
                    partitions as f64,
                );
            }
            process::add_version(&mut metrics, "mibc_poll", env!("CARGO_PKG_VERSION"));
            process::add(&mut metrics);
            Answer::metrics(&metrics)
        }
        _ => Answer::nothing_here(),
    }
}
