//! What the `snmp` group of SNMPv2-MIB counts (RFC 3418 §2), and what [`ReportCounters`] do.

use std::sync::atomic::{AtomicU32, Ordering};

use super::ReportCounters;
use crate::message::{PduKind, Version};

/// Counters of one manager, agent or listener, free to read at any time. Each wraps at 2^32, as Counter32 does.
#[derive(Debug, Default)]
pub struct Counters {
    reports: ReportCounters,
    pub(crate) in_pkts: AtomicU32,
    pub(crate) bad_versions: AtomicU32,
    pub(crate) bad_community_names: AtomicU32,
    pub(crate) bad_community_uses: AtomicU32,
    pub(crate) asn_parse_errs: AtomicU32,
    pub(crate) silent_drops: AtomicU32,
    pub(crate) unknown_pdus: AtomicU32,
    pub(crate) out_pkts: AtomicU32,
    pub(crate) reports_withheld: AtomicU32,
    /// By version, and by kind.
    requests: [[AtomicU32; 4]; 3],
}

impl Counters {
    /// The statistics of message processing and of the user-based security model, which are about SNMPv3.
    #[must_use]
    pub fn reports(&self) -> &ReportCounters {
        &self.reports
    }

    /// snmpInPkts: messages that arrived.
    #[must_use]
    pub fn in_pkts(&self) -> u32 {
        read(&self.in_pkts)
    }

    /// snmpInBadVersions: messages of a version that is not spoken here.
    #[must_use]
    pub fn bad_versions(&self) -> u32 {
        read(&self.bad_versions)
    }

    /// snmpInBadCommunityNames: messages with a community that is not known here.
    #[must_use]
    pub fn bad_community_names(&self) -> u32 {
        read(&self.bad_community_names)
    }

    /// snmpInBadCommunityUses: operations that the community of the message does not allow.
    #[must_use]
    pub fn bad_community_uses(&self) -> u32 {
        read(&self.bad_community_uses)
    }

    /// snmpInASNParseErrs: messages that are not valid SNMP messages.
    #[must_use]
    pub fn asn_parse_errs(&self) -> u32 {
        read(&self.asn_parse_errs)
    }

    /// snmpSilentDrops: requests whose smallest possible answer was too large to be sent.
    #[must_use]
    pub fn silent_drops(&self) -> u32 {
        read(&self.silent_drops)
    }

    /// snmpUnknownPDUHandlers: messages with a PDU that nobody here takes: a Response or a Trap to an agent, a request to a
    /// listener.
    #[must_use]
    pub fn unknown_pdu_handlers(&self) -> u32 {
        read(&self.unknown_pdus)
    }

    /// snmpOutPkts (RFC 1213): messages that left.
    #[must_use]
    pub fn out_pkts(&self) -> u32 {
        read(&self.out_pkts)
    }

    /// Reports that were not sent because there had been so many within the second: to one source
    /// (`REPORTS_PER_SOURCE`), or about unknown users. No standard object has it.
    #[must_use]
    pub fn reports_withheld(&self) -> u32 {
        read(&self.reports_withheld)
    }

    /// Requests of a kind and a version that came with a known community, or from a known user. 0 for PDUs that are not
    /// requests. No standard object has it.
    #[must_use]
    pub fn requests(&self, kind: PduKind, version: Version) -> u32 {
        place(kind).map_or(0, |at| read(&self.requests[row(version)][at]))
    }

    /// A request that somebody may make.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn count_request(&self, kind: PduKind, version: Version) {
        if let Some(at) = place(kind) {
            count(&self.requests[row(version)][at]);
        }
    }

    /// A message that left, where nobody else counts at the time.
    pub(crate) fn count_out(&mut self) {
        let out_pkts = self.out_pkts.get_mut();
        *out_pkts = out_pkts.wrapping_add(1);
    }

    /// Adds what others have counted.
    #[cfg(feature = "manager")]
    pub(crate) fn add(&self, other: &Self) {
        let all = |c: &Self| {
            [
                c.in_pkts(),
                c.bad_versions(),
                c.bad_community_names(),
                c.bad_community_uses(),
                c.asn_parse_errs(),
                c.silent_drops(),
                c.unknown_pdu_handlers(),
                c.out_pkts(),
                c.reports_withheld(),
            ]
        };
        let Self {
            reports,
            in_pkts,
            bad_versions,
            bad_community_names,
            bad_community_uses,
            asn_parse_errs,
            silent_drops,
            unknown_pdus,
            out_pkts,
            reports_withheld,
            requests,
        } = self;
        let own = [
            in_pkts,
            bad_versions,
            bad_community_names,
            bad_community_uses,
            asn_parse_errs,
            silent_drops,
            unknown_pdus,
            out_pkts,
            reports_withheld,
        ];
        for (own, other) in own.into_iter().zip(all(other)) {
            own.fetch_add(other, Ordering::Relaxed);
        }
        for (own, other) in requests.iter().flatten().zip(other.requests.iter().flatten()) {
            own.fetch_add(read(other), Ordering::Relaxed);
        }
        reports.add(&other.reports);
    }
}

fn row(version: Version) -> usize {
    match version {
        Version::V1 => 0,
        Version::V2c => 1,
        Version::V3 => 2,
    }
}

fn place(kind: PduKind) -> Option<usize> {
    match kind {
        PduKind::Get => Some(0),
        PduKind::GetNext => Some(1),
        PduKind::GetBulk => Some(2),
        PduKind::Set => Some(3),
        PduKind::Response | PduKind::Inform | PduKind::Trap | PduKind::Report => None,
    }
}

/// One more.
pub(crate) fn count(counter: &AtomicU32) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn read(counter: &AtomicU32) -> u32 {
    counter.load(Ordering::Relaxed)
}
