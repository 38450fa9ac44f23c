//! SET (RFC 3416 §4.2.5).

use std::sync::{Arc, Mutex};

use mibc_runtime::agent::{
    Eventual, Prepared, Principal, ReadError, Responder, SetError, TestAndIncr, UndoError, Variables,
};
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind, Version};
use mibc_runtime::oid::OidRef;
use mibc_runtime::value::{OctetString, Value, VarBind};

use crate::acme::{
    ACME_LOCATION, ACME_MODE, ACME_SERIAL, AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlets, agent, responder,
};
use crate::ask::{Manager, oid};

const LOCATION_0: &str = "1.3.6.1.4.1.9999.1.1.0";
const CHARGE_0: &str = "1.3.6.1.4.1.9999.1.2.0";
const LIMIT_0: &str = "1.3.6.1.4.1.9999.1.3.0";
const SERIAL_0: &str = "1.3.6.1.4.1.9999.1.4.0";
const MODE_0: &str = "1.3.6.1.4.1.9999.1.5.0";

fn private(responder: &Responder) -> Manager<'_> {
    Manager { responder, version: Version::V2c, community: "private" }
}

/// A good SET changes everything and echoes the request.
#[test]
fn a_set_changes_all_its_variables() {
    let (responder, settings, outlets) = agent();
    let state = format!("{ENTRY}.4.1.1.97");
    let changes =
        [(LOCATION_0, "attic".into()), (LIMIT_0, Value::Integer(100)), (&*state, Value::Integer(2))];
    let answer = private(&responder).set(&changes);
    assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
    let echo: Vec<VarBind> =
        changes.iter().map(|(name, value)| VarBind::new(oid(name), value.clone())).collect();
    assert_eq!(answer.varbinds, echo);
    assert_eq!(*settings.location.lock().expect("not poisoned"), "attic");
    assert_eq!(*settings.limit.lock().expect("not poisoned"), 100);
    assert_eq!(outlets.rows.lock().expect("not poisoned")[&AcmeOutletIndex::new(1, "a")].state, 2);
}

/// P8: each check on its own, and none of them changes anything.
#[test]
fn each_check_has_its_error() {
    let (responder, settings, outlets) = agent();
    let before = outlets.rows.lock().expect("not poisoned").clone();
    let limit = |value| (LIMIT_0, value);
    let undecodable = Value::Undecodable { tag: 2, bytes: vec![1, 2, 3, 4, 5].into() };
    for ((name, value), expected) in [
        (("1.3.6.1.4.1.9999.9.0", Value::Integer(1)), ErrorStatus::NOT_WRITABLE),
        ((CHARGE_0, Value::Integer(1)), ErrorStatus::NOT_WRITABLE),
        (("1.3.6.1.4.1.9999.2.1.1.1.1.97", Value::Integer(1)), ErrorStatus::NOT_WRITABLE),
        (limit("5".into()), ErrorStatus::WRONG_TYPE),
        (limit(Value::Null), ErrorStatus::WRONG_TYPE),
        (limit(Value::NoSuchObject), ErrorStatus::WRONG_TYPE),
        (limit(undecodable), ErrorStatus::WRONG_ENCODING),
        (limit(Value::Integer(101)), ErrorStatus::WRONG_VALUE),
        (limit(Value::Integer(-1)), ErrorStatus::WRONG_VALUE),
        ((LOCATION_0, "seventeen octets!".into()), ErrorStatus::WRONG_LENGTH),
        // Type comes before existence.
        (("1.3.6.1.4.1.9999.1.3.1", "5".into()), ErrorStatus::WRONG_TYPE),
        (("1.3.6.1.4.1.9999.1.3.1", Value::Integer(5)), ErrorStatus::NO_CREATION),
        (("1.3.6.1.4.1.9999.1.3", Value::Integer(5)), ErrorStatus::NO_CREATION),
        // A read-write column creates no rows, a read-create column may.
        (("1.3.6.1.4.1.9999.2.1.4.3.1.97", Value::Integer(1)), ErrorStatus::NO_CREATION),
        (("1.3.6.1.4.1.9999.2.1.4.1.1.97", Value::Integer(3)), ErrorStatus::WRONG_VALUE),
        (("1.3.6.1.4.1.9999.2.1.5.9.1.97", "ann".into()), ErrorStatus::NO_CREATION),
        (("1.3.6.1.4.1.9999.2.1.5.9.7.97", "ann".into()), ErrorStatus::NO_CREATION),
        (("1.3.6.1.4.1.9999.2.1.5.1.1.97", "nobody".into()), ErrorStatus::INCONSISTENT_VALUE),
    ] {
        let answer = private(&responder).set(&[(name, value.clone())]);
        assert_eq!(answer.error(), (expected, 1), "{name} = {value}");
        // In the middle of others, it takes them along, and has its own index; what fails behind it does not matter.
        let first =
            if name == LOCATION_0 { (LIMIT_0, Value::Integer(1)) } else { (LOCATION_0, "attic".into()) };
        let answer = private(&responder).set(&[first, (name, value.clone()), (MODE_0, Value::Integer(1))]);
        assert_eq!(answer.error(), (expected, 2), "{name} = {value}");
        assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
    }
    assert_eq!(*settings.limit.lock().expect("not poisoned"), 0);
    assert_eq!(*outlets.rows.lock().expect("not poisoned"), before);
}

