//! Agents whose values and indexes are not what the MIB says.

use super::agent::Faults;
use super::*;
use crate::ber::{Anomaly, Rules};
use crate::value::Gauge32;

/// The ports of [`variables`], with counts that are not counters and an index that is not an index.
fn odd_variables() -> Vec<VarBind> {
    let mut variables = variables();
    for varbind in &mut variables {
        varbind.value = match varbind.name.to_string().as_str() {
            "1.3.6.1.2.1.1.3.0" => Value::Integer(4711),
            "1.3.6.1.4.1.99999.2.1.3.2" => Gauge32(7).into(),
            "1.3.6.1.4.1.99999.2.1.3.4" => Value::from("n/a"),
            "1.3.6.1.4.1.99999.2.1.3.5" => Value::Integer(-1),
            "1.3.6.1.4.1.99999.2.1.3.7" => Value::Null,
            "1.3.6.1.4.1.99999.2.1.2.11" => Value::Integer(11),
            _ => continue,
        };
    }
    for index in ["8.1", "21.0.0"] {
        let name = oid(&format!("1.3.6.1.4.1.99999.2.1.2.{index}"));
        variables.push(VarBind::new(name, Value::from("nowhere")));
    }
    variables
}

async fn odd_agent() -> Agent {
    Agent::of(odd_variables(), Faults::default(), "127.0.0.1:0").await
}

/// What came of each row: its number and count, or what is wrong.
async fn read(session: &Session) -> (Vec<(i32, Option<u32>)>, Vec<String>) {
    let mut table = session.table((PORT_NAME, PORT_COUNT));
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    loop {
        match table.try_next().await {
            Ok(Some((PortIndex(port), (_, count)))) => rows.push((port, count.map(u32::from))),
            Ok(None) => return (rows, errors),
            Err(error) => errors.push(error.to_string()),
        }
    }
}

/// §3 rows 13 and 14: a row with a cell or an index that cannot be is told of, and the next ones come.
#[tokio::test]
async fn tables_go_on_behind_an_odd_row() {
    let agent = odd_agent().await;
    let (session, record) = manager().await.target(agent.v2c()).recorded();
    let (rows, errors) = read(&session).await;
    let ports: Vec<i32> = rows.iter().map(|(port, _)| *port).collect();
    let expected: Vec<i32> = (1..=20).filter(|port| ![4, 5, 11].contains(port)).collect();
    assert_eq!(ports, expected);
    assert_eq!(rows[1], (2, Some(7)), "a Gauge32 stands for a Counter32");
    assert!(rows.contains(&(7, None)), "no value is a hole");
    let told = [
        ("2.1.3.4)", "expected Counter32, found OctetString"),
        ("2.1.3.5)", "expected Counter32, found Integer32"),
        ("99999.2.1.2.8.1", "index"),
        ("2.1.2.11)", "expected OctetString, found Integer32"),
        ("99999.2.1.2.21.0.0", "index"),
    ];
    assert_eq!(errors.len(), told.len(), "{errors:#?}");
    for (error, (name, problem)) in errors.iter().zip(told) {
        assert!(error.contains(name) && error.contains(problem), "{error}");
    }
    assert!(record.take().anomalies.contains(Anomaly::SiblingType));
}

/// The same as structs.
#[tokio::test]
async fn structs_go_on_behind_an_odd_row() {
    let agent = odd_agent().await;
    let session = manager().await.target(agent.v2c());
    let mut rows = session.each_row::<Port>().max_repetitions(4);
    let (mut ports, mut errors) = (Vec::new(), 0);
    loop {
        match rows.try_next().await {
            Ok(Some((PortIndex(port), row))) => ports.push((port, row.count)),
            Ok(None) => break,
            Err(Error::Value { .. } | Error::Index { .. }) => errors += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((ports.len(), errors), (17, 5));
    assert_eq!(ports[1], (2, Some(Counter32(7))));
    assert!(rows.details().anomalies.contains(Anomaly::SiblingType));
    assert!(matches!(session.rows::<Port>().await, Err(Error::Value { .. })), "all or nothing");
    // Any other error is the end.
    let mut limited = session.each_row::<Port>().limit(1);
    assert!(limited.try_next().await.expect("the first").is_some());
    assert!(matches!(limited.try_next().await, Err(Error::Limit { .. })));
    assert!(limited.try_next().await.expect("the end").is_none());
}

/// Strict rules take only the object's type; single values are treated as cells are.
#[tokio::test]
async fn numbers_of_sibling_types() {
    let agent = odd_agent().await;
    let manager = manager().await;
    let (session, record) = manager.target(agent.v2c()).recorded();
    let (up, count) = session.get((UP_TIME, PORT_COUNT.at(2))).await.expect("values");
    assert_eq!((up, count), (TimeTicks(4711), Counter32(7)));
    assert!(record.take().anomalies.contains(Anomaly::SiblingType));
    session.get(PORT_COUNT.at(1)).await.expect("a value");
    assert!(!record.take().anomalies.contains(Anomaly::SiblingType), "only where there was one");
    let error = session.get(PORT_COUNT.at(5)).await.expect_err("less than nothing");
    assert!(error.to_string().contains("expected Counter32, found Integer32"), "{error}");

    let strict = manager.target(agent.v2c().rules(Rules::Strict));
    assert!(matches!(strict.get(UP_TIME).await, Err(Error::Value { .. })));
    let (rows, errors) = read(&strict).await;
    assert!(errors.len() == 7 && rows.iter().all(|(port, _)| *port != 2), "{errors:#?}");
    let strict = Settings { rules: Rules::Strict, ..Settings::default() };
    let strict = Manager::bind_with(&strict).await.expect("a socket").target(agent.v2c());
    assert!(matches!(strict.get(UP_TIME).await, Err(Error::Value { .. })));
}
