//! A module for the tests of the emitters: every kind of index part and of value.

use super::{Request, Selection, select};
use crate::compile::{Compilation, compile};
use crate::world::MemWorld;

const TEXT: &str = r#"SAMPLE-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, enterprises, Counter64, Gauge32, TimeTicks, IpAddress, Opaque, Integer32
        FROM SNMPv2-SMI
    DisplayString, MacAddress, PhysAddress, DateAndTime, TEXTUAL-CONVENTION FROM SNMPv2-TC
    InetAddressType, InetAddress FROM INET-ADDRESS-MIB
    sysUpTime FROM SNMPv2-MIB;
sample MODULE-IDENTITY
    LAST-UPDATED "202601010000Z" ORGANIZATION "Example" CONTACT-INFO "someone@example.com"
    DESCRIPTION "A sample." ::= { enterprises 9 }
Float ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Floating point." SYNTAX Opaque (SIZE (7))
Tenths ::= TEXTUAL-CONVENTION DISPLAY-HINT "d-1" STATUS current DESCRIPTION "Tenths." SYNTAX Integer32

name OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current
    DESCRIPTION "The name, for $5. And more." ::= { sample 1 }
age OBJECT-TYPE SYNTAX TimeTicks MAX-ACCESS read-only STATUS current DESCRIPTION "The age." ::= { sample 2 }
load OBJECT-TYPE SYNTAX Float MAX-ACCESS read-only STATUS current DESCRIPTION "The load." ::= { sample 3 }
blob OBJECT-TYPE SYNTAX Opaque MAX-ACCESS read-only STATUS current DESCRIPTION "A blob." ::= { sample 4 }
secret OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS accessible-for-notify STATUS current DESCRIPTION "A secret."
    ::= { sample 5 }
since OBJECT-TYPE SYNTAX DateAndTime MAX-ACCESS read-only STATUS current DESCRIPTION "Since when." ::= { sample 6 }

portTable OBJECT-TYPE SYNTAX SEQUENCE OF PortEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "Ports."
    ::= { sample 10 }
portEntry OBJECT-TYPE SYNTAX PortEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "A port."
    INDEX { portIndex } ::= { portTable 1 }
PortEntry ::= SEQUENCE { portIndex Integer32, portName DisplayString, portState INTEGER, portFlags BITS,
    portOctets Counter64, portMac MacAddress, portPhys PhysAddress, portHeat Tenths }
portIndex OBJECT-TYPE SYNTAX Integer32 (1..99) MAX-ACCESS read-only STATUS current DESCRIPTION "Its number."
    ::= { portEntry 1 }
portName OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "Its name."
    ::= { portEntry 2 }
portState OBJECT-TYPE SYNTAX INTEGER { on(1), off(2), null(3) } MAX-ACCESS read-write STATUS current
    DESCRIPTION "Its state." ::= { portEntry 3 }
portFlags OBJECT-TYPE SYNTAX BITS { fast(0), far(9) } MAX-ACCESS read-only STATUS current DESCRIPTION "Flags."
    ::= { portEntry 4 }
portOctets OBJECT-TYPE SYNTAX Counter64 UNITS "octets" MAX-ACCESS read-only STATUS current
    DESCRIPTION "Octets." ::= { portEntry 5 }
portMac OBJECT-TYPE SYNTAX MacAddress MAX-ACCESS read-only STATUS current DESCRIPTION "MAC." ::= { portEntry 6 }
portPhys OBJECT-TYPE SYNTAX PhysAddress MAX-ACCESS read-only STATUS current DESCRIPTION "Phys." ::= { portEntry 7 }
portHeat OBJECT-TYPE SYNTAX Tenths UNITS "degrees Celsius" MAX-ACCESS read-only STATUS current DESCRIPTION "Heat."
    ::= { portEntry 8 }

moreTable OBJECT-TYPE SYNTAX SEQUENCE OF MoreEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "More."
    ::= { sample 11 }
moreEntry OBJECT-TYPE SYNTAX MoreEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "More of a port."
    AUGMENTS { portEntry } ::= { moreTable 1 }
MoreEntry ::= SEQUENCE { moreErrors Gauge32 }
moreErrors OBJECT-TYPE SYNTAX Gauge32 UNITS "frames" MAX-ACCESS read-only STATUS current DESCRIPTION "Errors."
    ::= { moreEntry 1 }

peerTable OBJECT-TYPE SYNTAX SEQUENCE OF PeerEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "Peers."
    ::= { sample 12 }
peerEntry OBJECT-TYPE SYNTAX PeerEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "A peer."
    INDEX { portIndex, peerMac, peerPhys, peerType, peerAddress, IMPLIED peerName } ::= { peerTable 1 }
