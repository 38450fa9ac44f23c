//! Walks and table reads against a fake agent.

use super::agent::{FakeAgent, response_of, system};
use super::*;

fn walk(agent: &mut FakeAgent, plan: &mut WalkPlan) -> Result<Vec<VarBind>, PlanError> {
    let mut found = Vec::new();
    let request =
        |plan: &WalkPlan| plan.request().map(|(header, names)| (header, names.cloned().collect::<Vec<_>>()));
    while let Some((header, names)) = request(plan) {
        let response = agent.ask(header, &names);
        let accepted = plan.accept(&response);
        let wanted = response.varbinds().iter().take(accepted).enumerate();
        let wanted = wanted.filter(|(place, _)| !plan.skipped().contains(place));
        found.extend(wanted.map(|(_, varbind)| varbind.to_varbind()));
        if let Some(error) = plan.take_error() {
            return Err(error);
        }
        assert!(agent.requests < 10_000, "no end");
    }
    Ok(found)
}

#[test]
fn walks_find_everything_below_and_nothing_else() {
    let below: Vec<_> = system().into_iter().take(5).collect();
    for version in [Version::V1, Version::V2c] {
        for max_repetitions in [0, 1, 2, 5, 100] {
            for beyond in [None, Some("1.3.6.1.2.1.2.1.0")] {
                let mut variables = below.clone();
                variables.push(VarBind::new(oid("1.3.6.1.2.0"), 1));
                variables.extend(beyond.map(|name| VarBind::new(oid(name), 2)));
                let mut agent = FakeAgent::new(version, variables);
                let mut plan = WalkPlan::new(version, oid("1.3.6.1.2.1.1"), max_repetitions);
                assert_eq!(walk(&mut agent, &mut plan), Ok(below.clone()));
                assert!(plan.request().is_none());
            }
        }
    }
}

#[test]
fn bulk_walks_need_fewer_requests() {
    let variables: Vec<_> = (0..100).map(|n| VarBind::new(oid(&format!("1.3.6.1.{n}")), n)).collect();
    let requests = |max_repetitions| {
        let mut agent = FakeAgent::new(Version::V2c, variables.clone());
        let found = walk(&mut agent, &mut WalkPlan::new(Version::V2c, oid("1.3.6.1"), max_repetitions));
        assert_eq!(found.map(|found| found.len()), Ok(100));
        agent.requests
    };
    assert_eq!((requests(1), requests(10), requests(200)), (101, 11, 1));
}

/// §3 row 6: both names are told, what came before is kept.
#[test]
fn names_that_do_not_increase() {
    let at = |n: u32| VarBind::new(oid(&format!("1.3.6.1.{n}")), 0);
    for (varbinds, kept, previous, found) in [
        (vec![at(5), at(7), at(6), at(8)], 2, "1.3.6.1.7", "1.3.6.1.6"),
        (vec![at(5), at(5)], 1, "1.3.6.1.5", "1.3.6.1.5"),
        (vec![VarBind::new(oid("1.3.6.1"), 0)], 0, "1.3.6.1", "1.3.6.1"),
    ] {
        let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
        assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &varbinds)), kept);
        let expected = PlanError::NotIncreasing { previous: oid(previous), found: oid(found) };
        assert_eq!(plan.take_error(), Some(expected));
        assert!(plan.take_error().is_none() && plan.request().is_none());
    }
}

