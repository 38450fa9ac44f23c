//! Our manager against net-snmp's agent: the system group and IF-MIB, typed.

use crate::relay::Relay;
use mibc::mibs::if_mib::*;
use mibc::mibs::snmpv2_mib::*;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::{FromRow, Manager, Target};
use mibc_test_support::netsnmp::{SNMPD, Snmpd, installed};
use std::time::Duration;

const CONFIGURATION: &str = "\
rocommunity public 127.0.0.1
rwcommunity private 127.0.0.1
sysLocation row 3, rack 7
sysContact ops@acme.example
sysServices 72
";

#[derive(Debug, FromRow)]
#[row(IfEntry)]
struct Port {
    if_descr: DisplayString,
    if_type: mibc::mibs::ianaiftype_mib::IanaIfType,
    #[column(IF_OPER_STATUS)]
    oper: Option<IfOperStatus>,
    #[column(IF_HC_IN_OCTETS)]
    received: Option<u64>,
}

#[tokio::test]
async fn system_group_and_interfaces() {
    if !installed(SNMPD) {
        return;
    }
    let snmpd = Snmpd::start(CONFIGURATION);
    let relay = Relay::start("net-snmp-agent", snmpd.address());
    let manager = Manager::bind().await.expect("a socket");
    let target = |version: fn(std::net::SocketAddr, &str) -> Target, community| {
        manager.target(version(relay.address(), community).timeout(Duration::from_secs(60)))
    };
    let versions: [fn(std::net::SocketAddr, &str) -> Target; 2] =
        [|a, c| Target::v1(a, c), |a, c| Target::v2c(a, c)];
    for version in versions {
        let host = target(version, "public");
        let (up, location, services) =
            host.get((SYS_UP_TIME, SYS_LOCATION, SYS_SERVICES)).await.expect("the system group");
        assert!(up.0 < 100 * 3600, "just started: {up}");
        assert_eq!(location, DisplayString::from("row 3, rack 7"));
        assert_eq!(services, 72);

        let number = host.get(IF_NUMBER).await.expect("ifNumber");
        let mut rows = host.table((IF_INDEX, IF_DESCR, IF_ADMIN_STATUS, IF_PHYS_ADDRESS));
        let mut seen = 0;
        let mut loopback = None;
        while let Some((index, (if_index, descr, admin, _address))) = rows.try_next().await.expect("a row") {
            seen += 1;
            assert_eq!(Some(index.clone()), if_index.map(Into::into), "ifIndex is the index");
            assert!(admin.is_some());
            if descr == Some(DisplayString::from("lo")) {
                loopback = Some(index);
            }
        }
        assert_eq!(seen, number, "every interface has its row");
        let loopback = loopback.expect("a loopback interface");
        assert_eq!(host.get(IF_ADMIN_STATUS.at(loopback)).await.expect("lo"), IfAdminStatus::UP);
    }

    let host = target(|a, c| Target::v2c(a, c), "public");
    // Only v2c has Counter64 (C1): ifXTable joins, because its rows have the same index.
    let ports: Vec<(IfIndex, Port)> = host.rows().await.expect("rows as structs");
    let (_, lo) = ports.iter().find(|(_, port)| port.if_descr == "lo").expect("a loopback interface");
    assert_eq!(lo.if_type, mibc::mibs::ianaiftype_mib::IanaIfType::SOFTWARE_LOOPBACK);
    assert!(lo.oper.is_some() && lo.received.is_some(), "{lo:?}");

    let mut walk = host.bulk_walk(IF_DESCR);
    let mut names = 0;
    while let Some((index, descr)) = walk.try_next().await.expect("the walk ends") {
        names += 1;
        assert!(ports.iter().any(|(port, values)| *port == index && values.if_descr == descr));
    }
    assert_eq!(names, ports.len());
    relay.finish(&[]);
}

#[tokio::test]
async fn set_and_errors_name_the_object() {
    if !installed(SNMPD) {
        return;
    }
    // Without a line for sysName net-snmp lets it be written.
    let snmpd = Snmpd::start("rocommunity public 127.0.0.1\nrwcommunity private 127.0.0.1\n");
    let manager = Manager::bind().await.expect("a socket");
    let writer = manager.target(Target::v2c(snmpd.address(), "private").timeout(Duration::from_secs(60)));
    writer.set(SYS_NAME, "switch-1".into()).await.expect("sysName is written");
    assert_eq!(writer.get(SYS_NAME).await.expect("sysName"), DisplayString::from("switch-1"));

    let reader = manager.target(Target::v2c(snmpd.address(), "public").timeout(Duration::from_secs(60)));
    let refused = reader.set(SYS_NAME, "switch-2".into()).await.expect_err("a read-only community");
    assert!(refused.to_string().contains("sysName"), "{refused}");
    let missing = reader.get(IF_DESCR.at(4_000_000)).await.expect_err("no such interface");
    assert!(missing.to_string().contains("ifDescr.4000000"), "{missing}");

    let silent =
        manager.target(Target::v2c(snmpd.address(), "wrong").timeout(Duration::from_millis(50)).retries(1));
    let timeout = silent.get(SYS_NAME).await.expect_err("an unknown community gets no answer");
    assert!(timeout.is_timeout(), "{timeout}");
}
