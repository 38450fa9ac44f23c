//! An SMIv2 module without MODULE-IDENTITY.
//!
//! Every SMIv2 module begins with one MODULE-IDENTITY right after its IMPORTS. It says who is responsible for the
//! module, and which revision this is: without it, nobody can tell two versions of the module apart.
//!
//! ```text
//! acmeMIB MODULE-IDENTITY
//!     LAST-UPDATED "202401150000Z"
//!     ORGANIZATION "ACME"
//!     CONTACT-INFO "support@acme.example"
//!     DESCRIPTION  "What the module is about."
//!     ::= { acme 1 }
//! ```

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    if !m.v2() || m.is_base() || m.module.identity.is_some() {
        return;
    }
    out.push(
        Diagnostic::new(
            Code::ModuleIdentityMissing,
            format!("module `{}` has no MODULE-IDENTITY", m.tree.name.text()),
        )
        .at(m.tree.name.span(), "an SMIv2 module begins with one")
        .help("add a MODULE-IDENTITY after the IMPORTS"),
    );
}