/// A name that cannot be read has only its beginning: its neighbours are walked, and it leads nowhere.
#[test]
fn names_that_cannot_be_read() {
    let root = "1.3.6.1";
    let at = |n: u32| VarBind::new(oid(&format!("{root}.{n}")), 0);
    let unreadable = |name: &str| VarBind::new(oid(name), Value::Undecodable { tag: 0x30, bytes: [].into() });
    let next = |plan: &WalkPlan| {
        let (_, names) = plan.request().expect("a request");
        names.cloned().collect::<Vec<_>>()
    };
    for any_order in [false, true] {
        let mut plan = WalkPlan::new(Version::V2c, oid(root), 10);
        plan.set_any_order(any_order);
        let first = [at(5), unreadable(root), at(7), unreadable("1.3.6.1.7")];
        assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &first)), 4);
        assert_eq!((plan.take_error(), next(&plan)), (None, vec![oid("1.3.6.1.7")]));
        // One that has come further is a place to go on from.
        let second = [unreadable("1.3.6.1.8")];
        assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &second)), 1);
        assert_eq!((plan.take_error(), next(&plan)), (None, vec![oid("1.3.6.1.8")]));
        // Nothing else: the agent would say it again and again.
        assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &second)), 1);
        let error = PlanError::NotIncreasing { previous: oid("1.3.6.1.8"), found: oid("1.3.6.1.8") };
        assert_eq!(plan.take_error(), Some(error));
        assert!(plan.request().is_none());
    }
    // Of several subtrees, one that is stuck ends the walk as well.
    let mut plan = WalkPlan::several(Version::V2c, [oid("1.3.6.1"), oid("1.3.6.2")], 10);
    let both = [at(5), unreadable("1.3.6.2"), at(6), unreadable("1.3.6.2")];
    assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &both)), 4);
    assert!(matches!(plan.take_error(), Some(PlanError::NotIncreasing { .. })));
    // One that could be below the root says so: the walk has not come to its end.
    for name in ["0.0", "1.3", "1.3.6.1.9"] {
        let deep = oid("1.3.6.1.9.7");
        let mut plan = WalkPlan::new(Version::V2c, deep.clone(), 1);
        plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &[unreadable(name)]));
        let error = PlanError::NotIncreasing { previous: deep.clone(), found: oid(name) };
        assert_eq!(plan.take_error(), Some(error.clone()), "{name}");
        let mut plan = TablePlan::new(Version::V2c, [deep], 1);
        assert!(plan.request().is_some());
        assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &[unreadable(name)])), Err(error));
    }
    // One that is not below it ends the walk, as one that can be read does.
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1.9.7"), 1);
    plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &[unreadable("1.3.6.1.9.8")]));
    assert!(plan.take_error().is_none() && plan.request().is_none());
    // The end of the subtree is an end.
    let mut plan = WalkPlan::new(Version::V2c, oid(root), 10);
    let end = [unreadable(root), VarBind::new(oid("1.3.7"), 0)];
    assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &end)), 1);
    assert!(plan.take_error().is_none() && plan.request().is_none());
}

#[test]
fn a_limit_ends_an_endless_walk() {
    let variables: Vec<_> = (0..100).map(|n| VarBind::new(oid(&format!("1.3.6.1.{n}")), n)).collect();
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 7);
    plan.set_limit(50);
    let mut agent = FakeAgent::new(Version::V2c, variables.clone());
    assert_eq!(walk(&mut agent, &mut plan), Err(PlanError::Limit(50)));
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 7);
    plan.set_limit(100);
    assert_eq!(walk(&mut FakeAgent::new(Version::V2c, variables), &mut plan).map(|v| v.len()), Ok(100));
}

/// §3 row 6: the opt-out goes on through what does not increase, until a name comes again or the limit is reached.
#[test]
fn names_in_any_order() {
    let at = |n: u32| VarBind::new(oid(&format!("1.3.6.1.{n}")), 0);
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
    plan.set_any_order(true);
    plan.set_limit(5);
    let circle = response_of(ErrorStatus::NO_ERROR, 0, &[at(5), at(7), at(6)]);
    assert_eq!(plan.accept(&circle), 3);
    assert_eq!(plan.take_error(), None);
    assert_eq!(plan.request().map(|(_, names)| names.cloned().collect()), Some(vec![oid("1.3.6.1.6")]));
    assert_eq!(plan.accept(&circle), 0);
    assert!(plan.take_error().is_none() && plan.request().is_none());

    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
    plan.set_any_order(true);
    plan.set_limit(5);
    let down = |n| response_of(ErrorStatus::NO_ERROR, 0, &[at(n), at(n - 1), at(n - 2)]);
    assert_eq!(plan.accept(&down(9)), 3);
    assert_eq!(plan.accept(&down(6)), 2);
    assert_eq!(plan.take_error(), Some(PlanError::Limit(5)));
    assert!(plan.request().is_none());
}

