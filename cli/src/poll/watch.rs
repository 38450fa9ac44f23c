//! A table of what a poller does, drawn again every second.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use mibc_collect::poll::{Handle, Status};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// How often it is drawn.
const PERIOD: Duration = Duration::from_secs(1);

/// Devices of each kind that are named.
const NAMED: usize = 8;

/// Letters of a name that are shown.
const LETTERS: usize = 40;

/// Draws on standard error until the poller has stopped. Where that is not a terminal, it writes a line every ten seconds.
pub(super) async fn draw(handle: Handle) {
    let target = ProgressDrawTarget::stderr();
    let drawn = !target.is_hidden();
    let bars = MultiProgress::with_draw_target(target);
    let bar = bars.add(ProgressBar::no_length());
    if let Ok(style) = ProgressStyle::with_template("{msg}") {
        bar.set_style(style);
    }
    let (mut before, mut then, mut rounds) = (Status::default(), Instant::now(), 0_u64);
    while let Some(status) = handle.status().await {
        let seconds = then.elapsed().as_secs_f64();
        if drawn {
            bar.set_message(table(&status, &before, seconds));
            bar.tick();
        } else if rounds.is_multiple_of(10) {
            eprintln!("{}", line(&status));
        }
        (before, then, rounds) = (status, Instant::now(), rounds + 1);
        tokio::time::sleep(PERIOD).await;
    }
    bar.abandon();
}

/// All of it in one line.
fn line(status: &Status) -> String {
    format!(
        "devices {}, polls {}, in flight {}, waiting {}, replaced {}, silent {}, samples {}",
        status.devices,
        status.polls,
        status.in_flight + status.silent_in_flight,
        status.waiting,
        status.replaced,
        status.silent_jobs,
        status.samples
    )
}

fn table(status: &Status, before: &Status, seconds: f64) -> String {
    let rate = |now: u64, before: u64| match seconds > 0.0 && before > 0 {
        true => format!("{:.0}/s", now.saturating_sub(before) as f64 / seconds),
        false => String::new(),
    };
    let mut text = String::new();
    let mut row = |name: &str, value: String, more: String| {
        // Writing to memory does not fail.
        let _ = writeln!(text, "{name:<12} {value:>14}  {more}");
    };
    row("devices", status.devices.to_string(), format!("{} with each profile", status.jobs));
    row("polls", status.polls.to_string(), rate(status.polls, before.polls));
    row("samples", status.samples.to_string(), rate(status.samples, before.samples));
    row(
        "packets",
        status.packets.to_string(),
        format!("{}, {} repeated", rate(status.packets, before.packets), status.retries),
    );
    row("octets", status.octets.to_string(), rate(status.octets, before.octets));
    row(
        "in flight",
        status.in_flight.to_string(),
        format!("and {} that did not answer last time", status.silent_in_flight),
    );
    row("waiting", status.waiting.to_string(), format!("late by up to {:.3} s", status.latest.as_secs_f64()));
    row("replaced", status.replaced.to_string(), "polls that were overdue".to_owned());
    row("incomplete", status.incomplete.to_string(), format!("{} without an answer", status.down));
    for (name, figures) in &status.outputs {
        let lost = figures.overflowed + figures.refused + figures.damaged + figures.stopped;
        let state = if figures.failing { ", failing" } else { "" };
        row(
            &shown(name, 12),
            figures.sent.to_string(),
            format!("sent, {} waiting, {lost} lost{state}", figures.waiting),
        );
    }
    if !status.silent.is_empty() {
        let _ = writeln!(text, "\nsilent: {}", status.silent_jobs);
        for (device, profile, polls) in status.silent.iter().take(NAMED) {
            let _ = writeln!(
                text,
                "  {:<LETTERS$} {:<16} {polls} polls",
                shown(device, LETTERS),
                shown(profile, 16)
            );
        }
    }
    if !status.slow.is_empty() {
        let _ = writeln!(text, "\nslowest:");
        for (device, profile, took) in status.slow.iter().take(NAMED) {
            let took = took.as_secs_f64();
            let _ = writeln!(
                text,
                "  {:<LETTERS$} {:<16} {took:.3} s",
                shown(device, LETTERS),
                shown(profile, 16)
            );
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// A name as it can be on a terminal.
fn shown(name: &str, letters: usize) -> String {
    name.chars().map(|letter| if letter.is_control() { '?' } else { letter }).take(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table() {
        let mut status = Status::default();
        (status.devices, status.jobs, status.polls, status.samples) = (2, 3, 150, 4_000);
        (status.silent_jobs, status.silent) = (1, vec![("bad\u{1b}[2J".to_owned(), "p".to_owned(), 7)]);
        status.slow = vec![("a".to_owned(), "p".to_owned(), Duration::from_millis(1_500))];
        let mut before = Status::default();
        (before.polls, before.samples) = (100, 2_000);
        let text = table(&status, &before, 2.0);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert!(lines.contains(&vec!["polls", "150", "25/s"]), "{text}");
        assert!(lines.contains(&vec!["samples", "4000", "1000/s"]), "{text}");
        assert!(lines.contains(&vec!["bad?[2J", "p", "7", "polls"]), "{text}");
        assert!(lines.contains(&vec!["a", "p", "1.500", "s"]), "{text}");
        assert!(line(&status).starts_with("devices 2, polls 150"));
    }
}
