//! One world of types: who serves a standard table has the types of `mibc::mibs`, and no others.
#![cfg(all(feature = "agent", feature = "manager", feature = "if-mib"))]

/// As in an application whose build script says `.agent(["ifTable", "acmePortTable"])`; `golden.rs` compares it.
mod mibs {
    include!("golden/port.golden");
}

use mibc::agent::{SetError, Undo, table::next_key};
use mibc::mibs::{if_mib::*, snmpv2_tc::DisplayString};
use mibc::{Agent, Community, FromRow, Manager, Session, Target};
use mibs::acme_port_mib::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Ports: what they are called, whether they should be up, which room they lead to.
struct Ports(Mutex<BTreeMap<IfIndex, (&'static str, IfAdminStatus, String)>>);

impl Ports {
    fn example() -> Arc<Ports> {
        let port = |name, room: &str| (name, IfAdminStatus::UP, room.to_owned());
        let ports = [(1.into(), port("eth0", "B 12")), (7.into(), port("eth6", "cellar"))];
        Arc::new(Ports(Mutex::new(ports.into())))
    }
}

impl IfTable for Ports {
    fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
        next_key(&self.0.lock().unwrap(), after)
    }
    fn if_descr(&self, index: &IfIndex) -> Option<DisplayString> {
        self.0.lock().unwrap().get(index).map(|port| port.0.into())
    }
    fn if_admin_status(&self, index: &IfIndex) -> Option<IfAdminStatus> {
        self.0.lock().unwrap().get(index).map(|port| port.1)
    }
    fn commit(&self, rows: &[IfSet]) -> Result<Undo, SetError> {
        let mut ports = self.0.lock().unwrap();
        for row in rows {
            if let (Some(port), Some(status)) = (ports.get_mut(&row.index), row.if_admin_status) {
                port.1 = status;
            }
        }
        Ok(Undo::nothing())
    }
}

impl AcmePortTable for Ports {
    fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
        next_key(&self.0.lock().unwrap(), after)
    }
    fn acme_port_room(&self, index: &IfIndex) -> Option<DisplayString> {
        self.0.lock().unwrap().get(index).map(|port| port.2.as_str().into())
    }
}

/// A row with columns of both modules.
#[derive(Debug, PartialEq, FromRow)]
#[row(IfEntry)]
struct Port {
    if_descr: String,
    #[column(ACME_PORT_ROOM)]
    room: String,
}

/// A manager's session with an agent that this fills.
async fn session(serve: impl FnOnce(&Agent)) -> (Session, mibc::agent::Running) {
    let agent =
        Agent::builder().community(Community::read_write("secret")).bind("127.0.0.1:0").await.unwrap();
    serve(&agent);
    let target = Target::v2c(agent.local_addr(), "secret");
    (Manager::bind().await.unwrap().target(target), agent.spawn())
}

#[tokio::test]
async fn columns_of_an_own_table_and_of_a_served_standard_one_are_read_together() {
    let ports = Ports::example();
    let (switch, _running) = session(|agent| {
        agent.serve_table(IfEntry, ports.clone());
        agent.serve_table(AcmePortEntry, ports);
    })
    .await;
    let mut rows = switch.table((IF_DESCR, ACME_PORT_ROOM, mibs::if_mib::IF_ADMIN_STATUS));
    let mut found = Vec::new();
    while let Some((index, (descr, room, status))) = rows.try_next().await.unwrap() {
        found.push((index, descr.unwrap().to_string(), room.unwrap().to_string(), status.unwrap()));
    }
    let row = |index: i32, descr: &str, room: &str| {
        (IfIndex::from(index), descr.to_owned(), room.to_owned(), IfAdminStatus::UP)
    };
    assert_eq!(found, [row(1, "eth0", "B 12"), row(7, "eth6", "cellar")]);

    switch.set(IF_ADMIN_STATUS.at(7), IfAdminStatus::DOWN).await.unwrap();
    let (status, room) = switch.get((IF_ADMIN_STATUS.at(7), ACME_PORT_ROOM.at(7))).await.unwrap();
    assert_eq!((status, room.to_string().as_str()), (IfAdminStatus::DOWN, "cellar"));
    let rows: Vec<(mibs::if_mib::IfIndex, Port)> = switch.rows().await.unwrap();
    let port = Port { if_descr: "eth0".to_owned(), room: "B 12".to_owned() };
    assert_eq!(rows[0], (IfIndex::from(1), port));
}

#[cfg(any(feature = "all-modules", feature = "host-resources-mib"))]
mod storage {
    use super::session;
    use mibc::mibs::host_resources_mib::*;
    use mibc::mibs::snmpv2_tc::{AutonomousType, DisplayString};
    use std::sync::Arc;

    /// One disk.
    struct Disk;

    impl HrStorageTable for Disk {
        fn next(&self, after: Option<&HrStorageIndex>) -> Option<HrStorageIndex> {
            Some(HrStorageIndex::from(31)).filter(|only| after.is_none_or(|after| after < only))
        }
        fn hr_storage_type(&self, _: &HrStorageIndex) -> Option<AutonomousType> {
            Some("1.3.6.1.2.1.25.2.1.4".parse::<mibc::Oid>().unwrap().into())
        }
        fn hr_storage_descr(&self, _: &HrStorageIndex) -> Option<DisplayString> {
            Some("/".into())
        }
        fn hr_storage_size(&self, _: &HrStorageIndex) -> Option<i32> {
            Some(1 << 20)
        }
    }

