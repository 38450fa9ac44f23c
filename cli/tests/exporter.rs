//! `mibc exporter`: a process with a configuration, signals and a port; and the commands of its page.
#![cfg(unix)]

use mibc_test_support::certificates::{AUTHORITY, CLIENT, SERVER, SERVER_KEY};
use mibc_test_support::http::{self, Answer};
use mibc_test_support::program::{PATIENCE, Program, in_folder, text};
use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output};

const CONFIGURATION: &str = "auths:
  public_v2: {community: public, version: 2}
modules:
  if_mib:
    get: [1.3.6.1.2.1.1.3.0]
    metrics:
      - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: h}
";

fn mibc(folder: &Path, arguments: &[&str]) -> Command {
    in_folder(env!("CARGO_BIN_EXE_mibc"), folder, arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mibc(folder, arguments).output().expect("mibc runs")
}

/// An exporter that runs, ended when dropped.
struct Service {
    program: Program,
    address: String,
}

impl Service {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let program = Program::start(&mut mibc(
            folder,
            &[&["exporter", "--listen", "127.0.0.1:0"], arguments].concat(),
        ));
        let address = program.logs_after("listening, address: ");
        Self { program, address }
    }

    fn get(&self, path: &str) -> Answer {
        http::get(&self.address, path)
    }
}

#[test]
fn reload_and_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("snmp.yml");
    fs::write(&file, CONFIGURATION).expect("a file");
    let mut service = Service::start(folder.path(), &["--config", "snmp.yml"]);
    assert!(service.get("/").body.contains("<option value=\"if_mib\" selected>"));
    fs::write(&file, CONFIGURATION.replace("type: gauge", "type: gage")).expect("a file");
    service.program.signal("-HUP");
    assert!(service.program.logs("snmp.yml:7:").contains("`type` is `gage`; expected gauge"));
    service.program.logs("the exporter keeps the old one");
    assert!(service.get("/").body.contains("<option value=\"if_mib\" selected>"));
    fs::write(&file, CONFIGURATION.replace("if_mib", "other")).expect("a file");
    service.program.signal("-HUP");
    service.program.logs("the configuration is read");
    assert!(service.get("/").body.contains("<option value=\"other\">"));
    assert!(service.get("/healthz").body == "Healthy");
    service.program.signal("-TERM");
    assert_eq!(service.program.status(), Some(0));
}

