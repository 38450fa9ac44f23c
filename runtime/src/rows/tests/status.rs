//! S20 and S21: RowStatus, every cell of the standard's table.

use super::acme::*;
use crate::agent::{RowRules, RowState};
use crate::message::ErrorStatus;
use crate::rows::RowStore;
use crate::value::{Value, VarBind};

const NOTHING: i32 = 0;

/// What a cell of the table says: no error and the state after, or the error.
type Cell = Result<i32, ErrorStatus>;

const INCONSISTENT: Cell = Err(ErrorStatus::INCONSISTENT_VALUE);
const NAME: Cell = Err(ErrorStatus::INCONSISTENT_NAME);
const GONE: Cell = Ok(NOTHING);

/// A store whose row (1, a) is in a state: no row, notReady, notInService, active.
fn store(state: i32, rules: RowRules) -> RowStore<Port> {
    let store = RowStore::builder().rules(rules).build().unwrap();
    let owner = port(1, "a", 3, "ann");
    let steps: &[&[VarBind]] = match state {
        NOTHING => &[],
        NOT_READY => &[&[status_is(1, "a", CREATE_AND_WAIT)]],
        NOT_IN_SERVICE => &[&[status_is(1, "a", CREATE_AND_WAIT), owner]],
        _ => &[&[status_is(1, "a", CREATE_AND_GO), owner]],
    };
    for step in steps {
        assert_eq!(set(&store, step), OK);
    }
    assert_eq!(state_of(&store), state);
    store
}

fn state_of(store: &RowStore<Port>) -> i32 {
    store.get(&(1, "a").into(), STATUS).unwrap_or(NOTHING)
}

/// One cell: the action in the state, by itself or with the column that the row needs, in front of it or behind.
fn check(action: Option<i32>, state: i32, gives_owner: bool, expected: Cell, rules: RowRules) {
    let owner = port(1, "a", 3, "bob");
    let status = action.map(|action| status_is(1, "a", action));
    let orders: Vec<Vec<VarBind>> = match (status, gives_owner) {
        (Some(status), true) => vec![vec![status.clone(), owner.clone()], vec![owner, status]],
        (Some(status), false) => vec![vec![status]],
        (None, _) => vec![vec![owner]],
    };
    for changes in orders {
        let store = store(state, rules);
        let before = walk(&store);
        let (status, place) = set(&store, &changes);
        let what = format!("action {action:?} in state {state}, owner given: {gives_owner}");
        match expected {
            Ok(after) => {
                assert_eq!(status, ErrorStatus::NO_ERROR, "{what}");
                assert_eq!(state_of(&store), after, "{what}");
            }
            Err(expected) => {
                assert_eq!(status, expected, "{what}");
                // It is the status that cannot be; inconsistentName is said of the column.
                let status_at = changes.iter().position(|change| change.name.to_string().contains(".5.1.8."));
                assert_eq!(place, status_at.map_or(1, |at| at + 1), "{what}");
                assert_eq!(walk(&store), before, "{what}: refused and changed");
            }
        }
    }
}

