//! What a service is asked by signals.

use std::io;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Reload,
    Stop,
}

/// The signals of this process.
pub(crate) struct Signals {
    #[cfg(unix)]
    listeners: [(tokio::signal::unix::Signal, Asked); 3],
}

impl Signals {
    /// Takes them from now on: SIGHUP reloads, SIGTERM and SIGINT stop.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listeners = [
                (signal(SignalKind::terminate())?, Asked::Stop),
                (signal(SignalKind::interrupt())?, Asked::Stop),
                (signal(SignalKind::hangup())?, Asked::Reload),
            ];
            Ok(Self { listeners })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> Asked {
        use std::task::Poll;
        std::future::poll_fn(|cx| {
            let mut listeners = self.listeners.iter_mut();
            let asked =
                listeners.find_map(|(signal, asked)| signal.poll_recv(cx).is_ready().then_some(*asked));
            asked.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Comes back when we are asked to end.
    #[cfg(feature = "nats")]
    pub(crate) async fn stopped(&mut self) {
        while self.next().await != Asked::Stop {}
    }

    /// Waits for the one that there is.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> Asked {
        // Without the signal nobody can ask for anything: the agent goes on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Asked::Stop
    }
}
