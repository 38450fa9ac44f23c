//! A MODULE-IDENTITY registered in a place where nobody assigns numbers.
//!
//! The OID of a MODULE-IDENTITY must be unique in the world. It is if it is below a subtree that somebody
//! administers: `mib-2`, `transmission`, `snmpModules`, an enterprise's own number, or the arc of a standards body.
//! Directly below `mgmt`, `experimental` or `private` it can collide with others.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some(id) = m.module.identity else { return };
    let Some(oid) = &cx.model[id].oid else { return };
    // ISO standards, ISO members, IEEE; and of the internet: mib-2, experimental, enterprises, snmpV2.
    let administered: [(&[u32], usize); 9] = [
        (&[1, 0], 3),
        (&[1, 2], 4),
        (&[1, 3, 111], 4),
        (&[1, 3, 6, 1, 2, 1], 7),
        (&[1, 3, 6, 1, 3], 6),
        (&[1, 3, 6, 1, 4, 1], 7),
        (&[1, 3, 6, 1, 5], 6),
        (&[1, 3, 6, 1, 6], 7),
        (&[0], 3),
    ];
    let fine =
        administered.iter().any(|(root, least)| oid.strip_prefix_arcs(root).is_some() && oid.len() >= *least);
    if !fine {
        let definition = &cx.model[id];
        out.push(
            Diagnostic::new(
                Code::IdentityRegistration,
                format!("`{}` is registered as {oid}", cx.name(definition.name)),
            )
            .at(definition.name_span, "nobody hands out numbers there")
            .help("register it below the number of your enterprise"),
        );
    }
}