/// Everything that an agent may say instead of endOfMibView ends a walk, each lane of several, and each column of a
/// table, with what came before; also where names need not increase.
#[test]
fn other_ends_than_the_standard_one() {
    let ends = [Value::NoSuchObject, Value::NoSuchInstance, Value::EndOfMibView, Value::Null];
    let mut random = Xorshift(2_024);
    for (end, any_order) in ends.iter().flat_map(|end| [(end, false), (end, true)]) {
        for (max_repetitions, room) in [(1, 1000), (3, 1000), (10, 7), (50, 1000)] {
            let (mut variables, rows) = table(&mut random, 12);
            // Nothing behind the table: the agent's own end is the end of the last column.
            variables.retain(|varbind| COLUMNS.iter().any(|column| varbind.name.starts_with(&oid(column))));
            let mut agent = FakeAgent::new(Version::V2c, variables.clone());
            (agent.room, agent.end) = (room, Some(end.clone()));
            let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1.9"), max_repetitions);
            plan.set_any_order(any_order);
            assert_eq!(walk(&mut agent, &mut plan).as_ref(), Ok(&agent.variables), "{end:?}");
            let mut plan = WalkPlan::several(Version::V2c, COLUMNS.map(oid), max_repetitions);
            plan.set_any_order(any_order);
            assert_eq!(walk(&mut agent, &mut plan).map(|found| found.len()), Ok(variables.len()), "{end:?}");
            let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), max_repetitions);
            assert_eq!(read(&mut agent, &mut plan).as_ref(), Ok(&rows), "{end:?}");
            assert!(agent.requests < 200, "{}", agent.requests);
        }
    }
    // A name of its own without a value is a variable like others.
    let empty = VarBind { name: oid("1.3.6.1.5"), value: Value::Null };
    let mut agent = FakeAgent::new(Version::V2c, vec![empty.clone(), VarBind::new(oid("1.3.6.1.6"), 6)]);
    let found = walk(&mut agent, &mut WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10));
    assert_eq!(found.map(|found| (found.len(), found[0].clone())), Ok((2, empty)));
}

/// An agent that gives its last variable again at the end: an error behind everything that it has, also behind the
/// rows of a table; no error where names need not increase.
#[test]
fn the_last_variable_again() {
    let cell = |column: &str, row: i32| VarBind::new(oid(&format!("{column}.{row}")), row);
    let variables: Vec<_> = (0..7).map(|row| cell(COLUMNS[0], row)).collect();
    for max_repetitions in [1, 3, 7, 50] {
        let mut agent = FakeAgent::new(Version::V2c, variables.clone());
        agent.end = None;
        let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1.9"), max_repetitions);
        assert!(matches!(walk(&mut agent, &mut plan), Err(PlanError::NotIncreasing { .. })));
        let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1.9"), max_repetitions);
        plan.set_any_order(true);
        assert_eq!(walk(&mut agent, &mut plan).as_ref(), Ok(&variables));
        let mut plan = TablePlan::new(Version::V2c, [oid(COLUMNS[0])], max_repetitions);
        let (mut rows, mut error) = (0, None);
        loop {
            let Some((header, names)) = plan.request() else { break };
            let names: Vec<Oid> = names.cloned().collect();
            let response = agent.ask(header, &names);
            error = plan.accept(&response).err();
            while plan.row().expect("no error here").is_some() {
                rows += 1;
            }
        }
        assert_eq!(rows, 7, "{max_repetitions}");
        assert!(matches!(error, Some(PlanError::NotIncreasing { .. })), "{error:?}");
    }
    // One that never gives anything but what was asked for.
    let itself = response_of(ErrorStatus::NO_ERROR, 0, &[cell(COLUMNS[0], 5)]);
    let mut plan = WalkPlan::new(Version::V2c, oid(COLUMNS[0]).child(5).expect("an OID"), 1);
    plan.set_any_order(true);
    assert_eq!((plan.accept(&itself), plan.accept(&itself)), (1, 0));
    assert!(plan.take_error().is_none() && plan.request().is_none());
}

