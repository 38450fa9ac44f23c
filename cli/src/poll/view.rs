//! The table of a poller as text, for a terminal of a size.

use console::{Alignment, Style, measure_text_width, pad_str, truncate_str};
use mibc_collect::poll::{Silent, Status};
use std::collections::VecDeque;
use std::time::Duration;

/// Columns of a number with its name, and between two of them.
const CELL: usize = 22;
const BETWEEN: usize = 3;

/// Columns of the name of a profile.
const PROFILE: usize = 14;

/// Columns of a number at the end of a row.
const NUMBER: usize = 12;

/// Outputs that are shown.
const OUTPUTS: usize = 6;

/// A device with one of its profiles, and what is said of it.
struct Row {
    device: String,
    profile: String,
    value: String,
    reason: String,
}

impl Row {
    fn of_silent(silent: &Silent) -> Self {
        Self {
            device: shown(&silent.device),
            profile: shown(&silent.profile),
            value: format!("{} {}", silent.polls, if silent.polls == 1 { "poll" } else { "polls" }),
            reason: silent.reason.as_deref().map(shown).unwrap_or_default(),
        }
    }
}

/// The size of a terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) width: usize,
    pub(super) height: usize,
}

impl View {
    /// The lines of a table, none of which is longer than the terminal is wide, and not more than it is high. `since` is
    /// what was counted some time ago, for rates.
    pub(super) fn table(
        self,
        title: &str,
        running: Duration,
        status: &Status,
        since: Option<(Duration, &Status)>,
        latest: Duration,
        log: &VecDeque<String>,
    ) -> Vec<String> {
        // The cursor has the last line.
        let height = self.height.saturating_sub(1).max(1);
        let mut lines = vec![self.head(title, running)];
        lines.extend(self.cells(&cells(status, since, latest)));
        lines.extend(self.outputs(status, since));
        let below: Vec<String> = log.iter().map(|line| self.plain(line)).collect();
        let left = height.saturating_sub(lines.len() + below.len() + usize::from(!below.is_empty()));
        lines.extend(self.devices(status, left));
        if !below.is_empty() {
            lines.push(String::new());
            lines.extend(below);
        }
        lines.truncate(height);
        lines
    }

    fn head(self, title: &str, running: Duration) -> String {
        let seconds = running.as_secs();
        let time = format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let space = self.width.saturating_sub(time.len() + 1);
        self.fit(format!(
            "{} {time}",
            bold().apply_to(pad_str(&shown(title), space, Alignment::Left, Some("…")))
        ))
    }

    /// Numbers with their names, as many side by side as there is room for.
    fn cells(self, cells: &[(&str, String, bool)]) -> Vec<String> {
        let many = ((self.width + BETWEEN) / (CELL + BETWEEN)).max(1);
        // Downwards first, so that what belongs together stays together. On a small terminal the last ones are left out.
        let rows = cells.len().div_ceil(many).min((self.height / 3).max(1));
        let cells = cells.get(..cells.len().min(rows * many)).unwrap_or(cells);
        let row = |row: usize| {
            let cells = cells.iter().skip(row).step_by(rows).map(|(name, value, bad)| {
                let room = CELL.saturating_sub(name.len());
                let value = format!("{value:>room$}");
                let value = if *bad { red().apply_to(value).to_string() } else { value };
                format!("{}{value}", dim().apply_to(name))
            });
            self.fit(cells.collect::<Vec<_>>().join(&" ".repeat(BETWEEN)))
        };
        (0..rows).map(row).collect()
    }

    fn outputs(self, status: &Status, since: Option<(Duration, &Status)>) -> Vec<String> {
        let widths = if self.width < 64 { [9, 7, 5, 7] } else { [NUMBER; 4] };
        let numbers: usize = widths.iter().map(|width| width + 1).sum();
        let name = self.width.saturating_sub(numbers).clamp(6, 30);
        let columns = |name_of: &str, rest: [&str; 4]| {
            let rest = rest.iter().zip(widths).map(|(text, width)| format!(" {text:>width$}"));
            pad_str(name_of, name, Alignment::Left, Some("…")).into_owned() + &rest.collect::<String>()
        };
        let mut lines = Vec::new();
        for (place, (output, figures)) in status.outputs.iter().take(OUTPUTS).enumerate() {
            if place == 0 {
                let head = columns("output", ["sent", "waiting", "lost", "state"]);
                lines.extend([String::new(), self.fit(dim().apply_to(head).to_string())]);
            }
            let lost = figures.overflowed + figures.refused + figures.damaged + figures.stopped;
            let before = since.and_then(|(time, before)| {
                let (_, before) = before.outputs.iter().find(|(name, _)| name == output)?;
                Some(rate(figures.sent, before.sent, time))
            });
            let row = columns(
                &shown(output),
                [
                    &before.unwrap_or_else(|| number(figures.sent)),
                    &number(figures.waiting as u64),
                    &number(lost),
                    if figures.failing { "failing" } else { "good" },
                ],
            );
            let row = if figures.failing || lost > 0 { red().apply_to(row).to_string() } else { row };
            lines.push(self.fit(row));
        }
        if status.outputs.len() > OUTPUTS {
            lines.push(self.fit(format!("and {} more", status.outputs.len() - OUTPUTS)));
        }
        lines
    }

