//! `/metrics` and `/healthz` of the poller.

use mibc_collect::http::{self, Answer, Asked, ListenError, Server, Web, process};
use mibc_collect::poll::Handle;
use std::net::SocketAddr;
use tokio::task::JoinHandle;

/// Most connections at a time.
const CONNECTIONS: usize = 64;

/// A server that runs; none where it was not asked for.
pub(super) struct Pages(Option<(http::Handle, JoinHandle<()>)>);

/// Serves them, if there is an address for it.
pub(super) async fn serve(listen: &[SocketAddr], web: Web, poller: Handle) -> Result<Pages, ListenError> {
    if listen.is_empty() {
        return Ok(Pages(None));
    }
    let server = Server::bind(listen, web, CONNECTIONS).await?;
    for address in server.local_addrs() {
        tracing::info!(target: mibc_runtime::logs::POLL, %address, "listening");
    }
    let handle = server.handle();
    let running = tokio::spawn(server.run(move |asked| answer(asked, poller.clone())));
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

async fn answer(asked: Asked, poller: Handle) -> Answer {
    if !asked.reads() {
        return Answer::only("GET, HEAD");
    }
    match asked.path() {
        "/healthz" | "/-/healthy" => Answer::healthy(),
        "/metrics" => {
            let mut metrics = poller.status().await.unwrap_or_default().exposition();
            process::add_version(&mut metrics, "mibc_poll", env!("CARGO_PKG_VERSION"));
            process::add(&mut metrics);
            Answer::metrics(&metrics)
        }
        _ => Answer::nothing_here(),
    }
}