/// SNMPv1: whose end it is that an error index of no use stands for is found out; no column is cut off.
#[test]
fn error_indexes_of_no_use() {
    let mut random = Xorshift(1_157);
    let wrong: [fn(usize) -> usize; 2] = [|_| 0, |index| index + 100];
    for (round, index) in (0..40).flat_map(|round| wrong.map(|index| (round, index))) {
        let (variables, expected) = table(&mut random, round % 20);
        // Nothing behind the table.
        let below = |varbind: &VarBind| COLUMNS.iter().any(|column| varbind.name.starts_with(&oid(column)));
        let variables: Vec<_> = variables.into_iter().filter(below).collect();
        for parallel in [1, 2] {
            let mut agent = FakeAgent::new(Version::V1, variables.clone());
            agent.index = index;
            let mut plan = TablePlan::new(Version::V1, COLUMNS.map(oid), 1);
            plan.set_parallel(parallel);
            assert_eq!(read(&mut agent, &mut plan).as_ref(), Ok(&expected), "{round}");
        }
        let mut agent = FakeAgent::new(Version::V1, variables.clone());
        agent.index = index;
        let found = walk(&mut agent, &mut WalkPlan::several(Version::V1, COLUMNS.map(oid), 1));
        assert_eq!(found.map(|found| found.len()), Ok(variables.len()));
        assert!(agent.requests <= 4 * variables.len() + 20, "{}", agent.requests);
    }
    // What a general error is about is found out as well, and told.
    let mut plan = WalkPlan::several(Version::V1, COLUMNS.map(oid), 1);
    let mut asked = Vec::new();
    while let Some(count) = plan.request().map(|(_, names)| names.count()) {
        asked.push(count);
        plan.accept(&response_of(ErrorStatus::GEN_ERR, 0, &[]));
    }
    assert_eq!(asked, [3, 1]);
    assert!(matches!(plan.take_error(), Some(PlanError::Status { status: ErrorStatus::GEN_ERR, .. })));
}

/// Several columns at once: each comes whole, row by row, whatever the others do.
#[test]
fn several_subtrees_side_by_side() {
    let mut random = Xorshift(31);
    for round in 0..30 {
        let (variables, _) = table(&mut random, round % 30);
        let mut expected: Vec<_> = variables.iter().map(|varbind| varbind.name.clone()).collect();
        expected.retain(|name| COLUMNS.iter().any(|column| name.starts_with(&oid(column))));
        expected.sort();
        for version in [Version::V1, Version::V2c] {
            for (max_repetitions, room) in [(1, 1000), (3, 1000), (10, 7), (10, 1), (50, 1000)] {
                let mut agent = FakeAgent::new(version, variables.clone());
                agent.room = room;
                let mut plan = WalkPlan::several(version, COLUMNS.map(oid), max_repetitions);
                let found = walk(&mut agent, &mut plan).expect("a walk");
                for column in COLUMNS {
                    let below = |name: &&Oid| name.starts_with(&oid(column));
                    let found: Vec<_> = found.iter().map(|varbind| &varbind.name).filter(below).collect();
                    assert_eq!(
                        found,
                        expected.iter().filter(below).collect::<Vec<_>>(),
                        "{version} {column}"
                    );
                }
                assert_eq!(found.len(), expected.len());
            }
        }
    }
    let mut nothing = WalkPlan::several(Version::V2c, [], 10);
    assert!(nothing.request().is_none() && nothing.take_error().is_none());
}

