//! What a service manager is told: sd_notify(3).

use std::io;

/// Tells the service manager something, where there is one.
pub(crate) fn notify(state: &str) {
    #[cfg(unix)]
    if let Some(socket) = std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty())
        && let Err(error) = send(&socket, state)
    {
        tracing::warn!(target: mibc_runtime::logs::COMMAND, %state, %error, "the service manager cannot be told");
    }
    #[cfg(not(unix))]
    let _ = state;
}

/// Tells the service manager that the configuration is read again, and when that began: one that has sent the signal
/// itself (`Type=notify-reload`) waits for it. `READY=1` says that it is over.
pub(crate) fn reloading() {
    #[cfg(target_os = "linux")]
    if let Ok(now) = nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC) {
        let now = std::time::Duration::from(now).as_micros();
        return notify(&format!("RELOADING=1\nMONOTONIC_USEC={now}"));
    }
    notify("RELOADING=1");
}

#[cfg(unix)]
fn send(socket: &std::ffi::OsStr, state: &str) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    let sender = UnixDatagram::unbound()?;
    let address = match socket.as_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name)?,
        #[cfg(not(target_os = "linux"))]
        Some(_) => return Err(io::ErrorKind::Unsupported.into()),
        None => SocketAddr::from_pathname(socket)?,
    };
    sender.send_to_addr(state.as_bytes(), &address).map(drop)
}

#[cfg(all(test, unix))]
mod tests {
    use super::send;
    use std::os::unix::net::UnixDatagram;

    #[test]
    fn a_datagram_for_each_state() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).expect("a socket");
        send(path.as_os_str(), "READY=1").expect("it is told");
        let mut octets = [0; 32];
        let length = manager.recv(&mut octets).expect("a datagram");
        assert_eq!(&octets[..length], b"READY=1");
        drop(manager);
        assert!(send(path.as_os_str(), "STOPPING=1").is_err());
    }
}
