//! Comments that hide findings in their file: `-- mibc: allow CODE, CODE`.

use crate::diag::Code;

/// What a comment has to say.
const MARK: &str = "mibc: allow ";

/// How many such comments of one file are read.
const MAX_COMMENTS: usize = 1_000;

/// The codes that comments of a text hide. Words that are not codes are passed over: a later version may know them.
pub(super) fn codes(text: &str) -> Vec<Code> {
    let mut codes = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), MARK.as_bytes()).take(MAX_COMMENTS) {
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + MARK.len()..).unwrap_or(""));
        if !before.trim_end_matches([' ', '\t']).ends_with("--") {
            continue;
        }
        let line = after.lines().next().unwrap_or("");
        let line = line.split("--").next().unwrap_or("");
        codes.extend(line.split([',', ' ', '\t']).filter_map(|word| Code::find(word.trim())));
    }
    // One may stand there a thousand times.
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_hide_codes() {
        let text = "-- mibc: allow not-utf8, unused-import\nx --mibc: allow no-such-code syntax -- y\n\
                    \"mibc: allow missing-end\"";
        let mut expected = [Code::NotUtf8, Code::UnusedImport, Code::Syntax];
        expected.sort_unstable();
        assert_eq!(codes(text), expected);
    }
}