/// Behind the subtree of the root, and what the agent said at the end.
#[test]
fn walks_beyond_a_subtree() {
    let names = ["0.0.1", "1.0.8802.1", "1.2.3", "1.3.6.1.1", "1.3.6.1.2", "2.5.1"];
    let variables: Vec<_> = names.iter().map(|name| VarBind::new(oid(name), 0)).collect();
    for version in [Version::V1, Version::V2c] {
        for max_repetitions in [1, 3, 100] {
            for (root, extent, found, end) in [
                ("0.0", Extent::Everything, &names[..], Some("2.5.1")),
                ("1.0", Extent::Branch, &names[1..5], None),
                ("0.0", Extent::Branch, &names[..1], None),
                ("2.0", Extent::Branch, &names[5..], Some("2.5.1")),
                ("1.3", Extent::Subtree, &names[3..5], None),
                ("2.7", Extent::Subtree, &[], Some("2.7")),
            ] {
                let mut agent = FakeAgent::new(version, variables.clone());
                let mut plan = WalkPlan::new(version, oid(root), max_repetitions);
                plan.set_extent(extent);
                let walked = walk(&mut agent, &mut plan).expect("a walk");
                let walked: Vec<_> = walked.into_iter().map(|varbind| varbind.name).collect();
                assert_eq!(
                    walked,
                    found.iter().map(|name| oid(name)).collect::<Vec<_>>(),
                    "{root} {extent:?}"
                );
                assert_eq!(plan.past_end().cloned(), end.map(oid), "{root} {extent:?} {max_repetitions}");
            }
        }
    }
}

#[test]
fn refusals_end_a_walk() {
    let status = ErrorStatus::NO_ACCESS;
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
    plan.accept(&response_of(status, 1, &[]));
    assert_eq!(plan.take_error(), Some(PlanError::Status { status, index: 1, name: Some(oid("1.3.6.1")) }));
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
    plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &[]));
    assert_eq!(plan.take_error(), Some(PlanError::Empty));
}

/// What an agent refuses as a whole because of one of many repetitions, it still gives one by one.
#[test]
fn refused_repetitions_are_asked_for_one_by_one() {
    let root = |column: u32| oid(&format!("1.3.6.1.{column}"));
    let cell = |column: u32, row: u32| VarBind::new(oid(&format!("1.3.6.1.{column}.{row}")), 0);
    let variables: Vec<_> =
        [1, 2].into_iter().flat_map(|column| [1, 2, 3].map(|row| cell(column, row))).collect();
    for refusal in [ErrorStatus::NO_SUCH_NAME, ErrorStatus::GEN_ERR] {
        let mut agent = FakeAgent::new(Version::V2c, variables.clone());
        agent.refusal = Some(refusal);
        let ended = refusal == ErrorStatus::NO_SUCH_NAME;
        let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
        let mut found = 0;
        while let Some((header, names)) =
            plan.request().map(|(header, names)| (header, names.cloned().collect::<Vec<_>>()))
        {
            found += plan.accept(&agent.ask(header, &names));
            plan.set_max_repetitions(Version::V2c, 10);
            assert!(agent.requests < 20, "no end");
        }
        assert_eq!((found, plan.take_error().is_none()), (variables.len(), ended));
        for parallel in [1, 2] {
            agent.requests = 0;
            let mut plan = TablePlan::new(Version::V2c, [root(1), root(2)], 10);
            plan.set_parallel(parallel);
            let mut under_way = Vec::new();
            let (mut rows, mut ok) = (0, true);
            while ok {
                while let Some((number, header, names)) = plan.next_request() {
                    let names: Vec<_> = names.cloned().collect();
                    under_way.push((number, agent.ask(header, &names)));
                }
                if under_way.is_empty() {
                    break;
                }
                for (number, response) in under_way.drain(..) {
                    ok &= plan.accept_from(number, &response).is_ok();
                }
                plan.set_max_repetitions(10);
                while let Ok(Some(_)) = plan.row() {
                    rows += 1;
                }
                assert!(agent.requests < 40, "no end");
            }
            assert_eq!((rows, ok), (3, ended), "{parallel}");
        }
    }
}

