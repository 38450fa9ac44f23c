//! Daemons of others as sub-agents: under our master agent they show the same as under net-snmp's (A1, A2).
//!
//! None of them has anything to do with the machine's network: lldpd is told of no interface, bgpd and kamailio stay on
//! loopback.

use crate::{manager, until};
use mibc_agentx::Master;
use mibc_runtime::agent::{Agent, Community};
use mibc_runtime::manager::Session;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;
use mibc_test_support::netsnmp::{SNMPD, Snmpd, free_udp_address, installed};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// A daemon, with the processes that it has started.
struct Foreign(Child);

impl Foreign {
    /// Starts a program whose library of net-snmp finds the master agent there; it stays in the foreground.
    fn start(program: &str, arguments: &[&str], folder: &Path, master: &str) -> Self {
        // Each looks for the file of its own name.
        for name in ["frr", "bgpd", "snmpstats"] {
            let file = folder.join(format!("{name}.conf"));
            fs::write(file, format!("agentXSocket {master}\n")).expect("it is written");
        }
        let child = Command::new(program)
            .args(arguments)
            .env("SNMPCONFPATH", folder)
            .env("SNMP_PERSISTENT_DIR", folder)
            .env("MIBS", "")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        Self(child.unwrap_or_else(|error| panic!("{program} does not start: {error}")))
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.signal("-TERM");
        let end = Instant::now() + Duration::from_secs(5);
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.signal("-KILL");
        let _ = self.0.wait();
    }
}

/// Whether a program that only some machines have is there; the notice is visible.
fn is_there(program: &str, package: &str) -> bool {
    let is_there = Path::new(program).exists();
    if !is_there {
        eprintln!("notice: skipped, `{program}` is not installed (Debian: {package})");
    }
    is_there
}

/// What is below an OID, as soon as there are so many variables and no more come: daemons register one thing after the other.
async fn shown(session: &Session, root: &Oid, least: usize) -> Vec<VarBind> {
    let mut found: Vec<VarBind> = Vec::new();
    until("the daemon shows what it has", async || {
        let before = found.len();
        tokio::time::sleep(Duration::from_millis(300)).await;
        found = session.bulk_walk(root.clone()).collect().await.unwrap_or_default();
        found.len() >= least && found.len() == before
    })
    .await;
    found
}

/// Runs a daemon under our master agent, and under net-snmp's. `start` is told where that is.
async fn compare(root: &str, least: usize, start: impl Fn(&str) -> Foreign) {
    let root = oid(root);
    let agent = Agent::builder().community(Community::read_write("public")).bind("127.0.0.1:0").await;
    let agent = agent.expect("loopback");
    let master = Master::builder().bind(&agent, ["tcp:127.0.0.1:0"]).await.expect("it listens");
    let _running = (agent.spawn(), master.spawn());
    let session = manager(agent.local_addr(), "public").await;
    let daemon = start(&master.endpoints()[0].to_string());
    let ours = shown(&session, &root, least).await;
    // One by one as well: GETNEXT and GET. (kamailio gives no value for some of the names that it lists.)
    let names = |found: &[VarBind]| found.iter().map(|varbind| varbind.name.clone()).collect::<Vec<_>>();
    let walked = session.walk(root.clone()).collect().await.expect("a walk");
    assert_eq!(names(&walked), names(&ours));
    let read = session.get_oids(&names(&ours)).await.expect("an answer");
    assert!(read.iter().filter(|varbind| !varbind.value.is_exception()).count() >= least, "{read:?}");
    drop(daemon);
    until("nothing is left of it", async || {
        let gone = session.bulk_walk(root.clone()).collect().await;
        master.sessions() == 0 && gone.is_ok_and(|gone| gone.is_empty())
    })
    .await;

    if !installed(SNMPD) {
        return;
    }
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("loopback");
    let endpoint = format!("tcp:{port}");
    let snmpd = Snmpd::start(&format!("rocommunity public\nmaster agentx\nagentXSocket {endpoint}\n"));
    let session = manager(snmpd.address(), "public").await;
    let _daemon = start(&endpoint);
    let theirs = shown(&session, &root, ours.len()).await;
    assert_eq!(names(&ours), names(&theirs));
    let read_there = session.get_oids(&names(&ours)).await.expect("an answer");
    for (ours, theirs) in ours.iter().zip(&theirs).chain(read.iter().zip(&read_there)) {
        let kind = |varbind: &VarBind| std::mem::discriminant(&varbind.value);
        assert_eq!(kind(ours), kind(theirs), "{} is of another type: {ours} and {theirs}", ours.name);
    }
}

