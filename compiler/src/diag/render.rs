//! Diagnostics for people: the line, the caret and the way out, as rustc draws them.

use std::{borrow::Cow, collections::HashMap};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer as Drawing, Snippet, normalize_untrusted_str,
    renderer::DEFAULT_TERM_WIDTH,
};

use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, Lines, SourceFile, SourceMap};

/// How much of a long line is shown on either side of a caret, in octets.
const MARGIN: usize = 160;
/// Labels that are at most so many lines apart are drawn together.
const NEAR: usize = 8;

/// Draws diagnostics. Keeps the line starts of files it has drawn from.
#[derive(Debug)]
pub struct Renderer<'m> {
    sources: &'m SourceMap,
    lines: HashMap<FileId, Lines>,
    drawing: Drawing,
}

impl<'m> Renderer<'m> {
    /// Without colours, 140 columns wide.
    pub fn plain(sources: &'m SourceMap) -> Renderer<'m> {
        Renderer { sources, lines: HashMap::new(), drawing: Drawing::plain().term_width(DEFAULT_TERM_WIDTH) }
    }

    /// With ANSI colours, 140 columns wide.
    pub fn styled(sources: &'m SourceMap) -> Renderer<'m> {
        Renderer { drawing: Drawing::styled(), ..Renderer::plain(sources) }
    }

    /// Sets the width of the terminal, in columns.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Renderer<'m> {
        self.drawing = self.drawing.term_width(columns);
        self
    }

    /// One diagnostic, several lines, without a line end after the last.
    pub fn render(&mut self, diagnostic: &Diagnostic) -> String {
        for label in diagnostic.primary.iter().chain(&diagnostic.secondary) {
            let file = self.sources.file(label.span.file);
            self.lines.entry(file.id).or_insert_with(|| Lines::new(&file.text));
        }
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group =
            Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id()));
        for excerpt in self.excerpts(diagnostic) {
            if let Some(origin) = excerpt.origin {
                group = group.element(origin);
            }
            group = group.element(excerpt.snippet);
        }
        if diagnostic.follow_ons > 0 {
            let more = match diagnostic.follow_ons {
                1 => "one further problem follows from this one".to_owned(),
                count => format!("{count} further problems follow from this one"),
            };
            group = group.element(Level::NOTE.message(more));
        }
        if !diagnostic.code.section().is_empty() {
            group = group.element(Level::NOTE.message(format!("see {}", diagnostic.code.section())));
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
        }
        self.drawing.render(&[group])
    }

    /// All of them, each followed by an empty line, and a line that counts them.
    pub fn render_all(&mut self, diagnostics: &Diagnostics) -> String {
        let mut text = String::new();
        for diagnostic in diagnostics.iter() {
            text.push_str(&self.render(diagnostic));
            text.push_str("\n\n");
        }
        if let Some(summary) = summary(diagnostics) {
            text.push_str(&summary);
            text.push('\n');
        }
        text
    }

    /// The labels of a diagnostic, those that are near each other together, the primary one's first.
    fn excerpts<'d>(&'d self, diagnostic: &'d Diagnostic) -> Vec<Excerpt<'d>> {
        let labels = diagnostic.primary.iter().map(|label| (label, true));
        let labels = labels.chain(diagnostic.secondary.iter().map(|label| (label, false)));
        let mut clusters: Vec<Cluster<'d>> = Vec::new();
        for (label, primary) in labels {
            let Some(lines) = self.lines.get(&label.span.file) else { continue };
            let line = lines.line(label.span.start);
            let near = |cluster: &&mut Cluster<'_>| {
                cluster.file == label.span.file && line + NEAR >= cluster.first && line <= cluster.last + NEAR
            };
            match clusters.iter_mut().find(near) {
                Some(cluster) => {
                    cluster.first = cluster.first.min(line);
                    cluster.last = cluster.last.max(line);
                    cluster.labels.push((label, primary));
                }
                None => clusters.push(Cluster {
                    file: label.span.file,
                    first: line,
                    last: line,
                    labels: vec![(label, primary)],
                }),
            }
        }
        clusters.iter().flat_map(|cluster| self.draw(cluster)).collect()
    }

    fn draw<'d>(&'d self, cluster: &Cluster<'d>) -> Vec<Excerpt<'d>> {
        let file = self.sources.file(cluster.file);
        let Some(lines) = self.lines.get(&file.id) else { return Vec::new() };
        let (start, end) = (lines.range(cluster.first).0, lines.range(cluster.last).1);
        if end - start > MARGIN * (cluster.last - cluster.first + 2) {
            // Long lines: each label on its own, with the text around it.
            return cluster
                .labels
                .iter()
                .map(|&(label, primary)| long_line(file, lines, label, primary))
                .collect();
        }
        let annotations =
            cluster.labels.iter().map(|&(label, primary)| annotation(file, lines, label, primary, start));
        let snippet = Snippet::source(harmless(file.text.get(start..end).unwrap_or("")))
            .line_start(cluster.first + 1)
            .path(file.name.as_str())
            .annotations(annotations.collect::<Vec<_>>());
        vec![Excerpt { origin: None, snippet }]
    }
}

