//! What one request asks for.

use super::{DecodeError, NameError, ObjectRef, Problem, Siblings, Variable, access::Readable};
use crate::{
    ber::{VarBinds, VarBindsIter},
    oid::{Oid, OidRef},
    value::{Syntax, ValueRef, VarBind, VarBindRef},
};

/// One variable, a tuple of up to 12 of them, an array or a `Vec` of one type of them, and what comes back.
#[diagnostic::on_unimplemented(
    message = "this does not name single variables",
    label = "expected a scalar, a column with an index, or a tuple of these",
    note = "a column has a variable per row: `IF_DESCR.at(1)` is one; to read all rows use `table` or `walk`",
    note = "names that are known only at run time are asked for with `get_oids`"
)]
pub trait Query {
    /// The values: a tuple for a tuple.
    type Output;

    /// Appends the names to ask for.
    ///
    /// # Errors
    /// An index that cannot be written as sub-identifiers.
    fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError>;

    /// Appends the objects that the names are instances of, in the same order.
    fn objects(&self, objects: &mut Vec<ObjectRef>);

    /// Takes the values from the varbinds of the response, in the order of the names.
    ///
    /// # Errors
    /// An exception, a value of another type, or a varbind that is missing.
    fn decode(&self, answers: &mut Answers<'_>) -> Result<Self::Output, DecodeError>;
}

/// The varbinds of a response, taken one by one.
#[derive(Clone, Debug)]
pub struct Answers<'a> {
    rest: Rest<'a>,
    siblings: Option<&'a Siblings>,
}

#[derive(Clone, Debug)]
enum Rest<'a> {
    Owned(std::slice::Iter<'a, VarBind>),
    Borrowed(VarBindsIter<'a>),
}

impl<'a> Answers<'a> {
    /// All varbinds of a response, in the order of the names in the request.
    pub fn new(varbinds: &'a [VarBind]) -> Self {
        Self { rest: Rest::Owned(varbinds.iter()), siblings: None }
    }

    /// The same, where they lie in the response: no value is copied but into its own type.
    pub fn borrowed(varbinds: VarBinds<'a>) -> Self {
        Self { rest: Rest::Borrowed(varbinds.iter()), siblings: None }
    }

    /// Accepts numbers of another number type than the object's, too.
    #[must_use]
    pub fn accepting(self, siblings: &'a Siblings) -> Self {
        Self { siblings: Some(siblings), ..self }
    }

    /// The next value, which is of this object.
    ///
    /// # Errors
    /// An exception, or no further varbind.
    #[inline]
    fn next(&mut self, object: ObjectRef) -> Result<VarBindRef<'a>, DecodeError> {
        let varbind = match &mut self.rest {
            Rest::Owned(varbinds) => varbinds.next().map(VarBind::as_ref),
            Rest::Borrowed(varbinds) => varbinds.next(),
        };
        match varbind {
            Some(varbind) if !varbind.value.is_exception() => Ok(varbind),
            varbind => Err(no_value(object, varbind)),
        }
    }

    #[inline]
    fn take<T: Syntax>(&mut self, object: ObjectRef) -> Result<T, DecodeError> {
        let varbind = self.next(object)?;
        T::from_value(varbind.value)
            .or_else(|wrong| match self.siblings {
                Some(siblings) => siblings.accept(varbind.value, wrong),
                None => Err(wrong),
            })
            .map_err(|wrong| wrong_type(object, varbind.name, wrong.into()))
    }
}

#[cold]
fn no_value(object: ObjectRef, varbind: Option<VarBindRef<'_>>) -> DecodeError {
    let Some(varbind) = varbind else {
        let oid = object.oid().unwrap_or(Oid::ZERO);
        return DecodeError { object, oid, problem: Problem::Missing };
    };
    let problem = match varbind.value {
        ValueRef::NoSuchObject => Problem::NoSuchObject,
        ValueRef::NoSuchInstance => Problem::NoSuchInstance,
        _ => Problem::EndOfMibView,
    };
    DecodeError { object, oid: varbind.name.to_oid(), problem }
}