/// P8: of several refusals the first varbind's is reported, whichever provider it belongs to.
#[test]
fn the_first_failing_varbind_is_reported() {
    let (responder, ..) = agent();
    let row = format!("{ENTRY}.5.1.1.97");
    let bad_row = (&*row, Value::from("nobody"));
    let bad_limit = (LIMIT_0, Value::Integer(101));
    let good = (LOCATION_0, Value::from("attic"));
    let answer = private(&responder).set(&[good.clone(), bad_row.clone(), bad_limit.clone()]);
    assert_eq!(answer.error(), (ErrorStatus::INCONSISTENT_VALUE, 2));
    let answer = private(&responder).set(&[good, bad_limit, bad_row]);
    assert_eq!(answer.error(), (ErrorStatus::WRONG_VALUE, 2));
}

/// P8: an error in the middle of a table's rows has the index of the varbind that brought it.
#[test]
fn an_error_in_a_row_is_located() {
    let (responder, _, outlets) = agent();
    let [one, two, new] =
        ["1.1.97", "2.1.97", "3.1.97"].map(|row| [format!("{ENTRY}.4.{row}"), format!("{ENTRY}.5.{row}")]);
    let answer = private(&responder).set(&[
        (&*one[0], Value::Integer(2)),
        (&*two[0], Value::Integer(2)),
        (&*one[1], "dan".into()),
        (&*two[1], "nobody".into()),
    ]);
    assert_eq!(answer.error(), (ErrorStatus::INCONSISTENT_VALUE, 4));
    let answer = private(&responder).set(&[(&*one[1], "dan".into()), (&*new[1], "eve".into())]);
    assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(outlets.rows.lock().expect("not poisoned").len(), 4);
}

/// P9: a commit that fails undoes those before it, of closures and of tables.
#[test]
fn a_failing_commit_undoes_the_others() {
    let (responder, settings, _) = agent();
    // 13 is refused by the setter of the limit.
    let changes = [(LOCATION_0, Value::from("attic")), (LIMIT_0, Value::Integer(13))];
    assert_eq!(private(&responder).set(&changes).error(), (ErrorStatus::COMMIT_FAILED, 2));
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");

    let outlets = Arc::new(Outlets { poison: Some("mallory".into()), ..Outlets::default() });
    responder.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    let row = format!("{ENTRY}.5.1.1.97");
    let changes = [(LOCATION_0, Value::from("attic")), (&*row, "mallory".into())];
    assert_eq!(private(&responder).set(&changes).error(), (ErrorStatus::RESOURCE_UNAVAILABLE, 2));
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
}

/// Records what happens to it.
#[derive(Clone)]
struct Recorder {
    name: &'static str,
    log: Arc<Mutex<Vec<String>>>,
    commit: Result<(), ErrorStatus>,
    undo: Result<(), UndoError>,
}

impl Recorder {
    fn log(&self, what: &str) {
        self.log.lock().expect("not poisoned").push(format!("{what} {}", self.name));
    }
}

impl Variables for Recorder {
    fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(Value::NoSuchInstance)
    }

    fn next(&self, _: std::ops::Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        Ok(None)
    }

    fn test(
        &self,
        _: &Principal<'_>,
        changes: Vec<VarBind>,
    ) -> Eventual<Result<Box<dyn Prepared>, SetError>> {
        self.log(&format!("test {}", changes.len()));
        Ok(Box::new(self.clone()) as Box<dyn Prepared>).into()
    }
}

impl Prepared for Recorder {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        self.log("commit");
        self.commit.map_err(|_| SetError::commit_failed().varbind(1)).into()
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        self.log("undo");
        self.undo.into()
    }

    fn clean_up(&mut self) -> Eventual<()> {
        self.log("clean up");
        ().into()
    }
}

