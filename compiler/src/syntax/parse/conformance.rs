//! MODULE-COMPLIANCE and AGENT-CAPABILITIES: macros whose clauses belong to the item before them.

use super::{
    builder::Builder,
    clauses::{Clause, Content, put},
    tree::Cursor,
};
use crate::syntax::ast::{
    AgentCapabilities, ComplianceGroup, ComplianceModule, ComplianceObject, DefinitionKind, Ident,
    ModuleCompliance, Supports, Variation,
};

/// What the next DESCRIPTION of a compliance statement describes.
enum Described {
    Statement,
    Module,
    Group,
    Object,
}

impl<'s> Builder<'s> {
    /// The clauses and value of a MODULE-COMPLIANCE (RFC 2580 §5).
    pub(super) fn module_compliance(
        &mut self,
        name: Ident<'s>,
        inner: &mut Cursor<'_>,
    ) -> Option<DefinitionKind<'s>> {
        let (mut status, mut description, mut reference) = (None, None, None);
        let mut modules: Vec<ComplianceModule<'s>> = Vec::new();
        let mut described = Described::Statement;
        while let Some(Clause { keyword, word, content }) = self.take_clause(inner) {
            let doubled = match (word, content) {
                ("STATUS", Content::Word(value)) => put(&mut status, value),
                ("REFERENCE", Content::Text(value)) => put(&mut reference, value),
                ("MODULE", Content::Name(module)) => {
                    modules.push(compliance_module(module));
                    described = Described::Module;
                    false
                }
                ("MANDATORY-GROUPS", Content::Names(names)) => {
                    current(&mut modules).mandatory.extend(names);
                    false
                }
                ("GROUP", Content::Name(Some(group))) => {
                    current(&mut modules).groups.push(ComplianceGroup { group, description: None });
                    described = Described::Group;
                    false
                }
                ("OBJECT", Content::Name(Some(object))) => {
                    let item = ComplianceObject {
                        object,
                        syntax: None,
                        write_syntax: None,
                        min_access: None,
                        description: None,
                    };
                    current(&mut modules).objects.push(item);
                    described = Described::Object;
                    false
                }
                ("DESCRIPTION", Content::Text(text)) => match described {
                    Described::Statement => put(&mut description, text),
                    Described::Module => {
                        self.misplaced(keyword, name.text());
                        false
                    }
                    Described::Group => {
                        current(&mut modules).groups.last_mut().is_some_and(|g| put(&mut g.description, text))
                    }
                    Described::Object => current(&mut modules)
                        .objects
                        .last_mut()
                        .is_some_and(|o| put(&mut o.description, text)),
                },
                (text, content) => {
                    let object = match described {
                        Described::Object => current(&mut modules).objects.last_mut(),
                        _ => None,
                    };
                    match (text, content, object) {
                        ("SYNTAX", Content::Syntax(value), Some(object)) => put(&mut object.syntax, value),
                        ("WRITE-SYNTAX", Content::Syntax(value), Some(object)) => {
                            put(&mut object.write_syntax, value)
                        }
                        ("MIN-ACCESS", Content::Word(value), Some(object)) => {
                            put(&mut object.min_access, value)
                        }
                        ("ACCESS" | "MAX-ACCESS", Content::Word(value), Some(object)) => {
                            let doubled = put(&mut object.min_access, value);
                            self.misplaced(keyword, name.text());
                            doubled
                        }
                        _ => {
                            self.misplaced(keyword, name.text());
                            false
                        }
                    }
                }
            };
            if doubled {
                self.doubled(keyword, name.text());
            }
        }
        let oid = self.required_oid(name, inner)?;
        let compliance = ModuleCompliance { status, description, reference, modules, oid };
        Some(DefinitionKind::ModuleCompliance(Box::new(compliance)))
    }

    /// The clauses and value of an AGENT-CAPABILITIES (RFC 2580 §6).
    pub(super) fn agent_capabilities(
        &mut self,
        name: Ident<'s>,
        inner: &mut Cursor<'_>,
    ) -> Option<DefinitionKind<'s>> {
        let mut capabilities = AgentCapabilities {
            product_release: None,
            status: None,
            description: None,
            reference: None,
            supports: Vec::new(),
            oid: crate::syntax::ast::OidValue { arcs: Vec::new().into(), span: name.span() },
        };
        while let Some(Clause { keyword, word, content }) = self.take_clause(inner) {
            let support = capabilities.supports.last_mut();
            let in_support = support.is_some();
            let doubled = match (word, content) {
                ("SUPPORTS", Content::Name(Some(module))) => {
                    capabilities.supports.push(Supports {
                        module,
                        includes: Vec::new(),
                        variations: Vec::new(),
                    });
                    false
                }
                ("PRODUCT-RELEASE", Content::Text(text)) => put(&mut capabilities.product_release, text),
                ("STATUS", Content::Word(value)) => put(&mut capabilities.status, value),
                ("REFERENCE", Content::Text(text)) => put(&mut capabilities.reference, text),
                ("DESCRIPTION", Content::Text(text)) if !in_support => {
                    put(&mut capabilities.description, text)
                }
                (text, content) => match support {
                    Some(support) => match supports_clause(support, text, content) {
                        Some(doubled) => doubled,
                        None => {
                            self.misplaced(keyword, name.text());
                            false
                        }
                    },
                    None => {
                        self.misplaced(keyword, name.text());
                        false
                    }
                },
            };
            if doubled {
                self.doubled(keyword, name.text());
            }
        }
        capabilities.oid = self.required_oid(name, inner)?;
        Some(DefinitionKind::AgentCapabilities(Box::new(capabilities)))
    }
}

