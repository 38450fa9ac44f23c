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
    /// How they go, and what only a worker of a fleet has: the name of a figure, what it is, and its value.
    async fn status(&self) -> (Status, Vec<(&'static str, &'static str, usize)>) {
        match self {
            Self::Poller(handle) => (handle.status().await.unwrap_or_default(), Vec::new()),
            #[cfg(feature = "nats")]
            Self::Worker(figures, reports) => {
                let report = reports.borrow().clone();
                let own = vec![
                    ("mibc_fleet_partitions", "Partitions that the worker has.", report.partitions.len()),
                    (
                        "mibc_fleet_partitions_lost",
                        "Partitions of the fleet that have devices and that no worker has, as far as this one hears.",
                        usize::try_from(report.lost).unwrap_or(usize::MAX),
                    ),
                    (
                        "mibc_fleet_storing",
                        "Whether the worker gets jobs and can store their results.",
                        usize::from(report.trouble.is_none()),
                    ),
                ];
                (figures.status(&report).unwrap_or_default(), own)
            }
        }
    }

    /// What keeps a worker of a fleet from its work, if that lasts.
    fn trouble(&self) -> Option<String> {
        match self {
            Self::Poller(_) => None,
            #[cfg(feature = "nats")]
            Self::Worker(_, reports) => reports.borrow().trouble.clone(),
        }
    }
}

/// A server that runs; none where it was not asked for.
pub(crate) struct Pages(Option<(http::Handle, JoinHandle<()>)>);

/// Serves them, if there is an address for it.
pub(super) async fn serve(listen: &[SocketAddr], web: Web, source: Source) -> Result<Pages, ListenError> {
    serve_with(listen, web, move |asked| answer(asked, source.clone())).await
}

/// Serves the pages that somebody writes.
pub(crate) async fn serve_with<F: Future<Output = Answer> + Send + 'static>(
    listen: &[SocketAddr],
    web: Web,
    answer: impl Fn(Asked) -> F + Send + Sync + 'static,
) -> Result<Pages, ListenError> {
    if listen.is_empty() {
        return Ok(Pages(None));
    }
    let server = Server::bind(listen, web, CONNECTIONS).await?;
    for address in server.local_addrs() {
        tracing::info!(target: mibc_runtime::logs::POLL, %address, "listening");
    }
    let handle = server.handle();
    let running = tokio::spawn(server.run(answer));
    Ok(Pages(Some((handle, running))))
}

impl Pages {
    /// Ends it.
    pub(crate) async fn stop(self) {
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
        "/healthz" | "/-/healthy" => match source.trouble() {
            None => Answer::healthy(),
            Some(trouble) => Answer::text(503, format!("{trouble}\n")),
        },
        "/metrics" => {
            let (status, own) = source.status().await;
            let mut metrics = status.exposition();
            for (name, help, value) in own {
                metrics.gauge(name, help, &[], value as f64);
            }
            process::add_version(&mut metrics, "mibc_poll", env!("CARGO_PKG_VERSION"));
            process::add(&mut metrics);
            Answer::metrics(&metrics)
        }
        _ => Answer::nothing_here(),
    }
}
