//! `mibc agent`: a process with a configuration, signals, a service manager and a store.

use crate::place::{Place, Said, v3_user, workspace};
use mibc_test_support::http;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::program::{PATIENCE, Program};
use mibc_test_support::prometheus::{PROMETHEUS, Prometheus, queries, series_of};
use std::fs;
use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;

/// An agent that runs, ended when dropped.
struct Service {
    program: Program,
    manager: UnixDatagram,
}

impl Service {
    fn start(place: &Place, file: &str) -> Self {
        let socket = place.path().join("notify");
        let _ = fs::remove_file(&socket);
        let manager = UnixDatagram::bind(&socket).expect("a socket");
        manager.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let mut command = place.command(&["agent", "--config", file]);
        let program = Program::start(command.env("NOTIFY_SOCKET", &socket).env_remove("JOURNAL_STREAM"));
        Self { program, manager }
    }

    /// What the service manager is told next.
    fn told(&self) -> String {
        let mut octets = [0; 256];
        let length = self.manager.recv(&mut octets).expect("the service manager is told something");
        let told = String::from_utf8_lossy(&octets[..length]).into_owned();
        let Some((told, when)) = told.split_once("\nMONOTONIC_USEC=") else { return told };
        assert!(when.parse::<u64>().is_ok_and(|when| when > 0), "{when}");
        told.to_owned()
    }

    /// The address that it says it listens on.
    fn address(&self) -> String {
        self.program.logs_after("listening, address: udp:")
    }
}

fn get(place: &Place, address: &str, identity: &[&str], name: &str) -> Said {
    let mut arguments = vec!["get", "-Oqv", "-r", "2", "-t", "2"];
    arguments.extend(identity);
    arguments.extend([address, name]);
    place.run(&arguments)
}

const PUBLIC: [&str; 3] = ["-v2c", "-c", "public"];
const OPERATOR: [&str; 13] = v3_user("operator", "SHA-256", ["maplesyrup", "pancakes!"]);

fn configuration(name: &str, view: &str, more: &str) -> String {
    format!(
        "listen = \"udp:127.0.0.1:0\"\npersistence = \"store\"\n{more}\n[system]\nname = \"{name}\"\nlocation = \"here\"\n\
         [[community]]\nname = \"public\"\nview = \"{view}\"\n\
         [[user]]\nname = \"operator\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\nprivacy = \"AES-128\"\n\
         privacy-passphrase = \"pancakes!\"\naccess = \"read-write\"\n"
    )
}