/// §3 row 7: tooBig to a GETBULK asks for less.
#[test]
fn too_big_asks_for_less() {
    let mut plan = WalkPlan::new(Version::V2c, oid("1.3.6.1"), 10);
    let mut asked = Vec::new();
    while let Some(header) = plan.request().map(|(header, _)| header) {
        asked.push((header.kind, header.max_repetitions()));
        plan.accept(&response_of(ErrorStatus::TOO_BIG, 0, &[]));
    }
    assert_eq!(
        asked,
        [(PduKind::GetBulk, 10), (PduKind::GetBulk, 5), (PduKind::GetBulk, 2), (PduKind::GetNext, 0)]
    );
    assert!(matches!(plan.take_error(), Some(PlanError::Status { status: ErrorStatus::TOO_BIG, .. })));
}

type Row = (Vec<u32>, Vec<Option<i32>>);

fn plain(row: &TableRow) -> Row {
    let cells = row.cells.iter().map(|cell| match cell {
        Some(Value::Integer(n)) => Some(*n),
        None => None,
        other => panic!("{other:?}"),
    });
    (row.index().collect(), cells.collect())
}

fn read(agent: &mut FakeAgent, plan: &mut TablePlan) -> Result<Vec<Row>, PlanError> {
    let mut rows = Vec::new();
    loop {
        while let Some(row) = plan.row()? {
            rows.push(plain(&row));
        }
        let Some((header, names)) = plan.request() else { return Ok(rows) };
        let names: Vec<Oid> = names.cloned().collect();
        let response = agent.ask(header, &names);
        plan.accept(&response)?;
        assert!(agent.requests < 10_000, "no end");
    }
}

const COLUMNS: [&str; 3] = ["1.3.6.1.9.1.1", "1.3.6.1.9.1.2", "1.3.6.1.9.1.300"];

/// A table with random holes, and what it should read as.
fn table(random: &mut Xorshift, rows: u32) -> (Vec<VarBind>, Vec<Row>) {
    let mut variables = vec![VarBind::new(oid("1.3.6.1.9.0"), 0), VarBind::new(oid("1.3.6.1.9.1.2000.1"), 0)];
    let mut expected = Vec::new();
    let mut index = 0;
    for _ in 0..rows {
        index += 1 + random.next_u32() % 200;
        let arcs = vec![7, index];
        let mut cells = Vec::new();
        for column in COLUMNS {
            let value = (!random.next_u32().is_multiple_of(3)).then_some(random.next_u32() as i32);
            variables.extend(value.map(|value| VarBind::new(oid(&format!("{column}.7.{index}")), value)));
            cells.push(value);
        }
        if cells.iter().any(Option::is_some) {
            expected.push((arcs, cells));
        }
    }
    (variables, expected)
}

/// §3 row 14: holes are where the table has them, wherever that is.
#[test]
fn cells_are_joined_by_index() {
    let mut random = Xorshift(4711);
    for round in 0..200 {
        let (variables, expected) = table(&mut random, round % 40);
        for version in [Version::V1, Version::V2c] {
            for (max_repetitions, room) in [(1, 1000), (3, 1000), (10, 7), (10, 1), (50, 1000)] {
                let mut agent = FakeAgent::new(version, variables.clone());
                agent.room = room;
                let mut plan = TablePlan::new(version, COLUMNS.map(oid), max_repetitions);
                assert_eq!(
                    read(&mut agent, &mut plan).as_ref(),
                    Ok(&expected),
                    "{version} {max_repetitions}"
                );
            }
        }
    }
}

