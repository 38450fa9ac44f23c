//! Requests: nine pairs of versions, and what does not get through.

use std::time::{Duration, Instant};

use mibc_runtime::engine::Report;
use mibc_runtime::manager::{Error, Manager};
use mibc_runtime::message::{ErrorStatus, Level, Version};
use mibc_runtime::originator::{ProxyEntry, ProxyType, TargetParams};
use mibc_runtime::value::{OctetString, Value, VarBind};
use mibc_test_support::v3::{engine_id, oid};

use crate::lab::{ALIAS, Device, IN_OCTETS, NAME, Proxy, VERSIONS, params};

fn text(text: &str) -> Value {
    Value::OctetString(OctetString(text.into()))
}

#[tokio::test]
async fn nine_pairs() {
    let device = Device::start().await;
    let proxy = Proxy::start(device.engine_id()).await;
    let asker = Manager::bind().await.expect("loopback");
    for downstream in VERSIONS {
        proxy.add_address("out", device.agent.local_addr(), downstream);
        for upstream in VERSIONS {
            proxy.add_row(ProxyType::Read, device.engine_id(), upstream, "out");
            proxy.add_row(ProxyType::Write, device.engine_id(), upstream, "out");
            let session = proxy.session(&asker, device.engine_id(), upstream);
            let pair = format!("{upstream:?} to {downstream:?}");

            let name = VarBind { name: oid(NAME), value: text(&pair) };
            session.set_varbinds(std::slice::from_ref(&name)).await.expect(&pair);
            let found = session.get_oids(&[oid(NAME)]).await.expect(&pair);
            assert_eq!(found, [name], "{pair}");
            // What is not there: noSuchName on one side, exceptions on the other.
            let found = session.get_oids(&[oid("1.3.6.1.2.1.1.9.9"), oid(NAME)]).await.expect(&pair);
            assert_eq!(found[0].value, Value::NoSuchInstance, "{pair}");
            assert_eq!(found[1].value, text(&pair), "{pair}");
            let end = session.get_next(&[oid("1.3.6.1.2.1.31.2")]).await.expect(&pair);
            assert_eq!(end[0].value, Value::EndOfMibView, "{pair}");

            // C13: SNMPv1 sees what comes after the Counter64s.
            let next = session.get_next(&[oid(IN_OCTETS), oid("1.3.6.1.2.1.1.5")]).await.expect(&pair);
            let has_counters = upstream != Version::V1 && downstream != Version::V1;
            let first = if has_counters { oid(&format!("{IN_OCTETS}.1")) } else { oid(ALIAS) };
            assert_eq!((&next[0].name, &next[1].value), (&first, &text(&pair)), "{pair}");
            let walked = session.bulk_walk(oid("1.3.6.1.2.1")).collect().await.expect(&pair);
            assert_eq!(walked.len(), if has_counters { 42 } else { 2 }, "{pair}");
            // C12: GETBULK to SNMPv1 is GETNEXT.
            let bulk = session.get_bulk(0, 3, &[oid("1.3.6.1.2.1.1")]).await.expect(&pair);
            let is_bulk = upstream != Version::V1 && downstream != Version::V1;
            assert_eq!(bulk.len(), if is_bulk { 3 } else { 1 }, "{pair}");

            // RFC 3584 §4.4.
            let unknown = VarBind { name: oid("1.3.6.1.2.1.1.6.0"), value: text("x") };
            let refused = session.set_varbinds(&[unknown]).await.expect_err(&pair);
            let Error::Status { status, index, .. } = refused else { panic!("{pair}: {refused}") };
            let expected = if has_counters { ErrorStatus::NO_CREATION } else { ErrorStatus::NO_SUCH_NAME };
            assert_eq!((status, index), (expected, 1), "{pair}");
        }
    }
    assert_eq!(proxy.agent.counters().reports().get(Report::ProxyDrops), 0);
}

/// GETBULK is cut off where its response would be too long for who asks.
#[tokio::test]
async fn bulk_is_cut_off() {
    let device = Device::start().await;
    let targets = Proxy::start(device.engine_id()).await;
    targets.add_address("out", device.agent.local_addr(), Version::V2c);
    targets.add_row(ProxyType::Read, device.engine_id(), Version::V3, "out");
    let small = mibc_runtime::agent::Agent::builder()
        .administered()
        .targets(targets.targets.clone())
        .user(mibc_runtime::agent::Account::read_only(crate::lab::proxy_user()))
        .proxy(targets.manager.clone())
        .max_response(484)
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let _running = small.spawn();
    let asker = Manager::bind().await.expect("loopback");
    let target = mibc_runtime::manager::Target::v3(small.local_addr(), crate::lab::proxy_user())
        .context_engine_id(device.engine_id());
    let session = asker.target(target);
    let found = session.get_bulk(0, 40, &[oid(IN_OCTETS)]).await.expect("an answer");
    assert!((5..20).contains(&found.len()), "{}", found.len());
    let walked = session.bulk_walk(oid(IN_OCTETS)).collect().await.expect("all");
    assert_eq!(walked.len(), 40);
}

