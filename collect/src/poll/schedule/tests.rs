//! The schedule without a clock: the tests say what time it is.

use super::*;

const MINUTE: u64 = 60_000;

/// When all tests begin.
const BASE: u64 = 29_000_000 * MINUTE;

fn key(device: &str) -> Key {
    Key { device: device.into(), profile: "p".into() }
}

fn entry(device: &str, interval: u64) -> Entry<String> {
    Entry { key: key(device), interval, job: device.to_owned() }
}

fn schedule(answering: usize, silent: usize) -> Schedule<String> {
    Schedule::new(Limits { answering, silent })
}

/// All that can begin.
fn begun(schedule: &mut Schedule<String>) -> Vec<Start<String>> {
    std::iter::from_fn(|| schedule.next()).collect()
}

/// A day's ticks of a job have each one beginning, in order; other devices begin at other times.
#[test]
fn ticks() {
    let rhythm = Rhythm::new(&key("a"), MINUTE);
    for tick in [0, 1, 29_000_000] {
        assert_eq!(rhythm.tick(rhythm.begin(tick)), tick);
        assert_eq!(rhythm.tick(rhythm.begin(tick) + MINUTE - 1), tick);
    }
    let phase = |number: usize| Rhythm::new(&key(&format!("d{number}")), MINUTE).begin(0);
    let mut seconds = [0; 60];
    (0..60_000).for_each(|number| seconds[(phase(number) / 1_000) as usize] += 1);
    assert!(seconds.iter().all(|count| (800..1_200).contains(count)), "spread: {seconds:?}");
}

#[test]
fn each_tick_once() {
    let mut schedule = schedule(100, 100);
    schedule.update(BASE, (0..50).map(|number| entry(&format!("d{number}"), MINUTE)));
    let mut seen = HashMap::new();
    let mut now = BASE;
    for _ in 0..2_000 {
        now += 150;
        schedule.advance(now);
        for start in begun(&mut schedule) {
            assert!(start.due <= now && now - start.due < 150);
            seen.entry(start.job).or_insert_with(Vec::new).push(start.tick);
            schedule.ended(start.ticket, true, 1);
        }
    }
    assert_eq!(seen.len(), 50);
    for (device, ticks) in seen {
        assert_eq!(ticks.len(), 5, "{device}: {ticks:?}");
        assert!(ticks.windows(2).all(|pair| pair[1] == pair[0] + 1), "{device}: {ticks:?}");
    }
    assert_eq!(schedule.counted, Counted { begun: 250, replaced: 0 });
}

/// While one is under way, the next waits; a third takes the place of the second.
#[test]
fn overdue_ones_are_replaced() {
    let mut schedule = schedule(10, 10);
    schedule.update(BASE, [entry("a", MINUTE)]);
    let due = schedule.next_due().expect("a job");
    schedule.advance(due);
    let first = begun(&mut schedule).remove(0);
    for later in 1..=3 {
        schedule.advance(due + later * MINUTE);
        assert_eq!(begun(&mut schedule), [], "a device is not asked twice at a time");
    }
    assert_eq!(schedule.counted, Counted { begun: 1, replaced: 2 });
    schedule.ended(first.ticket, true, 1);
    let next = begun(&mut schedule).remove(0);
    assert_eq!(next.tick, first.tick + 3);
    schedule.ended(next.ticket, true, 1);
    assert_eq!(begun(&mut schedule), []);
    assert_eq!((schedule.waiting(), schedule.flying()), (0, [0, 0]));
}

/// What waits for its turn is replaced by its next tick, and keeps its place.
#[test]
fn a_limit() {
    let mut schedule = schedule(1, 1);
    schedule.update(BASE, [entry("a", MINUTE), entry("b", MINUTE)]);
    schedule.advance(BASE + 2 * MINUTE);
    let first = begun(&mut schedule);
    assert_eq!(first.len(), 1);
    schedule.advance(BASE + 3 * MINUTE);
    schedule.advance(BASE + 4 * MINUTE);
    // Two ticks of the one that waits, and one of the one that is under way.
    assert_eq!(schedule.counted.replaced, 3);
    schedule.ended(first[0].ticket, true, 1);
    let second = begun(&mut schedule);
    assert_eq!(second.len(), 1);
    assert_ne!(second[0].job, first[0].job);
    assert_eq!(second[0].tick, Rhythm::new(&key(&second[0].job), MINUTE).tick(BASE + 4 * MINUTE));
}

