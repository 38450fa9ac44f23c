//! Sockets that sub-agents connect to (RFC 2741 §8).

use std::io;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use mibc_runtime::oid::Oid;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use crate::endpoint::Endpoint;
use crate::stream::Stream;

/// Transport domains (RFC 3419).
const TCP_IPV4: [u32; 10] = [1, 3, 6, 1, 2, 1, 100, 1, 5, 0];
const LAST: usize = 9;

/// A socket that listens.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, SocketFile),
}

/// A socket in the file system, removed with it.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have removed it before, which is as good.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Where a sub-agent connects from: TDomain and TAddress.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) domain: Oid,
    pub(super) address: Vec<u8>,
}

impl Listener {
    pub(super) async fn bind(endpoint: &Endpoint) -> io::Result<Self> {
        match endpoint {
            Endpoint::Tcp(host, port) => Ok(Self::Tcp(TcpListener::bind((host.as_str(), *port)).await?)),
            #[cfg(unix)]
            Endpoint::Unix(path) => bind_unix(path),
            #[cfg(not(unix))]
            Endpoint::Unix(_) => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "there is no Unix domain here"))
            }
        }
    }

    /// Where it listens, with the port that the system has chosen if that was left to it.
    pub(super) fn endpoint(&self) -> io::Result<Endpoint> {
        match self {
            Self::Tcp(listener) => {
                let address = listener.local_addr()?;
                Ok(Endpoint::Tcp(address.ip().to_string(), address.port()))
            }
            #[cfg(unix)]
            Self::Unix(_, SocketFile(path)) => Ok(Endpoint::Unix(path.clone())),
        }
    }

    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Stream, Peer)>> {
        match self {
            Self::Tcp(listener) => listener.poll_accept(cx).map(|accepted| {
                let (stream, from) = accepted?;
                stream.set_nodelay(true)?;
                let (domain, mut address) = match from.ip() {
                    std::net::IpAddr::V4(ip) => (5, ip.octets().to_vec()),
                    std::net::IpAddr::V6(ip) => (6, ip.octets().to_vec()),
                };
                address.extend(from.port().to_be_bytes());
                Ok((Stream::Tcp(stream), Peer { domain: transport_domain(domain), address }))
            }),
            #[cfg(unix)]
            Self::Unix(listener, _) => listener.poll_accept(cx).map(|accepted| {
                let (stream, _) = accepted?;
                Ok((Stream::Unix(stream), Peer { domain: transport_domain(13), address: Vec::new() }))
            }),
        }
    }
}

/// transportDomainTcpIpv4(5), transportDomainTcpIpv6(6), transportDomainLocal(13).
fn transport_domain(number: u32) -> Oid {
    let mut arcs = TCP_IPV4;
    arcs[LAST - 1] = number;
    Oid::from_arcs(arcs.get(..LAST).unwrap_or_default()).unwrap_or(Oid::ZERO)
}

/// Binds to a path. Nobody but the owner can ever connect (A8): the socket is made in a folder that only the owner can enter, gets
/// its mode, and is moved to its place then. A socket that a process has left there is replaced.
#[cfg(unix)]
fn bind_unix(path: &Path) -> io::Result<Listener> {
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
    use std::os::unix::net::UnixStream;

    match std::fs::symlink_metadata(path) {
        Ok(known) if !known.file_type().is_socket() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that is not a socket"));
        }
        Ok(_) => match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            _ => return Err(io::Error::new(io::ErrorKind::AddrInUse, "another master agent listens there")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = parent.join(format!(".agentx-{}", std::process::id()));
    let mut builder = std::fs::DirBuilder::new();
    match builder.mode(0o700).create(&folder) {
        // Left by a process of the same number.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let _ = std::fs::remove_file(folder.join("s"));
            std::fs::remove_dir(&folder)?;
            builder.create(&folder)?;
        }
        other => other?,
    }
    let inside = folder.join("s");
    let bound = UnixListener::bind(&inside).and_then(|listener| {
        std::fs::set_permissions(&inside, std::fs::Permissions::from_mode(0o700))?;
        std::fs::rename(&inside, path)?;
        Ok(listener)
    });
    // Nothing is in it any more, or nothing of worth.
    let _ = std::fs::remove_file(&inside);
    let _ = std::fs::remove_dir(&folder);
    Ok(Listener::Unix(bound?, SocketFile(path.to_owned())))
}
