//! Varbinds as text: names by the modules of a library, values by their objects.

use super::known::{Known, Named};
use super::{Answer, Form, Library, TranslateError, Translator};
use mibc_runtime::oid::OidRef;
use mibc_runtime::show::{self, Style};
use mibc_runtime::value::{ValueRef, VarBind};
use std::cell::RefCell;
use std::rc::Rc;

/// Writes names and values in the way that net-snmp's commands do; see [`mibc_runtime::show`].
///
/// Modules are compiled when the first of their objects comes, and what an OID turned out to be is remembered. OIDs that
/// nothing defines are written as numbers behind `iso`, `ccitt` or `joint-iso-ccitt`.
#[derive(Debug)]
pub struct Renderer<'l> {
    translator: RefCell<Translator<'l>>,
    form: Form,
    style: Style,
    /// Whether OIDs are looked up.
    known: bool,
    found: RefCell<Known>,
}

/// A varbind as text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// Its name, with its index.
    pub name: String,
    /// Where the index begins in the name, if there is a definition at or above it.
    pub index: Option<usize>,
    /// Whether that definition is an object.
    pub is_object: bool,
    /// Its value.
    pub value: String,
}

impl<'l> Renderer<'l> {
    /// Names in this form, values in this style.
    pub fn new(library: &'l Library, form: Form, style: Style) -> Renderer<'l> {
        Renderer {
            translator: RefCell::new(Translator::new(library)),
            form,
            style,
            known: true,
            found: RefCell::default(),
        }
    }

    /// Without any module: OIDs are numbers, values are written by their own types.
    #[must_use]
    pub fn without_modules(mut self) -> Renderer<'l> {
        self.known = false;
        self
    }

    /// The style of values.
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// What a name or OID means.
    ///
    /// # Errors
    /// What has no answer; the text lists candidates and similar names.
    pub fn translate(&self, question: &str) -> Result<Answer, TranslateError> {
        self.translator.borrow_mut().translate(question)
    }

    /// The object that an OID is an instance of, or the definition nearest above it.
    pub fn object(&self, oid: OidRef<'_>) -> Option<Answer> {
        self.find(oid).map(|found| Answer { oid: oid.to_oid(), ..found.answer.clone() })
    }

    /// The name of an OID, with its index.
    pub fn name(&self, oid: OidRef<'_>) -> String {
        self.name_and_index(oid).0
    }

    /// The name of an OID, and where its index begins in it, as [`index`](Renderer::index) gives that. Without a
    /// definition there is none.
    pub fn name_and_index(&self, oid: OidRef<'_>) -> (String, Option<usize>) {
        if self.form == Form::Numeric {
            return (format!(".{oid}"), None);
        }
        self.name_of(self.find(oid).as_deref(), oid)
    }

    fn name_of(&self, found: Option<&Named>, oid: OidRef<'_>) -> (String, Option<usize>) {
        if self.form == Form::Numeric {
            return (format!(".{oid}"), None);
        }
        let Some(found) = found else { return (self.unknown(oid), None) };
        let mut name = String::with_capacity(found.prefix.len() + 16);
        name.push_str(&found.prefix);
        found.push_index(&mut name, oid, &self.style, &|oid| self.name(oid));
        let dot = name[found.prefix.len()..].starts_with('.');
        (name, Some(found.prefix.len() + usize::from(dot)))
    }

    /// Only the index of an instance, without a dot in front: `3`, `ipv4."192.0.2.1"`.
    pub fn index(&self, oid: OidRef<'_>) -> String {
        let Some(found) = self.find(oid) else { return oid.to_string() };
        let mut index = String::new();
        found.push_index(&mut index, oid, &self.style, &|oid| self.name(oid));
        index.strip_prefix('.').map(str::to_owned).unwrap_or(index)
    }

    /// The value of an instance, by the type of its object.
    pub fn value(&self, name: OidRef<'_>, value: ValueRef<'_>) -> String {
        self.value_of(self.find(name).as_deref(), value)
    }

