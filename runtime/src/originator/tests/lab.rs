//! An originator without sockets, and receivers that are as good or bad as a test wants.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::access::{AccessEntry, AccessIndex, Family, Model, Vacm};
use crate::ber::Rules;
use crate::engine::{Dropped, Engine, ExchangeId, Random};
use crate::message::{Decoder, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::originator::{
    CommunityEntry, Errand, Event, Limits, MpModel, Notify, NotifyReport, NotifyType, Originator, SendId,
    Tag, TagList, TargetAddress, TargetParams, TargetTables, Targets, Ticket,
};
use crate::value::{TimeTicks, Value, VarBind};

pub(super) fn oid(text: &str) -> Oid {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn address(number: u8) -> TransportAddress {
    TransportAddress::Udp(SocketAddr::from(([192, 0, 2, number], 162)))
}

/// Numbers that differ.
pub(super) struct Numbers(u32);

impl Random for Numbers {
    fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 ^ (self.0 >> 16)
    }
}

pub(super) fn params(mp_model: MpModel, model: Model, name: &str, level: Level) -> TargetParams {
    TargetParams { mp_model, security_model: model, security_name: name.into(), security_level: level }
}

/// Rows that a test starts from: the parameters `v1` and `v2c` of the security name `noc` with the community `s3cret`, and
/// for the tags `traps` and `informs` a row of snmpNotifyTable each.
pub(super) fn base(tables: &mut TargetTables) {
    let no_auth = Level::NoAuthNoPriv;
    let rows = [("v1", MpModel::V1, Model::V1), ("v2c", MpModel::V2C, Model::V2C)];
    for (name, mp_model, model) in rows {
        tables.set_params(name, params(mp_model, model, "noc", no_auth)).expect("a row");
    }
    tables.set_community("noc", CommunityEntry::new("s3cret", "noc")).expect("a row");
    for (tag, notify_type) in [("traps", NotifyType::Trap), ("informs", NotifyType::Inform)] {
        let tag = Tag::new(tag).expect("a tag");
        tables.set_notify(tag.as_octets(), Notify { tag: tag.clone(), notify_type }).expect("a row");
    }
}

/// A row of snmpTargetAddrTable with these tags.
pub(super) fn target(number: u8, params: &str, tags: &str) -> TargetAddress {
    let tag_list = TagList::new(tags).expect("tags");
    // A second, and two repetitions.
    TargetAddress { tag_list, timeout: 100, retry_count: 2, ..TargetAddress::new(address(number), params) }
}

/// Access control in which these principals see every notification.
pub(super) fn vacm(principals: &[(Model, &str)]) -> Arc<Vacm> {
    let vacm = Vacm::new();
    vacm.edit(|tables| {
        for (model, name) in principals {
            tables.set_group(*model, *name, "noc");
        }
        let index = AccessIndex {
            group: "noc".into(),
            context_prefix: Vec::new(),
            model: Model::ANY,
            level: Level::NoAuthNoPriv,
        };
        tables.set_access(index, AccessEntry { notify_view: "noc".into(), ..AccessEntry::default() });
        tables.set_family("noc", Family::everything());
    });
    Arc::new(vacm)
}

pub(super) struct Lab {
    pub(super) originator: Originator<Numbers>,
    pub(super) targets: Arc<Targets>,
    pub(super) vacm: Arc<Vacm>,
    /// The exchanges of informs.
    pub(super) engine: Engine<SocketAddr, Numbers>,
    informs: HashMap<ExchangeId, SendId>,
    pub(super) now: Instant,
    pub(super) reports: BTreeMap<u64, NotifyReport>,
}

/// A datagram that left.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) id: SendId,
    pub(super) to: TransportAddress,
    pub(super) datagram: Vec<u8>,
    pub(super) is_trap: bool,
}

impl Left {
    /// The message of an older version.
    pub(super) fn message(&self) -> Message {
        Message::from(&Decoder::default().decode(&self.datagram).expect("a message").message)
    }

    /// Its PDU.
    pub(super) fn pdu(&self) -> Pdu {
        match self.message().body {
            OwnedBody::Pdu(pdu) => pdu,
            OwnedBody::TrapV1(trap) => panic!("not of SNMPv1: {trap:?}"),
        }
    }

    /// The acknowledgement.
    pub(super) fn response(&self) -> Vec<u8> {
        let pdu = self.pdu();
        let header = PduHeader::response(pdu.header.request_id, Default::default(), 0);
        encode(self.message().version, b"s3cret", Pdu { header, varbinds: pdu.varbinds })
    }
}

