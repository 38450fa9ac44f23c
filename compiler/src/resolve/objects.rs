//! OBJECT-TYPE: its clauses, and whether it is a table, a row or a leaf by what its SYNTAX says.

use super::scope::{SequenceId, TypeSymbol};
use super::syntax::User;
use super::{Keep, Place, Resolver};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, IndexItem, IndexTarget, Kind, ModuleId, Name, Object, Ref, Row, Shared, Syntax};
use crate::parallel;
use crate::syntax::ast::{self, DefinitionKind, Ident, SyntaxKind};
use crate::work;
use mibc_runtime::syntax::{Access, Status};

/// What a SYNTAX clause says about the place of its object.
enum Shape<'s> {
    /// `SEQUENCE OF Row`.
    Table(Ident<'s>),
    /// A SEQUENCE: that of this name, or the one that is written in the clause.
    Row(Option<SequenceId>),
    /// Anything else.
    Leaf,
}

/// What is left to do with a definition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Nothing.
    Plain,
    /// Its DEFVAL.
    Default,
    /// It could not be done ahead.
    Odd,
}

/// How many names of types that stand for other SEQUENCEs are followed.
const MAX_ALIASES: usize = 8;

impl<'s> Resolver<'s> {
    /// Fills in every OBJECT-TYPE and the kind of what needs no further look. Whether a leaf is a column is
    /// decided with the tables.
    pub(super) fn resolve_objects(&mut self) {
        self.fields = parallel::map_range(0..self.sequences.len(), |number| self.known_fields(number));
        for stretch in self.stretches() {
            let cases = self.work_ahead(&stretch, |resolver, id, definition| {
                let Some(kind) = resolver.plain_kind(id) else { return Case::Odd };
                definition.kind = kind;
                match definition.object() {
                    Some(object) if object.default_span.is_some() => Case::Default,
                    _ => Case::Plain,
                }
            });
            for (id, case) in stretch.definitions.clone().map(DefId::new).zip(cases) {
                if case == Case::Plain {
                    continue;
                }
                let place = self.definitions[id.index()];
                let mut tree = self.take(place);
                if let DefinitionKind::ObjectType(object) = &mut tree {
                    if case == Case::Odd {
                        let kind = self.object_kind(id, object);
                        self.model.definitions[id.index()].kind = kind;
                    }
                    self.keep_for_later(id, object);
                }
                *self.slot(place) = tree;
            }
            self.drop_objects(&stretch);
        }
    }

    /// What a definition is, without a change to anything: where there is nothing to report and all names in it are known.
    fn plain_kind(&self, id: DefId) -> Option<Kind> {
        let place = self.definitions[id.index()];
        let module = place.module;
        let ast = match self.kind(place) {
            DefinitionKind::ObjectType(_) if self.in_full => return None,
            DefinitionKind::ObjectType(ast) => ast,
            DefinitionKind::ModuleIdentity(_) => return Some(Kind::ModuleIdentity),
            DefinitionKind::ObjectIdentity(_) => return Some(Kind::ObjectIdentity),
            _ => return Some(Kind::Value),
        };
        let access = match ast.access {
            Some(word) => Some(word.text().parse().ok()?),
            None => None,
        };
        let object = |syntax| assembled(ast, syntax, access);
        if let Some(syntax) = self.plain_syntax(module, &ast.syntax) {
            return ast.index.is_none().then(|| Kind::Scalar(Box::new(object(syntax))));
        }
        if !matches!(ast.syntax.kind, SyntaxKind::SequenceOf(_) | SyntaxKind::Named { refinement: None, .. })
        {
            return None;
        }
        let object = object(Syntax::unknown(ast.syntax.span));
        match self.shape(module, &ast.syntax) {
            Shape::Table(row) => {
                self.peek_type(module, row.text())?;
                Some(Kind::Table(Box::new(object), None))
            }
            Shape::Row(sequence) => {
                let fields = self.fields.get(sequence?.0 as usize)?.clone()?;
                self.plain_row(module, ast.index.as_ref(), fields, object)
            }
            Shape::Leaf => None,
        }
    }

    /// What [`Resolver::row`] makes of a row, where every name in it is known.
    fn plain_row(
        &self,
        module: ModuleId,
        written: Option<&ast::Index<'s>>,
        sequence: Shared<Name>,
        object: Object,
    ) -> Option<Kind> {
        let target = |name: Ident<'s>| self.peek_def(module, name.text()).map(Ref::Bound);
        let (mut index, mut augments) = (Vec::new(), None);
        match written {
            Some(ast::Index::Index(items)) => {
                index.reserve_exact(items.len());
                for item in items {
                    let ast::IndexTarget::Object(name) = item.target else { return None };
                    let target = IndexTarget::Object(target(name)?);
                    index.push(IndexItem { target, implied: item.implied });
                }
            }
            Some(ast::Index::Augments(row)) => augments = Some(target(**row)?),
            None => {}
        }
        Some(Kind::Row(Box::new(Row { object, table: None, columns: Vec::new(), index, augments, sequence })))
    }