    fn value_of(&self, found: Option<&Named>, value: ValueRef<'_>) -> String {
        let names = |oid: OidRef<'_>| self.name(oid);
        let object = found.and_then(|found| found.answer.object());
        let syntax = object.as_ref().and_then(|object| object.syntax());
        let units = object.as_ref().and_then(|object| object.units());
        show::value(value, syntax.as_ref(), units, &self.style, &names)
    }

    /// Like [`Renderer::value`], with other variables of the same row or notification: an InetAddress is written as the
    /// InetAddressType that precedes it among them says (RFC 4001 §4.1).
    pub fn value_beside(&self, name: OidRef<'_>, value: ValueRef<'_>, others: &[&VarBind]) -> String {
        self.value_of_beside(self.find(name).as_deref(), name, value, others)
    }

    /// What [`name_and_index`](Renderer::name_and_index) and [`value_beside`](Renderer::value_beside) give, with one look-up
    /// for both.
    pub fn varbind_beside(&self, varbind: &VarBind, others: &[&VarBind]) -> Shown {
        let (oid, value) = (varbind.name.as_ref(), varbind.value.as_ref());
        let found = self.find(oid);
        let found = found.as_deref();
        let (name, index) = self.name_of(found, oid);
        let is_object = found.is_some_and(|found| found.answer.object().is_some());
        Shown { name, index, is_object, value: self.value_of_beside(found, oid, value, others) }
    }

    fn value_of_beside(
        &self,
        found: Option<&Named>,
        name: OidRef<'_>,
        value: ValueRef<'_>,
        others: &[&VarBind],
    ) -> String {
        let address = match value {
            ValueRef::OctetString(octets) => found
                .and_then(|found| self.address(found, name, octets, others))
                .map(|text| match self.style.quick {
                    true => text,
                    false => format!("STRING: {text}"),
                }),
            _ => None,
        };
        address.unwrap_or_else(|| self.value_of(found, value))
    }

    fn address(&self, found: &Named, name: OidRef<'_>, octets: &[u8], others: &[&VarBind]) -> Option<String> {
        let object = found.answer.object()?;
        let syntax = object.syntax().filter(show::is_address)?;
        let own = found.answer.definition().oid.as_ref()?;
        let (parent, place) = (own.parent()?, own.arcs().last()?);
        let index = name.strip_prefix(own)?;
        let kind = |other: &&VarBind| {
            let ValueRef::Integer(kind) = other.value.as_ref() else { return None };
            let mut rest = other.name.as_ref().strip_prefix(&parent)?;
            let sibling = rest.next().filter(|sibling| *sibling < place)?;
            if !rest.eq(index.clone()) {
                return None;
            }
            let found = self.find(other.name.as_ref())?;
            let object = found.answer.object()?;
            object.syntax().filter(show::is_address_kind).map(|_| (sibling, kind))
        };
        let (_, kind) = others.iter().filter_map(kind).max()?;
        show::address_text(&syntax, u32::try_from(kind).ok(), octets)
    }

    fn find(&self, oid: OidRef<'_>) -> Option<Rc<Named>> {
        if !self.known {
            return None;
        }
        if let Some(found) = self.found.borrow().find(oid) {
            return found.clone();
        }
        let mut translator = self.translator.borrow_mut();
        let named = translator.by_oid(oid.to_oid()).ok().map(|answer| Rc::new(Named::new(answer, self.form)));
        self.found.borrow_mut().insert(oid, named.clone(), translator.library());
        named
    }

    fn unknown(&self, oid: OidRef<'_>) -> String {
        let mut arcs = oid.arcs();
        let root = show::root(arcs.next().unwrap_or(1));
        let dot = if matches!(self.form, Form::Full | Form::Ucd) { "." } else { "" };
        format!("{dot}{root}{}", show::index(None, arcs, &self.style, &|oid| oid.to_string()))
    }
}