    /// Devices that are not up, and those that take longest, in so many lines at most.
    fn devices(self, status: &Status, lines: usize) -> Vec<String> {
        let silent: Vec<Row> = status.silent.iter().map(Row::of_silent).collect();
        let slow = status.slow.iter().map(|(device, profile, took)| Row {
            device: shown(device),
            profile: shown(profile),
            value: seconds(*took),
            reason: String::new(),
        });
        let slow: Vec<Row> = slow.collect();
        let mut counts = Vec::new();
        for (jobs, name) in [(status.silent_jobs, "silent"), (status.refusing_jobs, "refusing")] {
            if jobs > 0 {
                counts.push(format!("{name}: {} of {}", number(jobs as u64), number(status.jobs as u64)));
            }
        }
        // Each has an empty line and a head; what one does not need is for the other.
        let half = lines / 2;
        let wants = |rows: usize| if rows == 0 { 0 } else { rows + 2 };
        let for_slow = wants(slow.len()).min(half.max(lines.saturating_sub(wants(silent.len()))));
        let for_silent = lines - for_slow;
        let mut text = self.named([&counts.join(", "), "not up for", "reason"], &silent, for_silent);
        text.extend(self.named(["slowest", "last poll", ""], &slow, for_slow));
        text
    }

    fn named(self, [head, what, why]: [&str; 3], rows: &[Row], lines: usize) -> Vec<String> {
        if rows.is_empty() || lines < 3 {
            return Vec::new();
        }
        let rows: Vec<&Row> = rows.iter().take(lines - 2).collect();
        let reasons = rows.iter().any(|row| !row.reason.is_empty());
        // Not so wide that the eye loses the row.
        let fixed = PROFILE + NUMBER + 2;
        let name = if reasons {
            let longest = rows.iter().map(|row| measure_text_width(&row.device)).max().unwrap_or(0);
            longest.max(head.len()).min(self.width.saturating_sub(fixed) / 2)
        } else {
            self.width.min(100).saturating_sub(fixed)
        };
        let name = name.max(8);
        let row = |device: &str, profile: &str, value: &str, reason: &str| {
            let (device, profile) = (
                pad_str(device, name, Alignment::Left, Some("…")),
                pad_str(profile, PROFILE, Alignment::Left, Some("…")),
            );
            self.fit(format!("{device} {profile} {value:>NUMBER$}  {reason}").trim_end().to_owned())
        };
        let mut text = vec![String::new(), dim().apply_to(row(head, "profile", what, why)).to_string()];
        text.extend(rows.iter().map(|shown| row(&shown.device, &shown.profile, &shown.value, &shown.reason)));
        text
    }

    /// A line of the log.
    fn plain(self, line: &str) -> String {
        self.fit(shown(line))
    }

    fn fit(self, line: String) -> String {
        truncate_str(&line, self.width, "…").trim_end().to_owned()
    }
}

/// Names, values, and whether that is bad.
fn cells(
    status: &Status,
    since: Option<(Duration, &Status)>,
    latest: Duration,
) -> Vec<(&'static str, String, bool)> {
    let rate = |count: fn(&Status) -> u64| match since {
        Some((time, before)) => rate(count(status), count(before), time),
        None => "-".to_owned(),
    };
    let share = |part: fn(&Status) -> u64, whole: fn(&Status) -> u64| {
        let (part, whole) = match since {
            Some((_, before)) => (
                part(status) - part(before).min(part(status)),
                whole(status) - whole(before).min(whole(status)),
            ),
            None => (0, 0),
        };
        match whole {
            0 => "-".to_owned(),
            whole => format!("{:.1} %", part as f64 * 100.0 / whole as f64),
        }
    };
    let late = latest > Duration::from_secs(1);
    vec![
        ("devices", number(status.devices as u64), false),
        ("silent", number(status.silent_jobs as u64), status.silent_jobs > 0),
        ("refusing", number(status.refusing_jobs as u64), status.refusing_jobs > 0),
        ("polls", rate(|status| status.polls), false),
        ("late", seconds(latest), late),
        ("waiting", number(status.waiting as u64), status.waiting > 0 && late),
        ("replaced", number(status.replaced), status.replaced > 0),
        ("not complete", share(|status| status.incomplete, |status| status.polls), false),
        ("samples", rate(|status| status.samples), false),
        ("packets", rate(|status| status.packets), false),
        ("repeated", share(|status| status.retries, |status| status.packets), false),
        ("in flight", number(status.in_flight as u64), false),
        ("of silent ones", number(status.silent_in_flight as u64), false),
        ("jobs", number(status.jobs as u64), false),
        ("encoded", rate(|status| status.octets), false),
        ("all polls", number(status.polls), false),
    ]
}

