//! As whom to speak to a server that does not let everybody in, and TLS.

use crate::{configuration, device, folder, mibc, run, said};
use mibc_test_support::certificates::{AUTHORITY, CLIENT, CLIENT_KEY, SERVER, SERVER_KEY};
use mibc_test_support::nats::{CREDENTIALS, NKEY, NKEY_SEED, NatsServer, OPERATOR};
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::time::Instant;

/// A server, what its configuration says, and the options with which it lets us in.
struct Case {
    server: String,
    options: &'static [&'static str],
    /// Options with which it does not.
    wrong: &'static [&'static str],
    /// Instead of `nats://`.
    scheme: &'static str,
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn a_server_lets_in_who_it_knows() {
    let (_runtime, simulator) = device();
    let folder = folder(&configuration(&simulator.addr().to_string(), 3, 1));
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, text) in [
        ("password", "pass-word\n"),
        ("token", "the-token\n"),
        ("wrong", "something else\n"),
        ("user.seed", NKEY_SEED),
        ("user.creds", CREDENTIALS),
        ("authority.pem", AUTHORITY),
        ("server.pem", SERVER),
        ("server-key.pem", SERVER_KEY),
        ("client.pem", CLIENT),
        ("client-key.pem", CLIENT_KEY),
    ] {
        fs::write(path(name), text).expect("a file");
    }
    let tls = format!("cert_file: {:?}\n  key_file: {:?}\n", path("server.pem"), path("server-key.pem"));
    let verified = format!("tls {{\n  {tls}  ca_file: {:?}\n  verify: true\n}}\n", path("authority.pem"));
    let cases = [
        Case {
            server: "authorization { user: polls, password: \"pass-word\" }\n".to_owned(),
            options: &["--nats-user", "polls", "--nats-password", "password"],
            wrong: &["--nats-user", "polls", "--nats-password", "wrong"],
            scheme: "nats://",
        },
        Case {
            server: "authorization { user: polls, password: \"pass-word\" }\n".to_owned(),
            options: &[],
            wrong: &[],
            scheme: "nats://polls:pass-word@",
        },
        Case {
            server: "authorization { token: \"the-token\" }\n".to_owned(),
            options: &["--nats-token", "token"],
            wrong: &["--nats-token", "wrong"],
            scheme: "nats://",
        },
        Case {
            server: format!("authorization {{ users = [ {{ nkey: {NKEY} }} ] }}\n"),
            options: &["--nats-nkey", "user.seed"],
            wrong: &["--nats-nkey", "token"],
            scheme: "nats://",
        },
        Case {
            server: OPERATOR.to_owned(),
            options: &["--nats-credentials", "user.creds"],
            wrong: &["--nats-credentials", "token"],
            scheme: "nats://",
        },
        Case {
            server: format!("tls {{\n  {tls}}}\n"),
            options: &["--nats-authorities", "authority.pem"],
            wrong: &[],
            scheme: "tls://",
        },
        Case {
            server: verified,
            options: &[
                "--nats-authorities",
                "authority.pem",
                "--nats-certificate",
                "client.pem",
                "--nats-key",
                "client-key.pem",
            ],
            wrong: &["--nats-authorities", "wrong"],
            scheme: "tls://",
        },
    ];
    for Case { server, options, wrong, scheme } in cases {
        let Some(nats) = NatsServer::start_with(&server) else { return };
        let url = nats.url().replace("nats://", scheme);
        let with = |words: &[&'static str], options: &[&'static str]| -> Vec<String> {
            let url = ["--nats", &url];
            words.iter().chain(&url).chain(options).map(|word| (*word).to_owned()).collect()
        };
        let applied = said(folder.path(), &borrowed(&with(&["fleet", "apply", "fleet.toml"], options)));
        assert!(applied.starts_with("3 devices: 3 added"), "{server}: {applied}");
        let worker = with(&["poll", "fleet.toml", "--worker", "only"], options);
        let mut program = Program::start(&mut mibc(folder.path(), &borrowed(&worker)));
        program.logs("the worker begins");
        let status = with(&["fleet", "status"], options);
        let begun = Instant::now();
        while !said(folder.path(), &borrowed(&status)).contains("; 0 of these without a worker") {
            assert!(begun.elapsed() < PATIENCE, "{server}: the worker has no partitions");
        }
        program.signal("-TERM");
        assert_eq!(program.status(), Some(0), "{server}");
        if scheme.contains('@') {
            // The URL has all that is needed.
            continue;
        }
        // Nobody waits for a server that does not let it in.
        let output = run(folder.path(), &borrowed(&with(&["poll", "fleet.toml"], wrong)));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{server}: {errors}");
        assert!(errors.contains("cannot log in to NATS at "), "{server}: {errors}");
        assert!(!errors.contains("pass-word") && !errors.contains("something else"), "{errors}");
    }
}
