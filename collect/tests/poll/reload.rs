//! Another configuration while polls go on.

use crate::behaviour::many;
use crate::place::{Line, check_ticks, devices, fleet, head, poller, ticks};
use mibc_test_support::receiver::{Receiver, Request};

/// Another configuration: devices come and go, what stays keeps its rhythm.
#[tokio::test(flavor = "multi_thread")]
async fn devices_change() {
    let simulator = devices().await;
    let both = head("500ms") + &many(&simulator, 2);
    let place = poller(&both, |_| {}, |_| {}).await;
    place.lines_until(|lines| ticks(lines).len() == 2).await;
    let other = both.replace("\"d1\"", "\"new\"");
    place.handle.reload(fleet(place.folder.path(), &other)).await.expect("good");
    place.until(|status| status.jobs == 2 && !status.refused).await;
    let seen = place.lines_until(|lines| ticks(lines).contains_key("new")).await.len();
    let lines = place.lines_until(|lines| ticks(&lines[seen..]).values().any(|ticks| ticks.len() > 3)).await;
    assert!(lines[seen..].iter().all(|line| line.device != "d1"), "it is not polled any more");
    check_ticks(&lines);
    place.handle.refused();
    place.until(|status| status.refused && status.jobs == 2).await;
}

/// The lines that a server was sent.
fn lines(requests: &[Request]) -> Vec<Line> {
    requests.iter().flat_map(|request| request.body.lines().map(Line::of)).collect()
}

/// Outputs come, go and change. What waits in one that stays is kept, also if it goes to another server from then on.
#[tokio::test(flavor = "multi_thread")]
async fn outputs_change() {
    let simulator = devices().await;
    let away = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let nobody = format!("http://{}/", away.local_addr().expect("an address"));
    drop(away);
    let devices = many(&simulator, 5);
    let web = |url: &str, more: &str| {
        format!(
            "[[output]]\nname = \"web\"\ntype = \"json-lines\"\nurl = \"{url}\"\n{more}[output.batch]\nlinger = \"50ms\"\n"
        )
    };
    let first = head("500ms") + &web(&nobody, "") + &devices;
    let place = poller(&first, |_| {}, |_| {}).await;
    let status = place
        .until(|status| {
            status
                .outputs
                .iter()
                .any(|(name, figures)| name == "web" && figures.failing && figures.waiting >= 20)
        })
        .await;
    let waiting = status.outputs[1].1.waiting;
    // It goes to a server that is there, with other limits; the lines in a file end, lines of InfluxDB begin.
    let receiver = Receiver::start(&[]);
    let second = head("500ms")
        .replace("type = \"json-lines\"\npath = \"out.jsonl\"", "type = \"influx\"\npath = \"out.influx\"")
        + &web(&receiver.url, "headers = { X-Tenant = \"t\" }\nqueue = { results = 50 }\n")
        + &devices;
    place.handle.reload(fleet(place.folder.path(), &second)).await.expect("good");
    let status = place
        .until(|status| {
            status.outputs.iter().any(|(name, figures)| name == "web" && figures.sent > waiting as u64 + 10)
        })
        .await;
    let names: Vec<&str> = status.outputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["influx", "web"]);
    assert!(receiver.requests()[0].head.contains("x-tenant: t"));
    // Nothing was lost on the way: each device has each of its ticks from the first on, once.
    let (file, sent) = (place.lines(), lines(&receiver.requests()));
    let (of_file, of_web) = (ticks(&file), ticks(&sent));
    assert_eq!((of_file.len(), of_web.len()), (5, 5));
    for (device, ticks) in &of_file {
        assert!(
            !ticks.is_empty() && of_web[device].starts_with(ticks),
            "{device}: {ticks:?}, {:?}",
            of_web[device]
        );
    }
    check_ticks(&sent);
    // One with a queue that cannot be: all stays as it is.
    std::fs::write(place.file("queue"), "").expect("a file");
    let third = second
        .replace("queue = { results = 50 }", "queue = { folder = \"queue\" }")
        .replace("\"d4\"", "\"other\"");
    let error =
        place.handle.reload(fleet(place.folder.path(), &third)).await.expect_err("a file is not a folder");
    assert!(error.to_string().starts_with("the output `web` does not start: "), "{error}");
    let status = place.until(|status| status.refused).await;
    let names: Vec<&str> = status.outputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, status.outputs[1].1.stopped), (vec!["influx", "web"], 0));
    let seen = lines(&receiver.requests()).len();
    while lines(&receiver.requests()).len() < seen + 10 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(lines(&receiver.requests()).iter().all(|line| line.device != "other"));
    // Without outputs of its own the second file is as good as before.
    place.handle.reload(fleet(place.folder.path(), &second)).await.expect("good");
    place.until(|status| !status.refused).await;
    place.stop().await;
    check_ticks(&lines(&receiver.requests()));
}

/// What waits on the disk in one form is not sent in another.
#[tokio::test(flavor = "multi_thread")]
async fn a_queue_is_of_one_form() {
    let simulator = devices().await;
    let output = |name: &str, kind: &str| {
        format!(
            "[[output]]\nname = \"{name}\"\ntype = \"{kind}\"\npath = \"x\"\nqueue = {{ folder = \"queue\" }}\n"
        )
    };
    let configuration = |output: &str| head("500ms") + output + &many(&simulator, 1);
    let place = poller(&configuration(&output("a", "json-lines")), |_| {}, |_| {}).await;
    for other in [
        output("a", "influx"),
        output("b", "json-lines"),
        output("a", "json-lines") + "labels = { x = \"y\" }\n",
    ] {
        let error =
            place.handle.reload(fleet(place.folder.path(), &configuration(&other))).await.expect_err(&other);
        assert!(error.to_string().contains("results of the output `a` wait in "), "{error}");
    }
    place.handle.reload(fleet(place.folder.path(), &configuration(""))).await.expect("it ends");
    place.until(|status| status.outputs.len() == 1).await;
    // Its folder is free as soon as all was sent.
    let begun = std::time::Instant::now();
    while let Err(error) =
        place.handle.reload(fleet(place.folder.path(), &configuration(&output("b", "influx")))).await
    {
        assert!(begun.elapsed() < crate::place::PATIENCE, "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Limits change: there is room for one poll only, then for all.
#[tokio::test(flavor = "multi_thread")]
async fn limits_change() {
    let slow = std::time::Duration::from_millis(300);
    let behaviour = mibc_simulator::Behaviour { delay: slow, ..Default::default() };
    let recording = mibc_simulator::Recording::of([mibc_runtime::value::VarBind::new(
        "1.3.6.1.2.1.1.3.0".parse().expect("an OID"),
        mibc_runtime::value::Value::TimeTicks(mibc_runtime::value::TimeTicks(5)),
    )]);
    let simulator = mibc_simulator::Simulated::of(recording).behaviour(behaviour).listen("0.0.0.0:0");
    let simulator = simulator.spawn().await.expect("devices");
    let narrow = head("1s") + "[limits]\nin-flight = 1\n" + &many(&simulator, 20);
    let place = poller(&narrow, |_| {}, |_| {}).await;
    let status = place.until(|status| status.replaced > 20).await;
    assert!(status.in_flight <= 1 && status.waiting > 1, "{status:?}");
    place.handle.reload(fleet(place.folder.path(), &narrow.replace("= 1\n", "= 100\n"))).await.expect("good");
    let status = place.until(|status| status.in_flight > 1).await;
    let replaced = place.until(|now| now.polls > status.polls + 40).await.replaced;
    place.until(|now| now.polls > status.polls + 100 && now.replaced <= replaced + 20).await;
}
