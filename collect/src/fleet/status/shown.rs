//! How a fleet goes, for people.

use super::Status;
use crate::fleet::partition::now;
use crate::fleet::report::{Named, Report, Totals};
use std::fmt::{self, Display, Formatter, Write};

/// A text of a message as it can be on a terminal.
struct Plain<'t>(&'t str);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.0.len());
        for letter in self.0.chars() {
            // Control characters, and those that turn the direction of what follows.
            if letter.is_control()
                || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                write!(text, "{}", letter.escape_default())?;
            } else {
                text.push(letter);
            }
        }
        f.pad(&text)
    }
}

/// A number of octets.
struct Octets(u64);

impl Display for Octets {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        match units.iter().find(|(_, size)| self.0 >= *size) {
            // One digit after the point is enough.
            Some((unit, size)) => write!(f, "{:.1} {unit}", self.0 as f64 / *size as f64),
            None => write!(f, "{} octets", self.0),
        }
    }
}

/// A number of seconds.
struct Time(u64);

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds @ 0..120 => write!(f, "{seconds} s"),
            seconds @ 120..7_200 => write!(f, "{} min", seconds / 60),
            seconds @ 7_200..172_800 => write!(f, "{} h", seconds / 3_600),
            seconds => write!(f, "{} days", seconds / 86_400),
        }
    }
}

impl Display for Status {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Totals { stored, silent, missed, .. } = self.totals;
        writeln!(f, "schedules  {}", self.schedules)?;
        writeln!(f, "jobs       {} wait, {} under way", self.pending, self.under_way)?;
        let since = self.since.get(..19).unwrap_or_default().replace('T', " ");
        writeln!(f, "results    {stored} stored since {since} UTC, {silent} of them without an answer")?;
        let (messages, octets) = self.kept;
        write!(f, "kept       {messages} messages with results, {}", Octets(octets))?;
        match self.kept_for {
            0 => writeln!(f)?,
            seconds => writeln!(f, "; none is older than {}", Time(seconds))?,
        }
        let lately = self.missed;
        write!(
            f,
            "missed     {} ticks in the last {} minutes have no result, {missed} since the beginning",
            lately.ticks, lately.minutes
        )?;
        match lately.last {
            Some(last) => writeln!(f, "; the last one {} ago", Time(now().as_secs().saturating_sub(last)))?,
            None => writeln!(f)?,
        }
        let with = self.partitions.iter().filter(|partition| partition.schedules > 0);
        let free: Vec<_> = with.clone().filter(|partition| partition.worker.is_none()).collect();
        writeln!(
            f,
            "partitions {}, {} of them with devices; {} of these without a worker",
            self.partitions.len(),
            with.count(),
            free.len()
        )?;
        let unheard = free.iter().filter(|partition| partition.taken).count();
        if self.workers.is_empty() && unheard == 0 {
            return writeln!(f, "\nno worker is there: run `mibc poll fleet.toml --nats URL`");
        }
        if self.workers.is_empty() {
            writeln!(
                f,
                "\nno worker says that it is there, although {unheard} partitions are taken: is the server full? The log of the workers says more"
            )?;
        } else {
            self.table(f)?;
        }
        self.lists(f)
    }
}

impl Status {
    fn table(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<24} {:>10} {:>8} {:>9} {:>8} {:>6} {:>6} {:>8}",
            "worker", "partitions", "devices", "in flight", "lag ms", "slow", "dead", "refusing"
        )?;
        for Report { worker, partitions, devices, in_flight, lag, slow, dead, refusing, .. } in &self.workers
        {
            writeln!(
                f,
                "{:<24} {:>10} {devices:>8} {in_flight:>9} {lag:>8} {slow:>6} {dead:>6} {refusing:>8}",
                Plain(worker),
                partitions.len(),
            )?;
        }
        Ok(())
    }

    fn lists(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut head = "\nworkers in trouble\n";
        for worker in &self.workers {
            if let Some(trouble) = &worker.trouble {
                writeln!(f, "{}  {}: {}", std::mem::take(&mut head), Plain(&worker.worker), Plain(trouble))?;
            }
        }
        let mut head = "\nslow devices (more than half of their interval)\n";
        for Named { device, profile, number, .. } in self.workers.iter().flat_map(|worker| &worker.slowest) {
            writeln!(f, "{}  {} {}: {number} ms", std::mem::take(&mut head), Plain(device), Plain(profile))?;
        }
        let (dead, refusing) = (self.workers.iter(), self.workers.iter());
        not_up(f, "dead devices (no answer to the last polls)", dead.flat_map(|worker| &worker.silent))?;
        let refusing = refusing.flat_map(|worker| &worker.refused);
        not_up(f, "refusing devices (an error in answer to the last polls)", refusing)
    }
}

