//! YAML for readers of version 1.2 and of 1.1.
//!
//! `serde_norway` writes YAML 1.2, in which `on` and `no` are texts. Readers of 1.1 (PyYAML, Ansible) take them for
//! truth values, and enumerations have such labels; they are put in quotes.

use super::ConfigError;
use serde::Serialize;

/// Words that YAML 1.1 does not read as text, in lower case. YAML 1.2 itself covers `true`, `false` and `null`.
const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// A document, each text of it on one line. The texts must have no line breaks.
pub(in crate::emit) fn yaml(value: &impl Serialize) -> Result<String, ConfigError> {
    let text = serde_norway::to_string(value).map_err(|error| ConfigError::Write(error.to_string()))?;
    let mut quoted = String::with_capacity(text.len());
    for line in text.lines() {
        let start = line.rfind(' ').map_or(0, |blank| blank + 1);
        let (before, word) = line.split_at(start);
        let whole = before.ends_with(": ") || before.trim_start() == "- ";
        if whole && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            quoted.push_str(&format!("{before}'{word}'"));
        } else {
            quoted.push_str(line);
        }
        quoted.push('\n');
    }
    Ok(quoted)
}

#[cfg(test)]
mod tests {
    use super::yaml;
    use std::collections::BTreeMap;

    #[test]
    fn words_of_yaml_1_1_are_quoted() {
        let map =
            BTreeMap::from([(1, "on"), (2, "Off"), (3, "a: no"), (4, "so, no"), (5, "null"), (6, "nothing")]);
        let text = yaml(&map).expect("a document");
        assert_eq!(text, "1: 'on'\n2: 'Off'\n3: 'a: no'\n4: so, no\n5: 'null'\n6: nothing\n");
        assert_eq!(yaml(&["yes", "a - no"]).expect("a document"), "- 'yes'\n- a - no\n");
        let back: BTreeMap<i32, String> = serde_norway::from_str(&text).expect("YAML");
        assert!(
            map.iter().all(|(number, label)| back.get(number).is_some_and(|read| read == label)),
            "{back:?}"
        );
    }
}
