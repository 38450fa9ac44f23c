//! What a service is asked for while it runs.

use std::sync::Arc;
use tokio::sync::watch;

/// What a service is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Commands {
    pub(super) reloads: u64,
    pub(super) stop: bool,
}

/// Stops a service, or has it read its configuration again.
#[derive(Clone, Debug)]
pub struct Handle {
    pub(super) commands: Arc<watch::Sender<Commands>>,
    /// How many reloads are finished.
    pub(super) done: watch::Receiver<u64>,
}

impl Handle {
    /// Receives nothing more, and sends what waits, as far as its time for that goes.
    pub fn stop(&self) {
        self.commands.send_modify(|commands| commands.stop = true);
    }

    /// Reads the configuration again, opens files anew, and waits until the service goes by the new configuration, or goes on
    /// with the old one; false if the service has ended before that.
    pub async fn reload(&self) -> bool {
        let mut number = 0;
        self.commands.send_modify(|commands| {
            commands.reloads += 1;
            number = commands.reloads;
        });
        self.done.clone().wait_for(|done| *done >= number).await.is_ok()
    }
}
