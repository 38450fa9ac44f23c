//! Devices that are written.

use std::fs;

use mibc_runtime::value::{Value, VarBind};
use mibc_simulator::{Behaviour, Options, Simulated, Writable};

use crate::asking::{device, get, oid, public, session, walk};

const TEXT: &str = "1.3.6.1.2.1.1.5.0|4|switch\n1.3.6.1.2.1.1.7.0|2|72\n";

fn change(name: &str, value: impl Into<Value>) -> VarBind {
    VarBind::new(oid(name), value.into())
}

#[tokio::test]
async fn a_device_is_read_only_unless_it_is_told() {
    let simulator = device(TEXT).spawn().await.expect("loopback");
    let session = public(&simulator).await;
    let error = session.set_varbinds(&[change("1.3.6.1.2.1.1.5.0", "other")]).await.expect_err("it is not");
    assert!(error.to_string().contains("notWritable"), "{error}");
    assert_eq!(get(&session, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("switch"));
}

#[tokio::test]
async fn what_is_written_is_read_and_walked() {
    let simulator = device(TEXT).writable().spawn().await.expect("loopback");
    let session = public(&simulator).await;
    session.set_varbinds(&[change("1.3.6.1.2.1.1.5.0", "other")]).await.expect("it is written");
    assert_eq!(get(&session, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("other"));
    let found = walk(&session).await.expect("it answers");
    assert_eq!(
        found,
        [change("1.3.6.1.2.1.1.5.0", "other"), change("1.3.6.1.2.1.1.7.0", Value::Integer(72))]
    );
}

#[tokio::test]
async fn a_set_that_cannot_be_changes_nothing() {
    let simulator = device(TEXT).writable().spawn().await.expect("loopback");
    let session = public(&simulator).await;
    for (bad, expected) in [
        (change("1.3.6.1.2.1.1.7.0", "text"), "wrongType"),
        (change("1.3.6.1.2.1.1.9.0", "new"), "noCreation"),
    ] {
        let error =
            session.set_varbinds(&[change("1.3.6.1.2.1.1.5.0", "other"), bad]).await.expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(get(&session, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("switch"));
    }
}

#[tokio::test]
async fn what_is_kept_is_there_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let recordings = folder.path().join("recordings");
    fs::create_dir_all(recordings.join("lab")).expect("a folder");
    fs::write(recordings.join("lab/one.snmprec"), TEXT).expect("it is written");
    fs::write(recordings.join("two.snmprec"), TEXT).expect("it is written");
    let simulated = || {
        let behaviour = Behaviour { writable: Writable::Kept, ..Behaviour::default() };
        let options = Options { behaviour, state: Some(folder.path().join("state")), ..Options::default() };
        Simulated::load(&recordings).expect("recordings").options(options)
    };
    let strange = "caf\u{e9}\n|";
    let simulator = simulated().spawn().await.expect("loopback");
    let one = session(simulator.addr(), "lab/one").await;
    one.set_varbinds(&[change("1.3.6.1.2.1.1.5.0", strange)]).await.expect("it is written");
    one.set_varbinds(&[change("1.3.6.1.2.1.1.7.0", Value::Integer(7))]).await.expect("it is written");
    simulator.stop().await.expect("it stops");
    let simulator = simulated().spawn().await.expect("loopback");
    let one = session(simulator.addr(), "lab/one").await;
    assert_eq!(get(&one, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from(strange));
    assert_eq!(get(&one, "1.3.6.1.2.1.1.7.0").await.expect("it answers"), Value::Integer(7));
    let two = session(simulator.addr(), "two").await;
    assert_eq!(get(&two, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("switch"));
    assert_eq!(
        fs::read_to_string(recordings.join("two.snmprec")).expect("the file"),
        TEXT,
        "recordings stay"
    );
}

/// What cannot be kept is not written either.
#[tokio::test]
async fn a_write_that_cannot_be_kept_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let behaviour = Behaviour { writable: Writable::Kept, ..Behaviour::default() };
    let options = Options { behaviour, state: Some(state.clone()), ..Options::default() };
    let simulator = device(TEXT).options(options).spawn().await.expect("loopback");
    fs::remove_dir_all(&state).expect("it is there");
    let session = public(&simulator).await;
    let error = session.set_varbinds(&[change("1.3.6.1.2.1.1.5.0", "other")]).await.expect_err("it cannot");
    assert!(error.to_string().contains("commitFailed"), "{error}");
    assert_eq!(get(&session, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("switch"));
}
