//! Definition by definition, for a file that does not parse whole: what cannot be read is reported once and the
//! rest of the module goes on.

use std::borrow::Cow;

use super::{
    builder::Builder,
    grammar::Rule,
    lists,
    repair::{self, Lost},
    tree::Tree,
    way::Failure,
};
use crate::{
    diag::{Code, Diagnostic, Severity},
    source::module_heads,
    syntax::{
        ast::{Definition, DefinitionKind, Ident, Import, LeftOut, Module, Syntax, SyntaxKind},
        chunk::{Chunk, Guess, Splitter},
        comments::without_closed,
        scan::{Kind, Scanner, Token},
    },
};

/// How often a definition is parsed again, each time without the clause that failed.
const MAX_REPAIRS: usize = 4;
/// The longest definition that is parsed, in octets: what a parse needs grows with the text.
const MAX_DEFINITION: usize = 128 << 20;

/// How many definitions of a module are remembered of which nothing could be kept.
const MAX_LEFT_OUT: usize = 1_000;

/// What is known so far of a file that is read definition by definition.
#[derive(Default)]
struct State<'s> {
    modules: Vec<Module<'s>>,
    current: Option<Module<'s>>,
    stray: Option<Stray>,
    /// The last chunk was a text without closing quote, which explains everything that is missing behind it.
    quote_open: bool,
}

/// Text outside modules.
struct Stray {
    start: usize,
    end: usize,
    definitions: bool,
}