pub(super) fn encode(version: Version, community: &[u8], pdu: Pdu) -> Vec<u8> {
    let mut writer = crate::ber::Writer::new();
    Message { version, community: community.to_vec(), body: OwnedBody::Pdu(pdu) }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

impl Lab {
    pub(super) fn new(fill: impl FnOnce(&mut TargetTables)) -> Self {
        let targets = Arc::new(Targets::new());
        targets.edit(|tables| {
            base(tables);
            fill(tables);
        });
        let vacm = vacm(&[(Model::V1, "noc"), (Model::V2C, "noc"), (Model::USM, "noc")]);
        let originator = Originator::new(Arc::clone(&targets), Arc::<Vacm>::clone(&vacm), Numbers(7))
            .own_address(|to| {
                let is_v4 = to.ip().is_some_and(|ip| ip.is_ipv4());
                is_v4.then_some(Ipv4Addr::new(192, 0, 2, 250))
            });
        let engine = Engine::new(Numbers(8), Rules::Lenient);
        let (informs, reports) = (HashMap::new(), BTreeMap::new());
        Self { originator, targets, vacm, engine, informs, now: Instant::now(), reports }
    }

    pub(super) fn limits(mut self, limits: Limits) -> Self {
        self.originator = self.originator.limits(limits);
        self
    }

    /// Lets everybody see what is in a context.
    pub(super) fn show_context(&self, name: &str) {
        self.vacm.edit(|tables| {
            tables.add_context(name);
            let index = AccessIndex {
                group: "noc".into(),
                context_prefix: name.into(),
                model: Model::ANY,
                level: Level::NoAuthNoPriv,
            };
            tables.set_access(index, AccessEntry { notify_view: "noc".into(), ..AccessEntry::default() });
        });
    }

    pub(super) fn notify(&mut self, event: &Event) -> Ticket {
        self.originator.notify(self.now, event, TimeTicks(4_200))
    }

    /// All datagrams that are to leave now; the system has taken each.
    pub(super) fn leave(&mut self) -> Vec<Left> {
        let mut all = Vec::new();
        loop {
            let left = self.poll();
            if left.is_empty() {
                return all;
            }
            for trap in left.iter().filter(|one| one.is_trap) {
                self.originator.sent(self.now, trap.id);
            }
            all.extend(left);
        }
    }

    /// As [`leave`](Self::leave), for nobody to hear of.
    pub(super) fn poll(&mut self) -> Vec<Left> {
        let mut all = Vec::new();
        while let Some(errand) = self.originator.poll_errand() {
            match errand {
                Errand::Trap(trap) => {
                    all.push(Left { id: trap.id, to: trap.to, datagram: trap.datagram, is_trap: true });
                }
                Errand::Inform(inform) => match inform.begin(self.now, &mut self.engine) {
                    Ok(exchange) => {
                        self.informs.insert(exchange, inform.id);
                    }
                    Err(error) => self.originator.not_begun(self.now, inform.id, error),
                },
            }
        }
        while let Some(transmit) = self.engine.poll_transmit() {
            let (id, to) = (self.informs[&transmit.id], TransportAddress::Udp(transmit.to));
            all.push(Left { id, to, datagram: transmit.datagram.to_vec(), is_trap: false });
        }
        all
    }

    /// A datagram comes.
    pub(super) fn take(&mut self, from: &TransportAddress, datagram: &[u8]) -> Result<(), Dropped> {
        let from = from.ip().expect("receivers have IP addresses");
        let taken = self.engine.handle_datagram(self.now, from, datagram);
        self.collect();
        taken.map(drop)
    }

    fn collect(&mut self) {
        while let Some(exchange) = self.engine.poll_event() {
            let outcome = self.engine.take(exchange).expect("it has ended");
            let id = self.informs.remove(&exchange).expect("an inform");
            self.originator.ended(self.now, id, outcome);
        }
    }

    pub(super) fn acknowledge(&mut self, inform: &Left) {
        let response = inform.response();
        self.take(&inform.to, &response).expect("the acknowledgement");
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.engine.handle_timeout(self.now);
        self.collect();
    }

    /// The report of a ticket, which must be complete.
    pub(super) fn report(&mut self, ticket: Ticket) -> NotifyReport {
        self.find_report(ticket).unwrap_or_else(|| panic!("{ticket:?} is not complete"))
    }

    pub(super) fn find_report(&mut self, ticket: Ticket) -> Option<NotifyReport> {
        while let Some((done, report)) = self.originator.poll_report() {
            self.reports.insert(done.0, report);
        }
        self.reports.remove(&ticket.0)
    }
}

pub(super) fn moved() -> Event {
    Event::new(oid("1.3.6.1.4.1.9999.0.7")).varbinds([VarBind::new(oid("1.3.6.1.4.1.9999.1.1.0"), "attic")])
}

/// The notification that a PDU carries, and what kind of PDU it is.
pub(super) fn told(left: &Left) -> (PduKind, Oid) {
    let pdu = left.pdu();
    match &pdu.varbinds[1].value {
        Value::ObjectIdentifier(identity) => (pdu.header.kind, identity.clone()),
        other => panic!("snmpTrapOID.0 is {other:?}"),
    }
}
