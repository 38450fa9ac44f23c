use super::*;
use crate::{
    diag::Code,
    source::{Encoding, Span},
    syntax::parse,
};

fn sources(text: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::default();
    let id = sources.add("mibs/T-MIB", text, Encoding::Utf8);
    (sources, id)
}

/// What the parser says about `text`, drawn.
fn drawn(text: &str) -> String {
    let (sources, id) = sources(text);
    let parsed = parse(sources.file(id));
    Renderer::plain(&sources).width(100).render_all(&parsed.diagnostics)
}

#[test]
fn a_misspelt_clause() {
    let text = "T-MIB DEFINITIONS ::= BEGIN\r\nx OBJECT-TYPE\r\n\tSYNTAX INTEGER\r\n\tDESCRIPTON \"é\"\r\n\t::= { y 1 }\r\nEND\r\n";
    assert_eq!(
        drawn(text),
        "\
error[syntax]: `x`: expected a clause such as `SYNTAX`, `STATUS` or `DESCRIPTION` or `::=`, found `DESCRIPTON`
 --> mibs/T-MIB:4:2
  |
2 | x OBJECT-TYPE
  | - in this definition
3 |     SYNTAX INTEGER
4 |     DESCRIPTON \"é\"
  |     ^^^^^^^^^^ expected a clause such as `SYNTAX`, `STATUS` or `DESCRIPTION` or `::=`
  |
  = note: see RFC 2578 §3
  = help: did you mean `DESCRIPTION`?
  = help: until then, `x` is read without `DESCRIPTON …`

1 error
"
    );
}

#[test]
fn places_far_apart_and_in_other_files() {
    let (mut sources, id) = sources(&format!("first\n{}last\n", "\n".repeat(50_000)));
    let other = sources.add("mibs/OTHER", "there", Encoding::Utf8);
    let last = sources.file(id).text.find("last").unwrap();
    let diagnostic = Diagnostic::new(Code::DuplicateName, "`last` is defined twice")
        .at(Span::new(id, last, last + 4), "again here")
        .also(Span::new(id, 0, 5), "first here")
        .also(Span::new(other, 0, 5), "and there");
    assert_eq!(
        Renderer::plain(&sources).render(&diagnostic),
        "\
error[duplicate-name]: `last` is defined twice
     --> mibs/T-MIB:50002:1
      |
50002 | last
      | ^^^^ again here
      |
     ::: mibs/T-MIB:1:1
      |
    1 | first
      | ----- first here
      |
     ::: mibs/OTHER:1:1
      |
    1 | there
      | ----- and there
      |
      = note: see RFC 2578 §3.1"
    );
}

#[test]
fn without_a_place() {
    let sources = SourceMap::default();
    let mut diagnostic = Diagnostic::new(Code::UnknownModule, "no module `X-MIB`").help("add a search path");
    diagnostic.follow_ons = 3;
    assert_eq!(
        Renderer::plain(&sources).render(&diagnostic),
        "\
error[unknown-module]: no module `X-MIB`
 |
 = note: 3 further problems follow from this one
 = note: see RFC 2578 §3.2
 = help: add a search path"
    );
}

#[test]
fn a_line_of_a_million_characters_is_cut() {
    let text = format!("{}HERE{}", "é ".repeat(300_000), " x".repeat(300_000));
    let (sources, id) = sources(&text);
    let at = text.find("HERE").unwrap();
    let diagnostic = Diagnostic::new(Code::Syntax, "odd").at(Span::new(id, at, text.len()), "this");
    let drawn = Renderer::plain(&sources).render(&diagnostic);
    assert!(drawn.len() < 2_000, "{} octets", drawn.len());
    assert!(drawn.contains("mibs/T-MIB:1:600001"), "{drawn}");
    assert!(drawn.contains("HERE") && drawn.contains("^ this"), "{drawn}");
}

#[test]
fn terminal_controls_are_made_visible() {
    let (sources, id) = sources("a \u{1B}[31m \u{9B}31m b\0");
    let diagnostic =
        Diagnostic::new(Code::Syntax, "\u{1B}[0m").at(Span::new(id, 0, 1), "\u{1B}").help("\u{1B}[1m");
    let drawn = Renderer::plain(&sources).render(&diagnostic);
    assert!(!drawn.contains(['\u{1B}', '\u{9B}', '\0']), "{drawn:?}");
    assert!(Renderer::styled(&sources).render(&diagnostic).contains("\u{1B}["), "colours are ours");
}

#[test]
fn spans_that_fit_nothing_are_drawn_somewhere() {
    let (sources, id) = sources("é\nab");
    for (start, end) in [(0, 0), (1, 1), (1, 2), (0, 99), (5, 5), (99, 100), (3, 1)] {
        let diagnostic = Diagnostic::new(Code::Syntax, "odd").at(Span::new(id, start, end), "this");
        assert!(Renderer::plain(&sources).render(&diagnostic).contains("T-MIB"), "{start}..{end}");
    }
    let empty = super::tests::sources("");
    let diagnostic = Diagnostic::new(Code::Syntax, "odd").at(Span::new(empty.1, 0, 0), "this");
    assert!(Renderer::plain(&empty.0).render(&diagnostic).contains("T-MIB"));
}

/// Every diagnostic of a set is drawn in time that does not depend on the length of the file.
#[test]
fn a_huge_file_with_many_diagnostics() {
    let line = "x OBJECT IDENTIFIER ::= { y 1 }\n";
    let (sources, id) = sources(&line.repeat(200_000));
    let mut renderer = Renderer::plain(&sources);
    let start = std::time::Instant::now();
    for n in 0..1_000 {
        let at = n * 199 * line.len();
        renderer.render(&Diagnostic::new(Code::Syntax, "odd").at(Span::new(id, at, at + 1), "this"));
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(1_200), "{:?}", start.elapsed());
}

#[test]
fn counting() {
    let mut all = Diagnostics::default();
    assert_eq!(summary(&all), None);
    for code in [Code::Syntax, Code::MissingComma, Code::MissingComma, Code::NotUtf8] {
        all.push(Diagnostic::new(code, ""));
    }
    assert_eq!(summary(&all).as_deref(), Some("1 error, 2 warnings, 1 note"));
}
