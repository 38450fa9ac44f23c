//! NOTIFICATION-TYPE and TRAP-TYPE: the objects they carry (RFC 2578 §8, RFC 1215 §2).

use super::Resolver;
use crate::model::{DefId, Kind, Notification};
use crate::syntax::ast::{self, DefinitionKind};

impl<'a, 's> Resolver<'a, 's> {
    /// Binds the objects of every notification.
    pub(super) fn resolve_notifications(&mut self) {
        for number in 0..self.definitions.len() {
            let id = DefId(number as u32);
            let definition: &'a ast::Definition<'s> = self.definitions[number];
            let (names, trap) = match &definition.kind {
                DefinitionKind::NotificationType(d) => (&d.objects, None),
                DefinitionKind::TrapType(d) => (&d.variables, d.number.text.parse().ok()),
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
            self.model.definitions[number].kind =
                Kind::Notification(Box::new(Notification { objects, trap }));
        }
    }
}
