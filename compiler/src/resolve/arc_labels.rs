//! Labels of arcs that are used as names: `{ acme 9 }` in a module that writes `{ enterprises acme(99999) 5 }`. By the
//! letter a label defines nothing; where it stands for one OID only, that is what is meant.

use super::oids::{Numbers, Path, Root, oid_value};
use super::{Resolver, builtin};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, ModuleId};
use crate::source::Span;
use crate::syntax::ast::{Ident, OidArc};
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// What the label of an arc stands for.
#[derive(Clone)]
struct Label<'s> {
    /// The first of its kind.
    span: Span,
    /// The name before it that is not a label; `None` if its OID begins with a number.
    root: Option<Ident<'s>>,
    numbers: Vec<u32>,
    /// Whether it stands for something else elsewhere in the module.
    ambiguous: bool,
    reported: bool,
}

/// The labels of the modules that were asked about.
#[derive(Default)]
pub(super) struct ArcLabels<'s> {
    modules: FxHashMap<ModuleId, FxHashMap<&'s str, Label<'s>>>,
    /// Some OID values have been dropped.
    closed: bool,
}

impl ArcLabels<'_> {
    /// No more modules are looked at.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }
}

/// No OID is longer.
const MOST_ARCS: usize = 128;

impl<'s> Resolver<'s> {
    /// The meaning of a name that is only the label of an arc; reported once for each label.
    pub(super) fn label_path(
        &mut self,
        module: ModuleId,
        name: Ident<'s>,
        user: Option<DefId>,
    ) -> Option<Path> {
        let text = name.text();
        let known = self.peek_def(module, text).is_some() || builtin::well_known_arcs(text).is_some();
        if known || self.is_imported(module, text) {
            return None;
        }
        if !self.arc_labels.modules.contains_key(&module) {
            if self.arc_labels.closed {
                return None;
            }
            let labels = self.labels_of(module);
            self.arc_labels.modules.insert(module, labels);
        }
        let label = self.arc_labels.modules.get_mut(&module)?.get_mut(text)?;
        if label.ambiguous {
            return None;
        }
        let first = !std::mem::replace(&mut label.reported, true);
        let label = label.clone();
        if first {
            self.report_label(name, &label);
        }
        let root = match label.root {
            Some(root) => self.oid_root(module, None, root, user),
            None => Root::Numbers,
        };
        Some(Path { root, numbers: Numbers::Any(label.numbers) })
    }

    /// Whether a name is what the label of an arc says that has this number.
    pub(super) fn is_label(&mut self, module: ModuleId, name: Ident<'s>, number: Ident<'s>) -> bool {
        if self.peek_def(module, name.text()).is_some() || builtin::well_known_arcs(name.text()).is_some() {
            return false;
        }
        if !self.arc_labels.modules.contains_key(&module) && !self.arc_labels.closed {
            let labels = self.labels_of(module);
            self.arc_labels.modules.insert(module, labels);
        }
        let label = self.arc_labels.modules.get(&module).and_then(|labels| labels.get(name.text()));
        label.is_some_and(|label| label.numbers.last().copied() == number.text().parse().ok())
    }

    fn is_imported(&self, module: ModuleId, name: &str) -> bool {
        self.model.names.get(name).is_some_and(|name| self.scopes[module.index()].imports.contains_key(&name))
    }

    /// Every label of a module's OID values, in one pass. A label before it may stand at the beginning of a value.
    fn labels_of(&self, module: ModuleId) -> FxHashMap<&'s str, Label<'s>> {
        let mut labels: FxHashMap<&'s str, Label<'s>> = FxHashMap::default();
        for definition in &self.inputs[module.index()].module.definitions {
            let Some((value, _)) = oid_value(&definition.kind) else { continue };
            if value.arcs.child().is_some() {
                continue;
            }
            let arcs = value.arcs.list();
            let mut root: Option<Ident<'s>> = None;
            let mut numbers: Vec<u32> = Vec::new();
            for (position, arc) in arcs.iter().enumerate() {
                let name = match arc {
                    OidArc::Name(name) => Some(*name),
                    OidArc::Named(arc)
                        if position == 0
                            && !builtin::is_root(arc.name.text())
                            && self.peek_def(module, arc.name.text()).is_some() =>
                    {
                        Some(arc.name)
                    }
                    // It belongs to another module.
                    OidArc::Qualified(_) => break,
                    OidArc::Number(_) | OidArc::Named(_) => None,
                };
                if let Some(name) = name {
                    (root, numbers) = match labels.get(name.text()) {
                        Some(label) if self.peek_def(module, name.text()).is_none() => {
                            (label.root, label.numbers.clone())
                        }
                        _ => (Some(name), Vec::new()),
                    };
                    continue;
                }
                let Some(number) = arc.number().and_then(|digits| digits.text().parse().ok()) else { break };
                numbers.push(number);
                if numbers.len() > MOST_ARCS {
                    break;
                }
                let OidArc::Named(arc) = arc else { continue };
                // Nothing is below itself.
                if root.is_some_and(|root| root.text() == arc.name.text()) {
                    continue;
                }
                // Where a value begins with a label, nothing says what it hangs on.
                if position == 0 && !builtin::is_root(arc.name.text()) {
                    break;
                }
                let label = labels.entry(arc.name.text()).or_insert_with(|| Label {
                    span: arc.name.span(),
                    root,
                    numbers: numbers.clone(),
                    ambiguous: false,
                    reported: false,
                });
                label.ambiguous |= !same(label, root, &numbers);
            }
        }
        labels
    }

    fn report_label(&mut self, name: Ident<'s>, label: &Label<'s>) {
        let mut value = "{ ".to_owned();
        if let Some(root) = label.root {
            value.push_str(root.text());
            value.push(' ');
        }
        for number in &label.numbers {
            // Writing to a string does not fail.
            let _ = write!(value, "{number} ");
        }
        value.push('}');
        let text = name.text();
        self.reports.push(
            Diagnostic::new(
                Code::LabelAsName,
                format!("`{text}` is only the label of an arc, it names nothing"),
            )
            .at(name.span(), format!("read as `{value}`"))
            .also(label.span, "the label")
            .help(format!("define it: `{text} OBJECT IDENTIFIER ::= {value}`")),
        );
    }
}

/// Whether a label stands for this OID too.
fn same(label: &Label<'_>, root: Option<Ident<'_>>, numbers: &[u32]) -> bool {
    let (one, one_numbers) = fixed(label.root);
    let (other, other_numbers) = fixed(root);
    one == other && one_numbers.iter().chain(&label.numbers).eq(other_numbers.iter().chain(numbers))
}

/// A name that the SMI fixes as its numbers.
fn fixed<'s>(root: Option<Ident<'s>>) -> (Option<&'s str>, &'static [u32]) {
    let Some(root) = root else { return (None, &[]) };
    match builtin::well_known_arcs(root.text()) {
        Some(arcs) => (None, arcs),
        None => (Some(root.text()), &[]),
    }
}