/// LLDP-MIB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lldpd() {
    if !installed("lldpd") {
        return;
    }
    if fs::metadata("/proc/self").map(|own| own.uid()).unwrap_or(1) != 0 {
        eprintln!("notice: skipped, lldpd only runs as root");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let control = folder.path().join("control");
    let control = control.to_str().expect("a path in UTF-8");
    compare("1.0.8802.1.1.2", 15, |master| {
        let no_interface = ["-I", "none0", "-C", "none0", "-r", "-O", "/dev/null"];
        let mut arguments = vec!["-d", "-x", "-X", master, "-u", control];
        arguments.extend(no_interface);
        Foreign::start("lldpd", &arguments, folder.path(), master)
    })
    .await;
}

/// BGP4-MIB, of the bgpd of FRRouting, without its zebra.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bgpd() {
    const BGPD: &str = "/usr/lib/frr/bgpd";
    if !is_there(BGPD, "frr-snmp") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("a path in UTF-8").to_owned();
    let configuration = at("bgpd.configuration");
    let lines = "hostname test\nagentx\nrouter bgp 64512\n bgp router-id 192.0.2.1\n \
                 neighbor 127.0.0.9 remote-as 64513\n neighbor 127.0.0.9 passive\n";
    fs::write(&configuration, lines).expect("it is written");
    let (pid, zebra, folder_name) = (at("pid"), at("zebra"), at(""));
    compare("1.3.6.1.2.1.15", 20, |master| {
        let arguments = [
            "-M",
            "snmp",
            "-p",
            "0",
            "-P",
            "0",
            "-n",
            "-S",
            "-f",
            &configuration,
            "-i",
            &pid,
            "-z",
            &zebra,
            "--vty_socket",
            &folder_name,
        ];
        Foreign::start(BGPD, &arguments, folder.path(), master)
    })
    .await;
}

/// KAMAILIO-SIP-SERVER-MIB and its kin.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kamailio() {
    let modules = format!("/usr/lib/{}-linux-gnu/kamailio/modules/", std::env::consts::ARCH);
    if !is_there("/usr/sbin/kamailio", "kamailio")
        || !is_there(&format!("{modules}snmpstats.so"), "kamailio-snmpstats-modules")
    {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("a path in UTF-8").to_owned();
    let (configuration, pid, folder_name) = (at("kamailio.configuration"), at("pid"), at(""));
    let address = free_udp_address();
    let lines = format!(
        "#!KAMAILIO\nfork=yes\nlog_stderror=yes\nchildren=1\nlisten=udp:{address}\ndisable_tcp=yes\nmpath=\"{modules}\"\n\
         loadmodule \"sl.so\"\nloadmodule \"tm.so\"\nloadmodule \"usrloc.so\"\nloadmodule \"snmpstats.so\"\n\
         modparam(\"snmpstats\", \"sipEntityType\", \"proxyServer\")\nrequest_route {{ exit; }}\n"
    );
    fs::write(&configuration, lines).expect("it is written");
    compare("1.3.6.1.4.1.34352", 40, |master| {
        let arguments = ["-DD", "-E", "-f", &configuration, "-Y", &folder_name, "-P", &pid];
        Foreign::start("/usr/sbin/kamailio", &arguments, folder.path(), master)
    })
    .await;
}