/// Labels of one file that stand near each other; lines count from 0.
struct Cluster<'d> {
    file: FileId,
    first: usize,
    last: usize,
    labels: Vec<(&'d Label, bool)>,
}

struct Excerpt<'d> {
    /// Where it is, if the snippet cannot tell: columns of a line that is shown in part.
    origin: Option<Origin<'d>>,
    snippet: Snippet<'d, Annotation<'d>>,
}

/// How many there are: `2 errors, 1 warning`; `None` if there is nothing to count.
pub fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let count = |severity, one: &str| {
        let n = diagnostics.iter().filter(|d| d.severity == severity).count();
        (n > 0).then(|| format!("{n} {one}{}", if n == 1 { "" } else { "s" }))
    };
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let parts: Vec<String> = parts.into_iter().filter_map(|(severity, one)| count(severity, one)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn long_line<'d>(file: &'d SourceFile, lines: &Lines, label: &'d Label, primary: bool) -> Excerpt<'d> {
    let text = file.text.as_str();
    let (line_start, line_end) = lines.range(lines.line(label.span.start));
    let at = (label.span.start as usize).clamp(line_start, line_end);
    let start = floor(text, at.saturating_sub(MARGIN).max(line_start));
    let end = floor(text, (at + MARGIN).min(line_end));
    let position = lines.position(text, label.span.start);
    let origin =
        Origin::path(file.name.as_str()).line(position.line as usize).char_column(position.column as usize);
    let snippet = Snippet::source(harmless(text.get(start..end).unwrap_or("")))
        .line_start(position.line as usize)
        .annotation(annotation(file, lines, label, primary, start));
    Excerpt { origin: Some(origin), snippet }
}

/// A label within the text that begins at octet `base`. It ends with its first line, or where that is cut.
fn annotation<'d>(
    file: &SourceFile,
    lines: &Lines,
    label: &'d Label,
    primary: bool,
    base: usize,
) -> Annotation<'d> {
    let (line_start, line_end) = lines.range(lines.line(label.span.start));
    let line = file.text.get(line_start..line_end).unwrap_or("");
    let line_end = line_start + line.trim_end_matches(['\r', '\n']).len();
    let start = floor(&file.text, (label.span.start as usize).min(line_end));
    let end = (label.span.end as usize).clamp(start, line_end).min(start + MARGIN);
    let end = floor(&file.text, end);
    let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(start.saturating_sub(base)..end.saturating_sub(base));
    if label.text.is_empty() { annotation } else { annotation.label(normalize_untrusted_str(&label.text)) }
}

/// The start of the character that octet `at` belongs to.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Control characters of the second set would reach the terminal; others of the same length stand in for them.
fn harmless(text: &str) -> Cow<'_, str> {
    let control = |c: char| ('\u{80}'..='\u{9F}').contains(&c);
    if text.contains(control) { Cow::Owned(text.replace(control, "\u{BF}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests;
