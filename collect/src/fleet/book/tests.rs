use super::*;
use crate::fleet::calendar;

type Device = Book<(), &'static str>;

fn payload(interval: u64, since: u64) -> Bytes {
    let order = Order {
        device: "switch".to_owned(),
        address: "192.0.2.1".to_owned(),
        auth: "public".to_owned(),
        profile: "interfaces".to_owned(),
        interval,
        labels: Default::default(),
        since,
    };
    serde_json::to_vec(&order).expect("JSON").into()
}

fn arrive(book: &mut Device, due: u64, delivery: &'static str) -> Arrival<&'static str> {
    book.arrive("switch.interfaces", &payload(10, 5), |_| Some(due), delivery).expect("an order")
}

fn start(book: &mut Device, due: u64, delivery: &'static str) -> Job<&'static str> {
    match arrive(book, due, delivery) {
        Arrival::Start(job) => job,
        other => panic!("{other:?}"),
    }
}

fn good() -> Outcome {
    Outcome { stored: true, up: true, refused: false, took: 20, reason: None }
}

#[test]
fn a_device_is_polled_once_at_a_time_and_the_newest_job_waits() {
    let mut book = Device::default();
    let job = start(&mut book, 10, "a");
    // The same job again, and two later ones while the poll takes too long.
    assert!(matches!(arrive(&mut book, 10, "a again"), Arrival::Held));
    assert!(matches!(arrive(&mut book, 20, "b"), Arrival::Held));
    assert!(matches!(arrive(&mut book, 30, "c"), Arrival::Held));
    assert!(matches!(arrive(&mut book, 20, "b again"), Arrival::Held));
    assert_eq!(book.flying(), 1);
    let (next, again) = book.finish(&job.key, job.due, good());
    let next = next.expect("one waits");
    assert_eq!((next.due, next.delivery, again), (30, Some("c"), Some("a again")));
    assert_eq!(Done::Tick(10).missed(&next), 1);
    assert!(matches!(book.finish(&next.key, next.due, good()), (None, None)));
    assert_eq!(book.flying(), 0);
}

#[test]
fn what_is_stored_is_not_polled_again() {
    let mut book = Device::default();
    let job = start(&mut book, 20, "a");
    book.finish(&job.key, job.due, good());
    assert!(matches!(arrive(&mut book, 20, "a again"), Arrival::Done("a again")));
    assert!(matches!(arrive(&mut book, 10, "before"), Arrival::Done("before")));
    let job = start(&mut book, 30, "b");
    // A result that nobody took: its job may come again.
    book.finish(&job.key, job.due, Outcome { up: true, ..Outcome::default() });
    start(&mut book, 30, "b again");
}

#[test]
fn a_clock_that_was_wrong_does_not_stop_polls() {
    let mut book = Device::default();
    let job = start(&mut book, 1_000_000, "future");
    book.finish(&job.key, job.due, good());
    start(&mut book, 500, "now");
}

#[test]
fn a_job_that_waits_for_its_turn_is_replaced() {
    let mut book = Device::default();
    let job = start(&mut book, 10, "a");
    assert!(matches!(arrive(&mut book, 20, "b"), Arrival::Held));
    let job = book.newest(job);
    assert_eq!((job.due, job.delivery), (20, Some("b")));
    assert!(matches!(arrive(&mut book, 20, "b again"), Arrival::Held));
    assert!(matches!(book.finish(&job.key, job.due, good()), (None, Some("b again"))));
}

#[test]
fn ticks_are_missed_from_the_last_result_or_from_the_making_of_the_schedule() {
    let mut book = Device::default();
    let job = start(&mut book, 60, "a");
    assert_eq!(Done::Nothing.missed(&job), 5);
    assert_eq!(Done::Tick(50).missed(&job), 0);
    assert_eq!(Done::Tick(30).missed(&job), 2);
    // Stored before the schedule was changed.
    assert_eq!(Done::Tick(4).missed(&job), 5);
}

#[test]
fn a_changed_order_is_another_device() {
    let mut book = Device::default();
    let job = start(&mut book, 10, "a");
    book.keep(&job, Arc::new(()));
    assert!(book.warm(&job.key).is_some());
    let changed = book.arrive("switch.interfaces", &payload(20, 5), |order| Some(order.interval), "b");
    assert!(matches!(changed, Ok(Arrival::Held)));
    assert!(book.warm(&job.key).is_none());
    // What the poll under way has made is of the old order.
    book.keep(&job, Arc::new(()));
    assert!(book.warm(&job.key).is_none());
}

#[test]
fn a_job_that_cannot_be_read_is_an_error() {
    let mut book = Device::default();
    assert!(book.arrive("x.y", &Bytes::from_static(b"{}"), |_| Some(1), "a").is_err());
    assert!(book.arrive("x.y", &payload(10, 0), |_| None, "a").is_err());
    assert_eq!(book.flying(), 0);
}

#[test]
fn a_summary_names_dead_and_slow_devices_and_forgets() {
    let mut book = Device::default();
    for due in [10, 20, 30] {
        let job = start(&mut book, due, "a");
        book.begins(due);
        let reason = Some("no answer".to_owned());
        book.finish(&job.key, due, Outcome { up: false, took: 100, reason, ..good() });
    }
    let summary = book.summary(31);
    assert_eq!((summary.devices, summary.dead, summary.slow, summary.lag), (1, 1, 0, 30));
    assert_eq!((summary.silent[0].number, summary.silent[0].reason.as_deref()), (3, Some("no answer")));
    // It answers, but it refuses.
    let job = start(&mut book, 35, "a");
    let reason = Some("refused".to_owned());
    book.finish(&job.key, 35, Outcome { up: false, refused: true, reason, ..good() });
    let summary = book.summary(36);
    assert_eq!((summary.dead, summary.silent.len(), summary.refusing), (0, 0, 1));
    assert_eq!((summary.refused[0].number, summary.refused[0].reason.as_deref()), (4, Some("refused")));
    let job = start(&mut book, 40, "a");
    book.finish(&job.key, 40, Outcome { took: 6_000, ..good() });
    book.rotate();
    let summary = book.summary(41);
    assert_eq!((summary.dead, summary.slow, summary.lag), (0, 1, 30));
    book.rotate();
    assert_eq!(book.summary(41).lag, 0);
    assert_eq!(book.summary(1_000).devices, 0);
}

/// The ticks of the jobs that are overdue.
fn overdue(book: &mut Device, now: u64) -> Vec<u64> {
    book.overdue(now).into_iter().map(|job| job.due).collect()
}

#[test]
fn the_last_tick_without_a_result_is_overdue_once() {
    let mut book = Device::default();
    book.scheduled("switch.interfaces", &payload(10, 5), 100).expect("an order");
    // As long as it is not known what is stored, nothing is overdue.
    assert!(overdue(&mut book, 100).is_empty());
    let phase = calendar::phase("switch", "interfaces", 10);
    let last = 100 + phase;
    book.stored("switch.interfaces", Done::Tick(last - 30));
    assert_eq!(overdue(&mut book, last + 1), [last]);
    // It is being polled; its job comes after all.
    assert_eq!((overdue(&mut book, last + 1).len(), book.flying()), (0, 1));
    assert!(matches!(arrive(&mut book, last, "late"), Arrival::Held));
    assert!(matches!(book.finish("switch.interfaces", last, good()), (None, Some("late"))));
    assert!(overdue(&mut book, last + 9).is_empty());
    assert!(matches!(arrive(&mut book, last, "again"), Arrival::Done("again")));
    assert_eq!(overdue(&mut book, last + 10), [last + 10]);
}

#[test]
fn nothing_is_overdue_from_before_the_schedule() {
    let mut book = Device::default();
    let phase = calendar::phase("switch", "interfaces", 10);
    book.scheduled("switch.interfaces", &payload(10, 100 + phase), 100).expect("an order");
    book.stored("switch.interfaces", Done::Nothing);
    assert!(overdue(&mut book, 109 + phase).is_empty());
    assert_eq!(overdue(&mut book, 110 + phase), [110 + phase]);
}

#[test]
fn intervals_that_do_not_divide_a_day_count_from_what_is_stored() {
    let mut book = Device::default();
    book.scheduled("switch.interfaces", &payload(45, 5), 100).expect("an order");
    book.stored("switch.interfaces", Done::Nothing);
    assert!(overdue(&mut book, 1_000).is_empty());
    book.stored("switch.interfaces", Done::Tick(101));
    assert!(overdue(&mut book, 145).is_empty());
    assert_eq!(overdue(&mut book, 200), [191]);
}

#[test]
fn a_device_that_is_removed_is_not_overdue() {
    let mut book = Device::default();
    for key in ["a.p", "b.p", "c.p"] {
        book.scheduled(key, &payload(10, 5), 100).expect("an order");
        book.stored(key, Done::Nothing);
    }
    book.remove("a.p");
    book.keep_only(&["b.p".to_owned()].into());
    assert_eq!(overdue(&mut book, 200).len(), 1);
    // One that is being polled ends its poll.
    book.remove("b.p");
    assert_eq!(book.flying(), 1);
    assert!(matches!(book.finish("b.p", 200, good()), (None, None)));
}

#[test]
fn what_cannot_be_read_is_given_back_and_forgotten() {
    let mut book = Device::default();
    for (text, due) in [("junk", Some(10)), ("{}", Some(10))] {
        let (reason, delivery) = book.arrive("a.b", &text.into(), |_| due, "junk").expect_err("junk");
        assert_eq!(delivery, "junk", "{reason}");
    }
    let (reason, _) = book.arrive("a.b", &payload(10, 5), |_| None, "no time").expect_err("no time");
    assert!(reason.contains("when the next one is due"), "{reason}");
    assert_eq!(book.summary(0).devices, 0);
}

#[test]
fn a_device_that_is_removed_does_not_count_any_more() {
    let mut book = Device::default();
    let job = start(&mut book, 10, "a");
    assert_eq!(book.summary(10).devices, 1);
    book.remove("switch.interfaces");
    let summary = book.summary(10);
    assert_eq!((summary.devices, summary.names, summary.flying), (0, 0, 1));
    assert!(matches!(book.finish(&job.key, job.due, good()), (None, None)));
    assert_eq!((book.flying(), book.done("switch.interfaces")), (0, None));
    // One that comes back meanwhile stays.
    let job = start(&mut book, 20, "b");
    book.remove("switch.interfaces");
    book.scheduled("switch.interfaces", &payload(10, 5), 25).expect("an order");
    book.finish(&job.key, job.due, good());
    assert_eq!(book.summary(25).devices, 1);
}