/// S20: six actions in four states. Lines that have two outcomes in the standard are here twice: by themselves, and with
/// the one column that the row needs and has no default for.
#[test]
fn every_cell_of_the_table() {
    // Columns: no row, notReady, notInService, active.
    let lines: [(Option<i32>, bool, [Cell; 4]); 11] = [
        (Some(CREATE_AND_GO), true, [Ok(ACTIVE), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(CREATE_AND_GO), false, [INCONSISTENT; 4]),
        (Some(CREATE_AND_WAIT), true, [Ok(NOT_IN_SERVICE), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(CREATE_AND_WAIT), false, [Ok(NOT_READY), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(ACTIVE), true, [INCONSISTENT, Ok(ACTIVE), Ok(ACTIVE), Ok(ACTIVE)]),
        (Some(ACTIVE), false, [INCONSISTENT, INCONSISTENT, Ok(ACTIVE), Ok(ACTIVE)]),
        (
            Some(NOT_IN_SERVICE),
            true,
            [INCONSISTENT, Ok(NOT_IN_SERVICE), Ok(NOT_IN_SERVICE), Ok(NOT_IN_SERVICE)],
        ),
        (Some(NOT_IN_SERVICE), false, [INCONSISTENT, INCONSISTENT, Ok(NOT_IN_SERVICE), Ok(NOT_IN_SERVICE)]),
        (Some(DESTROY), false, [GONE; 4]),
        (None, true, [NAME, Ok(NOT_IN_SERVICE), Ok(NOT_IN_SERVICE), Ok(ACTIVE)]),
        // notReady(3) is not an action: S21.
        (Some(NOT_READY), false, [Err(ErrorStatus::WRONG_VALUE); 4]),
    ];
    let mut cells = 0;
    for (action, gives_owner, expected) in lines {
        for (state, expected) in [NOTHING, NOT_READY, NOT_IN_SERVICE, ACTIVE].into_iter().zip(expected) {
            check(action, state, gives_owner, expected, RowRules::default());
            cells += 1;
        }
    }
    assert_eq!(cells, 44);
}

/// S20: columns that come with destroy go with the row; without a row they cannot be set.
#[test]
fn columns_beside_destroy() {
    for state in [NOT_READY, NOT_IN_SERVICE, ACTIVE] {
        check(Some(DESTROY), state, true, GONE, RowRules::default());
    }
    let store = store(NOTHING, RowRules::default());
    let changes = [status_is(1, "a", DESTROY), port(1, "a", 3, "ann")];
    assert_eq!(set(&store, &changes), (ErrorStatus::INCONSISTENT_NAME, 2));
}

/// S20, notes 1 and 6: a table may do without rows that are not active.
#[test]
fn without_waiting() {
    let rules = RowRules { wait: false, ..RowRules::default() };
    for (action, state) in [(CREATE_AND_WAIT, NOTHING), (NOT_IN_SERVICE, ACTIVE)] {
        let store = store(state, rules);
        assert_eq!(set(&store, &[status_is(1, "a", action)]), (ErrorStatus::WRONG_VALUE, 1));
        assert_eq!(state_of(&store), state);
    }
    check(Some(CREATE_AND_GO), NOTHING, true, Ok(ACTIVE), rules);
}

/// S20, note 4: any column can make a row, if the table says so.
#[test]
fn rows_made_by_a_column() {
    let rules = RowRules { implicit: true, ..RowRules::default() };
    check(None, NOTHING, true, Ok(NOT_IN_SERVICE), rules);
    let store = store(NOTHING, rules);
    assert_eq!(set(&store, &[port(1, "a", 5, 2)]), OK);
    assert_eq!(state_of(&store), NOT_READY);
    assert_eq!(set(&store, &[port(1, "a", 3, "ann"), status_is(1, "a", ACTIVE)]), OK);
}

/// S20, note 5: columns that cannot be changed while a row is active. They can if it is not active before the request,
/// or not after it.
#[test]
fn frozen_columns() {
    let frozen = RowRules { live_changes: false, ..RowRules::default() };
    let refused = |at| (ErrorStatus::INCONSISTENT_VALUE, at);
    let store = store(ACTIVE, frozen);
    assert_eq!(set(&store, &[port(1, "a", 3, "bob")]), refused(1));
    assert_eq!(set(&store, &[status_is(1, "a", ACTIVE), port(1, "a", 3, "bob")]), refused(2));
    assert_eq!(set(&store, &[port(1, "a", 3, "bob"), status_is(1, "a", NOT_IN_SERVICE)]), OK);
    assert_eq!(set(&store, &[port(1, "a", 3, "cy")]), OK);
    assert_eq!(set(&store, &[status_is(1, "a", ACTIVE), port(1, "a", 3, "dan")]), OK);
    assert_eq!(store.get(&(1, "a").into(), OWNER), Some("dan".into()));

    let one =
        RowStore::<Port>::builder().frozen(SPEED).row((1, "a"), |row| row.set(OWNER, "ann")).build().unwrap();
    assert_eq!(set(&one, &[port(1, "a", 3, "bob"), port(1, "a", 4, crate::value::Gauge32(7))]), refused(2));
    assert_eq!(set(&one, &[port(1, "a", 3, "bob")]), OK);
}

/// S20, notes 6 to 8: what the application says of a row that is in use, or whose values do not go together.
#[test]
fn rows_in_use() {
    let store = RowStore::<Port>::builder()
        .row((1, "a"), |row| row.set(OWNER, "ann"))
        .on_test(|change| match change.after() {
            Some(row) if row.state() == RowState::Active => Ok(()),
            _ => Err(crate::agent::SetError::inconsistent_value()),
        })
        .build()
        .unwrap();
    for action in [NOT_IN_SERVICE, DESTROY] {
        let changes = [port(1, "a", 5, 2), status_is(1, "a", action)];
        // Of the row: the first varbind of it.
        assert_eq!(set(&store, &changes), (ErrorStatus::INCONSISTENT_VALUE, 1));
        assert_eq!(state_of(&store), ACTIVE);
    }
}

/// S21: a status reads 1, 2 or 3 in every state.
#[test]
fn what_is_read_is_a_state() {
    for state in [NOT_READY, NOT_IN_SERVICE, ACTIVE] {
        let store = store(state, RowRules::default());
        assert_eq!(store.value(status_is(1, "a", 0).name.as_ref()), Value::Integer(state));
    }
}
