//! OBJECT-TYPE: its clauses, and whether it is a table, a row or a leaf by what its SYNTAX says.

use super::Resolver;
use super::scope::TypeSymbol;
use super::syntax::Place;
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, IndexItem, IndexTarget, Kind, ModuleId, Name, Object, Ref, Row};
use crate::syntax::ast::{self, DefinitionKind, Ident, SyntaxKind};
use mibc_runtime::syntax::{Access, Status};

/// What a SYNTAX clause says about the place of its object.
enum Shape<'a, 's> {
    /// `SEQUENCE OF Row`.
    Table(Ident<'s>),
    /// A SEQUENCE: the columns it lists.
    Row(&'a [ast::Field<'s>]),
    /// Anything else.
    Leaf,
}

/// How many names of types that stand for other SEQUENCEs are followed.
const MAX_ALIASES: usize = 8;

impl<'a, 's> Resolver<'a, 's> {
    /// Fills in every OBJECT-TYPE and the kind of what needs no further look. Whether a leaf is a column is
    /// decided with the tables.
    pub(super) fn resolve_objects(&mut self) {
        for number in 0..self.definitions.len() {
            let id = DefId(number as u32);
            let kind = match &self.definitions[number].kind {
                DefinitionKind::ModuleIdentity(_) => Kind::ModuleIdentity,
                DefinitionKind::ObjectIdentity(_) => Kind::ObjectIdentity,
                DefinitionKind::ObjectType(object) => self.object_kind(id, object),
                _ => continue,
            };
            self.model.definitions[number].kind = kind;
        }
    }

    fn object_kind(&mut self, id: DefId, ast: &'a ast::ObjectType<'s>) -> Kind {
        let module = self.model[id].module;
        match self.shape(module, &ast.syntax) {
            Shape::Table(row) => {
                if self.peek_type(module, row.text).is_none() && self.find_type(module, row).is_err() {
                    self.note_unresolved(Some(id), row);
                }
                Kind::Table(Box::new(self.object(id, ast)), None)
            }
            Shape::Row(fields) => {
                let object = self.object(id, ast);
                self.row(id, ast, fields, object)
            }
            Shape::Leaf => {
                let object = self.object(id, ast);
                // A row whose SEQUENCE is missing is still a row.
                if ast.index.is_some() && matches!(object.syntax.named, Some(Ref::Unresolved(_))) {
                    return self.row(id, ast, &[], object);
                }
                Kind::Scalar(Box::new(object))
            }
        }
    }

    fn shape(&self, module: ModuleId, syntax: &'a ast::Syntax<'s>) -> Shape<'a, 's> {
        let mut syntax = syntax;
        for _ in 0..MAX_ALIASES {
            match &syntax.kind {
                SyntaxKind::SequenceOf(row) => return Shape::Table(*row),
                SyntaxKind::Sequence(fields) => return Shape::Row(fields),
                SyntaxKind::Named { module: None, name, .. } => match self.peek_type(module, name.text) {
                    Some(TypeSymbol::Sequence(id)) => syntax = self.sequences[id.0 as usize],
                    _ => return Shape::Leaf,
                },
                _ => return Shape::Leaf,
            }
        }
        Shape::Leaf
    }

    /// The clauses that all objects share. DEFVAL is read later, when all labels and OIDs are known.
    fn object(&mut self, id: DefId, ast: &ast::ObjectType<'s>) -> Object {
        let module = self.model[id].module;
        Object {
            syntax: self.resolve_syntax(module, &ast.syntax, Place::Def(id)),
            access: self.access(ast.access),
            units: ast.units.as_ref().map(|text| text.span),
            default: None,
            default_span: ast.default.as_ref().map(|default| default.span),
        }
    }

    /// A conceptual row with the clauses of `object`: what its INDEX or AUGMENTS names is bound here.
    pub(super) fn row(
        &mut self,
        id: DefId,
        ast: &ast::ObjectType<'s>,
        fields: &[ast::Field<'s>],
        object: Object,
    ) -> Kind {
        let module = self.model[id].module;
        let sequence: Vec<Name> =
            fields.iter().map(|field| self.model.names.intern(field.name.text)).collect();
        let mut index = Vec::new();
        let mut augments = None;
        match &ast.index {
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
                SyntaxKind::Named { module: None, name, named_numbers, constraint: None }
                    if named_numbers.is_empty() && self.peek_def(module, name.text).is_some() =>
                {
                    *name
                }
                _ => return IndexTarget::Type(Box::new(self.resolve_syntax(module, syntax, Place::Def(id)))),
            },
        };
        let is_type = super::builtin::asn1_type(name.text).is_some()
            || super::builtin::application_type(name.text).is_some()
            || self.peek_type(module, name.text).is_some();
        if is_type && self.peek_def(module, name.text).is_none() {
            let kind = SyntaxKind::Named { module: None, name, named_numbers: Vec::new(), constraint: None };
            let syntax = ast::Syntax { span: name.span, kind };
            return IndexTarget::Type(Box::new(self.resolve_syntax(module, &syntax, Place::Def(id))));
        }
        IndexTarget::Object(self.bind(id, module, name))
    }

    /// Binds a name that a definition uses, or keeps it as it is written.
    pub(super) fn bind(&mut self, user: DefId, module: ModuleId, name: Ident<'s>) -> Ref<DefId> {
        match self.find_def(module, name) {
            Ok(def) => Ref::Bound(def),
            Err(_) => {
                self.note_unresolved(Some(user), name);
                Ref::Unresolved(self.model.names.intern(name.text))
            }
        }
    }

    /// Reads an access level; a different spelling of a known one is accepted and reported.
    pub(super) fn access(&mut self, word: Option<Ident<'s>>) -> Option<Access> {
        let word = word?;
        if let Ok(access) = word.text.parse() {
            return Some(access);
        }
        let plain: String =
            word.text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
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
        if let Ok(status) = word.text.parse() {
            return Some(status);
        }
        let status: Option<Status> = word.text.to_ascii_lowercase().parse().ok();
        self.report_word(Code::UnknownStatus, word, "a status", status.map(Status::as_str));
        status
    }

    fn report_word(&mut self, code: Code, word: Ident<'_>, what: &str, meant: Option<&str>) {
        let diagnostic = Diagnostic::new(code, format!("`{}` is not {what}", word.text));
        self.reports.push(match meant {
            Some(meant) => {
                diagnostic.at(word.span, format!("read as `{meant}`")).help(format!("write `{meant}`"))
            }
            None => diagnostic.at(word.span, "ignored").help(match code {
                Code::UnknownStatus => "SMIv2 has current, deprecated and obsolete",
                _ => "SMIv2 has not-accessible, accessible-for-notify, read-only, read-write and read-create",
            }),
        });
    }
}
