//! What the `snmp` group of SNMPv2-MIB counts (RFC 3418 §2).

use std::sync::atomic::{AtomicU32, Ordering};

/// Counters of one agent, shared and free to read at any time. Each wraps at 2^32, as Counter32 does.
#[derive(Debug, Default)]
pub struct Counters {
    pub(crate) in_pkts: AtomicU32,
    pub(crate) bad_versions: AtomicU32,
    pub(crate) bad_community_names: AtomicU32,
    pub(crate) bad_community_uses: AtomicU32,
    pub(crate) asn_parse_errs: AtomicU32,
    pub(crate) silent_drops: AtomicU32,
    pub(crate) unknown_pdus: AtomicU32,
    pub(crate) out_pkts: AtomicU32,
}

impl Counters {
    /// snmpInPkts: messages that arrived.
    #[must_use]
    pub fn in_pkts(&self) -> u32 {
        read(&self.in_pkts)
    }

    /// snmpInBadVersions: messages of a version that the agent does not speak.
    #[must_use]
    pub fn bad_versions(&self) -> u32 {
        read(&self.bad_versions)
    }

    /// snmpInBadCommunityNames: messages with a community that the agent does not know.
    #[must_use]
    pub fn bad_community_names(&self) -> u32 {
        read(&self.bad_community_names)
    }

    /// snmpInBadCommunityUses: operations that the community of the message does not allow.
    #[must_use]
    pub fn bad_community_uses(&self) -> u32 {
        read(&self.bad_community_uses)
    }

    /// snmpInASNParseErrs: messages that are no valid SNMP message.
    #[must_use]
    pub fn asn_parse_errs(&self) -> u32 {
        read(&self.asn_parse_errs)
    }

    /// snmpSilentDrops: requests whose smallest possible answer was too large to be sent.
    #[must_use]
    pub fn silent_drops(&self) -> u32 {
        read(&self.silent_drops)
    }

    /// snmpUnknownPDUHandlers: messages with a PDU that no agent answers, such as a Response or a Trap.
    #[must_use]
    pub fn unknown_pdu_handlers(&self) -> u32 {
        read(&self.unknown_pdus)
    }

    /// snmpOutPkts (RFC 1213): messages that left.
    #[must_use]
    pub fn out_pkts(&self) -> u32 {
        read(&self.out_pkts)
    }
}

/// One more.
pub(crate) fn count(counter: &AtomicU32) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn read(counter: &AtomicU32) -> u32 {
    counter.load(Ordering::Relaxed)
}