PeerEntry ::= SEQUENCE { peerMac MacAddress, peerPhys PhysAddress, peerType InetAddressType,
    peerAddress InetAddress, peerName DisplayString, peerCost Gauge32, peerViaType InetAddressType,
    peerVia InetAddress, peerLost InetAddress }
peerMac OBJECT-TYPE SYNTAX MacAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "." ::= { peerEntry 1 }
peerPhys OBJECT-TYPE SYNTAX PhysAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "." ::= { peerEntry 2 }
peerType OBJECT-TYPE SYNTAX InetAddressType MAX-ACCESS not-accessible STATUS current DESCRIPTION "."
    ::= { peerEntry 3 }
peerAddress OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "."
    ::= { peerEntry 4 }
peerName OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS not-accessible STATUS current DESCRIPTION "."
    ::= { peerEntry 5 }
peerCost OBJECT-TYPE SYNTAX Gauge32 MAX-ACCESS read-only STATUS current DESCRIPTION "Its cost." ::= { peerEntry 6 }
peerViaType OBJECT-TYPE SYNTAX InetAddressType MAX-ACCESS read-only STATUS current DESCRIPTION "."
    ::= { peerEntry 7 }
peerVia OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS read-only STATUS current DESCRIPTION "." ::= { peerEntry 8 }
peerLost OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS read-only STATUS current DESCRIPTION "." ::= { peerEntry 9 }

hopTable OBJECT-TYPE SYNTAX SEQUENCE OF HopEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "Hops."
    ::= { sample 13 }
hopEntry OBJECT-TYPE SYNTAX HopEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "A hop."
    INDEX { hopTo, hopMac, hopNumber, hopNumber, hopId } ::= { hopTable 1 }
HopEntry ::= SEQUENCE { hopTo IpAddress, hopMac MacAddress, hopNumber Integer32, hopId OBJECT IDENTIFIER,
    hopDelay Gauge32 }
hopTo OBJECT-TYPE SYNTAX IpAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "." ::= { hopEntry 1 }
hopMac OBJECT-TYPE SYNTAX MacAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "." ::= { hopEntry 2 }
hopNumber OBJECT-TYPE SYNTAX Integer32 (1..9) MAX-ACCESS not-accessible STATUS current DESCRIPTION "."
    ::= { hopEntry 3 }
hopId OBJECT-TYPE SYNTAX OBJECT IDENTIFIER MAX-ACCESS not-accessible STATUS current DESCRIPTION "."
    ::= { hopEntry 4 }
hopDelay OBJECT-TYPE SYNTAX Gauge32 UNITS "milliseconds" MAX-ACCESS read-only STATUS current
    DESCRIPTION "Its delay." ::= { hopEntry 5 }
END
"#;

/// An SMIv1 module: NetworkAddress and a bare type in INDEX, and a name that is taken.
const OLD: &str = r#"OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, NetworkAddress, Counter FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212;
old OBJECT IDENTIFIER ::= { enterprises 10 }
arpTable OBJECT-TYPE SYNTAX SEQUENCE OF ArpEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "Arp."
    ::= { old 1 }
arpEntry OBJECT-TYPE SYNTAX ArpEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "."
    INDEX { arpTo, INTEGER } ::= { arpTable 1 }
ArpEntry ::= SEQUENCE { arpTo NetworkAddress, arpUse Counter }
arpTo OBJECT-TYPE SYNTAX NetworkAddress ACCESS read-only STATUS mandatory DESCRIPTION "To." ::= { arpEntry 1 }
arpUse OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory DESCRIPTION "Use." ::= { arpEntry 2 }
name OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION "A number." ::= { old 2 }
lostTable OBJECT-TYPE SYNTAX SEQUENCE OF LostEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "Lost."
    ::= { old 3 }
lostEntry OBJECT-TYPE SYNTAX LostEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "."
    INDEX { nowhere } ::= { lostTable 1 }
LostEntry ::= SEQUENCE { lostUse Counter }
lostUse OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory DESCRIPTION "Use." ::= { lostEntry 1 }
END
"#;

/// SAMPLE-MIB and OLD-MIB.
pub(in crate::emit) fn compilation() -> Compilation {
    let world = MemWorld::new().with_built_in().file("SAMPLE-MIB", TEXT).file("OLD-MIB", OLD);
    compile(&world, &["SAMPLE-MIB", "OLD-MIB"])
}

/// What `tables`, `walks` and `lookups` mean in it; each a list of words.
pub(in crate::emit) fn selection<'m>(
    compilation: &'m Compilation,
    tables: &str,
    walks: &str,
    lookups: &str,
) -> Selection<'m> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let request = Request { tables: words(tables), walks: words(walks), lookups: words(lookups) };
    select(&compilation.model, &compilation.requested, &request).expect("the request is clear")
}
