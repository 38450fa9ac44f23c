//! A table of what a poller does, drawn again every second.

use super::view::View;
use console::Term;
use mibc_collect::poll::{Handle, Status};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::block_in_place;

/// How often it is drawn.
const PERIOD: Duration = Duration::from_secs(1);

/// Seconds that rates are of, where enough happens.
const SECONDS: usize = 10;

/// The most seconds, for rates of what happens rarely.
const MANY_SECONDS: usize = 60;

/// What happens so often in [`SECONDS`] does not happen rarely.
const ENOUGH: u64 = 20;

/// Lines of the log that are kept.
const LINES: usize = 5;

/// Whether a table can be drawn: standard error is a terminal that can move its cursor.
pub(super) fn can_draw() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Term::stderr().is_term() && !dumb
}

/// Where the table is.
struct Screen {
    term: Term,
    /// Lines that are drawn, and the size of the terminal when they were.
    drawn: usize,
    size: (u16, u16),
}

impl Screen {
    fn new() -> Self {
        let term = Term::stderr();
        // Without it the table is as good.
        let _ = term.hide_cursor();
        Self { size: term.size(), term, drawn: 0 }
    }

    fn draw(&mut self, text: impl FnOnce(View) -> Vec<String>) -> io::Result<()> {
        let size = self.term.size();
        let mut frame = match self.drawn {
            // What was drawn for another size has taken another place.
            _ if size != self.size => "\x1b[2J\x1b[H".to_owned(),
            0 => String::new(),
            lines => format!("\x1b[{lines}A\r"),
        };
        let (height, width) = size;
        let lines = text(View { width: width.into(), height: height.into() });
        for line in &lines {
            frame += line;
            frame += "\x1b[0m\x1b[K\n";
        }
        frame += "\x1b[J";
        (self.drawn, self.size) = (lines.len(), size);
        // All at once, so that nothing flickers.
        self.term.write_str(&frame)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.term.show_cursor();
    }
}

/// What was counted in the last minute.
struct Past(VecDeque<(Instant, Status)>);

impl Past {
    fn add(&mut self, status: &Status) {
        self.0.push_front((Instant::now(), status.clone()));
        self.0.truncate(MANY_SECONDS + 1);
    }

    /// Since when rates are counted, and what was counted by then.
    fn since(&self, status: &Status) -> Option<(Duration, &Status)> {
        let newest = self.0.front()?;
        let before = self.0.get(SECONDS.min(self.0.len() - 1))?;
        let rarely = status.polls - before.1.polls.min(status.polls) < ENOUGH;
        let (then, before) = if rarely { self.0.back()? } else { before };
        let time = newest.0.duration_since(*then);
        (!time.is_zero()).then_some((time, before))
    }

    /// How late the latest poll of the last seconds began.
    fn latest(&self) -> Duration {
        let late = self.0.iter().take(SECONDS).map(|(_, status)| status.latest);
        late.max().unwrap_or_default()
    }
}

/// Draws on standard error until the poller has stopped. Where that is not a terminal, it writes a line every ten seconds.
/// Lines of the log are below the table. When the terminal has gone, so that nobody looks any more, the poller is told to
/// stop.
pub(super) async fn draw(
    handle: Handle,
    title: String,
    log: Option<Receiver<String>>,
    gone: oneshot::Sender<()>,
) {
    let begun = Instant::now();
    let mut screen = can_draw().then(Screen::new);
    let (mut past, mut rounds, mut lines) = (Past(VecDeque::new()), 0_u64, VecDeque::new());
    while let Some(status) = handle.status().await {
        past.add(&status);
        lines.extend(log.iter().flat_map(Receiver::try_iter));
        while lines.len() > LINES {
            lines.pop_front();
        }
        match &mut screen {
            Some(screen) => {
                let table = |view: View| {
                    view.table(&title, begun.elapsed(), &status, past.since(&status), past.latest(), &lines)
                };
                // A terminal that is held up (Ctrl-S) takes nothing: polls go on meanwhile.
                if block_in_place(|| screen.draw(table)).is_err() {
                    // The one who waits for it may have ended.
                    let _ = gone.send(());
                    return;
                }
            }
            None if rounds.is_multiple_of(10)
                && block_in_place(|| writeln!(io::stderr(), "{}", line(&status))).is_err() =>
            {
                let _ = gone.send(());
                return;
            }
            None => {}
        }
        rounds += 1;
        tokio::time::sleep(PERIOD).await;
    }
    // The table stays, and what was not shown comes below it.
    drop(screen);
    for line in log.iter().flat_map(Receiver::try_iter) {
        if writeln!(io::stderr(), "{line}").is_err() {
            return;
        }
    }
}

/// All of it in one line.
fn line(status: &Status) -> String {
    format!(
        "devices {}, polls {}, in flight {}, waiting {}, replaced {}, silent {}, refusing {}, samples {}",
        status.devices,
        status.polls,
        status.in_flight + status.silent_in_flight,
        status.waiting,
        status.replaced,
        status.silent_jobs,
        status.refusing_jobs,
        status.samples
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line() {
        let mut status = Status::default();
        (status.devices, status.polls) = (2, 150);
        assert!(line(&status).starts_with("devices 2, polls 150"));
    }

    /// Where much happens, rates are of some seconds; otherwise they are of a minute.
    #[test]
    fn rates_are_of_the_past() {
        let now = Instant::now();
        for (a_second, polls) in [(100, 8_900), (1, 30)] {
            let status = |second: u64| {
                let mut status = Status::default();
                status.polls = second * a_second;
                (now + Duration::from_secs(second), status)
            };
            let past = Past((0..100).rev().map(status).take(MANY_SECONDS + 1).collect());
            let (newest, _) = (&past.0[0].1, ());
            let (time, before) = past.since(newest).expect("some seconds");
            assert_eq!(before.polls, newest.polls - time.as_secs() * a_second);
            assert_eq!(before.polls.min(polls), polls.min(before.polls));
            assert_eq!(time.as_secs(), if a_second > 1 { 10 } else { 60 });
        }
    }
}
