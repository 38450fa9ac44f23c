//! Dates of revisions (RFC 2578 §2, ExtUTCTime) as pysmi writes them.

/// The date of a revision that cannot be read.
const NO_DATE: &str = "1970-01-01 00:00";

/// `200006140000Z` as `2000-06-14 00:00`; two digits of a year are of the 1900s.
pub(super) fn revision(text: &str) -> String {
    read(text).unwrap_or_else(|| NO_DATE.to_owned())
}

fn read(text: &str) -> Option<String> {
    let digits = text.strip_suffix('Z')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = match digits.len() {
        10 => format!("19{digits}"),
        12 => digits.to_owned(),
        _ => return None,
    };
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute) = (number(8, 10)?, number(10, 12)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let valid = year > 0 && (1..=days).contains(&day) && hour < 24 && minute < 60;
    valid.then(|| format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"))
}

#[cfg(test)]
mod tests {
    use super::revision;

    #[test]
    fn dates() {
        assert_eq!(revision("200006140000Z"), "2000-06-14 00:00");
        assert_eq!(revision("9602282155Z"), "1996-02-28 21:55");
        assert_eq!(revision("200002292359Z"), "2000-02-29 23:59");
        for bad in
            ["", "Z", "20010229000Z", "200102290000Z", "200006312400Z", "200013010000Z", "2000061400é0Z"]
        {
            assert_eq!(revision(bad), "1970-01-01 00:00", "{bad}");
        }
    }
}
