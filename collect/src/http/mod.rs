//! A small HTTP server for what a daemon says of itself: `/metrics`, `/healthz` and pages.
//!
//! Its [routes](Server::run) are one function. The number of connections, the head of a request and all waiting have
//! limits. A [`Web`] has passwords and TLS, in the form of Prometheus' `web.yml`.
//!
//! ```
//! use mibc_collect::http::{Answer, Asked, Server, Web, process};
//! use mibc_collect::Exposition;
//!
//! async fn routes(asked: Asked) -> Answer {
//!     if !asked.reads() {
//!         return Answer::only("GET, HEAD");
//!     }
//!     match asked.path() {
//!         "/healthz" => Answer::healthy(),
//!         "/metrics" => {
//!             let mut metrics = Exposition::default();
//!             metrics.counter("example_requests_total", "Requests so far.", &[], 1.0);
//!             process::add(&mut metrics);
//!             Answer::metrics(&metrics)
//!         }
//!         _ => Answer::nothing_here(),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::bind(&["127.0.0.1:0".parse()?], Web::default(), 64).await?;
//! println!("listening on {:?}", server.local_addrs().collect::<Vec<_>>());
//! let handle = server.handle();
//! let running = tokio::spawn(server.run(routes));
//! handle.stop();
//! running.await?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod asked;
mod password;
mod patient;
pub mod process;
mod server;
mod web;

pub use answer::Answer;
pub use asked::Asked;
pub use server::{Handle, ListenError, Server};
pub use web::Web;
