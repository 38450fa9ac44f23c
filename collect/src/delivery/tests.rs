//! Outputs with sinks that fail.

use super::{
    Batch, Completion, Failure, Limits, Outcome, Output, Overflow, Pauses, Place, Record, Sending, Settings,
    Sink,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Takes what it is told to, one answer for each batch, and everything once these are used up.
#[derive(Clone, Default)]
struct Shelf {
    taken: Arc<Mutex<Vec<String>>>,
    batches: Arc<Mutex<Vec<usize>>>,
    answers: Arc<Mutex<VecDeque<Result<(), Failure>>>>,
    /// What it never takes.
    unwanted: Option<&'static str>,
}

impl Shelf {
    fn answering(answers: impl IntoIterator<Item = Result<(), Failure>>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), ..Self::default() }
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("a lock").clone()
    }
}

impl Sink for Shelf {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            self.batches.lock().expect("a lock").push(batch.len());
            let answer = self.answers.lock().expect("a lock").pop_front().unwrap_or(Ok(()));
            let texts = batch.iter().map(|record| String::from_utf8_lossy(&record.payload).into_owned());
            let texts: Vec<String> = texts.collect();
            if texts.iter().any(|text| Some(text.as_str()) == self.unwanted) {
                return Err(Failure::refused("unwanted"));
            }
            let taken = answer.as_ref().map_or_else(|failure| failure.taken, |()| texts.len());
            self.taken.lock().expect("a lock").extend(texts.into_iter().take(taken));
            answer
        })
    }
}

/// Takes nothing until it is opened.
struct Door(watch::Receiver<bool>, Shelf);

impl Sink for Door {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            self.0.wait_for(|open| *open).await.map_err(|_| Failure::again("closed for good"))?;
            self.1.send(batch).await
        })
    }
}

fn settings(overflow: Overflow) -> Settings {
    let mut settings = Settings::new("test");
    settings.overflow = overflow;
    settings.limits = Limits { records: 4, ..Limits::default() };
    settings.pauses = Pauses { first: Duration::from_millis(1), most: Duration::from_millis(4) };
    settings.batch = Batch { records: 2, ..Batch::default() };
    settings
}

async fn offer(output: &Output, text: impl ToString) -> oneshot::Receiver<Outcome> {
    let (completion, outcome) = Completion::channel();
    output.offer(Record::new(text.to_string()), Some(completion)).await;
    outcome
}

fn texts(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

/// Waits until a sink has been given its first batch.
async fn until_busy(output: &Output) {
    while output.figures().attempts == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn failures_lose_nothing_and_keep_the_order() {
    let busy = || Err(Failure::again("busy").taken(1));
    let shelf = Shelf::answering([Err(Failure::again("away")), busy(), Ok(()), busy(), busy()]);
    let output = Output::start(settings(Overflow::Block), Box::new(shelf.clone())).expect("an output");
    let mut outcomes = Vec::new();
    for number in 0..50 {
        outcomes.push(offer(&output, number).await);
    }
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(Outcome::Taken));
    }
    assert_eq!(shelf.taken(), texts(0..50));
    let figures = output.figures();
    assert_eq!((figures.offered, figures.sent, figures.failures, figures.waiting), (50, 50, 4, 0));
    assert_eq!(output.stop(Duration::from_secs(10)).await, 0);
}

#[tokio::test]
async fn one_that_is_refused_takes_no_others_with_it() {
    let shelf = Shelf { unwanted: Some("5"), ..Shelf::default() };
    let (open, door) = watch::channel(false);
    let mut settings = settings(Overflow::Block);
    settings.limits.records = 100;
    settings.batch.records = 16;
    let output = Output::start(settings, Box::new(Door(door, shelf.clone()))).expect("an output");
    let mut outcomes = Vec::new();
    for number in 0..12 {
        outcomes.push((number, offer(&output, number).await));
    }
    open.send_replace(true);
    for (number, outcome) in outcomes {
        let expected = if number == 5 { Outcome::Dropped } else { Outcome::Taken };
        assert_eq!(outcome.await, Ok(expected), "{number}");
    }
    assert_eq!(shelf.taken(), texts((0..12).filter(|number| *number != 5)));
    assert_eq!(output.figures().refused, 1);
}

/// What arrives of ten records when the sink is busy with the first two and four have room.
async fn overflow(mut settings: Settings) -> (Vec<String>, u64) {
    let shelf = Shelf::default();
    let (open, door) = watch::channel(false);
    settings.batch.records = 1;
    let output = Output::start(settings, Box::new(Door(door, shelf.clone()))).expect("an output");
    output.offer(Record::new("0"), None).await;
    until_busy(&output).await;
    for number in 1..10 {
        output.offer(Record::new(number.to_string()), None).await;
    }
    let lost = output.figures().overflowed;
    open.send_replace(true);
    assert_eq!(output.stop(Duration::from_secs(10)).await, 0);
    (shelf.taken(), lost)
}

