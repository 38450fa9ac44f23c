//! Texts of devices are cut where a receiver takes no more.

/// Cuts a text that has more octets than `most`, at the end of a character.
pub(crate) fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn at_the_end_of_a_character() {
        for (most, expected) in [(9, "aäb"), (4, "aäb"), (3, "aä"), (2, "a"), (1, "a"), (0, "")] {
            let mut text = "aäb".to_owned();
            shorten(&mut text, most);
            assert_eq!(text, expected, "{most}");
        }
    }
}