    /// Puts aside the clauses that are read when all objects are known.
    fn keep_for_later(&mut self, id: DefId, ast: &mut ast::ObjectType<'s>) {
        let (default, index) = match self.keep {
            Keep::Trees => (ast.default.clone(), ast.index.clone()),
            Keep::Nothing => (ast.default.take(), ast.index.take()),
        };
        self.defaults.extend(default.map(|default| (id, default)));
        if matches!(self.model[id].kind, Kind::Scalar(_)) {
            self.odd_indexes.extend(index.map(|index| (id, index)));
        }
    }

    fn object_kind(&mut self, id: DefId, ast: &ast::ObjectType<'s>) -> Kind {
        let module = self.model[id].module;
        match self.shape(module, &ast.syntax) {
            Shape::Table(row) => {
                if self.peek_type(module, row.text()).is_none() && self.find_type(module, row).is_err() {
                    self.note_unresolved(Some(id), row);
                }
                Kind::Table(Box::new(self.object(id, ast)), None)
            }
            Shape::Row(sequence) => {
                let object = self.object(id, ast);
                let sequence = self.fields(sequence, &ast.syntax);
                self.row(id, ast.index.as_ref(), sequence, object)
            }
            Shape::Leaf => {
                let object = self.object(id, ast);
                // A row whose SEQUENCE is missing is still a row.
                if ast.index.is_some() && matches!(object.syntax.named, Some(Ref::Unresolved(_))) {
                    return self.row(id, ast.index.as_ref(), Shared::default(), object);
                }
                Kind::Scalar(Box::new(object))
            }
        }
    }