/// Who comes otherwise than the parameters say is refused: snmpProxyDrops, and a Report over SNMPv3. What no row is
/// about is not the proxy's.
#[tokio::test]
async fn refused() {
    let device = Device::start().await;
    let proxy = Proxy::start(device.engine_id()).await;
    proxy.add_address("out", device.agent.local_addr(), Version::V2c);
    let asker = Manager::bind().await.expect("loopback");
    let drops = || proxy.agent.counters().reports().get(Report::ProxyDrops);
    let session = proxy.session(&asker, device.engine_id(), Version::V3);
    let error = session.get_oids(&[oid(NAME)]).await.expect_err("there is no row");
    assert!(matches!(error, Error::Report { report: Report::UnknownPduHandler, .. }), "{error}");

    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V3, "out");
    assert!(session.get_oids(&[oid(NAME)]).await.is_ok());
    // Nothing is said about SET.
    let set = [VarBind { name: oid(NAME), value: text("x") }];
    let error = session.set_varbinds(&set).await.expect_err("only reading");
    assert!(matches!(error, Error::Report { report: Report::UnknownPduHandler, .. }), "{error}");
    assert_eq!(drops(), 0);

    // Another context, another name, a higher level than that of the message, an address that is not there.
    let row = ProxyEntry {
        single_target_out: "out".into(),
        ..ProxyEntry::new(ProxyType::Read, device.engine_id().as_bytes(), "in-3")
    };
    let good = params(Version::V3, "manager");
    let guest = TargetParams { security_name: "guest".into(), ..good.clone() };
    let elsewhere = ProxyEntry { context_name: "vlan-7".into(), ..row.clone() };
    let nowhere = ProxyEntry { single_target_out: "gone".into(), ..row.clone() };
    let missing = ProxyEntry { target_params_in: "gone".into(), ..row.clone() };
    for (position, (row, params)) in
        [(elsewhere, &good), (row.clone(), &guest), (nowhere, &good), (missing, &good)]
            .into_iter()
            .enumerate()
    {
        proxy.edit(|tables| {
            tables.set_params("in-3", params.clone()).expect("a row");
            tables.set_proxy("Read-3", row).expect("a row");
        });
        let error = session.get_oids(&[oid(NAME)]).await.expect_err("refused");
        assert!(matches!(error, Error::Report { report: Report::ProxyDrops, .. }), "{error}");
        assert_eq!(drops() as usize, position + 1);
    }
    // A lower level than that of the message is enough.
    proxy.edit(|tables| {
        let lower = TargetParams { security_level: Level::AuthNoPriv, ..good };
        tables.set_params("in-3", lower).expect("a row");
        tables.set_proxy("Read-3", row).expect("a row");
    });
    assert!(session.get_oids(&[oid(NAME)]).await.is_ok());
    // The older versions have no Reports.
    let v2c = proxy.session(&asker, device.engine_id(), Version::V2c);
    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V1, "out");
    let before = drops();
    let waiting = tokio::time::timeout(Duration::from_millis(300), v2c.get_oids(&[oid(NAME)])).await;
    assert!(waiting.is_err(), "no answer");
    assert_eq!(drops(), before + 1);
}

