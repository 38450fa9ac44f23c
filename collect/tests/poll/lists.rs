//! Lists of devices in files and of servers.

use crate::place::{SAMPLES, address, devices, head, poller, ticks};
use std::fs;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn list(addresses: &[(&str, String)]) -> String {
    let group = |(name, address): &(&str, String)| serde_json::json!({"targets": [address], "labels": {"__name": name, "site": "cellar"}});
    serde_json::Value::from(addresses.iter().map(group).collect::<Vec<_>>()).to_string()
}

/// A device that is added to a file is polled, one that is removed is not any more; a file with a mistake changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn files() {
    let simulator = devices().await;
    let [first, second] = [("first", address(&simulator, 1)), ("second", address(&simulator, 2))];
    let configuration = head("500ms") + "[[file-sd]]\nfiles = [\"lists/*.json\"]\ninterval = \"1s\"\n";
    let write = |folder: &std::path::Path, text: &str| {
        // As whole files take the place of others.
        fs::write(folder.join("new"), text).expect("a file");
        fs::rename(folder.join("new"), folder.join("lists/a.json")).expect("it is there");
    };
    let place = poller(
        &configuration,
        |_| {},
        |folder| {
            fs::create_dir(folder.join("lists")).expect("a folder");
            write(folder, &list(std::slice::from_ref(&first)));
        },
    )
    .await;
    let lines = place.lines_until(|lines| !lines.is_empty()).await;
    assert_eq!((lines[0].device.as_str(), lines[0].samples), ("first", SAMPLES));
    assert_eq!(lines[0].json["labels"], serde_json::json!({"site": "cellar"}));
    write(place.folder.path(), &list(&[first.clone(), second.clone()]));
    place.lines_until(|lines| ticks(lines).contains_key("second")).await;
    write(place.folder.path(), "[{\"targets\": ");
    let seen = place.lines().len();
    place
        .lines_until(|lines| ticks(&lines[seen..]).values().filter(|ticks| ticks.len() > 3).count() == 2)
        .await;
    write(place.folder.path(), &list(&[second]));
    let status = place.until(|status| status.devices == 1).await;
    // What was under way then has come when more has.
    let under_way = status.polls + status.in_flight as u64;
    place.until(|status| status.outputs[0].1.sent > under_way).await;
    let seen = place.lines().len();
    let lines = place
        .lines_until(|lines| {
            let later = &lines[seen..];
            later.iter().filter(|line| line.device == "second").count() > 4
        })
        .await;
    let late = lines[seen..].iter().filter(|line| line.device == "first").count();
    assert_eq!(late, 0, "{late} polls of a device that is not in the list any more");
}

