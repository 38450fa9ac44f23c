//! What the tests have in common: devices that note who polls them, and what the server has stored.

use mibc_collect::fleet::{Answer, Ask, Device, Order, Settings, Wanted, Worker};
use mibc_collect::nats::{Access, Nats};
use mibc_test_support::program::PATIENCE;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// What was polled: device, tick and worker, in order, and devices under way.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) polls: Vec<(String, u64, String)>,
    under_way: HashMap<String, usize>,
    /// Whether one worker polled a device twice at a time.
    pub(crate) twice: bool,
}

pub(crate) type Shared = Arc<Mutex<Log>>;

/// Devices that answer after a while.
pub(crate) struct Devices {
    pub(crate) log: Shared,
    pub(crate) worker: String,
    pub(crate) takes: Duration,
}

impl Ask for Devices {
    type Device = String;

    fn device(&self, order: &Order) -> Result<String, String> {
        match order.auth.as_str() {
            "public" => Ok(order.device.clone()),
            other => Err(format!("no auth `{other}`")),
        }
    }

    async fn ask(&self, device: Arc<String>, _: &Order, due: u64, _most: usize) -> Answer {
        let one = format!("{device} by {}", self.worker);
        {
            let mut log = self.log.lock().expect("no panic");
            log.polls.push((device.to_string(), due, self.worker.clone()));
            let count = log.under_way.entry(one.clone()).or_default();
            *count += 1;
            log.twice |= *count > 1;
        }
        tokio::time::sleep(self.takes).await;
        *self.log.lock().expect("no panic").under_way.entry(one).or_default() -= 1;
        let up = !device.starts_with("dead");
        let refused = false;
        let parts = vec![
            format!("{device} {due} by {}", self.worker).into(),
            format!("and by {}", self.worker).into(),
        ];
        Answer { parts, up, refused, reason: (!up).then(|| "no answer".to_owned()) }
    }
}

/// A worker with threads of its own, so that it can be killed with all that it does.
pub(crate) struct Process {
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    ended: std::sync::mpsc::Receiver<()>,
}

impl Process {
    pub(crate) fn start(url: &str, name: &str, log: &Shared, takes: Duration) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("threads");
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel();
        let devices = Devices { log: Arc::clone(log), worker: name.to_owned(), takes };
        let (url, name) = (url.to_owned(), name.to_owned());
        runtime.spawn(async move {
            let nats = Access::new(url).connect().await.expect("a connection");
            let worker = Worker::new(nats, &name, devices, 1_000).await.expect("a fleet");
            let stop = async move {
                let _ = stopped.await;
            };
            worker.run(stop).await.expect("a worker");
            let _ = end.send(());
        });
        Self { runtime: Some(runtime), stop: Some(stop), ended }
    }

    /// Ends all it does in the middle.
    pub(crate) fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The sender goes last: its end would be a request to stop.
            runtime.shutdown_background();
        }
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.ended.recv_timeout(PATIENCE).expect("the worker ends");
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Devices with one profile.
pub(crate) fn devices(count: usize, interval: u64) -> Vec<Device> {
    (0..count).map(|number| device(&format!("device {number}"), interval)).collect()
}

pub(crate) fn device(name: &str, interval: u64) -> Device {
    Device {
        name: name.to_owned(),
        address: "192.0.2.1".to_owned(),
        auth: "public".to_owned(),
        profiles: vec![Wanted { profile: "interfaces".to_owned(), interval }],
        ..Device::default()
    }
}

/// A fleet whose partitions are taken over quickly.
pub(crate) fn quick() -> Settings {
    let mut settings = Settings::default();
    settings.partitions = Some(8);
    settings.takeover = Some(Duration::from_millis(1_500));
    settings
}

pub(crate) async fn connected(url: &str) -> Nats {
    Access::new(url).connect().await.expect("a connection")
}
