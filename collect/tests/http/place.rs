//! What the tests have in common: a server, and blocking clients beside it.

use mibc_collect::FileError;
use mibc_collect::http::{Answer, Asked, Handle, Server, Web};
use mibc_test_support::http;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::task::{JoinHandle, spawn_blocking};

/// A server that says what it is asked for.
pub(crate) struct Place {
    pub(crate) address: SocketAddr,
    pub(crate) handle: Handle,
    pub(crate) running: JoinHandle<()>,
}

pub(crate) async fn echo(asked: Asked) -> Answer {
    match asked.path() {
        "/big" => Answer::text(200, vec![b'x'; 32 << 20]),
        "/metrics" if !asked.reads() => Answer::only("GET, HEAD"),
        path => Answer::text(200, format!("{path} {}", asked.query())),
    }
}

pub(crate) async fn server(web: Web, connections: usize) -> Place {
    let listen = [SocketAddr::from(([127, 0, 0, 1], 0))];
    let server = Server::bind(&listen, web, connections).await.expect("a server");
    let address = server.local_addrs().next().expect("an address");
    let handle = server.handle();
    Place { address, handle, running: tokio::spawn(server.run(echo)) }
}

/// A request by a thread of its own.
pub(crate) async fn request(address: SocketAddr, method: &str, path: &str, head: &str) -> http::Answer {
    let (address, method, path, head) =
        (address.to_string(), method.to_owned(), path.to_owned(), head.to_owned());
    let asked = spawn_blocking(move || http::request(&address, &method, &path, &head));
    asked.await.expect("an answer")
}

/// A folder with a `web.yml` and further files.
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let this = Self { folder: tempfile::tempdir().expect("a folder") };
        files.iter().for_each(|(name, text)| this.write(name, text));
        this
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file");
    }

    pub(crate) fn web(&self) -> PathBuf {
        self.folder.path().join("web.yml")
    }

    pub(crate) fn load(&self) -> Result<Web, FileError> {
        Web::load(&self.web())
    }
}