#[test]
fn mistakes() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.yml"), CONFIGURATION).expect("a file");
    fs::write(folder.path().join("bad.yml"), "modules:\n  x: {walk: 1.3.6}\n").expect("a file");
    for arguments in
        [&["exporter", "--config", "bad.yml", "--check"][..], &["exporter", "--config", "bad.yml"]]
    {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).starts_with("error: bad.yml:2:"), "{}", text(&output.stderr));
    }
    let output = run(folder.path(), &["exporter", "--config", "good.yml", "--check"]);
    assert_eq!(text(&output.stdout), "the configuration is good: modules 1, auths 1, targets 0\n");
    let names = "[auth.public_v2]\n[module.m]\nmibs = [\"IF-MIB\"]\nwalk = [\"hrSystemUptime\"]\n";
    fs::write(folder.path().join("names.toml"), names).expect("a file");
    let said = text(&run(folder.path(), &["exporter", "--config", "names.toml", "--check"]).stderr);
    let expected =
        "module `m`: `hrSystemUptime` is not in `mibs`; add `HOST-RESOURCES-MIB` to them, which defines it";
    assert_eq!(said, format!("error: names.toml:4:9: {expected}\n"));
    for (option, value, said) in [
        ("--allow-target", "10.0.0/8", "`10.0.0/8` is not a network; expected an address"),
        ("--label-ttl", "-1", "expected 0 to 86400 seconds"),
        ("--listen", "localhost", "expected one such as 127.0.0.1:9116"),
        ("--source-address", "eth0", "`eth0` is not an address of this machine"),
        ("--connections", "0", "0 is not in 1..=100000"),
    ] {
        let output = run(folder.path(), &["exporter", "--config", "good.yml", &format!("{option}={value}")]);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(text(&output.stderr).contains(said), "{option}: {}", text(&output.stderr));
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(folder.path(), &["exporter", "--config", "good.yml", "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains(&format!("cannot listen on {address}")),
        "{}",
        text(&output.stderr)
    );
}

/// A target that does not answer is one line of the log for each scrape.
#[test]
fn a_dead_target() {
    let folder = tempfile::tempdir().expect("a folder");
    let hasty = CONFIGURATION
        .replace("    get:", "    timeout: 100ms\n    retries: 1\n    walk: [1.3.6.1.2.1.2]\n    get:");
    fs::write(folder.path().join("snmp.yml"), hasty).expect("a file");
    let service = Service::start(folder.path(), &["--config", "snmp.yml"]);
    let nobody = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let target = nobody.local_addr().expect("an address");
    for _ in 0..2 {
        let answer = service.get(&format!("/snmp?target={target}"));
        let failure = "sysUpTime: get of 1.3.6.1.2.1.1.3.0: no response to 2 requests in 0.2 s";
        assert_eq!(answer.status, 500);
        assert_eq!(answer.body, format!("error scraping target {target}:\nmodule if_mib: {failure}\n"));
        let line = service.program.line();
        let said = format!(
            "info: a scrape has failed, scraped: {target}, module: if_mib, auth: public_v2, failure: {failure}, others: 0"
        );
        assert!(line.ends_with(&said), "{line}");
    }
}

/// snmp_exporter's options do the same here.
#[test]
fn options_of_snmp_exporter() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, module) in [("snmp_one.yml", "one"), ("snmp_two.yml", "two")] {
        let auths = CONFIGURATION.split_once("modules:").expect("two parts").0;
        let text = CONFIGURATION.replace("if_mib", module);
        let text = if module == "one" { text } else { text.replace(auths, "") };
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let files = ["--config.file", "snmp_*.yml"];
    let output = run(folder.path(), &["exporter", files[0], files[1], "--dry-run", "--log.level", "debug"]);
    assert_eq!(text(&output.stdout), "the configuration is good: modules 2, auths 1, targets 0\n");
    let output = run(folder.path(), &["exporter", files[0], "other_*.yml", "--dry-run"]);
    assert!(text(&output.stderr).starts_with("error: other_*.yml: no file"), "{}", text(&output.stderr));
    // The device is only asked from this address.
    let device = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    device.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let options = [
        "--web.listen-address",
        ":0",
        "--snmp.source-address",
        "127.0.0.5:",
        "--no-snmp.wrap-large-counters",
    ];
    let program =
        Program::start(&mut mibc(folder.path(), &[&["exporter"], &files[..], &options[..]].concat()));
    let address = program.logs_after("listening, address: ");
    let (_, address) = address.rsplit_once(':').expect("a port");
    let address = address.to_owned();
    let target = device.local_addr().expect("an address");
    let scrape = std::thread::spawn(move || {
        http::request(
            &format!("127.0.0.1:{address}"),
            "GET",
            &format!("/snmp?target={target}&module=two"),
            "X-Prometheus-Scrape-Timeout-Seconds: 2\r\n",
        )
    });
    let (_, from) = device.recv_from(&mut [0; 1_500]).expect("a request");
    assert_eq!(from.ip().to_string(), "127.0.0.5");
    assert_eq!(scrape.join().expect("an answer").status, 500);
}

/// A port that others can reach, where anybody can have any target asked, is warned of.
#[test]
fn an_open_port() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("snmp.yml"), CONFIGURATION).expect("a file");
    for (options, warned) in [(&[][..], true), (&["--allow-target", "10.0.0.0/8"][..], false)] {
        let arguments = [&["exporter", "--config", "snmp.yml", "--listen", "0.0.0.0:0"], options].concat();
        let program = Program::start(&mut mibc(folder.path(), &arguments));
        if warned {
            program.logs("anyone who can reach the port can have requests sent to any address");
        } else {
            // Nothing comes before this.
            assert!(program.logs("").contains("listening, address: 0.0.0.0:"));
        }
    }
}

