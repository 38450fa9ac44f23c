//! MODULE clauses of compliance statements and SUPPORTS clauses of capabilities (RFC 2580).

use super::Writer;
use crate::model::{Capabilities, Compliance, Syntax};
use mibc_runtime::syntax::Access;

impl<'m> Writer<'m> {
    pub(super) fn compliance(&mut self, data: &'m Compliance) {
        for clause in &data.modules {
            let own = clause.module == self.module.name;
            match own {
                true => self.out.at(1, "MODULE -- this module"),
                false => self.out.at(1, &format!("MODULE {}", self.model.spelling(clause.module))),
            }
            if !clause.mandatory.is_empty() {
                self.names(2, "MANDATORY-GROUPS", &clause.mandatory);
            }
            for (group, description) in &clause.groups {
                self.out.at(2, &format!("GROUP {}", self.model.ref_name(*group)));
                self.prose(3, "DESCRIPTION", *description);
            }
            for object in &clause.objects {
                self.out.at(2, &format!("OBJECT {}", self.model.ref_name(object.object)));
                self.syntaxes(object.syntax.as_ref(), object.write_syntax.as_ref());
                self.access("MIN-ACCESS", object.min_access);
                self.prose(3, "DESCRIPTION", object.description);
            }
        }
    }

    pub(super) fn capabilities(&mut self, data: &'m Capabilities) {
        for supports in &data.supports {
            self.out.at(1, &format!("SUPPORTS {}", self.model.spelling(supports.module)));
            self.names(2, "INCLUDES", &supports.includes);
            for variation in &supports.variations {
                self.out.at(2, &format!("VARIATION {}", self.model.ref_name(variation.object)));
                self.syntaxes(variation.syntax.as_ref(), variation.write_syntax.as_ref());
                self.access("ACCESS", variation.access);
                if !variation.creation_requires.is_empty() {
                    self.names(3, "CREATION-REQUIRES", &variation.creation_requires);
                }
                self.default(3, variation.default.as_ref());
                self.prose(3, "DESCRIPTION", variation.description);
            }
        }
    }

    /// Names of another module, which its MODULE or SUPPORTS clause says: they are not imported.
    fn names(&mut self, depth: usize, keyword: &str, refs: &[crate::model::Ref<crate::model::DefId>]) {
        let names: Vec<String> = refs.iter().map(|name| self.model.ref_name(*name).to_owned()).collect();
        self.out.list(depth, keyword, &names);
    }

    fn syntaxes(&mut self, syntax: Option<&'m Syntax>, write_syntax: Option<&'m Syntax>) {
        for (keyword, syntax) in [("SYNTAX ", syntax), ("WRITE-SYNTAX ", write_syntax)] {
            if let Some(syntax) = syntax {
                let written = self.syntax(syntax);
                self.write_syntax(3, keyword, &written);
            }
        }
    }

    fn access(&mut self, keyword: &str, access: Option<Access>) {
        if let Some(access) = access {
            self.out.at(3, &format!("{keyword} {}", access.as_str()));
        }
    }
}