/// Devices that do not answer have a limit of their own, so that others do not wait for them.
#[test]
fn silent_devices_wait_for_each_other_only() {
    let mut schedule = schedule(2, 1);
    schedule.update(BASE, ["dead1", "dead2", "good"].map(|name| entry(name, MINUTE)));
    schedule.advance(BASE + MINUTE);
    let mut waiting = begun(&mut schedule);
    assert_eq!(waiting.len(), 2);
    while let Some(start) = waiting.pop() {
        schedule.ended(start.ticket, start.job == "good", 1);
        waiting.extend(begun(&mut schedule));
    }
    schedule.advance(BASE + 2 * MINUTE);
    let second = begun(&mut schedule);
    let mut names: Vec<&str> = second.iter().map(|start| start.job.as_str()).collect();
    names.sort_unstable();
    assert!(names.len() == 2 && names[0].starts_with("dead") && names[1] == "good", "{names:?}");
    assert_eq!(schedule.flying(), [1, 1]);
    // One that answers again is one of the others.
    for start in second {
        schedule.ended(start.ticket, true, 1);
    }
    assert_eq!(schedule.slots().filter(|slot| slot.silent > 0).count(), 1);
}

#[test]
fn jobs_come_and_go() {
    let mut schedule = schedule(10, 10);
    schedule.update(BASE, [entry("a", MINUTE), entry("b", MINUTE)]);
    schedule.advance(BASE + MINUTE);
    let under_way = begun(&mut schedule);
    assert_eq!(under_way.len(), 2);
    schedule.update(BASE + MINUTE, [entry("b", MINUTE), entry("c", MINUTE), entry("c", MINUTE)]);
    assert_eq!(schedule.len(), 2);
    for start in &under_way {
        schedule.ended(start.ticket, true, 1);
    }
    let mut seen = Vec::new();
    for later in 1..=20 {
        schedule.advance(BASE + MINUTE + later * MINUTE / 10);
        for start in begun(&mut schedule) {
            seen.push(start.job.clone());
            schedule.ended(start.ticket, true, 1);
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, ["b", "b", "c", "c"]);
    // The place of `a` is `c`'s or free: nothing grows.
    for round in 0..100_u64 {
        schedule.update(BASE + 5 * MINUTE + round, [entry(&format!("n{round}"), MINUTE)]);
        schedule.advance(BASE + 5 * MINUTE + round);
    }
    assert!(schedule.slots.len() <= 4, "{}", schedule.slots.len());
    // Gone while it waits.
    schedule.update(BASE + 8 * MINUTE, [entry("z", MINUTE)]);
    schedule.advance(BASE + 9 * MINUTE);
    schedule.update(BASE + 9 * MINUTE, []);
    assert_eq!(begun(&mut schedule), []);
}

#[test]
fn another_interval() {
    let mut schedule = schedule(10, 10);
    schedule.update(BASE, [entry("a", MINUTE)]);
    schedule.advance(BASE + MINUTE);
    let first = begun(&mut schedule).remove(0);
    schedule.update(BASE + MINUTE, [entry("a", 1_000)]);
    schedule.ended(first.ticket, true, 1);
    let mut ticks = Vec::new();
    for later in 1..=100 {
        schedule.advance(BASE + MINUTE + later * 100);
        for start in begun(&mut schedule) {
            ticks.push(start.tick);
            schedule.ended(start.ticket, true, 1);
        }
    }
    assert_eq!(ticks.len(), 10, "{ticks:?}");
    assert!(ticks.windows(2).all(|pair| pair[1] == pair[0] + 1), "{ticks:?}");
    assert_eq!(schedule.counted.replaced, 0);
}

/// The process was stopped for an hour: one poll now, and the others are counted.
#[test]
fn a_long_pause() {
    let mut schedule = schedule(10, 10);
    schedule.update(BASE, [entry("a", MINUTE)]);
    schedule.advance(BASE + MINUTE);
    let first = begun(&mut schedule).remove(0);
    schedule.ended(first.ticket, true, 1);
    schedule.advance(BASE + 61 * MINUTE);
    let second = begun(&mut schedule);
    assert_eq!(second.len(), 1);
    assert_eq!(schedule.counted.replaced, second[0].tick - first.tick - 1);
    assert!(schedule.next_due().is_some_and(|due| due > BASE + 61 * MINUTE));
}