impl<'s> Builder<'s> {
    /// Reads the file chunk by chunk. `text` has the octets of the source in their places, comments perhaps blanked.
    pub(super) fn by_definition(&mut self, text: &str) -> Vec<Module<'s>> {
        let mut splitter = Splitter::new(text);
        let mut state = State::default();
        let mut at = 0;
        let mut heads = module_heads(text.as_bytes()).map(|name| name.start).peekable();
        while let Some(mut chunk) = splitter.next(at) {
            if state.current.is_none() {
                // Quotes in prose hide nothing.
                while heads.next_if(|&head| head <= chunk.start).is_some() {}
                chunk.end = heads.peek().map_or(chunk.end, |&head| chunk.end.min(head));
            }
            at = chunk.end;
            match chunk.guess {
                Guess::Head => self.head(text, chunk, &mut state),
                Guess::End if state.current.is_some() => {
                    if let Some(mut module) = state.current.take() {
                        module.span.end = chunk.end as u32;
                        state.modules.push(module);
                    }
                }
                _ => match &mut state.current {
                    None => stray(&mut state.stray, chunk),
                    Some(module) if chunk.guess == Guess::Linkage => self.lone_linkage(text, chunk, module),
                    Some(module) => {
                        let (end, open) = self.lone_definition(text, chunk, &splitter, module);
                        (at, state.quote_open) = (end, open);
                        module.span.end = end as u32;
                    }
                },
            }
        }
        self.finish(text, state)
    }

    fn head(&mut self, text: &str, chunk: Chunk, state: &mut State<'s>) {
        if let Some(stray) = state.stray.take() {
            self.report_stray(&stray);
        }
        if let Some(module) = state.current.take() {
            self.missing_end(&module, chunk.start);
            state.modules.push(module);
        }
        let slice = text.get(chunk.start..chunk.end).unwrap_or("");
        state.current = match self.way.tree(Rule::lone_head, slice, chunk.start) {
            Ok(tree) => {
                tree.cursor().enter(Rule::lone_head).and_then(|mut inner| self.module_head(&mut inner))
            }
            Err(failure) => {
                let diagnostic = self.failed(&failure, chunk.start, chunk.end, "the head of a module");
                self.report(diagnostic.help("a module begins with `NAME DEFINITIONS ::= BEGIN`"));
                self.first_word(text, chunk).map(|name| Module {
                    name,
                    exports: Vec::new(),
                    imports: Vec::new(),
                    definitions: Vec::new(),
                    left_out: Vec::new(),
                    span: name.span(),
                })
            }
        };
    }

    fn lone_linkage(&mut self, text: &str, chunk: Chunk, module: &mut Module<'s>) {
        let slice = text.get(chunk.start..chunk.end).unwrap_or("");
        match self.way.tree(Rule::lone_linkage, slice, chunk.start) {
            Ok(tree) => {
                if let Some(mut inner) = tree.cursor().enter(Rule::lone_linkage) {
                    self.linkage(&mut inner, module);
                }
            }
            Err(failure) => {
                let diagnostic =
                    self.failed(&failure, chunk.start, chunk.end, "the list of imports or exports");
                let lost = self.salvage_imports(slice, chunk.start, module);
                let consequence = match lost {
                    Some(lost) => format!("until then, it is read without {lost}"),
                    None => "until then, what can be read of it is read".to_owned(),
                };
                let form = "write `IMPORTS symbol, symbol FROM MODULE … ;`";
                self.report(diagnostic.help(form).help(consequence));
            }
        }
    }

    /// The imports of a list that does not parse: without them nothing in the module could be bound. What was left out,
    /// in words.
    fn salvage_imports(&self, slice: &str, base: usize, module: &mut Module<'s>) -> Option<String> {
        let scanner = Scanner::new(slice, 0);
        let tokens: Vec<Token> = scanner.collect();
        let word = |token: &Token| scanner.word(Some(*token));
        // A name in quotes is still that name.
        let quotes = |token: &Token| usize::from(token.kind == Kind::String);
        let ident = |token: &Token| {
            let quotes = quotes(token);
            self.ident_at((base + token.start + quotes) as u32, (base + token.end - quotes) as u32)
        };
        let is_quoted = |token: &Token| {
            let name = slice.get(token.start + 1..token.end - 1).unwrap_or("");
            let one_word = !name.is_empty() && !name.contains(|c: char| c <= ' ');
            token.kind == Kind::String && one_word && self.way.matches(Rule::lone_names, name)
        };
        let (mut symbols, mut lost, mut lost_end) = (Vec::new(), Vec::new(), 0);
        let mut at = usize::from(tokens.first().is_some_and(|first| word(first) == "IMPORTS"));
        if at == 0 {
            return None;
        }
        while let Some(token) = tokens.get(at) {
            at += 1;
            match word(token) {
                "FROM" => {
                    let is_name = |from: &&Token| from.kind == Kind::Word || is_quoted(from);
                    let Some(from) = tokens.get(at).filter(is_name) else { continue };
                    let symbols = std::mem::take(&mut symbols);
                    module.imports.push(Import { symbols, module: ident(from) });
                    at += 1;
                    // The module's OID.
                    if tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(b'{'))
                        && let Some(length) = tokens.get(at..).and_then(|rest| {
                            rest.iter()
                                .position(|token| token.kind == Kind::Mark(b'}') || word(token) == "FROM")
                        })
                    {
                        at += length;
                    }
                }
                "," | ";" | "IMPORTS" | "}" => {}
                _ if lists::is_name(&tokens, at - 1, slice, self.way) || is_quoted(token) => {
                    symbols.push(ident(token));
                }
                _ => {
                    if lost.is_empty() || lost_end != token.start {
                        lost.push(token.start..token.end);
                    } else if let Some(last) = lost.last_mut() {
                        last.end = token.end;
                    }
                    lost_end = token.end;
                }
            }
        }
        lost.first().map(|first| without(slice, first.clone(), lost.len()))
    }

    /// Reads one definition. Where it ends, and whether a text in it was never closed.
    fn lone_definition(
        &mut self,
        text: &str,
        mut chunk: Chunk,
        splitter: &Splitter<'_>,
        module: &mut Module<'s>,
    ) -> (usize, bool) {
        if chunk.end - chunk.start > MAX_DEFINITION {
            if let Some(at) = splitter.line_head(chunk.start, chunk.end) {
                chunk.end = at;
            } else {
                self.too_long(chunk);
                return (chunk.end, false);
            }
        }
        let slice = text.get(chunk.start..chunk.end).unwrap_or("");
        let Err(mut failure) = self.parse_definition(slice, chunk.start, module) else {
            return (chunk.end, false);
        };
        if let Some(end) = self.by_the_letter(text, chunk, module) {
            return (end, false);
        }
        if let Some(words_end) = chunk.words_end {
            self.several_words(text, chunk, words_end, module);
            return (chunk.end, false);
        }

        let name = self.first_word(text, chunk);
        let subject = name.map_or_else(|| "this text".to_owned(), |name| format!("`{}`", name.text()));
        let mut open = None;
        if let Some(head) = splitter.line_head(chunk.start, chunk.end)
            && let Some((quote, true)) = splitter.hiding_string(chunk.start, head)
        {
            chunk.end = head;
            if failure.at >= quote {
                open = Some(quote);
                failure.at = quote;
            }
        } else if let Some(quote) = open_string(slice)
            && failure.at >= chunk.start + quote
        {
            open = Some(chunk.start + quote);
        }
        let diagnostic = match open {
            Some(quote) => self.unterminated(quote, &subject),
            None => self.failed(&failure, chunk.start, chunk.end, &subject),
        };
        let consequence = if let Some(lost) = self.repaired(text, chunk, failure, module) {
            format!("until then, {subject} is read {lost}")
        } else if let Some(end) = self.bare(text, chunk, module) {
            // What follows may be a definition that does not look like one.
            chunk.end = end;
            format!("until then, {subject} is only its name and its OID")
        } else {
            format!("until then, {subject} is left out")
        };
        let diagnostic = diagnostic.help(consequence);
        let kept = name
            .is_none_or(|name| module.definitions.last().is_some_and(|last| last.name.span() == name.span()));
        if let (Some(name), false) = (name, kept)
            && module.left_out.len() < MAX_LEFT_OUT
        {
            module.left_out.push(LeftOut { name, diagnostic: Box::new(diagnostic.clone()) });
        }
        self.report(diagnostic);
        (chunk.end, open.is_some())
    }

    /// Reports a definition whose name is several words, and leaves it out: which of them are the name, nobody knows.
    fn several_words(&mut self, text: &str, chunk: Chunk, words_end: usize, module: &mut Module<'s>) {
        let words = self.ident_at(chunk.start as u32, words_end as u32);
        let diagnostic = Diagnostic::new(Code::Syntax, format!("`{}` is not a name", words.text()))
            .at(words.span(), "several words instead of one name")
            .help("names are letters, digits and hyphens, and begin with a letter; comments begin with `--`")
            .help("until then, the definition is left out");
        let last = Scanner::new(text.get(..words_end).unwrap_or(""), chunk.start)
            .filter(|token| token.kind == Kind::Word)
            .last()
            .map(|last| self.ident_at(last.start as u32, last.end as u32));
        if let Some(name) = last
            && module.left_out.len() < MAX_LEFT_OUT
        {
            module.left_out.push(LeftOut { name, diagnostic: Box::new(diagnostic.clone()) });
        }
        self.report(diagnostic);
    }

    /// Parses one definition and adds it to the module.
    fn parse_definition(&mut self, slice: &str, base: usize, module: &mut Module<'s>) -> Result<(), Failure> {
        let tree = self.way.tree(Rule::lone_definition, slice, base)?;
        self.add_definition(&tree, module);
        Ok(())
    }

    fn add_definition(&mut self, tree: &Tree, module: &mut Module<'s>) {
        if let Some(mut inner) = tree.cursor().enter(Rule::lone_definition)
            && let Some(definition) = inner.enter(Rule::definition)
        {
            module.definitions.extend(self.definition(definition));
        }
    }

    /// Reads a definition whose comments end where the standard has them end, before their lines. Where the definition
    /// ends; `None` if it does not parse so.
    fn by_the_letter(&mut self, text: &str, chunk: Chunk, module: &mut Module<'s>) -> Option<usize> {
        // What follows its last comment belongs to it.
        let end = Scanner::new(text, chunk.end).next().map_or(text.len(), |token| token.start);
        let slice = without_closed(text.get(chunk.start..end)?)?;
        let tree = self.way.tree_if(Rule::lone_definition, &slice, chunk.start)?;
        self.add_definition(&tree, module);
        Some(end)
    }

    /// Keeps what can be kept of a definition that failed, so that those which hang on its name do not fail too: how it
    /// is read, in words. What else is off in it has the same cause and is not reported.
    fn repaired(
        &mut self,
        text: &str,
        chunk: Chunk,
        mut failure: Failure,
        module: &mut Module<'s>,
    ) -> Option<String> {
        let (reported, failed) = (self.diagnostics.len(), failure.at);
        let mut slice = Cow::Borrowed(text.get(chunk.start..chunk.end).unwrap_or(""));
        let mut lost: Vec<String> = Vec::new();
        for round in 0..=MAX_REPAIRS {
            let repaired = if round == 0 {
                // With a blank behind it, in whose place a missing brace can stand.
                let Some(readable) = lists::readable(&slice, self.way) else { continue };
                if readable.count > 0 {
                    lost.push(without(
                        self.source.get(chunk.start..).unwrap_or(""),
                        readable.first,
                        readable.count,
                    ));
                } else {
                    lost.push("the rest of a list".to_owned());
                }
                readable.text
            } else {
                let at = failure.at.saturating_sub(chunk.start);
                let Some((repaired, what)) = repair::without_failure(&slice, at, failure.between_clauses())
                else {
                    break;
                };
                lost.push(in_words(&what));
                repaired
            };
            slice = Cow::Owned(repaired);
            match self.parse_definition(&slice, chunk.start, module) {
                Ok(()) => {
                    self.diagnostics.truncate(reported);
                    if let Some(definition) = module.definitions.last_mut() {
                        definition.reach(failed.min(chunk.end) as u32);
                    }
                    lost.dedup();
                    return Some(format!("without {}", lost.join(" and ")));
                }
                Err(error) => failure = error,
            }
        }
        self.diagnostics.truncate(reported);
        if repair::is_sequence(&slice)
            && let Some(name) = self.first_word(text, chunk)
        {
            let span = self.span(chunk.start as u32, chunk.end as u32);
            let syntax = Syntax { span, kind: SyntaxKind::Sequence(Box::default()) };
            let kind = DefinitionKind::TypeAssignment(Box::new(syntax));
            module.definitions.push(Definition::new(name, span.end, kind));
            return Some("without its columns".to_owned());
        }
        None
    }

    /// Keeps the name and the OID of a definition of which nothing else can be kept, so that what is below it has an
    /// OID too. Where that ends; `None` if it has no OID either.
    fn bare(&mut self, text: &str, chunk: Chunk, module: &mut Module<'s>) -> Option<usize> {
        // With a blank behind it, in whose place a missing brace can stand.
        let slice = text.get(chunk.start..=chunk.end).or_else(|| text.get(chunk.start..chunk.end))?;
        let name = self.first_word(text, chunk)?;
        let (at, value) = repair::oid_value(slice)?;
        let tree = self.way.tree_if(Rule::oid_value, &value, chunk.start + at)?;
        let oid = self.take_oid_value(&mut tree.cursor())?;
        let end = (oid.span.end as usize).min(chunk.end);
        let kind = DefinitionKind::ValueAssignment(Box::new(oid));
        module.definitions.push(Definition::new(name, end as u32, kind));
        Some(end)
    }

    fn unterminated(&self, quote: usize, subject: &str) -> Diagnostic {
        let line = self.source.get(quote..).unwrap_or("").find(['\n', '\r']);
        let end = line.map_or(self.source.len(), |line| quote + line);
        let span = self.span(quote as u32, end as u32);
        Diagnostic::new(Code::UnterminatedString, format!("{subject}: a text is never closed"))
            .at(span, "this text has no closing quote")
            .help("end the text with a quote; write ' for a quote inside it")
    }

    fn too_long(&mut self, chunk: Chunk) {
        let length = chunk.end - chunk.start;
        let message = format!("a definition of {length} octets; at most {MAX_DEFINITION} are read");
        let span = self.span(chunk.start as u32, chunk.start as u32);
        self.report(Diagnostic::new(Code::Syntax, message).at(span, "the definition begins here"));
    }

    fn missing_end(&mut self, module: &Module<'s>, at: usize) {
        let place = self.span(at as u32, at as u32);
        self.report(
            Diagnostic::new(Code::MissingEnd, format!("module `{}` has no END", module.name.text()))
                .at(place, "END belongs here")
                .also(module.name.span(), "the module begins here")
                .help("write END behind the last definition"),
        );
    }

    fn report_stray(&mut self, stray: &Stray) {
        let end = self.source.get(stray.start..stray.end).and_then(|s| s.find(['\n', '\r']));
        let end = end.map_or(stray.end, |line| stray.start + line);
        let span = self.span(stray.start as u32, end as u32);
        let mut diagnostic = Diagnostic::new(Code::StrayText, "text outside of any module is skipped")
            .at(span, "this is outside of every module")
            .help("a module begins with `NAME DEFINITIONS ::= BEGIN` and ends with END");
        if stray.definitions {
            diagnostic.severity = Severity::Error;
        }
        self.report(diagnostic);
    }

    fn finish(&mut self, text: &str, mut state: State<'s>) -> Vec<Module<'s>> {
        if let Some(module) = state.current.take() {
            if !state.quote_open {
                self.missing_end(&module, text.trim_end_matches(|c: char| c <= ' ').len());
            }
            state.modules.push(module);
        }
        if state.modules.is_empty() {
            let span = self.span(0, 0);
            self.report(
                Diagnostic::new(Code::NoModule, "no module in this file")
                    .at(span, "expected `NAME DEFINITIONS ::= BEGIN`")
                    .help("check that the file holds a MIB module"),
            );
        } else if let Some(stray) = state.stray.take() {
            self.report_stray(&stray);
        }
        state.modules
    }

    /// The first token of a chunk as a name, if it is a word. `text` has odd names made plain.
    fn first_word(&self, text: &str, chunk: Chunk) -> Option<Ident<'s>> {
        let token = Scanner::new(text, chunk.start).next().filter(|token| token.kind == Kind::Word)?;
        Some(self.ident_at(token.start as u32, token.end as u32))
    }
}

