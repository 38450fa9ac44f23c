//! From one round of answers to the next.

use mibc_runtime::value::DateAndTime;
use std::time::{SystemTime, UNIX_EPOCH};

/// How changes are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) period: u64,
    /// Periods that make one report; 0 if each does.
    pub(super) peaks: u64,
    pub(super) agent_time: bool,
    pub(super) tabular: bool,
    pub(super) max: bool,
    pub(super) timestamps: bool,
    pub(super) seconds: bool,
}

/// One variable, and what is known of it so far.
#[derive(Debug)]
pub(super) struct Variable {
    name: String,
    is_sum: bool,
    last: Option<i128>,
    max: f64,
    /// Periods since a report; `None` before the first one begins.
    periods: Option<u64>,
    peak: f64,
    total: f64,
}

impl Variable {
    pub(super) fn new(name: String) -> Variable {
        Variable { name, is_sum: false, last: None, max: 0.0, periods: None, peak: 0.0, total: 0.0 }
    }

    /// The sum of those before.
    pub(super) fn sum(name: String) -> Variable {
        Variable { is_sum: true, ..Variable::new(name) }
    }
}

/// The variables of one agent.
#[derive(Debug)]
pub(super) struct Changes {
    form: Form,
    variables: Vec<Variable>,
    /// When the agent last answered, by its own time.
    time: Option<i128>,
    begun: bool,
}

impl Changes {
    pub(super) fn new(form: Form, variables: Vec<Variable>) -> Changes {
        Changes { form, variables, time: None, begun: false }
    }

    /// The line above a table.
    pub(super) fn heading(&self, agents: &[String]) -> String {
        let agent = agents.first().filter(|_| self.form.timestamps).map(String::as_str).unwrap_or_default();
        let names: String = self.variables.iter().map(|variable| format!("\t{}", variable.name)).collect();
        format!("{agent}{names}\n")
    }

    /// Takes in the values of a round, each with whether it has 64 bits, in the order of the variables; gives the lines
    /// to write, each with its variable, in whole lines.
    pub(super) fn round(
        &mut self,
        values: &[Option<(i128, bool)>],
        time: Option<i128>,
        now: SystemTime,
    ) -> Vec<(String, String)> {
        let form = self.form;
        let first = !std::mem::replace(&mut self.begun, true);
        let elapsed = match (time, self.time) {
            // Hundredths of a second, which wrap.
            (Some(time), Some(before)) => (time - before).rem_euclid(1 << 32),
            _ => 100,
        };
        let elapsed = if elapsed <= 0 { 100 } else { elapsed };
        self.time = time;
        let stamp = if form.timestamps { stamp(form, now) } else { String::new() };
        let mut values = values.iter();
        let (mut sum, mut row, mut lines) = (0_i128, String::new(), Vec::new());
        for variable in &mut self.variables {
            let change = if variable.is_sum {
                sum
            } else {
                let Some((value, wide)) = values.next().copied().flatten() else {
                    if form.tabular {
                        row += "\t?";
                    }
                    continue;
                };
                let before = variable.last.replace(value).unwrap_or(value);
                let change = (value - before).rem_euclid(if wide { 1 << 64 } else { 1 << 32 });
                sum += if wide { 0 } else { change };
                change
            };
            if first {
                continue;
            }
            let rate = form.agent_time || form.tabular;
            let number = if rate { change as f64 * 100.0 / elapsed as f64 } else { change as f64 };
            let mut text = match (form.tabular, rate) {
                (true, _) => format!("\t{number:.2}"),
                (false, true) => format!(" /sec: {number:.2}"),
                (false, false) => format!(" /{} sec: {change}", form.period),
            };
            if form.peaks > 0 {
                match variable.report(form, number, now) {
                    Some(report) => text = report,
                    None => continue,
                }
            }
            if form.max {
                variable.max = variable.max.max(number);
                let digits = if form.agent_time { 2 } else { 0 };
                text += &format!("\t(Max: {:.digits$})", variable.max);
            }
            match form.tabular {
                true => row += &text,
                false => lines.push((variable.name.clone(), format!("{stamp}{}{text}\n", variable.name))),
            }
        }
        if form.tabular && !row.is_empty() && !first {
            lines.push(("all".to_owned(), format!("{}{row}\n", stamp.trim_end())));
        }
        lines
    }
}

