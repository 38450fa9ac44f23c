//! The proxy of an entity: requests and notifications come and go by one socket.

use std::time::Duration;

use mibc_runtime::engine::Report;
use mibc_runtime::listener::{Listener, ReceivedNotification};
use mibc_runtime::manager::Manager;
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::originator::ProxyType;
use mibc_runtime::trap_sender::TrapSender;
use mibc_runtime::usm::EngineClock;
use mibc_runtime::value::VarBind;
use mibc_test_support::v3::{link_down, oid};

use crate::lab::{Device, NAME, Proxy, VERSIONS, device_user, proxy_user};

async fn heard(listener: &mut Listener) -> ReceivedNotification {
    tokio::time::timeout(Duration::from_secs(60), listener.next()).await.expect("in time").expect("one")
}

/// C7, C8, C12, C13 by one socket: the entity asks the target while it answers who asks.
#[tokio::test]
async fn requests() {
    let device = Device::start().await;
    let proxy = Proxy::start_in_entity(device.engine_id()).await;
    let asker = Manager::bind().await.expect("loopback");
    for downstream in VERSIONS {
        proxy.add_address("out", device.agent.local_addr(), downstream);
        for upstream in VERSIONS {
            proxy.add_row(ProxyType::Read, device.engine_id(), upstream, "out");
            proxy.add_row(ProxyType::Write, device.engine_id(), upstream, "out");
            let session = proxy.session(&asker, device.engine_id(), upstream);
            let pair = format!("{upstream:?} to {downstream:?}");
            let name = VarBind::new(oid(NAME), pair.as_str());
            session.set_varbinds(std::slice::from_ref(&name)).await.expect(&pair);
            assert_eq!(session.get_oids(&[oid(NAME)]).await.expect(&pair), [name], "{pair}");
            let has_counters = upstream != Version::V1 && downstream != Version::V1;
            let walked = session.bulk_walk(oid("1.3.6.1.2.1")).collect().await.expect(&pair);
            assert_eq!(walked.len(), if has_counters { 42 } else { 2 }, "{pair}");
        }
    }
    assert_eq!(proxy.manager.outstanding(), 0);
    assert_eq!(proxy.agent.counters().reports().get(Report::ProxyDrops), 0);
}

/// What is for the proxy is passed on, what is not is for the entity's own listener. Everything leaves by its socket.
#[tokio::test]
async fn notifications() {
    let device = mibc_test_support::v3::engine_id("device");
    let proxy = Proxy::start_in_entity(device).await;
    let entity = proxy.entity.as_ref().expect("an entity");
    let here = TransportAddress::Udp(entity.local_addr());
    proxy.edit(|tables| tables.set_user(Some(device), mibc_test_support::v3::credentials(&proxy_user())));
    let mut own = entity.listener(Listener::builder().community("own")).expect("a listener");
    let behind = Listener::builder().community("device").user(device_user()).bind("127.0.0.1:0").await;
    let mut behind = behind.expect("loopback");
    let asker = Manager::bind().await.expect("loopback");
    for downstream in [Version::V2c, Version::V3] {
        proxy.add_address("out", behind.local_addr(), downstream);
        for upstream in [Version::V2c, Version::V3] {
            let pair = format!("{upstream:?} to {downstream:?}");
            proxy.add_row(ProxyType::Trap, device, upstream, "device");
            proxy.add_row(ProxyType::Inform, device, upstream, "device");
            let mut varbinds = link_down();
            varbinds.push(VarBind::new(oid(NAME), format!("trap {pair}").as_str()));
            let sender = match upstream {
                Version::V2c => TrapSender::v2c(here.clone(), "in"),
                _ => {
                    let clock = EngineClock { boots: 3, time: 100 };
                    TrapSender::v3(here.clone(), &proxy_user(), device, clock).expect("a user")
                }
            };
            sender.send(&varbinds).await.expect("it leaves");
            let trap = heard(&mut behind).await;
            assert_eq!((trap.version, trap.is_inform, &trap.source), (downstream, false, &here), "{pair}");
            let session = proxy.session(&asker, device, upstream);
            let mut varbinds = link_down();
            varbinds.push(VarBind::new(oid(NAME), format!("inform {pair}").as_str()));
            session.inform(&varbinds).await.expect(&pair);
            let inform = heard(&mut behind).await;
            assert_eq!(
                (inform.version, inform.is_inform, &inform.source),
                (downstream, true, &here),
                "{pair}"
            );
        }
    }
    TrapSender::v2c(here, "own").send(&link_down()).await.expect("it leaves");
    assert_eq!(heard(&mut own).await.trap_oid, Some(oid("1.3.6.1.6.3.1.1.5.3")));
    assert!(own.try_next().is_none() && behind.try_next().is_none());
}