/// Devices that are not up, below a line that says how.
fn not_up<'n>(f: &mut Formatter<'_>, head: &str, devices: impl Iterator<Item = &'n Named>) -> fmt::Result {
    for (number, Named { device, profile, number: polls, reason }) in devices.enumerate() {
        if number == 0 {
            writeln!(f, "\n{head}")?;
        }
        let reason = Plain(reason.as_deref().unwrap_or("no reason given"));
        writeln!(f, "  {} {}: {polls} polls, {reason}", Plain(device), Plain(profile))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::status::Partition;

    fn worker(name: &str) -> Report {
        Report { worker: name.to_owned(), ..Report::default() }
    }

    fn partition(schedules: u64, worker: Option<&str>, taken: bool) -> Partition {
        Partition { number: 0, schedules, worker: worker.map(str::to_owned), taken, pending: 0, under_way: 0 }
    }

    #[test]
    fn nothing_in_a_message_moves_the_cursor() {
        let mut evil = worker("evil\n\u{1b}[31m\u{202e}");
        let named = Named {
            device: "d\u{7}".to_owned(),
            profile: "p\r".to_owned(),
            number: 3,
            reason: Some("\u{9b}2J".to_owned()),
        };
        evil.trouble = Some("a\tb".to_owned());
        evil.silent = vec![named.clone()];
        evil.refused = vec![named.clone()];
        evil.slowest = vec![named];
        let text = Status { workers: vec![evil], ..Status::default() }.to_string();
        assert!(
            text.contains("evil\\n\\u{1b}[31m\\u{202e} ")
                && text.contains("d\\u{7} p\\r: 3 polls, \\u{9b}2J"),
            "{text}"
        );
        assert_eq!(text.matches("d\\u{7} p\\r: 3 polls, ").count(), 2, "dead and refusing: {text}");
        assert!(text.contains(": a\\tb\n"), "{text}");
        assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text:?}");
    }

    #[test]
    fn only_partitions_with_devices_need_a_worker() {
        let partitions =
            vec![partition(2, Some("a"), true), partition(0, None, false), partition(1, None, false)];
        let text = Status { partitions, workers: vec![worker("a")], ..Status::default() }.to_string();
        assert!(
            text.contains("partitions 3, 2 of them with devices; 1 of these without a worker\n"),
            "{text}"
        );
        let text = Status { partitions: vec![partition(1, None, true)], ..Status::default() }.to_string();
        assert!(text.contains("although 1 partitions are taken"), "{text}");
    }

    #[test]
    fn what_was_missed_has_a_time() {
        let mut status = Status { kept: (3, 5 << 20), kept_for: 86_400, ..Status::default() };
        "2026-01-31T23:59:59.5Z".clone_into(&mut status.since);
        status.totals.missed = 9;
        (status.missed.ticks, status.missed.minutes) = (2, 10);
        status.missed.last = Some(now().as_secs() - 200);
        let text = status.to_string();
        for line in [
            "results    0 stored since 2026-01-31 23:59:59 UTC, 0 of them without an answer",
            "kept       3 messages with results, 5.0 MiB; none is older than 24 h",
            "missed     2 ticks in the last 10 minutes have no result, 9 since the beginning; the last one 3 min ago",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