/// S7: columns of several tables in parallel requests, whose responses come in any order, are joined all the same;
/// what is held is bounded.
#[test]
fn parallel_requests() {
    let mut random = Xorshift(815);
    for round in 0..40 {
        let (variables, expected) = table(&mut random, round % 40);
        for version in [Version::V1, Version::V2c] {
            for (max_repetitions, room, parallel) in [(1, 1000, 3), (5, 1000, 2), (10, 7, 3), (10, 1, 9)] {
                let mut agent = FakeAgent::new(version, variables.clone());
                agent.room = room;
                let mut plan = TablePlan::new(version, COLUMNS.map(oid), max_repetitions);
                plan.set_parallel(parallel);
                let mut under_way: Vec<(usize, PduHeader, Vec<Oid>)> = Vec::new();
                let mut rows = Vec::new();
                loop {
                    while let Some((request, header, names)) = plan.next_request() {
                        let names: Vec<Oid> = names.cloned().collect();
                        under_way.push((request, header, names));
                    }
                    let mut taken = false;
                    while let Some(row) = plan.row().expect("no error") {
                        taken = true;
                        rows.push(row);
                        if random.next_u32().is_multiple_of(2) {
                            break; // taken apart slowly
                        }
                    }
                    if under_way.is_empty() {
                        if taken {
                            continue;
                        }
                        break;
                    }
                    assert!(under_way.len() <= parallel.min(3));
                    let any = random.next_u32() as usize % under_way.len();
                    let (request, header, names) = under_way.swap_remove(any);
                    if random.next_u32().is_multiple_of(10) {
                        plan.give_up(request);
                        continue;
                    }
                    let response = agent.ask(header, &names);
                    plan.accept_from(request, &response).expect("no error");
                    assert!(plan.held() <= 3 * 2 * max_repetitions.max(1) as usize);
                    assert!(agent.requests < 10_000, "no end");
                }
                let rows: Vec<Row> = rows.iter().map(plain).collect();
                assert_eq!(rows, expected, "{version} {max_repetitions} {room} {parallel}");
            }
        }
    }
}

#[test]
fn full_columns_share_their_requests() {
    let cell = |column: &str, row: i32| VarBind::new(oid(&format!("{column}.{row}")), row);
    let variables = (0..50).flat_map(|row| COLUMNS.map(|column| cell(column, row))).collect();
    let mut agent = FakeAgent::new(Version::V2c, variables);
    let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), 10);
    assert_eq!(read(&mut agent, &mut plan).map(|rows| rows.len()), Ok(50));
    assert_eq!(agent.requests, 6, "five of ten rows, one to see the end");
}

#[test]
fn a_column_that_goes_backwards() {
    let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), 10);
    let _ = plan.request().map(|(_, names)| names.count());
    let varbinds = [
        VarBind::new(oid("1.3.6.1.9.1.1.5"), 0),
        VarBind::new(oid("1.3.6.1.9.1.2.5"), 0),
        VarBind::new(oid("1.3.6.1.9.1.300.5"), 0),
        VarBind::new(oid("1.3.6.1.9.1.1.6"), 0),
        VarBind::new(oid("1.3.6.1.9.1.2.4"), 0),
    ];
    let error = plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &varbinds));
    let (previous, found) = (oid("1.3.6.1.9.1.2.5"), oid("1.3.6.1.9.1.2.4"));
    assert_eq!(error, Err(PlanError::NotIncreasing { previous, found }));
    assert!(plan.request().is_none());
    let row = plan.row().expect("no error").expect("it came whole before");
    assert_eq!(plain(&row), (vec![5], vec![Some(0); 3]));
    assert_eq!(plan.row(), Ok(None));
}

#[test]
fn limits_and_refusals_end_a_table_read() {
    let variables = (0..50).map(|row| VarBind::new(oid(&format!("{}.{row}", COLUMNS[0])), row)).collect();
    let mut agent = FakeAgent::new(Version::V2c, variables);
    let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), 10);
    plan.set_limit(20);
    assert_eq!(read(&mut agent, &mut plan), Err(PlanError::Limit(20)));

    let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), 10);
    let _ = plan.request().map(|(_, names)| names.count());
    let status = ErrorStatus::AUTHORIZATION_ERROR;
    let error = plan.accept(&response_of(status, 2, &[]));
    assert_eq!(error, Err(PlanError::Status { status, index: 2, name: Some(oid(COLUMNS[1])) }));
    let mut plan = TablePlan::new(Version::V2c, COLUMNS.map(oid), 10);
    assert_eq!(plan.accept(&response_of(ErrorStatus::NO_ERROR, 0, &[])), Err(PlanError::Empty));
}
