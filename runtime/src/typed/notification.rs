//! Notifications as structs.

use super::{Binding, Column, DecodeError, Module, NameError, ObjectRef, Problem, Row, Scalar, Siblings};
use crate::{
    index::{self, Index, IndexWriter},
    oid::{Arcs, Oid},
    value::{Syntax, Value, ValueRef, VarBind},
};

/// A NOTIFICATION-TYPE or TRAP-TYPE: a struct with a [`Binding`] per object (RFC 2578 §8).
///
/// Each binding has its own instance; where all objects are columns of one index, `at` of the generated struct
/// takes it once.
pub trait Notification: Sized {
    /// The module that defines it.
    type Module: Module;
    /// What `snmpTrapOID.0` says.
    const OID: &'static [u32];

    /// Writes a varbind per object, in the order of the definition.
    ///
    /// # Errors
    /// An index that cannot be written, or a binding of another object than the field's.
    fn write(&self, out: &mut NotificationWriter) -> Result<(), NameError>;

    /// Takes the varbind of each object.
    ///
    /// # Errors
    /// A varbind that is missing, or one with a value or an index of another type.
    fn read(input: &mut NotificationReader<'_>) -> Result<Self, DecodeError>;

    /// The varbinds that follow `sysUpTime.0` and `snmpTrapOID.0`.
    ///
    /// # Errors
    /// An index that cannot be written, or a binding of another object than the field's.
    fn varbinds(&self) -> Result<Vec<VarBind>, NameError> {
        let mut out = NotificationWriter { varbinds: Vec::new() };
        self.write(&mut out)?;
        Ok(out.varbinds)
    }

    /// Reads the varbinds that follow `sysUpTime.0` and `snmpTrapOID.0`. Those that the definition does not list
    /// are kept (RFC 3416 §4.2.6 lets a sender add some).
    ///
    /// # Errors
    /// A varbind that is missing, or one with a value or an index of another type.
    fn decode(varbinds: &[VarBind]) -> Result<Received<Self>, DecodeError> {
        NotificationReader::new(varbinds).finish()
    }
}

/// A notification as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Received<N> {
    /// What the definition lists.
    pub notification: N,
    /// Varbinds that the definition does not list, in the order received.
    pub extra: Vec<VarBind>,
    /// Whether a number of another type than its object's has been accepted; see [`Siblings`].
    pub has_siblings: bool,
}

/// Collects the varbinds of a notification.
#[derive(Debug)]
pub struct NotificationWriter {
    varbinds: Vec<VarBind>,
}

impl NotificationWriter {
    /// The instance of a column.
    ///
    /// # Errors
    /// An index that cannot be written, or a binding of another column.
    pub fn column<R: Row, T: Syntax, A>(
        &mut self,
        column: Column<R, T, A>,
        binding: &Binding<R::Index, T>,
    ) -> Result<(), NameError> {
        let object = column.object();
        let mut name = IndexWriter::column(R::OID, column.sub_id());
        binding.index.write(&mut name);
        let name = name.finish().map_err(|source| NameError::Index { object, source })?;
        self.push(object, binding.object(), name, binding.value.to_value())
    }

    /// The instance of a scalar.
    ///
    /// # Errors
    /// A binding of another scalar.
    pub fn scalar<M: Module, T: Syntax, A>(
        &mut self,
        scalar: Scalar<M, T, A>,
        binding: &Binding<(), T>,
    ) -> Result<(), NameError> {
        let object = scalar.object();
        self.push(object, binding.object(), object.instance([0])?, binding.value.to_value())
    }

    fn push(
        &mut self,
        object: ObjectRef,
        found: ObjectRef,
        name: Oid,
        value: Value,
    ) -> Result<(), NameError> {
        if object != found {
            return Err(NameError::WrongObject { field: object, found });
        }
        self.varbinds.push(VarBind { name, value });
        Ok(())
    }
}

/// Hands out the varbinds of a notification by object.
#[derive(Debug)]
pub struct NotificationReader<'a> {
    rest: Vec<&'a VarBind>,
    siblings: Option<&'a Siblings>,
}

impl<'a> NotificationReader<'a> {
    /// For the varbinds that follow `sysUpTime.0` and `snmpTrapOID.0`.
    pub fn new(varbinds: &'a [VarBind]) -> Self {
        Self { rest: varbinds.iter().collect(), siblings: None }
    }

    /// Accepts numbers of another number type than their object's, too.
    #[must_use]
    pub fn accepting(self, siblings: &'a Siblings) -> Self {
        Self { siblings: Some(siblings), ..self }
    }

    /// Reads a notification; what its definition does not list is kept.
    ///
    /// # Errors
    /// As [`Notification::decode`].
    pub fn finish<N: Notification>(mut self) -> Result<Received<N>, DecodeError> {
        let notification = N::read(&mut self)?;
        let extra = self.rest.into_iter().cloned().collect();
        Ok(Received { notification, extra, has_siblings: false })
    }
}

impl NotificationReader<'_> {
    /// The first varbind left that is an instance of the column.
    ///
    /// # Errors
    /// None, or one with a value or an index of another type.
    pub fn column<R: Row, T: Syntax, A>(
        &mut self,
        column: Column<R, T, A>,
    ) -> Result<Binding<R::Index, T>, DecodeError> {
        let object = column.object();
        let (varbind, arcs) = self.take(object)?;
        let index = index::decode(arcs).map_err(|wrong| error(object, varbind, wrong.into()))?;
        Ok(Binding::new(object, index, self.value(object, varbind)?))
    }

    /// The first varbind left that is the scalar.
    ///
    /// # Errors
    /// None, or one with a value of another type.
    pub fn scalar<M: Module, T: Syntax, A>(
        &mut self,
        scalar: Scalar<M, T, A>,
    ) -> Result<Binding<(), T>, DecodeError> {
        let object = scalar.object();
        let (varbind, _) = self.take(object)?;
        Ok(Binding::new(object, (), self.value(object, varbind)?))
    }
}

impl<'a> NotificationReader<'a> {
    fn take(&mut self, object: ObjectRef) -> Result<(&'a VarBind, Arcs<'a>), DecodeError> {
        let missing =
            || DecodeError { object, oid: object.oid().unwrap_or(Oid::ZERO), problem: Problem::Missing };
        let prefix = object.oid().map_err(|_| missing())?;
        for (position, varbind) in self.rest.iter().copied().enumerate() {
            if let Some(arcs) = varbind.name.strip_prefix(&prefix) {
                self.rest.remove(position);
                return Ok((varbind, arcs));
            }
        }
        Err(missing())
    }

    fn value<T: Syntax>(&self, object: ObjectRef, varbind: &VarBind) -> Result<T, DecodeError> {
        let value = ValueRef::from(&varbind.value);
        T::from_value(value)
            .or_else(|wrong| match self.siblings {
                Some(siblings) => siblings.accept(value, wrong),
                None => Err(wrong),
            })
            .map_err(|wrong| error(object, varbind, wrong.into()))
    }
}

#[cold]
fn error(object: ObjectRef, varbind: &VarBind, problem: Problem) -> DecodeError {
    DecodeError { object, oid: varbind.name.clone(), problem }
}