fn stray(stray: &mut Option<Stray>, chunk: Chunk) {
    let definitions = matches!(chunk.guess, Guess::Value | Guess::Type);
    match stray {
        None => *stray = Some(Stray { start: chunk.start, end: chunk.end, definitions }),
        Some(stray) => {
            stray.end = chunk.end;
            stray.definitions |= definitions;
        }
    }
}

/// `first` of `text`, and how many others went with it.
fn without(text: &str, first: std::ops::Range<usize>, count: usize) -> String {
    const LONGEST: usize = 40;
    let whole = text.get(first).unwrap_or("").lines().next().unwrap_or("").trim_end();
    let mut short: String = whole.chars().take(LONGEST).collect();
    if short.len() < whole.len() {
        short.push('…');
    }
    match count {
        0 | 1 => format!("`{short}`"),
        2 => format!("`{short}` and 1 more part of its lists"),
        _ => format!("`{short}` and {} more parts of its lists", count - 1),
    }
}

/// What a definition is read without.
fn in_words(lost: &Lost) -> String {
    match lost {
        Lost::Character(character) => format!("the `{character}`"),
        Lost::Clause(keyword) => format!("its {keyword}"),
        Lost::Refinement => "what refines its type".to_owned(),
        Lost::Text(first) => format!("`{} …`", first.chars().take(40).collect::<String>()),
    }
}

/// Where a text begins that nothing closes.
fn open_string(slice: &str) -> Option<usize> {
    Scanner::new(slice, 0).find(|token| token.kind == Kind::OpenString).map(|token| token.start)
}