/// A server of lists: the first answer is an error, later ones differ.
#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    let simulator = devices().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let url = format!("http://{}/devices?site=x", listener.local_addr().expect("an address"));
    let body = Arc::new(Mutex::new(String::new()));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (answers, heads) = (Arc::clone(&body), Arc::clone(&asked));
    let server = tokio::spawn(async move {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut head = vec![0; 4_096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            heads.lock().expect("no panic").push(String::from_utf8_lossy(&head[..length]).into_owned());
            let body = answers.lock().expect("no panic").clone();
            let status = if body.is_empty() { "503 Busy" } else { "200 OK" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            // The client may have gone.
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let configuration = head("500ms") + &format!("[[http-sd]]\nurl = \"{url}\"\ninterval = \"200ms\"\n");
    let place = poller(&configuration, |_| {}, |_| {}).await;
    while asked.lock().expect("no panic").len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(place.until(|_| true).await.devices, 0);
    *body.lock().expect("no panic") = list(&[("first", address(&simulator, 1))]);
    place.lines_until(|lines| ticks(lines).contains_key("first")).await;
    *body.lock().expect("no panic") = list(&[("second", address(&simulator, 2))]);
    place.lines_until(|lines| ticks(lines).contains_key("second")).await;
    assert_eq!(place.until(|_| true).await.devices, 1);
    // A server that fails changes nothing.
    body.lock().expect("no panic").clear();
    let seen = place.lines().len();
    place.lines_until(|lines| lines.len() > seen + 3).await;
    let head = asked.lock().expect("no panic")[0].to_ascii_lowercase();
    assert!(head.starts_with("get /devices?site=x http/1.1\r\n"), "{head}");
    assert!(head.contains("x-prometheus-refresh-interval-seconds: 0"), "{head}");
    server.abort();
}

/// A server with TLS that asks for a password: its authority is that of a file. Nothing of a stranger counts.
#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread")]
async fn servers_with_tls_and_passwords() {
    use mibc_collect::http::{Answer, Asked, Server, Web};
    use mibc_test_support::certificates::{AUTHORITY, CLIENT, SERVER, SERVER_KEY};
    let simulator = devices().await;
    let web = tempfile::tempdir().expect("a folder");
    let hash = bcrypt::hash("letmein", 4).expect("a hash");
    let yml = format!(
        "tls_server_config: {{cert_file: server.pem, key_file: server-key.pem}}\nbasic_auth_users:\n  ann: {hash}\n"
    );
    for (name, text) in [("web.yml", yml.as_str()), ("server.pem", SERVER), ("server-key.pem", SERVER_KEY)] {
        fs::write(web.path().join(name), text).expect("a file");
    }
    let web = Web::load(&web.path().join("web.yml")).expect("a file");
    let server = Server::bind(&[([127, 0, 0, 1], 0).into()], web, 8).await.expect("a server");
    let port = server.local_addrs().next().expect("an address").port();
    let body = list(&[("first", address(&simulator, 1))]);
    let server =
        tokio::spawn(server.run(move |asked: Asked| {
            let body = body.clone();
            async move {
                if asked.path() == "/long" { Answer::json(vec![b' '; 5_000]) } else { Answer::json(body) }
            }
        }));
    let configuration = |more: &str| {
        let place = format!("https://localhost:{port}/sd");
        head("500ms") + &format!("[[http-sd]]\nurl = \"{place}\"\ninterval = \"200ms\"\n{more}")
    };
    let good = "username = \"ann\"\npassword-file = \"password\"\nauthorities = \"authority.pem\"\n";
    let prepare = |folder: &std::path::Path| {
        for (name, text) in [("password", "wrong\n"), ("authority.pem", AUTHORITY), ("other.pem", CLIENT)] {
            fs::write(folder.join(name), text).expect("a file");
        }
    };
    let place = poller(&configuration(good), |_| {}, prepare).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(place.until(|_| true).await.devices, 0, "the password is wrong");
    // The file is read each time.
    fs::write(place.file("password"), "letmein\n").expect("a file");
    place.lines_until(|lines| ticks(lines).contains_key("first")).await;
    place.stop().await;
    for bad in [good.replace("authority.pem", "other.pem"), good.to_owned() + "octets = 10\n"] {
        let prepare = |folder: &std::path::Path| {
            prepare(folder);
            fs::write(folder.join("password"), "letmein\n").expect("a file");
        };
        let place = poller(&configuration(&bad), |_| {}, prepare).await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert_eq!(place.until(|_| true).await.devices, 0, "{bad}");
        place.stop().await;
    }
    server.abort();
}

/// A token, further headers, a server that leads elsewhere, and one that takes too long.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_time() {
    let receiver = mibc_test_support::receiver::Receiver::start(&[302]);
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let slow = format!("http://{}/", silent.local_addr().expect("an address"));
    let configuration = head("500ms")
        + &format!(
            "[[http-sd]]\nurl = \"{}/x?y=z\"\ninterval = \"100ms\"\ntoken-file = \"token\"\nheaders = {{ X-Tenant = \"t\" }}\n\
             [[http-sd]]\nurl = \"{slow}\"\ninterval = \"100ms\"\ntimeout = \"100ms\"\n",
            receiver.url
        );
    let place =
        poller(&configuration, |_| {}, |folder| fs::write(folder.join("token"), "secret\n").expect("a file"))
            .await;
    let request = receiver.requests_when(2).remove(1);
    assert!(request.head.starts_with("get /x?y=z http/1.1"), "{}", request.head);
    for header in ["authorization: bearer secret", "x-tenant: t", "accept: application/json"] {
        assert!(request.head.contains(header), "{}", request.head);
    }
    // It is asked again and again, although it never answers.
    for _ in 0..2 {
        let asked = tokio::time::timeout(crate::place::PATIENCE, silent.accept()).await;
        asked.expect("it is asked").expect("a connection");
    }
    place.stop().await;
}