#[cold]
fn wrong_type(object: ObjectRef, name: OidRef<'_>, problem: Problem) -> DecodeError {
    DecodeError { object, oid: name.to_oid(), problem }
}

impl<V: Variable> Query for V
where
    V::Access: Readable,
{
    type Output = V::Value;

    fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError> {
        names.push(self.oid()?);
        Ok(())
    }

    fn objects(&self, objects: &mut Vec<ObjectRef>) {
        objects.push(self.object());
    }

    fn decode(&self, answers: &mut Answers<'_>) -> Result<V::Value, DecodeError> {
        answers.take(self.object())
    }
}

/// A variable that may be absent; `.optional()` makes it.
#[derive(Clone, Copy, Debug)]
pub struct Optional<V>(V);

impl<V> Optional<V> {
    pub(super) const fn new(variable: V) -> Self {
        Self(variable)
    }
}

#[diagnostic::do_not_recommend]
impl<V: Variable> Query for Optional<V>
where
    V::Access: Readable,
{
    type Output = Option<V::Value>;

    fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError> {
        self.0.names(names)
    }

    fn objects(&self, objects: &mut Vec<ObjectRef>) {
        self.0.objects(objects);
    }

    fn decode(&self, answers: &mut Answers<'_>) -> Result<Self::Output, DecodeError> {
        match self.0.decode(answers) {
            Ok(value) => Ok(Some(value)),
            Err(DecodeError { problem: Problem::NoSuchObject | Problem::NoSuchInstance, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Any number of variables of one type, in one request.
#[diagnostic::do_not_recommend]
impl<Q: Query> Query for Vec<Q> {
    type Output = Vec<Q::Output>;

    fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError> {
        self.iter().try_for_each(|part| part.names(names))
    }

    fn objects(&self, objects: &mut Vec<ObjectRef>) {
        self.iter().for_each(|part| part.objects(objects));
    }

    fn decode(&self, answers: &mut Answers<'_>) -> Result<Self::Output, DecodeError> {
        self.iter().map(|part| part.decode(answers)).collect()
    }
}

/// Some variables of one type, in one request.
#[diagnostic::do_not_recommend]
impl<Q: Query, const N: usize> Query for [Q; N] {
    type Output = [Q::Output; N];

    fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError> {
        self.iter().try_for_each(|part| part.names(names))
    }

    fn objects(&self, objects: &mut Vec<ObjectRef>) {
        self.iter().for_each(|part| part.objects(objects));
    }

    fn decode(&self, answers: &mut Answers<'_>) -> Result<Self::Output, DecodeError> {
        let mut error = None;
        let values = self.each_ref().map(|part| match error {
            None => part.decode(answers).map_err(|wrong| error = Some(wrong)).ok(),
            Some(_) => None,
        });
        match error {
            Some(wrong) => Err(wrong),
            // Without an error there are values everywhere.
            None => Ok(values.map(|value| value.expect("a value, since no part failed"))),
        }
    }
}

macro_rules! tuples {
    ($($($part:ident)+;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: Query),+> Query for ($($part,)+) {
            type Output = ($($part::Output,)+);

            fn names(&self, names: &mut Vec<Oid>) -> Result<(), NameError> {
                #[allow(non_snake_case)]
                let ($($part,)+) = self;
                $($part.names(names)?;)+
                Ok(())
            }

            fn objects(&self, objects: &mut Vec<ObjectRef>) {
                #[allow(non_snake_case)]
                let ($($part,)+) = self;
                $($part.objects(objects);)+
            }

            fn decode(&self, answers: &mut Answers<'_>) -> Result<Self::Output, DecodeError> {
                #[allow(non_snake_case)]
                let ($($part,)+) = self;
                Ok(($($part.decode(answers)?,)+))
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
}
