//! InfluxDB's line protocol: a line for each set of labels, whose fields are the samples with these labels.

use super::labels;
use crate::poll::given::Given;
use crate::poll::polled::Made;
use crate::samples::{Number, Sample};
use std::collections::HashMap;
use std::fmt::Write;

pub(super) fn encode(polled: &impl Given, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let mut base: Vec<(&str, &str)> = vec![("device", polled.device())];
    for (name, value) in labels::of_device(polled, common) {
        labels::set(&mut base, name, value);
    }
    let mut lines =
        Lines { base, places: HashMap::new(), lines: Vec::new(), twins: Vec::new(), spare: String::new() };
    polled.own(|sample| lines.add("snmp_poll", sample));
    let made = polled.each(|module, sample| lines.add(module, sample));
    (lines.text(polled.time()), made)
}

/// A measurement with its tags, and fields.
struct Line {
    head: String,
    fields: Vec<String>,
}

struct Lines<'p> {
    base: Vec<(&'p str, &'p str)>,
    /// Where the line of a measurement and its tags is.
    places: HashMap<String, usize>,
    lines: Vec<Line>,
    /// Line and place of a field that is a text, and the head of the line that has it as a tag.
    twins: Vec<(usize, usize, String)>,
    /// Memory for the next head.
    spare: String,
}

impl Lines<'_> {
    fn add(&mut self, measurement: &str, sample: &Sample<'_>) {
        // A text is a label of the sample's own name: here it is a field.
        let text = sample.labels.iter().find(|(name, _)| *name == sample.name).map(|(_, value)| value);
        let Some(field) = field(&sample.name, sample.value, text.map(|text| &**text)) else { return };
        let mut head = std::mem::take(&mut self.spare);
        self.head(&mut head, measurement, sample, false);
        let twin = text.map(|_| {
            let mut twin = String::new();
            self.head(&mut twin, measurement, sample, true);
            twin
        });
        let twin = twin.filter(|twin| *twin != head);
        let at = match self.places.get(&head) {
            Some(&at) => {
                self.spare = head;
                at
            }
            None => {
                self.places.insert(head.clone(), self.lines.len());
                self.lines.push(Line { head, fields: Vec::new() });
                self.lines.len() - 1
            }
        };
        let Some(line) = self.lines.get_mut(at) else { return };
        self.twins.extend(twin.map(|twin| (at, line.fields.len(), twin)));
        line.fields.push(field);
    }

    /// Writes the measurement and the tags of a sample, with the label of its own name among them or not.
    fn head(&self, head: &mut String, measurement: &str, sample: &Sample<'_>, own_name: bool) {
        head.clear();
        escape(head, measurement, &[',', ' ']);
        let own = |name: &str| sample.labels.iter().any(|(label, _)| label == name);
        let base = self.base.iter().copied().filter(|(name, _)| !own(name));
        let labels = sample.labels.iter().filter(|(name, _)| own_name || *name != sample.name);
        let mut tags: Vec<(&str, &str)> =
            base.chain(labels.map(|(name, value)| (&**name, &**value))).collect();
        tags.sort_unstable();
        for (name, value) in tags {
            // A tag cannot be empty, nor end with a backslash.
            if value.trim_end_matches('\\').is_empty() {
                continue;
            }
            head.push(',');
            escape(head, name, &[',', '=', ' ']);
            head.push('=');
            escape(head, value, &[',', '=', ' ']);
        }
    }

    fn text(mut self, time: u64) -> Vec<u8> {
        // What is a tag of its row is not a field in a row of its own. A line with more tags has a field that stays.
        for (line, field, twin) in &self.twins {
            if self.places.contains_key(twin)
                && let Some(field) = self.lines.get_mut(*line).and_then(|line| line.fields.get_mut(*field))
            {
                field.clear();
            }
        }
        let length = |line: &Line| {
            line.head.len() + line.fields.iter().map(|field| field.len() + 1).sum::<usize>() + 22
        };
        let mut out = String::with_capacity(self.lines.iter().map(length).sum());
        for Line { head, fields } in &self.lines {
            let mut fields = fields.iter().filter(|field| !field.is_empty());
            let Some(first) = fields.next() else { continue };
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(head);
            out.push(' ');
            out.push_str(first);
            for field in fields {
                out.push(',');
                out.push_str(field);
            }
            // Nanoseconds, as servers take them unless told otherwise.
            let _ = write!(out, " {time}000000");
        }
        out.into_bytes()
    }
}

/// `name=value`; `None` for a number that the protocol has no word for.
fn field(name: &str, value: Number, text: Option<&str>) -> Option<String> {
    let mut field = String::with_capacity(name.len() + 24);
    escape(&mut field, name, &[',', '=', ' ']);
    field.push('=');
    let _ = match (text, value) {
        (Some(text), _) => {
            field.push('"');
            for letter in text.chars() {
                match letter {
                    '"' | '\\' => field.extend(['\\', letter]),
                    // A line is a line.
                    letter if letter.is_control() => field.push(' '),
                    letter => field.push(letter),
                }
            }
            field.push('"');
            Ok(())
        }
        (None, Number::Signed(number)) => write!(field, "{number}i"),
        // Fields without a sign are not known everywhere: 63 bits, and one reset more for rates.
        (None, Number::Unsigned(number)) => write!(field, "{}i", number & i64::MAX.unsigned_abs()),
        (None, Number::Float(number)) if number.is_finite() => write!(field, "{number:?}"),
        (None, Number::Float(_)) => return None,
    };
    Some(field)
}

fn escape(out: &mut String, text: &str, special: &[char]) {
    // A backslash at the end would escape what follows, and not all servers know an escape for it.
    for letter in text.trim_end_matches('\\').chars() {
        // A line is a line.
        let letter = if letter.is_control() { ' ' } else { letter };
        if special.contains(&letter) {
            out.push('\\');
        }
        out.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_letter_of_a_tag_ends_it() {
        for (text, expected) in
            [("a\tb\nc", "a\\ b\\ c"), ("C:\\", "C:"), ("\\\\", ""), ("a\\b", "a\\b"), ("x=1,y", "x\\=1\\,y")]
        {
            let mut out = String::new();
            escape(&mut out, text, &[',', '=', ' ']);
            assert_eq!(out, expected, "{text:?}");
        }
    }
}