    #[tokio::test]
    async fn a_table_that_a_feature_brings_is_served() {
        let (host, _running) = session(|agent| agent.serve_table(HrStorageEntry, Arc::new(Disk))).await;
        let mut rows = host.table((HR_STORAGE_DESCR, HR_STORAGE_SIZE, HR_STORAGE_USED));
        let (index, (descr, size, used)) = rows.try_next().await.unwrap().unwrap();
        assert_eq!((index, descr.unwrap().to_string().as_str()), (31.into(), "/"));
        assert_eq!((size, used), (Some(1 << 20), None), "what is left out is not there");
        assert!(rows.try_next().await.unwrap().is_none());
    }
}

/// What administers an SNMP entity can be served and, but for some counters, written: the tables of RFC 3411 to 3415,
/// 3418 and 3584 with the type of what a SET asks.
#[cfg(feature = "all-modules")]
mod administration {
    use mibc::agent::table::ServeTable;
    use mibc::mibs::{
        snmp_community_mib as community, snmp_notification_mib as notification, snmp_target_mib as target,
        snmp_user_based_sm_mib as usm, snmp_view_based_acm_mib as vacm, snmpv2_mib as system,
        snmpv2_tc::{RowStatus, StorageType},
    };

    /// How many columns the row `R` has, of whose rows a SET asks `S`.
    fn columns<T, R: ServeTable<T, Set = S>, S>() -> usize {
        R::COLUMNS.len()
    }

    macro_rules! nothing {
        ($($table:path, $index:ty;)*) => {
            struct Nothing;
            $(impl $table for Nothing {
                fn next(&self, _: Option<&$index>) -> Option<$index> { None }
            })*
        };
    }

    nothing! {
        system::SysOrTable, system::SysOrIndex;
        usm::UsmUserTable, usm::UsmUserIndex;
        vacm::VacmContextTable, vacm::VacmContextIndex;
        vacm::VacmSecurityToGroupTable, vacm::VacmSecurityToGroupIndex;
        vacm::VacmAccessTable, vacm::VacmAccessIndex;
        vacm::VacmViewTreeFamilyTable, vacm::VacmViewTreeFamilyIndex;
        target::SnmpTargetAddrTable, target::SnmpTargetAddrIndex;
        target::SnmpTargetParamsTable, target::SnmpTargetParamsIndex;
        notification::SnmpNotifyTable, notification::SnmpNotifyIndex;
        notification::SnmpNotifyFilterProfileTable, target::SnmpTargetParamsIndex;
        notification::SnmpNotifyFilterTable, notification::SnmpNotifyFilterIndex;
        community::SnmpCommunityTable, community::SnmpCommunityIndex;
        community::SnmpTargetAddrExtTable, target::SnmpTargetAddrIndex;
    }

    #[test]
    fn every_table_of_the_standards_can_be_served() {
        assert_eq!(columns::<Nothing, system::SysOrEntry, std::convert::Infallible>(), 3);
        assert_eq!(columns::<Nothing, usm::UsmUserEntry, usm::UsmUserSet>(), 11);
        assert_eq!(columns::<Nothing, vacm::VacmContextEntry, std::convert::Infallible>(), 1);
        assert_eq!(columns::<Nothing, vacm::VacmSecurityToGroupEntry, vacm::VacmSecurityToGroupSet>(), 3);
        assert_eq!(columns::<Nothing, vacm::VacmAccessEntry, vacm::VacmAccessSet>(), 6);
        assert_eq!(columns::<Nothing, vacm::VacmViewTreeFamilyEntry, vacm::VacmViewTreeFamilySet>(), 4);
        assert_eq!(columns::<Nothing, target::SnmpTargetAddrEntry, target::SnmpTargetAddrSet>(), 8);
        assert_eq!(columns::<Nothing, target::SnmpTargetParamsEntry, target::SnmpTargetParamsSet>(), 6);
        assert_eq!(columns::<Nothing, notification::SnmpNotifyEntry, notification::SnmpNotifySet>(), 4);
        let profiles = columns::<
            Nothing,
            notification::SnmpNotifyFilterProfileEntry,
            notification::SnmpNotifyFilterProfileSet,
        >();
        assert_eq!(profiles, 3);
        assert_eq!(
            columns::<Nothing, notification::SnmpNotifyFilterEntry, notification::SnmpNotifyFilterSet>(),
            4
        );
        assert_eq!(columns::<Nothing, community::SnmpCommunityEntry, community::SnmpCommunitySet>(), 7);
        assert_eq!(
            columns::<Nothing, community::SnmpTargetAddrExtEntry, community::SnmpTargetAddrExtSet>(),
            2
        );
    }

    /// What a SET asks is typed with the textual conventions of the one world.
    #[test]
    fn what_a_set_asks_has_the_types_of_the_columns() {
        let index =
            usm::UsmUserIndex { usm_user_engine_id: vec![0x80; 11].into(), usm_user_name: "u".into() };
        let mut row = <usm::UsmUserEntry as ServeTable<Nothing>>::row_set(index).unwrap();
        row.usm_user_status = Some(RowStatus::CREATE_AND_WAIT);
        row.usm_user_storage_type = Some(StorageType::NON_VOLATILE);
        assert_eq!(row.usm_user_clone_from, None);
    }
}
