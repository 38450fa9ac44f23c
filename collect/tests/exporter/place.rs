//! What the tests have in common: an exporter, an agent, a way between them that can be slow or end, a client.

use mibc_collect::exporter::{Exporter, Settings, Sources, Stop, load};
use mibc_generated::if_mib::{IfEntry, IfIndex, IfTable};
use mibc_generated::snmpv2_mib::SYS_UP_TIME;
use mibc_generated::snmpv2_tc::DisplayString;
use mibc_runtime::agent::table::next_key;
use mibc_runtime::agent::{Agent, Community, Running};
use mibc_runtime::value::{Counter32, TimeTicks};
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinHandle;

/// Interfaces by their index: a name, and octets received.
pub(crate) type Rows = Arc<Mutex<BTreeMap<IfIndex, (String, u32)>>>;

struct Interfaces(Rows);

impl IfTable for Interfaces {
    fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
        next_key(&self.0.lock().expect("no panic"), after)
    }

    fn if_descr(&self, index: &IfIndex) -> Option<DisplayString> {
        self.0.lock().expect("no panic").get(index).map(|row| row.0.as_str().into())
    }

    fn if_in_octets(&self, index: &IfIndex) -> Option<Counter32> {
        self.0.lock().expect("no panic").get(index).map(|row| Counter32(row.1))
    }
}

/// Rows of this many interfaces: `eth1` …
pub(crate) fn rows(count: i32) -> Rows {
    let row = |number: i32| (IfIndex::from(number), (format!("eth{number}"), 100 * number.unsigned_abs()));
    Arc::new(Mutex::new((1..=count).map(row).collect()))
}

/// An agent with interfaces.
pub(crate) struct Device {
    pub(crate) address: SocketAddr,
    _running: Running,
}

pub(crate) async fn device(rows: &Rows) -> Device {
    started(&agent(rows).await)
}

/// An agent that runs from now on.
pub(crate) fn started(agent: &Agent) -> Device {
    Device { address: agent.local_addr(), _running: agent.spawn() }
}

/// An agent with interfaces that does not run yet.
pub(crate) async fn agent(rows: &Rows) -> Agent {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("an agent");
    agent.serve_table(IfEntry, Arc::new(Interfaces(Arc::clone(rows))));
    agent
}

/// An agent with interfaces that says how long it has been running, in hundredths of seconds.
pub(crate) async fn device_with_uptime(rows: &Rows) -> (Device, Arc<AtomicU32>) {
    let agent = agent(rows).await;
    let ticks = Arc::new(AtomicU32::new(1_000));
    let now = Arc::clone(&ticks);
    agent.serve(SYS_UP_TIME, move || TimeTicks(now.fetch_add(1, Ordering::SeqCst)));
    let address = agent.local_addr();
    (Device { address, _running: agent.spawn() }, ticks)
}

/// A way to an agent that counts requests, takes its time, and ends after some.
pub(crate) struct Way {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn way(to: SocketAddr, delay: Duration, most: usize) -> Way {
    let near = Arc::new(UdpSocket::bind("127.0.0.1:0").await.expect("loopback"));
    let address = near.local_addr().expect("an address");
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let task = tokio::spawn(async move {
        let mut octets = vec![0; 65_535];
        loop {
            let Ok((length, from)) = near.recv_from(&mut octets).await else { return };
            if counted.fetch_add(1, Ordering::SeqCst) >= most {
                continue;
            }
            let (near, request) = (Arc::clone(&near), octets[..length].to_vec());
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                let far = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
                far.send_to(&request, to).await.expect("loopback");
                let mut octets = vec![0; 65_535];
                if let Ok((length, _)) = far.recv_from(&mut octets).await {
                    near.send_to(&octets[..length], from).await.expect("loopback");
                }
            });
        }
    });
    Way { address, requests, task }
}

/// A configuration of these modules, which ask as patiently as `asking` says.
pub(crate) fn configuration(asking: &str, modules: &[(&str, &str)]) -> String {
    let mut text = "auths:\n  public_v2: {community: public, version: 2}\nmodules:\n".to_owned();
    for (name, module) in modules {
        text += &format!("  {name}:\n{asking}{module}");
    }
    text
}

/// A module: octets received, whose label ifDescr is looked up.
pub(crate) const INTERFACES: &str = "    walk: [1.3.6.1.2.1.2.2.1.2, 1.3.6.1.2.1.2.2.1.10]
    metrics:
      - name: ifInOctets
        oid: 1.3.6.1.2.1.2.2.1.10
        type: counter
        help: Octets received
        indexes: [{labelname: ifIndex, type: gauge}]
        lookups:
          - {labels: [ifIndex], labelname: ifDescr, oid: 1.3.6.1.2.1.2.2.1.2, type: DisplayString}
";

/// A module: the names of interfaces.
pub(crate) const NAMES: &str = "    walk: [1.3.6.1.2.1.2.2.1.2]
    metrics:
      - name: ifDescr
        oid: 1.3.6.1.2.1.2.2.1.2
        type: DisplayString
        help: The name
        indexes: [{labelname: ifIndex, type: gauge}]
";

/// An exporter of a configuration.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) running: JoinHandle<()>,
}

pub(crate) async fn exporter(configuration: &str, change: impl FnOnce(&mut Settings)) -> Place {
    exporter_of("snmp.yml", configuration, change).await
}

pub(crate) async fn exporter_of(
    name: &str,
    configuration: &str,
    change: impl FnOnce(&mut Settings),
) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    fs::write(&file, configuration).expect("a file");
    let mut settings = Settings::default();
    settings.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    change(&mut settings);
    let sources = Sources::from(vec![file.clone()]);
    let config = load(&sources).expect("a configuration");
    let exporter = Exporter::bind(settings, config, move || load(&sources)).await.expect("an exporter");
    let address = exporter.local_addrs().next().expect("an address");
    let stop = exporter.stop();
    Place { folder, file, address, stop, running: tokio::spawn(exporter.run()) }
}

/// What a server answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    request(address, "GET", path, "").await
}

/// A request with further lines of the head. In HTTP/1.0 answers have no chunks.
pub(crate) async fn request(address: SocketAddr, method: &str, path: &str, head: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n{head}\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut octets = Vec::new();
    // A server that refuses a request may close the connection before it has read all of it.
    let _ = stream.read_to_end(&mut octets).await;
    let text = String::from_utf8(octets).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// The number of a sample.
pub(crate) fn number(text: &str, sample: &str) -> f64 {
    let found = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("`{sample}` is not in\n{text}")).parse().expect("a number")
}

impl Place {
    /// Scrapes a device for a module.
    pub(crate) async fn scrape(&self, target: SocketAddr, module: &str) -> Answer {
        get(self.address, &format!("/snmp?target={target}&module={module}&auth=public_v2")).await
    }
}