/// Puts a clause into the current SUPPORTS: whether it stood there already, `None` if it does not belong there.
fn supports_clause<'s>(support: &mut Supports<'s>, keyword: &str, content: Content<'s>) -> Option<bool> {
    match (keyword, content) {
        ("INCLUDES", Content::Names(names)) => {
            support.includes.extend(names);
            Some(false)
        }
        ("VARIATION", Content::Name(Some(object))) => {
            support.variations.push(Variation {
                object,
                syntax: None,
                write_syntax: None,
                access: None,
                creation_requires: Vec::new(),
                default: None,
                description: None,
            });
            Some(false)
        }
        (keyword, content) => {
            let variation = support.variations.last_mut()?;
            match (keyword, content) {
                ("SYNTAX", Content::Syntax(value)) => Some(put(&mut variation.syntax, value)),
                ("WRITE-SYNTAX", Content::Syntax(value)) => Some(put(&mut variation.write_syntax, value)),
                ("ACCESS" | "MAX-ACCESS" | "MIN-ACCESS", Content::Word(value)) => {
                    Some(put(&mut variation.access, value))
                }
                ("CREATION-REQUIRES", Content::Names(names)) => {
                    variation.creation_requires.extend(names);
                    Some(false)
                }
                ("DEFVAL", Content::Default(value)) => {
                    Some(value.is_some_and(|value| put(&mut variation.default, value)))
                }
                ("DESCRIPTION", Content::Text(text)) => Some(put(&mut variation.description, text)),
                _ => None,
            }
        }
    }
}

fn compliance_module(module: Option<Ident<'_>>) -> ComplianceModule<'_> {
    ComplianceModule { module, mandatory: Vec::new(), groups: Vec::new(), objects: Vec::new() }
}

/// The module that the clauses belong to: the last one named, or the module itself where none was.
fn current<'a, 's>(modules: &'a mut Vec<ComplianceModule<'s>>) -> &'a mut ComplianceModule<'s> {
    if modules.is_empty() {
        modules.push(compliance_module(None));
    }
    let last = modules.len() - 1;
    &mut modules[last]
}
