//! Tests of doc comments from hostile and from ordinary text.

use super::*;

#[test]
fn only_the_first_paragraph_is_taken_and_joined() {
    let text = "\n        The number of\r\n        things,   counted.\r\n\r\n        Second paragraph.";
    assert_eq!(paragraph(text), ["The number of things, counted."]);
    assert!(paragraph(" \n\t\r\n ").is_empty());
    assert!(paragraph("").is_empty());
}

#[test]
fn markdown_html_and_links_are_escaped() {
    assert_eq!(
        paragraph(r"see [ifIndex] or <ifIndex> *now*, `tick \ /* */ a_b ~x~ &lt; a|b"),
        [r"see \[ifIndex\] or \<ifIndex\> \*now\*, \`tick \\ /\* \*/ a\_b \~x\~ \&lt; a\|b"]
    );
    assert_eq!(paragraph("    let x = 1;\n    panic!();"), ["let x = 1; panic!();"]);
    assert_eq!(paragraph("# not a heading"), [r"\# not a heading"]);
    assert_eq!(paragraph("- not a list"), [r"\- not a list"]);
    assert_eq!(paragraph("1. not a list"), [r"1\. not a list"]);
    assert_eq!(paragraph("-1 is a number"), [r"\-1 is a number"]);
    assert_eq!(paragraph("10 is one too"), ["10 is one too"]);
}

#[test]
fn addresses_become_links() {
    assert_eq!(
        paragraph("See https://example.org/a_b(c), or (http://example.com)."),
        ["See <https://example.org/a_b(c>), or (<http://example.com>)."]
    );
    assert_eq!(paragraph("http:// alone"), [r"http:\/\/ alone"]);
    assert_eq!(paragraph("xhttp://a\"b"), ["x<http://a>\"b"]);
}

#[test]
fn lines_are_wrapped_and_their_starts_escaped() {
    let word = "x".repeat(48);
    let lines = paragraph(&format!("{word} {word} - {word} {word} 7) {word}"));
    assert_eq!(lines, [format!("{word} {word} -"), format!("{word} {word} 7)"), word.clone()]);
    let lines = paragraph(&format!("{word} {word}aaaa - b"));
    assert_eq!(lines, [word.clone(), format!("{word}aaaa - b")]);
    let lines = paragraph(&format!("{word} {word}aaa + b"));
    assert_eq!(lines, [format!("{word} {word}aaa"), r"\+ b".to_owned()]);
}

#[test]
fn long_texts_are_cut() {
    let lines = paragraph(&"y".repeat(100_000));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].chars().count() <= WIDTH + 3, "{}", lines[0].len());
    let text = "One sentence of a few words. ".repeat(100);
    let joined = paragraph(&text).join(" ");
    assert!(joined.ends_with("words.") && joined.len() <= LONGEST, "{joined}");
    let text = "word ".repeat(1000);
    let joined = paragraph(&text).join(" ");
    assert!(joined.ends_with("word …") && joined.len() <= LONGEST + 5, "{joined}");
}

#[test]
fn characters_that_rustc_refuses_are_left_out() {
    assert_eq!(paragraph("a\u{202e}b\u{0}c\u{feff}d\u{1b}e\rf"), ["ab cd e f"]);
    assert_eq!(code("a`b\u{202e}c"), "`abc`");
}
