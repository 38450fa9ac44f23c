//! The end that SIGTERM asks for: what has been received is printed first.

use mibc_runtime::listener::{Listener, ReceivedNotification};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tokio::sync::watch;

/// Whether the command has been asked to end.
pub(super) struct Ending {
    asked: watch::Receiver<bool>,
    /// The listener knows.
    told: bool,
}

impl Ending {
    /// From now on SIGTERM does not end the command at once. A second one does.
    pub(super) fn watch() -> std::io::Result<Ending> {
        let (ask, asked) = watch::channel(false);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::spawn(async move {
                terminate.recv().await;
                // The receiver lives as long as the command.
                let _ = ask.send(true);
                terminate.recv().await;
                std::process::exit(TERMINATED);
            });
        }
        #[cfg(not(unix))]
        drop(ask);
        Ok(Ending { asked, told: false })
    }

    /// Lets the listener finish, once, if the command has been asked to end.
    pub(super) fn look(&mut self, listener: &mut Listener) {
        if !self.told && *self.asked.borrow() {
            self.told = true;
            listener.finish();
        }
    }

    /// Whether the listener has been told to finish.
    pub(super) fn is_told(&self) -> bool {
        self.told
    }

    /// The next notification; `None` if none is to come any more.
    pub(super) async fn next(&mut self, listener: &mut Listener) -> Option<ReceivedNotification> {
        self.look(listener);
        if !self.told {
            let found = {
                let mut next = pin!(listener.next());
                let mut asked = pin!(self.asked.wait_for(|asked| *asked));
                poll_fn(|context| match next.as_mut().poll(context) {
                    Poll::Pending if matches!(asked.as_mut().poll(context), Poll::Ready(Ok(_))) => {
                        Poll::Ready(None)
                    }
                    next => next.map(Some),
                })
                .await
            };
            if let Some(next) = found {
                return next;
            }
            self.look(listener);
        }
        listener.next().await
    }
}

/// Status of a process that SIGTERM has ended, as shells have it.
#[cfg(unix)]
const TERMINATED: i32 = 128 + 15;
