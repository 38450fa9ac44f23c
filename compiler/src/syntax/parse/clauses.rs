//! The clauses of a macro, in whatever order they come.

use super::{builder::Builder, grammar::Rule, tree::Cursor};
use crate::{
    diag::{Code, Diagnostic},
    syntax::ast::{AccessKeyword, DefVal, Ident, Index, OidArc, OidValue, Syntax, Text},
    syntax::respell::clause_meant,
};

/// One clause: its keyword and what follows it.
pub(super) struct Clause<'s> {
    pub(super) keyword: Ident<'s>,
    /// The keyword as it is meant: it may be misspelt.
    pub(super) word: &'s str,
    pub(super) content: Content<'s>,
}

/// What follows the keyword of a clause.
pub(super) enum Content<'s> {
    Syntax(Syntax<'s>),
    Word(Ident<'s>),
    Text(Text<'s>),
    Names(Vec<Ident<'s>>),
    Index(Option<Index<'s>>),
    Default(Option<DefVal<'s>>),
    /// GROUP, OBJECT, SUPPORTS, VARIATION; MODULE perhaps without a name.
    Name(Option<Ident<'s>>),
    Enterprise(OidValue<'s>),
}

impl<'s> Builder<'s> {
    /// The next clause, consumed; `None` at the end of the clauses.
    pub(super) fn take_clause(&mut self, cursor: &mut Cursor<'_>) -> Option<Clause<'s>> {
        let node = cursor.peek()?;
        let keyword = self.ident(node);
        let mut rest = *cursor;
        rest.next();
        let content = match node.rule {
            Rule::text_kw => Content::Text(self.text(rest.accept(Rule::string)?)),
            Rule::word_kw => Content::Word(self.take_ident(&mut rest, Rule::word)?),
            Rule::syntax_kw => Content::Syntax(self.take_syntax(&mut rest)?),
            Rule::names_kw => Content::Names(self.take_names(&mut rest)?),
            Rule::index_kw => Content::Index(self.take_index(&mut rest, keyword)),
            Rule::defval_kw => Content::Default(self.take_default(&mut rest)),
            Rule::name_kw | Rule::module_kw => {
                let name = self.take_name(&mut rest);
                // The module's OID, which the standard allows, adds nothing to its name.
                rest.accept(Rule::module_oid);
                Content::Name(name)
            }
            Rule::enterprise_kw => Content::Enterprise(match self.take_name(&mut rest) {
                Some(name) => OidValue { arcs: vec![OidArc::Name(name)].into(), span: name.span() },
                None => self.take_oid_value(&mut rest)?,
            }),
            _ => return None,
        };
        *cursor = rest;
        Some(Clause { keyword, word: clause_meant(keyword.text()), content })
    }

    /// Says that a clause does not belong to the macro it stands in.
    pub(super) fn misplaced(&mut self, keyword: Ident<'s>, name: &str) {
        let message =
            format!("{} does not belong to the definition of `{name}`", clause_meant(keyword.text()));
        self.report(
            Diagnostic::new(Code::MisplacedClause, message)
                .at(keyword.span(), "this clause is ignored")
                .help("remove it, or use the macro that has it"),
        );
    }

    /// Says that a clause stands twice.
    pub(super) fn doubled(&mut self, keyword: Ident<'s>, name: &str) {
        let message = format!("{} stands twice in the definition of `{name}`", clause_meant(keyword.text()));
        self.report(
            Diagnostic::new(Code::DuplicateClause, message).at(keyword.span(), "this one is ignored"),
        );
    }
}

/// The clauses of the macros in which each stands at most once.
#[derive(Default)]
pub(super) struct Clauses<'s> {
    pub(super) syntax: Option<Syntax<'s>>,
    pub(super) access: Option<Ident<'s>>,
    pub(super) access_keyword: Option<AccessKeyword>,
    pub(super) status: Option<Ident<'s>>,
    pub(super) description: Option<Text<'s>>,
    pub(super) reference: Option<Text<'s>>,
    pub(super) units: Option<Text<'s>>,
    pub(super) display_hint: Option<Text<'s>>,
    pub(super) index: Option<Index<'s>>,
    pub(super) default: Option<DefVal<'s>>,
    pub(super) names: Option<Vec<Ident<'s>>>,
    pub(super) enterprise: Option<OidValue<'s>>,
}

impl<'s> Clauses<'s> {
    /// Reads the clauses of `name` up to the `::=`; `allowed` lists the keywords of its macro, others are reported.
    pub(super) fn read(
        builder: &mut Builder<'s>,
        cursor: &mut Cursor<'_>,
        name: &str,
        allowed: &[&str],
    ) -> Clauses<'s> {
        let mut clauses = Clauses::default();
        while let Some(Clause { keyword, word, content }) = builder.take_clause(cursor) {
            if !allowed.contains(&word) {
                builder.misplaced(keyword, name);
            }
            let doubled = match content {
                Content::Syntax(value) if word == "SYNTAX" => put(&mut clauses.syntax, value),
                Content::Word(value) => match word {
                    "STATUS" => put(&mut clauses.status, value),
                    "MAX-ACCESS" | "ACCESS" => {
                        let doubled = put(&mut clauses.access, value);
                        if !doubled {
                            let start = keyword.span().start;
                            clauses.access_keyword = Some(match word {
                                "ACCESS" => AccessKeyword::Access(start),
                                _ => AccessKeyword::MaxAccess(start),
                            });
                        }
                        doubled
                    }
                    _ => false,
                },
                Content::Text(value) => match word {
                    "DESCRIPTION" => put(&mut clauses.description, value),
                    "REFERENCE" => put(&mut clauses.reference, value),
                    "UNITS" => put(&mut clauses.units, value),
                    "DISPLAY-HINT" => put(&mut clauses.display_hint, value),
                    _ => false,
                },
                Content::Names(value) => put(&mut clauses.names, value),
                Content::Index(value) => value.is_some_and(|value| put(&mut clauses.index, value)),
                Content::Default(value) => value.is_some_and(|value| put(&mut clauses.default, value)),
                Content::Enterprise(value) => put(&mut clauses.enterprise, value),
                Content::Syntax(_) | Content::Name(_) => false,
            };
            if doubled {
                builder.doubled(keyword, name);
            }
        }
        clauses
    }
}

/// Keeps the first value; whether there was one already.
pub(super) fn put<T>(slot: &mut Option<T>, value: T) -> bool {
    if slot.is_some() {
        return true;
    }
    *slot = Some(value);
    false
}
