//! Deviations from the encoding rules that lenient reading accepts.

use core::fmt;

/// One kind of deviation. What lenient reading makes of it is said at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Anomaly {
    /// A length in the long form with more octets than needed (`82 00 39`). RFC 3417 §8(1) permits
    /// it, so strict reading accepts it as well.
    LongLength,
    /// An integer with more leading octets than needed; read by value.
    PaddedInteger,
    /// An INTEGER or unsigned type without content octets; read as 0.
    EmptyInteger,
    /// An unsigned type whose first octet has its top bit set; read as unsigned, as if the leading
    /// zero octet had not been left out.
    NegativeUnsigned,
    /// A sub-identifier that begins with `80`; the padding is dropped.
    PaddedSubId,
    /// An OBJECT IDENTIFIER without content octets; read as 0.0.
    EmptyOid,
    /// A varbind value that cannot be read: kept as
    /// [`Undecodable`](crate::value::ValueRef::Undecodable), its neighbours unharmed.
    UndecodableValue,
    /// Octets after the end of a varbind, a PDU or the message; ignored.
    TrailingOctets,
    /// A negative non-repeaters or max-repetitions; read as 0 (RFC 1905 §4.2.3).
    NegativeBulkField,
    /// A number of another number type than the object has by its MIB, such as a `Gauge32` for a `Counter32`; read by
    /// value, where the object's type has it. Noted by typed reading: messages know no MIB.
    SiblingType,
    /// A varbind whose name cannot be read, such as one with a sub-identifier above 4294967295: kept whole as
    /// [`Undecodable`](crate::value::ValueRef::Undecodable), under as much of its name as can be read.
    UndecodableName,
    /// A number beyond the range of its type, such as an INTEGER of 33 bits. As the value of a varbind it is
    /// kept as [`Undecodable`](crate::value::ValueRef::Undecodable), and
    /// [`to_number`](crate::value::ValueRef::to_number) gives it.
    OutOfRange,
    /// UInteger32, which SMI has not had since RFC 1902: kept as
    /// [`Undecodable`](crate::value::ValueRef::Undecodable), and
    /// [`to_number`](crate::value::ValueRef::to_number) gives it.
    ObsoleteType,
    /// A notification in the PDU of another version than the message's: an SNMPv1 Trap-PDU in an SNMPv2c
    /// message, an SNMPv2-Trap-PDU or InformRequest-PDU in an SNMPv1 message.
    ForeignPdu,
    /// A field of a notification that is missing or of another type, length or range, such as an agent-addr of
    /// 16 octets; read by its evident meaning, else as nothing: 0, 0.0.0.0 or 0.0.
    OddField,
    /// The number of an SNMPv1 trap is missing or one that no trap can have: it does not say what has happened.
    UnknownTrapNumber,
    /// A notification that ends before its end; what is there is kept.
    Truncated,
    /// sysUpTime.0 or snmpTrapOID.0 is missing from a notification, or not in its place.
    OddHeading,
}

impl Anomaly {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Anomaly; 18] = [
        Anomaly::LongLength,
        Anomaly::PaddedInteger,
        Anomaly::EmptyInteger,
        Anomaly::NegativeUnsigned,
        Anomaly::PaddedSubId,
        Anomaly::EmptyOid,
        Anomaly::UndecodableValue,
        Anomaly::TrailingOctets,
        Anomaly::NegativeBulkField,
        Anomaly::SiblingType,
        Anomaly::UndecodableName,
        Anomaly::OutOfRange,
        Anomaly::ObsoleteType,
        Anomaly::ForeignPdu,
        Anomaly::OddField,
        Anomaly::UnknownTrapNumber,
        Anomaly::Truncated,
        Anomaly::OddHeading,
    ];

    /// A few words for messages: "integer with unneeded leading octets".
    pub fn as_str(self) -> &'static str {
        match self {
            Anomaly::LongLength => "length with unneeded octets",
            Anomaly::PaddedInteger => "integer with unneeded leading octets",
            Anomaly::EmptyInteger => "integer without content",
            Anomaly::NegativeUnsigned => "negative value for an unsigned type",
            Anomaly::PaddedSubId => "sub-identifier with unneeded leading octets",
            Anomaly::EmptyOid => "object identifier without content",
            Anomaly::UndecodableValue => "value that cannot be read",
            Anomaly::TrailingOctets => "octets after the end",
            Anomaly::NegativeBulkField => "negative non-repeaters or max-repetitions",
            Anomaly::SiblingType => "number of another type than the object's",
            Anomaly::UndecodableName => "name that cannot be read",
            Anomaly::OutOfRange => "number beyond the range of its type",
            Anomaly::ObsoleteType => "UInteger32, a type that SMI no longer has",
            Anomaly::ForeignPdu => "PDU of another version",
            Anomaly::OddField => "field that is missing, or of another type, length or range",
            Anomaly::UnknownTrapNumber => "trap without a number that can be read",
            Anomaly::Truncated => "message that ends before its end",
            Anomaly::OddHeading => "sysUpTime.0 or snmpTrapOID.0 missing or not in its place",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The set of anomalies met in one message.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Anomalies(u32);

impl Anomalies {
    /// The empty set.
    pub const NONE: Anomalies = Anomalies(0);

    /// True when the message followed the rules to the letter.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when strict reading accepts the message as well.
    pub fn is_conforming(self) -> bool {
        self.0 & !Anomaly::LongLength.bit() == 0
    }

    /// True when `anomaly` was met at least once.
    pub fn contains(self, anomaly: Anomaly) -> bool {
        self.0 & anomaly.bit() != 0
    }

    /// Adds one kind.
    pub fn insert(&mut self, anomaly: Anomaly) {
        self.0 |= anomaly.bit();
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Anomalies) -> Anomalies {
        Anomalies(self.0 | other.0)
    }

    /// The kinds in the set, in the order of [`Anomaly::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Anomaly> {
        Anomaly::ALL.into_iter().filter(move |a| self.contains(*a))
    }
}

impl fmt::Debug for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, anomaly) in self.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            f.write_str(anomaly.as_str())?;
        }
        Ok(())
    }
}
