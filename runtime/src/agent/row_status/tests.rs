//! S20 and S21: every cell of the table in RFC 2579, RowStatus.

use super::*;
use crate::message::ErrorStatus;

use RowState::{Absent, Active, NotInService, NotReady};

const WRONG: Result<RowState, ErrorStatus> = Err(ErrorStatus::WRONG_VALUE);
const INCONSISTENT: Result<RowState, ErrorStatus> = Err(ErrorStatus::INCONSISTENT_VALUE);
const NAME: Result<RowState, ErrorStatus> = Err(ErrorStatus::INCONSISTENT_NAME);

const STATES: [RowState; 4] = [Absent, NotReady, NotInService, Active];

fn run(
    state: RowState,
    status: Option<i32>,
    complete: bool,
    in_use: bool,
    rules: RowRules,
) -> Result<RowState, ErrorStatus> {
    state.after(RowChange { status, complete, in_use }, rules).map_err(|error| error.status())
}

/// S20: six actions in four states, with a complete and with an incomplete row.
#[test]
fn all_cells_of_the_standard_table() {
    // Columns: absent, notReady, notInService, active.
    type Line = [Result<RowState, ErrorStatus>; 4];
    let lines: [(Option<i32>, bool, Line); 12] = [
        (Some(4), true, [Ok(Active), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(4), false, [INCONSISTENT, INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(5), true, [Ok(NotInService), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(5), false, [Ok(NotReady), INCONSISTENT, INCONSISTENT, INCONSISTENT]),
        (Some(1), true, [INCONSISTENT, Ok(Active), Ok(Active), Ok(Active)]),
        (Some(1), false, [INCONSISTENT, INCONSISTENT, INCONSISTENT, Ok(Active)]),
        (Some(2), true, [INCONSISTENT, Ok(NotInService), Ok(NotInService), Ok(NotInService)]),
        (Some(2), false, [INCONSISTENT, INCONSISTENT, Ok(NotInService), Ok(NotInService)]),
        (Some(6), true, [Ok(Absent); 4]),
        (Some(6), false, [Ok(Absent); 4]),
        (None, true, [NAME, Ok(NotInService), Ok(NotInService), Ok(Active)]),
        (None, false, [NAME, Ok(NotReady), Ok(NotInService), Ok(Active)]),
    ];
    for (status, complete, expected) in lines {
        for (state, expected) in STATES.into_iter().zip(expected) {
            let found = run(state, status, complete, false, RowRules::default());
            assert_eq!(found, expected, "{status:?} in {state:?}, complete: {complete}");
        }
    }
}

/// S20, notes 1 and 4 to 7: what the table may decide.
#[test]
fn the_rules_of_a_table_change_their_cells_alone() {
    let no_wait = RowRules { wait: false, ..RowRules::default() };
    assert_eq!(run(Absent, Some(5), true, false, no_wait), WRONG);
    assert_eq!(run(Active, Some(2), true, false, no_wait), WRONG);

    let implicit = RowRules { implicit: true, ..RowRules::default() };
    assert_eq!(run(Absent, None, true, false, implicit), Ok(NotInService));
    assert_eq!(run(Absent, None, false, false, implicit), Ok(NotReady));

    let frozen = RowRules { live_changes: false, ..RowRules::default() };
    assert_eq!(run(Active, None, true, false, frozen), INCONSISTENT);

    let rules = RowRules::default();
    assert_eq!(run(Active, Some(2), true, true, rules), INCONSISTENT);
    assert_eq!(run(Active, Some(6), true, true, rules), INCONSISTENT);
    assert_eq!(run(NotInService, Some(6), true, true, rules), Ok(Absent));
}

/// S21: notReady cannot be written, nor can numbers without a name.
#[test]
fn not_ready_is_wrong_value_in_every_state() {
    for state in STATES {
        for value in [i32::MIN, -1, 0, 3, 7, i32::MAX] {
            assert_eq!(run(state, Some(value), true, false, RowRules::default()), WRONG);
        }
    }
}

/// S21: actions are never read.
#[test]
fn reading_gives_states_alone() {
    let values: Vec<Option<i32>> = STATES.into_iter().map(RowState::value).collect();
    assert_eq!(values, [None, Some(3), Some(2), Some(1)]);
}