fn bold() -> Style {
    Style::new().for_stderr().bold()
}

fn dim() -> Style {
    Style::new().for_stderr().dim()
}

fn red() -> Style {
    Style::new().for_stderr().red()
}

fn rate(now: u64, before: u64, time: Duration) -> String {
    let rate = now.saturating_sub(before) as f64 / time.as_secs_f64().max(0.001);
    match rate {
        rate if rate >= 1e9 => format!("{:.1}G/s", rate / 1e9),
        rate if rate >= 1e6 => format!("{:.1}M/s", rate / 1e6),
        rate if rate >= 100.0 => format!("{}/s", number(rate.round() as u64)),
        rate if rate >= 1.0 => format!("{rate:.1}/s"),
        rate if rate > 0.0 => format!("{rate:.2}/s"),
        _ => "0/s".to_owned(),
    }
}

/// With commas between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds < 100.0 => format!("{seconds:.1} s"),
        seconds => format!("{seconds:.0} s"),
    }
}

/// A text as it can be on a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::strip_ansi_codes;

    fn status(silent: usize, slow: usize) -> Status {
        let mut status = Status::default();
        (status.devices, status.jobs, status.polls, status.samples) = (300, 301, 1_234_567, 4_000_000);
        status.silent_jobs = silent;
        let name = |number: usize| {
            format!("switch-{number}.a-rather-long-name.in-some-building.example.net\u{1b}[2J")
        };
        let reason = || "no response to 2 requests in 0.6 s".to_owned();
        status.silent =
            (0..silent.min(20)).map(|number| Silent::new(name(number), "p", 7).because(reason())).collect();
        status.slow = (0..slow)
            .map(|number| (name(number), "minute".to_owned(), Duration::from_millis(1_500)))
            .collect();
        status.outputs = vec![("influx".to_owned(), Default::default()); 2];
        status
    }

    fn table(view: View, status: &Status) -> Vec<String> {
        let mut before = Status::default();
        (before.polls, before.samples) = (1_234_067, 3_998_000);
        let log = VecDeque::from(["warn: an output fails".to_owned()]);
        let since = Some((Duration::from_secs(2), &before));
        let lines = view.table(
            "mibc poll fleet.toml",
            Duration::from_secs(3_723),
            status,
            since,
            Duration::ZERO,
            &log,
        );
        assert!(lines.len() < view.height, "{lines:#?}");
        for line in &lines {
            assert!(measure_text_width(line) <= view.width, "{view:?}: {line}");
        }
        lines.iter().map(|line| strip_ansi_codes(line).into_owned()).collect()
    }

    #[test]
    fn tables_fit() {
        for (width, height) in [(20, 5), (40, 24), (80, 24), (80, 10), (132, 50), (300, 100)] {
            for (silent, slow) in [(0, 0), (0, 20), (200, 0), (200, 20), (1, 3)] {
                table(View { width, height }, &status(silent, slow));
            }
        }
    }

    #[test]
    fn a_table() {
        let lines = table(View { width: 100, height: 40 }, &status(200, 2));
        let text = lines.join("\n");
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&lines[0]), ["mibc", "poll", "fleet.toml", "1:02:03"], "{text}");
        for part in
            ["polls                 250/s", "samples             1,000/s", "all polls         1,234,567"]
        {
            let part = words(part).join(" ");
            assert!(words(&text).join(" ").contains(&part), "{part}\n{text}");
        }
        assert!(text.contains("silent: 200 of 301"), "{text}");
        assert!(!text.contains('\u{1b}') && text.contains("1.5 s"), "{text}");
        assert_eq!(
            lines.iter().filter(|line| line.starts_with("switch-")).count(),
            22,
            "there is room for all"
        );
        assert_eq!(lines.last().map(String::as_str), Some("warn: an output fails"));
        let short = table(View { width: 80, height: 24 }, &status(200, 20));
        assert!(
            short.iter().any(|line| line.contains(" 7 polls  no response to"))
                && short.iter().any(|line| line.ends_with("1.5 s"))
        );
    }

    #[test]
    fn numbers() {
        assert_eq!([0, 7, 999, 1_000, 1_234_567].map(number), ["0", "7", "999", "1,000", "1,234,567"]);
        let second = Duration::from_secs(1);
        let rates = [0, 5, 1_234, 12_000_000].map(|count| rate(count, 0, second));
        assert_eq!(rates, ["0/s", "5.0/s", "1,234/s", "12.0M/s"]);
        assert_eq!(rate(1, 0, 20 * second), "0.05/s");
        assert_eq!(
            [3, 1_500, 100_000].map(|ms| seconds(Duration::from_millis(ms))),
            ["3 ms", "1.5 s", "100 s"]
        );
    }
}