impl Variable {
    /// The report of several periods, when they are over. Reports begin where an hour has a whole number of them left.
    fn report(&mut self, form: Form, number: f64, now: SystemTime) -> Option<String> {
        let Some(periods) = &mut self.periods else {
            let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let left = 3600 - seconds % 3600;
            if left.is_multiple_of((form.period * form.peaks).max(1)) {
                self.periods = Some(0);
            }
            return None;
        };
        self.total += number;
        self.peak = self.peak.max(number);
        *periods += 1;
        if *periods < form.peaks {
            return None;
        }
        let (average, peak, period) = (self.total / *periods as f64, self.peak, form.period);
        (self.total, self.peak, *periods) = (0.0, 0.0, 0);
        Some(match form.agent_time {
            true => format!(" /sec: {average:.2}\t({period} sec Peak: {peak:.2})"),
            false => format!(" /{period} sec: {average:.0}\t({period} sec Peak: {peak:.0})"),
        })
    }
}

/// `[13:54:56 11/27] `, without seconds where periods are whole minutes.
fn stamp(form: Form, now: SystemTime) -> String {
    let now = DateAndTime::from(now);
    let whole = form.period.is_multiple_of(60)
        || (form.peaks > 0 && form.period.saturating_mul(form.peaks).is_multiple_of(60));
    let seconds = if whole && !form.seconds { String::new() } else { format!(":{:02}", now.second) };
    format!("[{:02}:{:02}{seconds} {}/{}] ", now.hour, now.minute, now.month, now.day)
}

#[cfg(test)]
mod tests {
    use super::{Changes, Form, Variable};
    use std::time::{Duration, UNIX_EPOCH};

    const PLAIN: Form = Form {
        period: 1,
        peaks: 0,
        agent_time: false,
        tabular: false,
        max: false,
        timestamps: false,
        seconds: false,
    };

    /// The lines of each round, with seconds of the hour.
    fn said(form: Form, sum: bool, rounds: &[(u64, [i128; 2], i128)]) -> Vec<String> {
        let names = ["a.0", "b.0"].map(|name| Variable::new(name.to_owned()));
        let mut changes =
            Changes::new(form, names.into_iter().chain(sum.then(|| Variable::sum("Sum".into()))).collect());
        let mut out = Vec::new();
        for (seconds, values, time) in rounds {
            let values: Vec<_> = values.iter().map(|value| Some((*value, false))).collect();
            let now = UNIX_EPOCH + Duration::from_secs(*seconds);
            let time = form.agent_time.then_some(*time);
            out.extend(changes.round(&values, time, now).into_iter().map(|(_, line)| line));
        }
        out
    }

    #[test]
    fn lines() {
        let rounds = [(0, [5, i128::from(u32::MAX)], 100), (1, [7, 4], 300), (2, [7, 4], 400)];
        assert_eq!(
            said(PLAIN, false, &rounds),
            ["a.0 /1 sec: 2\n", "b.0 /1 sec: 5\n", "a.0 /1 sec: 0\n", "b.0 /1 sec: 0\n"]
        );
        let sum = said(Form { timestamps: true, max: true, ..PLAIN }, true, &rounds);
        assert_eq!(sum[2], "[00:00:01 1/1] Sum /1 sec: 7\t(Max: 7)\n");
        assert_eq!(sum[5], "[00:00:02 1/1] Sum /1 sec: 0\t(Max: 7)\n");
        let rate = said(Form { agent_time: true, ..PLAIN }, false, &rounds);
        assert_eq!(rate[..2], ["a.0 /sec: 1.00\n", "b.0 /sec: 2.50\n"]);
        let table = said(Form { tabular: true, timestamps: true, ..PLAIN }, false, &rounds);
        assert_eq!(table, ["[00:00:01 1/1]\t2.00\t5.00\n", "[00:00:02 1/1]\t0.00\t0.00\n"]);
        let minutes = said(Form { period: 60, timestamps: true, ..PLAIN }, false, &rounds);
        assert_eq!(minutes[0], "[00:00 1/1] a.0 /60 sec: 2\n");
    }

    #[test]
    fn peaks() {
        let rounds: Vec<_> = (0..6).map(|n| (3597 + n, [i128::from(n * n), 0], 0)).collect();
        let said = said(Form { peaks: 2, ..PLAIN }, false, &rounds);
        // It begins at 3598; the changes then are 3, 5 and 7, 9.
        assert_eq!(
            said,
            [
                "a.0 /1 sec: 4\t(1 sec Peak: 5)\n",
                "b.0 /1 sec: 0\t(1 sec Peak: 0)\n",
                "a.0 /1 sec: 8\t(1 sec Peak: 9)\n",
                "b.0 /1 sec: 0\t(1 sec Peak: 0)\n",
            ]
        );
    }
}
