//! NOTIFICATION-TYPE and TRAP-TYPE: the objects they carry (RFC 2578 §8, RFC 1215 §2).

use super::Resolver;
use crate::model::{Kind, Notification};
use crate::syntax::ast::DefinitionKind;

impl<'s> Resolver<'s> {
    /// Binds the objects of every notification.
    pub(super) fn resolve_notifications(&mut self) {
        for id in self.others.clone() {
            let place = self.definitions[id.index()];
            if !matches!(self.kind(place), DefinitionKind::NotificationType(_) | DefinitionKind::TrapType(_))
            {
                continue;
            }
            let tree = self.take(place);
            let (names, trap) = match &tree {
                DefinitionKind::NotificationType(d) => (&d.objects, None),
                DefinitionKind::TrapType(d) => (&d.variables, d.number.text().parse().ok()),
                _ => continue,
            };
            let module = self.model[id].module;
            let objects = names.iter().map(|name| self.bind(id, module, *name)).collect::<Vec<_>>();
            for &object in objects.iter().filter_map(|object| object.bound()).collect::<Vec<_>>().iter() {
                if !matches!(self.model[object].kind, Kind::Scalar(_) | Kind::Column(..)) {
                    let report = self.wrong_kind(id, object, "a notification carries scalars and columns");
                    self.reports.push(report);
                }
            }
            self.model.definitions[id.index()].kind =
                Kind::Notification(Box::new(Notification { objects, trap }));
            self.done(place, tree);
        }
    }
}