/// P9: the order of the phases; undoing goes backwards and goes on after a failure, which is undoFailed with index 0.
#[test]
fn all_tests_come_before_all_commits() {
    let run = |undo| {
        let responder = responder(65_507);
        let log = Arc::new(Mutex::new(Vec::new()));
        for (number, name, commit) in
            [(1, "a", Ok(())), (2, "b", Ok(())), (3, "c", Err(ErrorStatus::COMMIT_FAILED))]
        {
            let undo = if name == "b" { undo } else { Ok(()) };
            let recorder = Recorder { name, log: Arc::clone(&log), commit, undo };
            responder.register(oid("1.3.6.1.4.1.7").child(number).expect("short"), Arc::new(recorder));
        }
        let names = ["1.3.6.1.4.1.7.1.1", "1.3.6.1.4.1.7.2.1", "1.3.6.1.4.1.7.3.1", "1.3.6.1.4.1.7.3.2"];
        let changes: Vec<(&str, Value)> = names.into_iter().map(|name| (name, Value::Integer(1))).collect();
        let error = private(&responder).set(&changes).error();
        let log = log.lock().expect("not poisoned").clone();
        (error, log)
    };
    let expected = [
        "test 1 a",
        "test 1 b",
        "test 2 c",
        "commit a",
        "commit b",
        "commit c",
        "undo b",
        "undo a",
        "clean up a",
        "clean up b",
        "clean up c",
    ]
    .map(String::from);
    assert_eq!(run(Ok(())), ((ErrorStatus::COMMIT_FAILED, 4), expected.to_vec()));
    assert_eq!(run(Err(UndoError)), ((ErrorStatus::UNDO_FAILED, 0), expected.to_vec()));
}

/// P10: when the answer would not fit, nothing is tested or set.
#[test]
fn too_big_comes_before_any_side_effect() {
    let responder = responder(484);
    let set = Arc::new(Mutex::new(0));
    let count = Arc::clone(&set);
    responder.serve_rw(ACME_LOCATION, OctetString::default, move |_| {
        *count.lock().expect("not poisoned") += 1;
        Ok(())
    });
    let many: Vec<VarBind> =
        (0..40).map(|_| VarBind::new(oid(LOCATION_0), OctetString::from("attic"))).collect();
    let answer = private(&responder).ask(PduHeader::new(PduKind::Set, 9), many);
    assert_eq!(answer.error(), (ErrorStatus::TOO_BIG, 0));
    assert!(answer.varbinds.is_empty());
    assert_eq!(*set.lock().expect("not poisoned"), 0);
    let few: Vec<VarBind> =
        (0..3).map(|_| VarBind::new(oid(LOCATION_0), OctetString::from("attic"))).collect();
    let answer = private(&responder).ask(PduHeader::new(PduKind::Set, 9), few);
    assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
    // P11: named three times with one value, set once.
    assert_eq!(*set.lock().expect("not poisoned"), 1);
}

/// P11: the same variable with two values is refused, always for the second.
#[test]
fn two_values_for_one_variable_are_inconsistent() {
    let (responder, settings, _) = agent();
    let changes =
        [(LOCATION_0, Value::from("attic")), (LIMIT_0, Value::Integer(1)), (LOCATION_0, "roof".into())];
    assert_eq!(private(&responder).set(&changes).error(), (ErrorStatus::INCONSISTENT_VALUE, 3));
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
}

/// An empty SET is answered as it is.
#[test]
fn an_empty_set_succeeds() {
    let (responder, ..) = agent();
    let answer = private(&responder).set(&[]);
    assert_eq!((answer.error(), answer.varbinds.len()), ((ErrorStatus::NO_ERROR, 0), 0));
}

/// S22: TestAndIncr in phase 1 keeps the others from being set.
#[test]
fn test_and_incr_guards_the_request() {
    let (responder, settings, _) = agent();
    let lock = TestAndIncr::new(7);
    let (read, check, step) = (lock.clone(), lock.clone(), lock.clone());
    responder.serve_rw_checked(
        ACME_SERIAL,
        move || read.get(),
        move |value| check.check(*value),
        move |value| step.set(value),
    );
    let changes = |serial| [(LOCATION_0, Value::from("attic")), (SERIAL_0, Value::Integer(serial))];
    assert_eq!(private(&responder).set(&changes(6)).error(), (ErrorStatus::INCONSISTENT_VALUE, 2));
    assert_eq!(*settings.location.lock().expect("not poisoned"), "cellar");
    assert_eq!(private(&responder).set(&changes(7)).error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(lock.get(), 8);
    // A later failure takes the step back.
    let failing = [(SERIAL_0, Value::Integer(8)), (LIMIT_0, Value::Integer(13))];
    assert_eq!(private(&responder).set(&failing).error(), (ErrorStatus::COMMIT_FAILED, 2));
    assert_eq!(lock.get(), 8);
}

/// A value that MIB does not name is refused before the application sees it.
#[test]
fn enumerations_take_their_labels_alone() {
    let (responder, settings, _) = agent();
    let mode = settings.mode.clone();
    responder.serve_rw(
        ACME_MODE,
        || 1,
        move |value| {
            *mode.lock().expect("not poisoned") = value;
            Ok(())
        },
    );
    assert_eq!(
        private(&responder).set(&[(MODE_0, Value::Integer(3))]).error(),
        (ErrorStatus::WRONG_VALUE, 1)
    );
    assert_eq!(*settings.mode.lock().expect("not poisoned"), 1);
    assert_eq!(private(&responder).set(&[(MODE_0, Value::Integer(2))]).error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(*settings.mode.lock().expect("not poisoned"), 2);
}
