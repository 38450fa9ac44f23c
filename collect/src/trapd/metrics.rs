//! `/metrics` and `/healthz`.

use super::error::ServiceError;
use super::figures::Figures;
use crate::http::{Answer, Asked, Handle, Server, Web, process};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Connections at a time.
const CONNECTIONS: usize = 64;

/// Those who look at the service are listened to. It ends when this is dropped.
pub(super) struct Page {
    address: SocketAddr,
    handle: Handle,
    task: JoinHandle<()>,
}

impl Page {
    pub(super) async fn start(
        address: SocketAddr,
        web: Web,
        figures: Arc<Figures>,
    ) -> Result<Self, ServiceError> {
        let server = Server::bind(&[address], web, CONNECTIONS).await;
        let server = server.map_err(|error| ServiceError::Http(error.to_string()))?;
        let address = server.local_addrs().next().unwrap_or(address);
        let handle = server.handle();
        let routes = move |asked: Asked| {
            let figures = Arc::clone(&figures);
            async move { answer(&asked, &figures) }
        };
        Ok(Self { address, handle, task: tokio::spawn(server.run(routes)) })
    }

    /// Where it is.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Passwords and certificates from now on.
    pub(super) fn set_web(&self, web: Web) {
        self.handle.set_web(web);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(asked: &Asked, figures: &Figures) -> Answer {
    if !asked.reads() {
        return Answer::only("GET, HEAD");
    }
    match asked.path() {
        "/healthz" | "/-/healthy" => Answer::healthy(),
        "/metrics" => {
            let mut samples = figures.samples();
            process::add_version(&mut samples, "mibc_trapd", env!("CARGO_PKG_VERSION"));
            process::add(&mut samples);
            Answer::metrics(&samples)
        }
        _ => Answer::nothing_here(),
    }
}