#[test]
fn an_agent_from_start_to_end() {
    let place = Place::new();
    let file = place.secret("agent.toml", &configuration("one", "system", ""));
    let mut service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    let address = service.address();
    let name = |identity: &[&str]| get(&place, &address, identity, "SNMPv2-MIB::sysName.0").out;
    assert_eq!((name(&PUBLIC), name(&OPERATOR)), ("one\n".to_owned(), "one\n".to_owned()));
    let up_time = get(&place, &address, &PUBLIC, "SNMPv2-MIB::sysUpTime.0");
    assert_eq!(up_time.status, Some(0), "{up_time:?}");
    assert_ne!(get(&place, &address, &["-v2c", "-c", "private"], "SNMPv2-MIB::sysName.0").status, Some(0));

    // A second one on the same store does not start.
    let other = place.secret("other.toml", &configuration("other", "system", ""));
    let said = place.run(&["agent", "--config", &other]);
    assert!(said.status == Some(2) && said.err.contains("is used by another process"), "{said:?}");

    // A new name and a narrower view: the same agent goes on.
    place.secret("agent.toml", &configuration("two", "SNMPv2-MIB::sysLocation", ""));
    service.program.signal("-HUP");
    assert_eq!(service.told(), "RELOADING=1");
    assert_eq!(service.told(), "READY=1");
    service.program.logs("vacmAccessTable: community-1 in context `` (any, noAuthNoPriv) is changed");
    assert_eq!(name(&OPERATOR), "two\n");
    assert!(name(&PUBLIC).contains("No Such"), "{}", name(&PUBLIC));
    assert_eq!(get(&place, &address, &PUBLIC, "SNMPv2-MIB::sysLocation.0").out, "here\n");

    // One that is refused changes nothing.
    place.secret("agent.toml", "listen = 5\n");
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    assert!(service.program.logs("agent.toml:1:10: error: ").contains("invalid type: integer `5`"));
    assert_eq!(name(&OPERATOR), "two\n");

    // Another user is known to the same agent.
    let guest = "log = \"debug\"\n[[user]]\nname = \"guest\"\naccess = \"read-only\"\n";
    place.secret("agent.toml", &configuration("three", "system", guest));
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    let as_guest = ["-v3", "-u", "guest", "-l", "noAuthNoPriv"];
    let said = get(&place, &address, &as_guest, "SNMPv2-MIB::sysName.0");
    assert_eq!(said.out, "three\n", "{said:?}");

    // Another address takes another agent, with its own number of boots.
    let elsewhere = configuration("three", "system", guest).replace("\"udp:127.0.0.1:0\"", "\"127.0.0.1:0\"");
    place.secret("agent.toml", &elsewhere);
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    let address = service.address();
    let said = get(&place, &address, &as_guest, "SNMPv2-MIB::sysName.0");
    assert_eq!(said.out, "three\n", "{said:?}");

    service.program.signal("-TERM");
    assert_eq!(service.told(), "STOPPING=1");
    assert_eq!(service.program.status(), Some(0));
    // What it has kept is there the next time, also after the hard way.
    let before = fs::metadata(place.path().join("store/store")).expect("the store").len();
    let service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    assert!(
        fs::metadata(place.path().join("store/store")).expect("the store").len() > before,
        "one boot more"
    );
    assert_eq!(get(&place, &service.address(), &OPERATOR, "SNMPv2-MIB::sysName.0").out, "three\n");
}