/// Secrets from the environment, by the name of snmp_exporter's option.
#[test]
fn secrets_of_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let user = "version: 3, username: \"$WHO\", security_level: authNoPriv, password: \"${PASSWORD}\"";
    let file = CONFIGURATION.replace("community: public, version: 2", user);
    fs::write(folder.path().join("snmp.yml"), file).expect("a file");
    let check = |option: &str, password: Option<&str>| {
        let mut command = mibc(folder.path(), &["exporter", "--config.file", "snmp.yml", "--check"]);
        command
            .args(Some(option).filter(|option| !option.is_empty()))
            .env("WHO", "operator")
            .env_remove("PASSWORD");
        let output = command.envs(password.map(|password| ("PASSWORD", password))).output().expect("it runs");
        (output.status.code(), text(&output.stderr))
    };
    for option in ["--expand-environment", "--config.expand-environment-variables"] {
        assert_eq!(check(option, Some("maplesyrup")), (Some(0), String::new()));
        let (status, said) = check(option, None);
        assert!(
            status == Some(1)
                && said.contains("auth `public_v2`: the environment has no variable `PASSWORD`"),
            "{said}"
        );
        let (status, said) = check(option, Some("short"));
        assert!(status == Some(1) && said.contains("auth `public_v2`: "), "{said}");
        assert!(!said.contains("short "), "{said}");
    }
    // Without the option it is the password itself, which is long enough.
    assert_eq!(check("", None), (Some(0), String::new()));
}

/// Every command and every configuration of docs/exporter.md.
#[test]
fn the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/exporter.md");
    let page = fs::read_to_string(page).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let blocks = |kind: &str| -> Vec<String> {
        let begin = format!("```{kind}\n");
        let found =
            page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned());
        found.collect()
    };
    let commands: Vec<String> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()))
        .collect();
    // The file that the others read is written first.
    let (write, read): (Vec<_>, Vec<_>) =
        commands.iter().partition(|command| command.starts_with("mibc compile"));
    assert!(!write.is_empty() && read.len() >= 2, "{commands:?}");
    for command in write {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        let output = run(folder.path(), &words);
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
    }
    for command in read {
        let words: Vec<&str> = command.split(' ').skip(2).collect();
        if words.contains(&"--check") {
            let output = run(folder.path(), &[&["exporter"], &words[..]].concat());
            assert!(output.status.success(), "{command}: {}", text(&output.stderr));
            continue;
        }
        // Another process may have the port of the page.
        let words: Vec<&str> = words
            .split(|word| *word == "--listen")
            .enumerate()
            .flat_map(|(at, words)| &words[at.min(1)..])
            .copied()
            .collect();
        let service = Service::start(folder.path(), &words);
        let answer = service.get("/snmp?target=192.0.2.1&module=none");
        assert!(answer.status == 400 && answer.body == "Unknown module 'none'\n", "{answer:?}");
    }
    // The certificates of the page are those of the tests.
    for (name, text) in [("server.pem", SERVER), ("server-key.pem", SERVER_KEY), ("authority.pem", AUTHORITY)]
    {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let [web] = &blocks("yaml")
        .into_iter()
        .filter(|block| block.contains("basic_auth_users"))
        .collect::<Vec<_>>()[..]
    else {
        panic!("one web.yml")
    };
    fs::write(folder.path().join("web.yml"), web).expect("a file");
    let check = ["exporter", "--config", "snmp.yml", "--web-config", "web.yml", "--check"];
    let output = run(folder.path(), &check);
    assert!(output.status.success(), "{}", text(&output.stderr));
    fs::write(folder.path().join("server.pem"), CLIENT).expect("a file");
    let output = run(folder.path(), &check);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.starts_with("error: web.yml: the certificate and the key do not fit each other"), "{said}");
    let [toml] = &blocks("toml")[..] else { panic!("one block of TOML") };
    fs::write(folder.path().join("exporter.toml"), toml).expect("a file");
    fs::create_dir(folder.path().join("mibs")).expect("a folder");
    let output = run(folder.path(), &["exporter", "--config", "exporter.toml", "--check"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("modules 1, auths 2, targets 1"), "{}", text(&output.stdout));
}
