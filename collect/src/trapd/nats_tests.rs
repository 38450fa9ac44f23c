//! The service with a real nats-server; without that the test is skipped, unless `MIBC_REQUIRE_PEERS` is set.

use super::{Config, Modules, Service};
use crate::nats::Access;
use mibc_compiler::query::Library;
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use mibc_runtime::ber::Writer;
use mibc_runtime::message::{Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_test_support::nats::NatsServer;
use mibc_test_support::v3::link_down;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

fn library(modules: &Modules) -> Result<Library, String> {
    let library = Library::new(FsWorld::new(), Cache::None);
    library.prefer(modules.preferred.clone()).map_err(|error| error.to_string())
}

fn message(kind: PduKind, request_id: i32) -> Vec<u8> {
    let body = OwnedBody::Pdu(Pdu { header: PduHeader::new(kind, request_id), varbinds: link_down() });
    let mut writer = Writer::new();
    Message { version: Version::V2c, community: b"traps".to_vec(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

/// An inform is acknowledged when a stream has stored it, with a subject by severity and name, and its identity.
#[tokio::test]
async fn events_in_jetstream() {
    let Some(server) = NatsServer::start() else { return };
    let nats = Access::new(server.url()).connect().await.expect("a connection");
    let configuration = format!(
        "[[listener]]\naddress = \"udp:127.0.0.1:0\"\ncommunities = [\"traps\"]\n\
         [[rule]]\nnotification = \"linkDown\"\nseverity = \"critical\"\n\
         [[output]]\nname = \"nats\"\ntype = \"nats\"\nurl = \"{}\"\nsubject = \"snmp.traps\"\nrequired = true\nmax-pause = 0.1\n",
        server.url()
    );
    let (config, modules) = Config::parse(&configuration, Path::new("."), &library)
        .unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let service = Service::start(config, modules, || Err(Vec::new())).await.expect("it starts");
    let address = service.ready().listening[0].ip().expect("an address of UDP");
    let handle = service.handle();
    let work = async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
        socket.connect(address).await.expect("loopback");
        let inform = message(PduKind::Inform, 2);
        socket.send(&inform).await.expect("loopback");
        // The stream does not exist yet, so nobody has taken it.
        let mut buffer = [0; 1_500];
        let early = timeout(Duration::from_millis(300), socket.recv(&mut buffer)).await;
        assert!(early.is_err(), "it is not acknowledged");
        nats.ensure_stream(&json!({ "name": "TRAPS", "subjects": ["snmp.traps.>"], "allow_direct": true }))
            .await
            .expect("a stream");
        timeout(LONG, socket.recv(&mut buffer)).await.expect("it is acknowledged").expect("loopback");
        let mut stored = Vec::new();
        nats.each("TRAPS", "snmp.traps.>", |message| stored.push((message.subject, message.payload)))
            .await
            .expect("all of them");
        handle.stop();
        stored
    };
    let (ended, stored) = tokio::join!(service.run(), work);
    ended.expect("it ends well");
    assert_eq!(stored.len(), 1, "stored once, however often it was sent");
    assert_eq!(stored[0].0, "snmp.traps.critical.linkDown");
    let event: Value = serde_json::from_slice(&stored[0].1).expect("an event");
    assert_eq!((&event["schema"], &event["kind"]), (&1.into(), &"inform".into()));
}