/// A sub-agent by hand: opens a session, registers 1.3.6.1.4.1.32473.1, and has a row in sysORTable; in network byte order.
fn sub_agent(socket: &std::path::Path) -> std::os::unix::net::UnixStream {
    use std::io::{Read, Write};
    const HEADER: usize = 20;
    let mut stream = std::os::unix::net::UnixStream::connect(socket).expect("the agent lets sub-agents in");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut session = [0; 4];
    let payloads: [(u8, &[u8]); 3] = [
        (1, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (3, &[0, 127, 0, 0, 3, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0x7e, 0xd9, 0, 0, 0, 1]),
        (16, &[3, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0x7e, 0xd9, 0, 0, 0, 98, 0, 0, 0, 4, b'w', b'o', b'r', b'd']),
    ];
    for (kind, payload) in payloads {
        let mut pdu = vec![1, kind, 0x10, 0];
        pdu.extend(session);
        pdu.extend([0; 8]);
        pdu.extend((payload.len() as u32).to_be_bytes());
        pdu.extend(payload);
        stream.write_all(&pdu).expect("it is read");
        let mut answer = [0; HEADER + 8];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(answer[1], 18, "a Response-PDU");
        assert_eq!(answer[HEADER + 4..HEADER + 6], [0, 0], "noAgentXError");
        session.copy_from_slice(&answer[4..8]);
    }
    stream
}

/// Sub-agents are let in where the configuration says so, and not elsewhere.
#[test]
fn sub_agents() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let socket = place.path().join("agentx");
    let more = format!("[agentx]\nlisten = \"unix:{}\"\ntimeout = 1\n", socket.display());
    let file = place.secret("agent.toml", &configuration("one", "all", &more));
    let mut service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    let address = service.address();
    service.program.logs("listening for sub-agents, endpoint: unix:");
    let mode = fs::metadata(&socket).expect("the socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let stream = sub_agent(&socket);
    let ask = |name: &str| get(&place, &address, &PUBLIC, name);
    assert_eq!(ask("SNMPv2-MIB::sysORDescr.10").out, "word\n");
    assert_eq!(ask("1.3.6.1.2.1.74.1.4.2.1.3.1.1.1").status, Some(0), "agentxRegStart");
    // It does not answer: its own time-out, and no longer.
    let said =
        get(&place, &address, &["-v2c", "-c", "public", "-t", "20", "-r", "0"], "1.3.6.1.4.1.32473.1.1.0");
    assert!(said.err.contains("genErr") || said.err.contains("general failure"), "{said:?}");
    assert_eq!(ask("SNMPv2-MIB::sysName.0").out, "one\n");
    drop(stream);
    service.program.logs("has disconnected");
    assert!(ask("SNMPv2-MIB::sysORDescr.10").out.contains("No Such"));

    // Without the table there is no socket any more.
    place.secret("agent.toml", &configuration("one", "all", ""));
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    assert!(!socket.exists());
    service.program.signal("-TERM");
    assert_eq!(service.told(), "STOPPING=1");
    assert_eq!(service.program.status(), Some(0));
}

/// `/metrics` and `/healthz`: what was asked and refused, over reloads, behind a password, and in Prometheus with the queries of
/// the page.
#[test]
fn metrics() {
    let place = Place::new();
    let socket = place.path().join("agentx");
    let more = |http: &str| format!("http = {http}\n[agentx]\nlisten = \"unix:{}\"\n", socket.display());
    let file = place.secret("agent.toml", &configuration("one", "all", &more("\"127.0.0.1:0\"")));
    let service = Service::start(&place, &file);
    let http = service.program.logs_after("listening for HTTP, address: ");
    let address = service.address();
    assert_eq!(service.told(), "READY=1");
    let metrics = || {
        let answer = http::get(&http, "/metrics");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    };
    let healthy = http::get(&http, "/healthz");
    assert_eq!((healthy.status, healthy.body.as_str()), (200, "Healthy"));
    assert_eq!(http::request(&http, "POST", "/metrics", "").status, 405);
    assert_eq!(http::get(&http, "/nothing").status, 404);
    let requests = |pdu: &str, version: &str| {
        metrics().number(&format!("mibc_agent_requests_total{{pdu=\"{pdu}\",version=\"{version}\"}}"))
    };
    assert_eq!((requests("get", "2c"), requests("get", "3")), (0.0, 0.0));
    for identity in [&PUBLIC[..], &OPERATOR[..], &["-v1", "-c", "public"][..]] {
        assert_eq!(get(&place, &address, identity, "SNMPv2-MIB::sysName.0").out, "one\n");
    }
    let set = [&["set"], &OPERATOR[..], &[&address, "SNMPv2-MIB::sysName.0", "=", "two"]].concat();
    assert_eq!(place.run(&set).status, Some(0));
    assert_eq!(
        place.run(&["getnext", "-v2c", "-c", "public", &address, "SNMPv2-MIB::sysName"]).status,
        Some(0)
    );
    let asked =
        [("get", "1"), ("get", "2c"), ("get", "3"), ("set", "3"), ("getnext", "2c"), ("getbulk", "2c")];
    let counted = asked.map(|(pdu, version)| requests(pdu, version));
    assert_eq!(counted, [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    assert_ne!(get(&place, &address, &["-v2c", "-c", "wrong"], "SNMPv2-MIB::sysName.0").status, Some(0));
    let now = metrics();
    assert!(now.number("mibc_agent_errors_total{reason=\"unknown_community\"}") >= 1.0);
    assert!(now.number("mibc_agent_errors_total{reason=\"unknown_engine_id\"}") >= 1.0, "discovery");
    assert!(now.number("mibc_agent_messages_received_total") > now.number("mibc_agent_messages_sent_total"));
    let registrations = now.number("mibc_agent_registrations");
    assert!(registrations > 10.0);
    assert_eq!(now.number("mibc_agent_agentx_sessions"), 0.0);
    let stream = sub_agent(&socket);
    assert_eq!(metrics().number("mibc_agent_agentx_sessions"), 1.0);
    assert_eq!(metrics().number("mibc_agent_registrations"), registrations + 1.0);
    drop(stream);

    if installed(PROMETHEUS) {
        let jobs = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n  - job_name: mibc-agent\n    \
             static_configs: [{{targets: [\"{http}\"]}}]\n"
        );
        let server = Prometheus::start(&jobs, &[]);
        let found = server
            .query_until("mibc_agent_requests_total{pdu=\"set\",version=\"3\"}", |found| !found.is_empty());
        assert_eq!(found[0].value, 1.0);
        let queries = queries(&workspace("docs/agent.md"));
        assert!(queries.len() > 3, "{queries:?}");
        for query in queries {
            server.query(&query);
            for series in series_of(&query) {
                server.query_until(&format!("count({series})"), |found| !found.is_empty());
            }
        }
    }

    // A reload that is refused is seen, and so is one that is not; the server stays.
    let successful = || metrics().number("mibc_agent_config_last_reload_successful");
    assert_eq!(successful(), 1.0);
    let reload = |text: &str| {
        place.secret("agent.toml", text);
        service.program.signal("-HUP");
        assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    };
    reload("listen = 5\n");
    assert_eq!(successful(), 0.0);
    let narrow = configuration("three", "system", &more("\"127.0.0.1:0\""));
    reload(&narrow);
    assert_eq!(successful(), 1.0);
    // Another agent in its place: what it has counted begins anew.
    reload(&narrow.replace("[agentx]", "[agentx]\ntimeout = 3"));
    assert_eq!((successful(), requests("set", "3")), (1.0, 0.0));
    // Behind a password; a file that is not good changes nothing.
    place.secret("web.yml", "basic_auth_users: {ann: letmein}\n");
    let protected = narrow.replace("[agentx]", "web-config = \"web.yml\"\n[agentx]");
    reload(&protected);
    assert!(
        service
            .program
            .logs("web.yml: the password of `ann` is not a hash of bcrypt")
            .contains("agent.toml:")
    );
    assert_eq!(successful(), 0.0);
    place.secret("web.yml", &format!("basic_auth_users: {{ann: {LETMEIN}}}\n"));
    reload(&protected);
    assert_eq!(http::get(&http, "/metrics").status, 401);
    // ann:letmein
    let head = "Authorization: Basic YW5uOmxldG1laW4=\r\n";
    assert_eq!(http::request(&http, "GET", "/metrics", head).status, 200);
}

/// The hash of `letmein`, with the smallest cost.
const LETMEIN: &str = "$2b$04$CScZ3qo8P5LC9VcjCiBdAuvbM.xH2yUECsyZZBooGo64bG3nf04qK";

#[test]
fn configurations_that_are_refused() {
    let place = Place::new();
    let good = place.secret("good.toml", &configuration("x", "system", ""));
    let said = place.run(&["agent", "--config", &good, "--check"]);
    assert!(said.status == Some(0) && said.out.contains("an agent can be made of it"), "{said:?}");
    for (text, expected) in [
        ("", "error: nobody may ask this agent"),
        ("[[community]]\nname = \"p\"\nview = \"sytem\"\n", ":3:8: error: there is no view `sytem`"),
        ("[[comunity]]\n", "unknown key `comunity`"),
        (
            "http = \"9117\"\n[[community]]\nname = \"p\"\n",
            ":1:8: error: `9117` is not an address with a port",
        ),
        (
            "http = \"127.0.0.1:0\"\nweb-config = \"absent.yml\"\n[[community]]\nname = \"p\"\n",
            "absent.yml: the file cannot be read",
        ),
    ] {
        let file = place.secret("bad.toml", text);
        for arguments in [&["agent", "--config", &file, "--check"][..], &["agent", "--config", &file]] {
            let said = place.run(arguments);
            assert!(said.status == Some(1) && said.err.contains(expected), "{text}: {said:?}");
        }
    }
    assert_eq!(place.run(&["agent"]).status, Some(2));
    assert_eq!(place.run(&["agent", "--config", "nothing-there.toml"]).status, Some(1));
}

/// U11, U12: what `mibc usm` and `mibc vacm` have made counts at once, and survives `kill -9` and a reload.
#[test]
fn what_was_set_over_snmp_stays() {
    let place = Place::new();
    let file = place.secret("agent.toml", &configuration("one", "system", ""));
    let operator = |verb: &str, address: &str, words: &[&str]| {
        let said = place.run(&[&[verb], OPERATOR.as_slice(), &[address], words].concat());
        assert_eq!(said.status, Some(0), "{verb} {words:?}: {said:?}");
    };
    let as_guest = |passphrase: &'static str| {
        let mut identity = OPERATOR;
        identity[2] = "guest";
        identity[8] = passphrase;
        identity
    };
    let name = |address: &str, passphrase: &'static str| {
        get(&place, address, &as_guest(passphrase), "SNMPv2-MIB::sysName.0").out
    };
    let service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    let address = service.address();
    operator("usm", &address, &["create", "guest", "operator"]);
    operator("vacm", &address, &["createSec2Group", "3", "guest", "guests"]);
    operator("vacm", &address, &["createView", "small", "1.3.6.1.2.1.1"]);
    operator("vacm", &address, &["createAccess", "guests", "3", "3", "1", "small", "none", "none"]);
    assert_eq!(name(&address, "maplesyrup"), "one\n");
    operator("usm", &address, &["-Ca", "passwd", "maplesyrup", "another one", "guest"]);
    assert_eq!(
        (name(&address, "maplesyrup").as_str(), name(&address, "another one").as_str()),
        ("", "one\n")
    );
    service.program.signal("-KILL");
    drop(service);

    let service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    let address = service.address();
    assert_eq!(name(&address, "another one"), "one\n");
    place.secret("agent.toml", &configuration("two", "system", ""));
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("RELOADING=1".to_owned(), "READY=1".to_owned()));
    assert_eq!(name(&address, "another one"), "two\n");
    operator("usm", &address, &["delete", "guest"]);
    assert_eq!(name(&address, "another one"), "");
    service.program.signal("-KILL");
    drop(service);

    let service = Service::start(&place, &file);
    assert_eq!(service.told(), "READY=1");
    assert_eq!(name(&service.address(), "another one"), "");
}

/// coldStart, then warmStart, to the receivers whose filters and views let them through; receivers change with a reload.
#[test]
fn notifications() {
    let place = Place::new();
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = receiver.local_addr().expect("its address");
    receiver.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let next = || {
        let mut octets = [0; 1_500];
        let length = receiver.recv(&mut octets).expect("a notification");
        octets[..length].to_vec()
    };
    let has = |message: &[u8], part: &[u8]| message.windows(part.len()).any(|window| window == part);
    // snmpTraps.1 is coldStart, .2 is warmStart, .5 is authenticationFailure.
    let trap = |last| [0x2b, 6, 1, 6, 3, 1, 1, 5, last];
    let target = |name: &str, filter: &str| {
        format!(
            "[[target]]\nname = \"{name}\"\naddress = \"{address}\"\ncommunity = \"to-{name}\"\nfilter = \"{filter}\"\n"
        )
    };
    let filters =
        "[[filter]]\nname = \"some\"\ninclude = \"1.3\"\n[[filter]]\nname = \"none\"\ninclude = \"1.2\"\n";
    let text = format!(
        "{}{}{}{filters}",
        configuration("x", "system", ""),
        target("one", "none"),
        target("two", "some")
    );
    let file = place.secret("agent.toml", &text);
    let service = Service::start(&place, &file);
    let agent = service.address();
    let message = next();
    assert!(has(&message, b"to-two") && has(&message, &trap(1)), "{message:02x?}");
    let text =
        text.replace("persistence", "authentication-traps = true\npersistence").replace("to-two", "to-three");
    place.secret("agent.toml", &text);
    service.program.signal("-HUP");
    assert_eq!((service.told(), service.told()), ("READY=1".to_owned(), "RELOADING=1".to_owned()));
    assert_eq!(service.told(), "READY=1");
    assert_ne!(get(&place, &agent, &["-v2c", "-c", "wrong"], "SNMPv2-MIB::sysName.0").status, Some(0));
    let message = next();
    assert!(has(&message, b"to-three") && has(&message, &trap(5)), "{message:02x?}");
    drop(service);
    let _service = Service::start(&place, &file);
    // The one before may have had more to tell.
    while !has(&next(), &trap(2)) {}
}

/// Another agent behind this one: its subtree below another root, and messages for its engine.
#[test]
fn in_front_of_another_agent() {
    let place = Place::new();
    let behind = crate::agent::start();
    let more = |subtree: &str| {
        let proxy = format!(
            "[[community]]\nname = \"far\"\nengine-id = \"0x80007ed904626568\"\nsecurity-name = \"far\"\n\
             [[parameters]]\nname = \"far\"\nversion = \"2c\"\nsecurity-name = \"far\"\n\
             [[target]]\nname = \"strip\"\naddress = \"{}\"\ncommunity = \"public\"\nversion = \"1\"\ntags = []\n\
             timeout = 5\n[[proxy]]\nengine-id = \"0x80007ed904626568\"\nparameters = \"far\"\ntarget = \"strip\"\n",
            behind.address
        );
        let own = configuration("own", "all", "");
        format!("{own}{proxy}[[subtree]]\nroot = \"1.3.6.1.4.1.32473.99\"\n{subtree}target = \"strip\"\n")
    };
    fs::write(place.path().join("agent.toml"), more("remote-root = \"1.3.6.1.4.1\"\n")).expect("a file");
    let agent = Service::start(&place, "agent.toml");
    let address = agent.address();
    assert_eq!(agent.told(), "READY=1");
    let walk = |community: &str, at: &str, root: &str| {
        let said = place.run(&["walk", "-On", "-r", "2", "-t", "5", "-v2c", "-c", community, at, root]);
        // Time passes between two walks.
        let still = |line: &str| line.split("Timeticks: ").next().unwrap_or_default().to_owned();
        let variables = said.out.lines().filter(|line| !line.contains("No more variables left"));
        variables.map(still).collect::<Vec<_>>()
    };
    let there = walk("public", &behind.address, "1.3.6.1.4.1");
    assert!(there.len() > 5, "{there:?}");
    assert_eq!(walk("far", &address, "1.3.6.1.4.1"), there);
    let here = walk("public", &address, "1.3.6.1.4.1.32473.99");
    let moved = |line: &String| line.replacen(".1.3.6.1.4.1.", ".1.3.6.1.4.1.32473.99.", 1);
    assert_eq!(here, there.iter().map(moved).collect::<Vec<_>>());
    // Without it, nothing is there any more.
    let other = more("").replace("32473.99", "32473.98");
    fs::write(place.path().join("agent.toml"), other).expect("a file");
    agent.program.signal("-HUP");
    agent.program.logs("the configuration is read");
    let gone = walk("public", &address, "1.3.6.1.4.1.32473.99");
    assert!(gone.iter().all(|line| !line.contains(".32473.99.")), "{gone:?}");
}

/// The example of the documentation.
#[test]
fn the_example() {
    let text = fs::read_to_string(workspace("docs/agent.md")).expect("the page");
    let toml = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let place = Place::new();
    let file = place.secret("agent.toml", toml);
    let said = place.run(&["agent", "--config", &file, "--check"]);
    assert!(said.status == Some(0) && said.err.is_empty(), "{said:?}");
}

/// Names of modules on the search path are known, also in snmpd.conf.
#[test]
fn an_import() {
    let place = Place::new();
    fs::create_dir(place.path().join("mibs")).expect("a folder");
    fs::write(
        place.path().join("mibs/ACME-MIB"),
        "ACME-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;\n\
         acme OBJECT IDENTIFIER ::= { enterprises 99999 }\nacmeBox OBJECT IDENTIFIER ::= { acme 1 }\nEND\n",
    )
    .expect("a module");
    let conf = place.secret(
        "snmpd.conf",
        "agentaddress udp:127.0.0.1:0\nrocommunity public default acmeBox\nrocommunity admin\nproc sshd\nsysName imported\n\
         createUser bob SHA bobbobbob AES\nrouser bob priv\n",
    );
    let said = place.run(&["agent", "import", "-I", "mibs", &conf]);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(
        said.err.contains("snmpd.conf:4: proc: ") && said.out.contains("view = \"1.3.6.1.4.1.99999.1\""),
        "{said:?}"
    );
    // Without the module the name stays, and the result is refused.
    let said = place.run(&["agent", "import", &conf]);
    assert!(said.status == Some(1) && said.err.contains("`acmeBox` is no name that is known"), "{said:?}");
    assert_eq!(place.run(&["agent", "import", "nothing.conf"]).status, Some(2));
    assert_eq!(place.run(&["agent", "import"]).status, Some(2));

    let output = place.path().join("agent.toml").display().to_string();
    let said = place.run(&["agent", "import", "-I", "mibs", "-o", &output, &conf]);
    assert!(said.status == Some(0) && said.out.is_empty(), "{said:?}");
    assert_eq!(
        place.run(&["agent", "import", "-I", "mibs", "-o", &output, &conf]).status,
        Some(2),
        "it is there"
    );
    let text = fs::read_to_string(&output).expect("the file").replace("/var/lib/mibc", "store");
    let file = place.secret("mine.toml", &text);
    let service = Service::start(&place, &file);
    let address = service.address();
    let bob = v3_user("bob", "SHA", ["bobbobbob", "bobbobbob"]);
    assert_eq!(get(&place, &address, &bob, "SNMPv2-MIB::sysName.0").out, "imported\n");
    assert_eq!(get(&place, &address, &["-v1", "-c", "admin"], "SNMPv2-MIB::sysName.0").out, "imported\n");
    assert!(get(&place, &address, &PUBLIC, "SNMPv2-MIB::sysName.0").out.contains("No Such"));
}

/// A community for the Unix domain answers there, over datagrams and streams, and nowhere else; rows that are left
/// unfinished go by themselves; snmpEnableAuthenTraps is there after a restart.
#[test]
fn sources_and_abandoned_rows() {
    let place = Place::new();
    let [datagrams, streams] =
        ["datagrams", "streams"].map(|name| place.path().join(name).display().to_string());
    let text = configuration("switch", "all", "abandoned-rows = 1\n").replace(
        "listen = \"udp:127.0.0.1:0\"",
        &format!("listen = [\"udp:127.0.0.1:0\", \"unixgram:{datagrams}\", \"unix:{streams}\"]"),
    ) + "[[community]]\nname = \"local\"\nsource = \"unix:\"\naccess = \"read-write\"\n";
    let file = place.secret("agent.toml", &text);
    let mut service = Service::start(&place, &file);
    let address = service.address();
    assert_eq!(service.told(), "READY=1");
    const LOCAL: [&str; 3] = ["-v2c", "-c", "local"];
    for at in [format!("unixgram:{datagrams}"), format!("unix:{streams}")] {
        assert_eq!(get(&place, &at, &LOCAL, "sysName.0").out, "switch\n", "{at}");
    }
    assert_ne!(
        place.run(&["get", "-v2c", "-c", "local", "-r0", "-t1", &address, "sysName.0"]).status,
        Some(0)
    );

    let at = format!("unixgram:{datagrams}");
    let set = |name: &str, value: &str| {
        let said = place.run(&["set", "-v2c", "-c", "local", &at, name, "=", value]);
        assert_eq!(said.status, Some(0), "{name} = {value}: {}", said.err);
    };
    let row = "SNMP-NOTIFICATION-MIB::snmpNotifyRowStatus.\"a\"";
    set(row, "createAndWait");
    set("SNMPv2-MIB::snmpEnableAuthenTraps.0", "enabled");
    service.program.logs("rows are removed that were left unfinished, rows: 1");
    assert!(get(&place, &at, &LOCAL, row).out.contains("No Such Instance"));
    service.program.signal("-TERM");
    assert_eq!(service.program.status(), Some(0));
    let service = Service::start(&place, &file);
    service.address();
    assert_eq!(service.told(), "READY=1");
    assert_eq!(get(&place, &at, &LOCAL, "SNMPv2-MIB::snmpEnableAuthenTraps.0").out, "enabled\n");
}
