//! How a program that asks devices is tested without one: a simulated switch for each situation.
#![forbid(unsafe_code)]

use mibc::manager::Error;
use mibc::mibs::if_mib::{IF_DESCR, IF_OPER_STATUS, IfOperStatus};
use mibc::runtime::value::VarBind;
use mibc::typed::Variable;
use mibc::{Manager, Session, Target};
use mibc_simulator::{Behaviour, Recording, Simulated, Simulator};
use std::time::Duration;

/// What is tested: the ports of a switch that are down, by their names.
async fn ports_down(switch: &Session) -> Result<Vec<String>, Error> {
    let rows = switch.table((IF_DESCR, IF_OPER_STATUS)).collect().await?;
    let down = rows.into_iter().filter(|(_, (_, status))| *status == Some(IfOperStatus::DOWN));
    Ok(down.filter_map(|(_, (name, _))| name.map(|name| name.to_string())).collect())
}

/// A switch whose ports have these states.
fn switch(ports: &[(&str, IfOperStatus)]) -> Simulated {
    let variables = (1..).zip(ports).flat_map(|(number, (name, status))| {
        [
            VarBind::new(IF_DESCR.at(number).oid().expect("an index"), *name),
            VarBind::new(IF_OPER_STATUS.at(number).oid().expect("an index"), *status),
        ]
    });
    Simulated::of(Recording::of(variables))
}

async fn ask(simulator: &Simulator) -> Session {
    let target = Target::v2c(simulator.addr(), "public").timeout(Duration::from_secs(2));
    Manager::bind().await.expect("loopback").target(target)
}

#[tokio::test]
async fn ports_that_are_down_are_found() {
    let ports = [("eth0", IfOperStatus::UP), ("eth1", IfOperStatus::DOWN), ("eth2", IfOperStatus::DOWN)];
    let simulator = switch(&ports).spawn().await.expect("loopback");
    let down = ports_down(&ask(&simulator).await).await.expect("it answers");
    assert_eq!(down, ["eth1", "eth2"]);
}

/// A tenth of all requests is lost: the manager asks again.
#[tokio::test]
async fn a_bad_line_changes_nothing() {
    let lossy = Behaviour { loss: 0.1, ..Behaviour::default() };
    let ports = [("eth0", IfOperStatus::DOWN); 8];
    let simulator = switch(&ports).behaviour(lossy).spawn().await.expect("loopback");
    let session = ask(&simulator).await;
    for _ in 0..10 {
        assert_eq!(ports_down(&session).await.expect("it answers in the end").len(), 8);
    }
}

/// A device whose table never ends is told, not walked for ever.
#[tokio::test]
async fn an_endless_table_is_an_error() {
    let endless =
        Behaviour { endless: Some("1.3.6.1.2.1.2.2.1".parse().expect("an OID")), ..Behaviour::default() };
    let ports = [("eth0", IfOperStatus::UP), ("eth1", IfOperStatus::UP)];
    let simulator = switch(&ports).behaviour(endless).spawn().await.expect("loopback");
    let mut walk = ask(&simulator).await.bulk_walk("1.3.6.1.2.1".parse::<mibc::Oid>().expect("an OID"));
    let error = loop {
        match walk.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the walk ended"),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("1.3.6.1.2.1.2.2.1"), "{error}");
}
