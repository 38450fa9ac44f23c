//! A compliance statement that requires something of another module than it names.
//!
//! A MODULE clause requires groups and refines objects of the module that it names, or of the module it is in if it names none.
//! Groups and objects of another module need a MODULE clause with the name of that module.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.compliance() {
        let groups = tree.mandatory.iter().copied().zip(clause.mandatory.iter().copied());
        let optional =
            tree.groups.iter().map(|group| group.group).zip(clause.groups.iter().map(|(group, _)| *group));
        let objects = tree
            .objects
            .iter()
            .map(|object| object.object)
            .zip(clause.objects.iter().map(|object| object.object));
        for (name, reference) in groups.chain(optional).chain(objects) {
            let Some(target) = reference.bound().map(|id| &cx.model[id]) else { continue };
            let definer = cx.model[target.module].name;
            if definer != clause.module {
                out.push(
                    Diagnostic::new(
                        Code::ForeignComplianceMember,
                        format!(
                            "`{}` is of {}, not of {}",
                            name.text(),
                            cx.name(definer),
                            cx.name(clause.module)
                        ),
                    )
                    .at(name.span(), "of another module")
                    .help(format!("write a clause `MODULE {}` for it", cx.name(definer))),
                );
            }
        }
    }
}