    fn shape(&self, module: ModuleId, syntax: &ast::Syntax<'s>) -> Shape<'s> {
        let (mut syntax, mut sequence) = (syntax, None);
        for _ in 0..MAX_ALIASES {
            match &syntax.kind {
                SyntaxKind::SequenceOf(row) => return Shape::Table(*row),
                SyntaxKind::Sequence(_) => return Shape::Row(sequence),
                _ => {
                    let symbol = syntax.unqualified().and_then(|name| self.peek_type(module, name.text()));
                    match symbol {
                        Some(TypeSymbol::Sequence(id)) => {
                            sequence = Some(id);
                            match self.kind(self.sequences[id.0 as usize].place) {
                                DefinitionKind::TypeAssignment(sequence) => syntax = sequence,
                                _ => return Shape::Leaf,
                            }
                        }
                        _ => return Shape::Leaf,
                    }
                }
            }
        }
        Shape::Leaf
    }

    /// What a SEQUENCE of that number lists, where all its names are known.
    fn known_fields(&self, number: usize) -> Option<Shared<Name>> {
        let fields = sequence_fields(self.kind(self.sequences[number].place))?;
        let names = fields.iter().map(|field| self.model.names.get(field.name.text()));
        Some(names.collect::<Option<Vec<Name>>>()?.into())
    }

    /// What a row's SEQUENCE lists: the one of that name, else the one that is written. Rows share what one lists.
    fn fields(&mut self, sequence: Option<SequenceId>, written: &ast::Syntax<'s>) -> Shared<Name> {
        let Resolver { model, inputs, sequences, fields, .. } = self;
        let names = &mut model.names;
        let mut list = |fields: &[ast::Field<'s>]| -> Shared<Name> {
            work::steps(fields.len());
            fields.iter().map(|field| names.intern(field.name.text())).collect()
        };
        let Some(number) = sequence.map(|id| id.0 as usize) else {
            return match &written.kind {
                SyntaxKind::Sequence(fields) => list(fields),
                _ => Shared::default(),
            };
        };
        let Place { module, number: at } = sequences[number].place;
        let tree = &inputs[module.index()].module.definitions[at as usize].kind;
        let known = &mut fields[number];
        known.get_or_insert_with(|| list(sequence_fields(tree).unwrap_or_default())).clone()
    }

    /// The clauses that all objects share. DEFVAL is read later, when all labels and OIDs are known.
    fn object(&mut self, id: DefId, ast: &ast::ObjectType<'s>) -> Object {
        let syntax = self.resolve_syntax(self.model[id].module, &ast.syntax, User::Def(id));
        let access = self.access(ast.access);
        assembled(ast, syntax, access)
    }

    /// A conceptual row with the clauses of `object`: what its INDEX or AUGMENTS names is bound here.
    pub(super) fn row(
        &mut self,
        id: DefId,
        written: Option<&ast::Index<'s>>,
        sequence: Shared<Name>,
        object: Object,
    ) -> Kind {
        let module = self.model[id].module;
        let mut index = Vec::new();
        let mut augments = None;
        match written {
            Some(ast::Index::Index(items)) => {
                for item in items {
                    let target = self.index_target(id, module, &item.target);
                    index.push(IndexItem { target, implied: item.implied });
                }
            }
            Some(ast::Index::Augments(row)) => augments = Some(self.bind(id, module, **row)),
            None => {}
        }
        Kind::Row(Box::new(Row { object, table: None, columns: Vec::new(), index, augments, sequence }))
    }

    fn index_target(&mut self, id: DefId, module: ModuleId, target: &ast::IndexTarget<'s>) -> IndexTarget {
        let name = match target {
            ast::IndexTarget::Object(name) => *name,
            ast::IndexTarget::Type(syntax) => match &syntax.kind {
                SyntaxKind::Named { name, refinement: None }
                    if self.peek_def(module, name.text()).is_some() =>
                {
                    *name
                }
                _ => return IndexTarget::Type(Box::new(self.resolve_syntax(module, syntax, User::Def(id)))),
            },
        };
        let is_type = super::builtin::asn1_type(name.text()).is_some()
            || super::builtin::application_type(name.text()).is_some()
            || self.peek_type(module, name.text()).is_some();
        if is_type && self.peek_def(module, name.text()).is_none() {
            let kind = SyntaxKind::Named { name, refinement: None };
            let syntax = ast::Syntax { span: name.span(), kind };
            return IndexTarget::Type(Box::new(self.resolve_syntax(module, &syntax, User::Def(id))));
        }
        IndexTarget::Object(self.bind(id, module, name))
    }

    /// Binds a name that a definition uses, or keeps it as it is written.
    pub(super) fn bind(&mut self, user: DefId, module: ModuleId, name: Ident<'s>) -> Ref<DefId> {
        match self.find_def(module, name) {
            Ok(def) => Ref::Bound(def),
            Err(_) => {
                self.note_unresolved(Some(user), name);
                Ref::Unresolved(self.model.names.intern(name.text()))
            }
        }
    }

    /// Reads an access level; a different spelling of a known one is accepted and reported.
    pub(super) fn access(&mut self, word: Option<Ident<'s>>) -> Option<Access> {
        let word = word?;
        if let Ok(access) = word.text().parse() {
            return Some(access);
        }
        let plain: String = word
            .text()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let access = Some(match plain.as_str() {
            "notaccessible" | "noaccess" => Access::NotAccessible,
            "accessiblefornotify" => Access::AccessibleForNotify,
            "readonly" | "read" => Access::ReadOnly,
            "readwrite" => Access::ReadWrite,
            "readcreate" | "create" => Access::ReadCreate,
            "writeonly" | "write" => Access::WriteOnly,
            "notimplemented" => Access::NotImplemented,
            _ => {
                self.report_word(Code::UnknownAccess, word, "an access level", None);
                return None;
            }
        });
        self.report_word(Code::UnknownAccess, word, "an access level", access.map(Access::as_str));
        access
    }

    /// Reads a status; a different spelling of a known one is accepted and reported.
    pub(super) fn status(&mut self, word: Option<Ident<'s>>) -> Option<Status> {
        let word = word?;
        if let Ok(status) = word.text().parse() {
            return Some(status);
        }
        let status: Option<Status> = word.text().to_ascii_lowercase().parse().ok();
        self.report_word(Code::UnknownStatus, word, "a status", status.map(Status::as_str));
        status
    }

    fn report_word(&mut self, code: Code, word: Ident<'_>, what: &str, meant: Option<&str>) {
        let diagnostic = Diagnostic::new(code, format!("`{}` is not {what}", word.text()));
        self.reports.push(match meant {
            Some(meant) => {
                diagnostic.at(word.span(), format!("read as `{meant}`")).help(format!("write `{meant}`"))
            }
            None => diagnostic.at(word.span(), "ignored").help(match code {
                Code::UnknownStatus => "SMIv2 has current, deprecated and obsolete",
                _ => "SMIv2 has not-accessible, accessible-for-notify, read-only, read-write and read-create",
            }),
        });
    }
}

/// What a SEQUENCE that has a name lists.
fn sequence_fields<'t, 's>(kind: &'t DefinitionKind<'s>) -> Option<&'t [ast::Field<'s>]> {
    match kind {
        DefinitionKind::TypeAssignment(syntax) => match &syntax.kind {
            SyntaxKind::Sequence(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

/// An object before its DEFVAL is looked at.
fn assembled(ast: &ast::ObjectType<'_>, syntax: Syntax, access: Option<Access>) -> Object {
    Object {
        syntax,
        access,
        units: ast.units.as_ref().map(|text| text.span()),
        default: None,
        default_span: ast.default.as_ref().map(|default| default.span),
    }
}
