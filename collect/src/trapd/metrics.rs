//! `/metrics` and `/healthz`.

use super::figures::Figures;
use crate::http::{Answer, Asked, ListenError, Server, Web, process};
use std::net::SocketAddr;
use std::sync::Arc;

/// Connections at a time.
const CONNECTIONS: usize = 64;

/// Listens for those who look at the service. It ends with the task.
pub(super) async fn serve(
    address: SocketAddr,
    figures: Arc<Figures>,
) -> Result<(SocketAddr, tokio::task::JoinHandle<()>), ListenError> {
    let server = Server::bind(&[address], Web::default(), CONNECTIONS).await?;
    let bound = server.local_addrs().next().unwrap_or(address);
    let routes = move |asked: Asked| {
        let figures = Arc::clone(&figures);
        async move { answer(&asked, &figures) }
    };
    Ok((bound, tokio::spawn(server.run(routes))))
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