/// RFC 3413 §3.5.1.3: a target's Report goes back to who asks over SNMPv3, with its value. Who has no Reports gets nothing.
#[tokio::test]
async fn targets_that_refuse() {
    let device = Device::start().await;
    let proxy = Proxy::start(device.engine_id()).await;
    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V3, "out");
    proxy.add_address("out", device.agent.local_addr(), Version::V3);
    proxy.edit(|tables| {
        let other = mibc_test_support::v3::user(
            "device",
            mibc_runtime::usm::Auth::Sha512,
            Some(mibc_runtime::usm::Privacy::Aes128),
        );
        tables.set_user(None, mibc_test_support::v3::credentials(&other));
    });
    let asker = Manager::bind().await.expect("loopback");
    let session = proxy.session(&asker, device.engine_id(), Version::V3);
    let wrong_digests = || device.agent.counters().reports().get(Report::WrongDigest);
    for _ in 0..2 {
        let error = session.get_oids(&[oid(NAME)]).await.expect_err("wrong keys");
        let Error::Report { report: Report::WrongDigest, value, .. } = error else { panic!("{error}") };
        assert!(value > 0 && value == wrong_digests(), "{value}");
    }
    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V2c, "out");
    let v2c = proxy.session(&asker, device.engine_id(), Version::V2c);
    assert!(v2c.get_oids(&[oid(NAME)]).await.expect_err("no answer").is_timeout());
    assert_eq!(proxy.agent.counters().reports().get(Report::ProxyDrops), 0, "the messages were sent");

    // What the target says about contexts, it says of the context that was asked for.
    proxy.edit(|tables| {
        tables.set_user(None, mibc_test_support::v3::credentials(&crate::lab::device_user()));
        let row = ProxyEntry::new(ProxyType::Read, device.engine_id().as_bytes(), "in-3");
        let row = ProxyEntry { single_target_out: "out".into(), context_name: "vlan-7".into(), ..row };
        tables.set_proxy("vlan", row).expect("a row");
    });
    let target = mibc_runtime::manager::Target::v3(proxy.agent.local_addr(), crate::lab::proxy_user())
        .context_engine_id(device.engine_id())
        .context_name("vlan-7");
    let error = asker.target(target).get_oids(&[oid(NAME)]).await.expect_err("there is no such context");
    assert!(matches!(error, Error::Report { report: Report::UnknownContext, value: 1, .. }), "{error}");
}

/// A request that is longer than a target of SNMPv1 or SNMPv2c takes (snmpTargetAddrMMS) is not sent (RFC 3413 §3.5.1.1 (4)).
#[tokio::test]
async fn requests_that_are_too_long() {
    let device = Device::start().await;
    let proxy = Proxy::start(device.engine_id()).await;
    let asker = Manager::bind().await.expect("loopback");
    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V3, "out");
    let names: Vec<_> = (1..=40).map(|interface| oid(&format!("{IN_OCTETS}.{interface}"))).collect();
    for (position, downstream) in [Version::V1, Version::V2c].into_iter().enumerate() {
        proxy.add_address("out", device.agent.local_addr(), downstream);
        proxy.edit(|tables| {
            let row = tables.addresses().get(b"out").expect("a row").clone();
            tables
                .set_address("out", mibc_runtime::originator::TargetAddress { mms: 484, ..row })
                .expect("a row");
        });
        let session = proxy.session(&asker, device.engine_id(), Version::V3);
        session.get_oids(&[oid(NAME)]).await.expect("it fits");
        let error = session.get_oids(&names).await.expect_err("it does not fit");
        assert!(matches!(error, Error::Report { report: Report::ProxyDrops, .. }), "{error}");
        let drops = proxy.agent.counters().reports().get(Report::ProxyDrops);
        assert_eq!(drops as usize, position + 1, "{downstream:?}");
    }
}

/// A dead target costs its own time: others are answered meanwhile, however many wait for it.
#[tokio::test]
async fn dead_targets() {
    let device = Device::start().await;
    let dead_id = engine_id("dead");
    let proxy = Proxy::start(device.engine_id()).await;
    let dead = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    proxy.add_address("out", device.agent.local_addr(), Version::V2c);
    proxy.add_address("dead", dead.local_addr().expect("bound"), Version::V3);
    proxy.add_row(ProxyType::Read, device.engine_id(), Version::V3, "out");
    proxy.edit(|tables| {
        let row = ProxyEntry::new(ProxyType::Read, dead_id.as_bytes(), "in-3");
        let row = ProxyEntry { single_target_out: "dead".into(), ..row };
        tables.set_proxy("dead", row).expect("a row");
    });
    let asker = Manager::bind().await.expect("loopback");
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let session = proxy.session(&asker, dead_id, Version::V3);
        waiting.spawn(async move { session.get_oids(&[oid(NAME)]).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let session = proxy.session(&asker, device.engine_id(), Version::V3);
    let begun = Instant::now();
    for _ in 0..20 {
        session.get_oids(&[oid(NAME)]).await.expect("an answer");
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    while let Some(result) = waiting.join_next().await {
        let error = result.expect("no panic").expect_err("it is dead");
        assert!(error.is_timeout(), "{error}");
    }
    assert_eq!(proxy.agent.counters().reports().get(Report::ProxyDrops), 0);
}