#[tokio::test]
async fn policies_of_overflow() {
    let newest = overflow(settings(Overflow::DropNewest)).await;
    assert_eq!(newest, (texts(0..4), 6));
    let oldest = overflow(settings(Overflow::DropOldest)).await;
    assert_eq!(oldest, (texts([0, 7, 8, 9]), 6));
    for (policy, expected) in
        [(Overflow::DropNewest, texts(0..4)), (Overflow::DropOldest, texts([0, 7, 8, 9]))]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = settings(policy);
        settings.place = Place::Disk { folder: folder.path().join("queue"), sync: false };
        assert_eq!(overflow(settings).await, (expected, 6));
    }
}

#[tokio::test]
async fn who_blocks_waits_for_room() {
    let shelf = Shelf::default();
    let (open, door) = watch::channel(false);
    let output =
        Output::start(settings(Overflow::Block), Box::new(Door(door, shelf.clone()))).expect("an output");
    for number in 0..4 {
        output.offer(Record::new(number.to_string()), None).await;
    }
    {
        let mut fifth = std::pin::pin!(output.offer(Record::new("4"), None));
        assert!(
            tokio::time::timeout(Duration::from_millis(20), &mut fifth).await.is_err(),
            "there is no room"
        );
        open.send_replace(true);
        fifth.await;
    }
    output.stop(Duration::from_secs(10)).await;
    assert_eq!(shelf.taken(), texts(0..5));
}

#[tokio::test]
async fn a_queue_on_disk_outlives_its_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(Overflow::Block);
    settings.limits.records = 100;
    settings.place = Place::Disk { folder: folder.path().join("queue"), sync: true };
    let (_open, door) = watch::channel(false);
    let output = Output::start(settings.clone(), Box::new(Door(door, Shelf::default()))).expect("an output");
    for number in 0..7 {
        assert_eq!(offer(&output, number).await.await, Ok(Outcome::Taken), "it is on the disk");
    }
    assert_eq!(output.stop(Duration::from_millis(10)).await, 7);
    let shelf = Shelf::default();
    let output = Output::start(settings, Box::new(shelf.clone())).expect("an output");
    assert!(output.figures().waiting <= 7);
    output.offer(Record::new("7"), None).await;
    assert_eq!(output.stop(Duration::from_secs(10)).await, 0);
    assert_eq!(shelf.taken(), texts(0..8));
}

#[tokio::test]
async fn what_waits_in_memory_is_dropped_with_its_output() {
    let (_open, door) = watch::channel(false);
    let output =
        Output::start(settings(Overflow::Block), Box::new(Door(door, Shelf::default()))).expect("an output");
    let outcomes = [offer(&output, 0).await, offer(&output, 1).await, offer(&output, 2).await];
    assert_eq!(output.stop(Duration::from_millis(10)).await, 3);
    for outcome in outcomes {
        assert_eq!(outcome.await.unwrap_or(Outcome::Dropped), Outcome::Dropped);
    }
}

#[tokio::test]
async fn the_first_waits_for_others() {
    let shelf = Shelf::default();
    let mut settings = settings(Overflow::Block);
    settings.limits.records = 100;
    settings.batch = Batch { records: 10, linger: Duration::from_secs(60), ..Batch::default() };
    let output = Output::start(settings, Box::new(shelf.clone())).expect("an output");
    let mut outcomes = Vec::new();
    for number in 0..10 {
        outcomes.push(offer(&output, number).await);
        tokio::task::yield_now().await;
    }
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(Outcome::Taken));
    }
    assert_eq!(*shelf.batches.lock().expect("a lock"), [10]);
    // Who stops does not wait.
    output.offer(Record::new("10"), None).await;
    assert_eq!(output.stop(Duration::from_secs(10)).await, 0);
    assert_eq!(shelf.taken(), texts(0..11));
}

/// What waits and what was not taken goes to the sink that takes the place of the one before, in order, under new limits.
#[tokio::test]
async fn another_sink_takes_the_place() {
    let broken = Shelf::answering((0..1_000).map(|_| Err(Failure::again("away").taken(0))));
    let mut first = settings(Overflow::DropNewest);
    first.pauses = Pauses { first: Duration::from_secs(3_600), most: Duration::from_secs(3_600) };
    let output = Output::start(first, Box::new(broken.clone())).expect("an output");
    let mut outcomes = Vec::new();
    for number in 0..4 {
        outcomes.push(offer(&output, number).await);
    }
    assert_eq!(offer(&output, "too many").await.await, Ok(Outcome::Dropped));
    until_busy(&output).await;
    let shelf = Shelf::default();
    let (open, door) = watch::channel(false);
    let mut second = settings(Overflow::Block);
    second.name = "another".to_owned();
    second.limits.records = 6;
    output.change(second, Box::new(Door(door, shelf.clone())));
    for number in 4..6 {
        outcomes.push(offer(&output, number).await);
    }
    open.send_replace(true);
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(Outcome::Taken));
    }
    assert_eq!((shelf.taken(), broken.taken()), (texts(0..6), Vec::new()));
    assert_eq!((output.name(), output.settings().limits.records), ("test", 6), "its name stays");
    assert_eq!(output.stop(Duration::from_secs(10)).await, 0);
    assert_eq!(output.stop(Duration::ZERO).await, 0, "it has stopped already");
    assert_eq!(output.figures().stopped, 0);
    output.change(settings(Overflow::Block), Box::new(Shelf::default()));
    assert_eq!(offer(&output, "late").await.await, Ok(Outcome::Dropped));
}
