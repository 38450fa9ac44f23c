//! Writes to a topic.

use super::access::{Access, Compression};
use super::connection::Connection;
use super::error::{Error, words};
use super::message::Message;
use super::{partition, records, request};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::task::JoinSet;

/// Octets of records that a batch for a partition has at most, unless it is one record: what brokers take unless they are
/// told otherwise is 1 MiB, with what is around the records.
const BATCH: usize = 900_000;

/// How long it is believed who has which partition. There may be new ones, which take keys of the old ones.
const FRESH: Duration = Duration::from_secs(300);

/// Writes to a topic. What has the same key goes to the same partition, in this order.
#[derive(Debug)]
pub struct Producer {
    access: Arc<Access>,
    topic: String,
    compression: Compression,
    cluster: Option<Cluster>,
    connections: HashMap<i32, Connection>,
    /// Batches so far.
    turn: usize,
}

/// Who has which partition.
#[derive(Debug)]
struct Cluster {
    brokers: HashMap<i32, String>,
    /// Partitions by number, each with its leader.
    partitions: Vec<(i32, i32)>,
    read: Instant,
}

/// What a broker has said of partitions, and the connection if it is still of use.
type Answered = (i32, Option<Connection>, Result<Vec<(i32, i16, String)>, Error>);

impl Producer {
    /// Connects when there is something to write.
    pub fn new(access: Access, topic: impl Into<String>, compression: Compression) -> Self {
        Self {
            access: Arc::new(access),
            topic: topic.into(),
            compression,
            cluster: None,
            connections: HashMap::new(),
            turn: 0,
        }
    }

    /// Writes messages, and says of each what became of it: it is taken when all replicas in sync have it. A broker may have
    /// taken one although its answer is lost. Of messages of one partition, those behind one that failed have failed too.
    pub async fn write(&mut self, messages: &[Message]) -> Vec<Result<(), Error>> {
        let mut outcomes: Vec<Option<Result<(), Error>>> = vec![None; messages.len()];
        if let Err(error) = self.look().await {
            return vec![Err(error); messages.len()];
        }
        let mut waiting = self.by_partition(messages);
        while !waiting.is_empty() {
            let mut round: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
            for (partition, places) in &mut waiting {
                round.insert(*partition, chunk(places, messages));
            }
            for (partition, outcome) in self.send(&round, messages).await {
                let failed = outcome.is_err();
                for place in round.get(&partition).into_iter().flatten() {
                    outcomes[*place] = Some(outcome.clone());
                }
                if failed {
                    // Nothing may overtake what has failed.
                    for place in waiting.remove(&partition).unwrap_or_default() {
                        outcomes[place] = Some(outcome.clone());
                    }
                }
            }
            waiting.retain(|_, places| !places.is_empty());
        }
        let outcomes: Vec<Result<(), Error>> = outcomes
            .into_iter()
            .map(|outcome| {
                outcome.unwrap_or_else(|| Err(Error::Nobody("it has said nothing of a partition".to_owned())))
            })
            .collect();
        if outcomes.iter().flat_map(|outcome| outcome.as_ref().err()).any(|error| !error.is_refused()) {
            // Whoever leads now is asked for.
            self.cluster = None;
        }
        outcomes
    }

    /// Which messages go to which partition, in order.
    fn by_partition(&mut self, messages: &[Message]) -> BTreeMap<i32, VecDeque<usize>> {
        let numbers: Vec<i32> =
            self.cluster.iter().flat_map(|cluster| &cluster.partitions).map(|(number, _)| *number).collect();
        self.turn = self.turn.wrapping_add(1);
        let mut by: BTreeMap<i32, VecDeque<usize>> = BTreeMap::new();
        for (place, message) in messages.iter().enumerate() {
            let number = match message.key.is_empty() {
                true => self.turn % numbers.len().max(1),
                false => partition::of_key(message.key.as_bytes(), numbers.len()),
            };
            by.entry(numbers.get(number).copied().unwrap_or(0)).or_default().push_back(place);
        }
        by
    }

    /// Sends a batch for each partition, to all leaders at the same time.
    async fn send(
        &mut self,
        round: &BTreeMap<i32, Vec<usize>>,
        messages: &[Message],
    ) -> Vec<(i32, Result<(), Error>)> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let mut outcomes = Vec::with_capacity(round.len());
        let mut by_leader: BTreeMap<i32, Vec<(i32, Vec<u8>)>> = BTreeMap::new();
        for (partition, places) in round {
            let leader = self.cluster.iter().flat_map(|cluster| &cluster.partitions);
            let leader =
                leader.clone().find(|(number, _)| number == partition).map_or(-1, |(_, leader)| *leader);
            let known = self.cluster.as_ref().is_some_and(|cluster| cluster.brokers.contains_key(&leader));
            if !known {
                let error = Error::Leaderless { topic: self.topic.clone(), partition: *partition };
                outcomes.push((*partition, Err(error)));
                continue;
            }
            let batch = records::batch(places.iter().map(|place| &messages[*place]), time, self.compression);
            by_leader.entry(leader).or_default().push((*partition, batch));
        }
        let mut sending: JoinSet<Answered> = JoinSet::new();
        let mut asked: HashMap<i32, (String, Vec<i32>)> = HashMap::new();
        for (leader, batches) in by_leader {
            let broker = self
                .cluster
                .as_ref()
                .and_then(|cluster| cluster.brokers.get(&leader))
                .cloned()
                .unwrap_or_default();
            let partitions = batches.iter().map(|(partition, _)| *partition).collect();
            asked.insert(leader, (broker.clone(), partitions));
            let kept = self.connections.remove(&leader).filter(|kept| kept.broker() == broker);
            let (access, topic) = (Arc::clone(&self.access), self.topic.clone());
            sending.spawn(async move { to_leader(&access, leader, &broker, kept, &topic, &batches).await });
        }
        while let Some(answered) = sending.join_next().await {
            let Ok((leader, connection, answer)) = answered else { continue };
            if let Some(connection) = connection {
                self.connections.insert(leader, connection);
            }
            let Some((broker, partitions)) = asked.remove(&leader) else { continue };
            for partition in partitions {
                let said = match &answer {
                    Err(error) => Err(error.clone()),
                    Ok(said) => said.iter().find(|(number, ..)| *number == partition).map_or_else(
                        || {
                            Err(Error::Away {
                                broker: broker.clone(),
                                what: request::PRODUCE.name,
                                reason: format!("it says nothing of partition {partition}"),
                            })
                        },
                        |(_, code, said)| self.taken(partition, &broker, *code, said),
                    ),
                };
                outcomes.push((partition, said));
            }
        }
        outcomes
    }

    fn taken(&self, partition: i32, broker: &str, code: i16, said: &str) -> Result<(), Error> {
        if code == 0 {
            return Ok(());
        }
        let (reason, refused) = words(code, said);
        Err(Error::Partition {
            topic: self.topic.clone(),
            partition,
            broker: broker.to_owned(),
            reason,
            refused,
        })
    }

    /// Finds out who has which partition, unless that is known.
    async fn look(&mut self) -> Result<(), Error> {
        if self.cluster.as_ref().is_some_and(|cluster| cluster.read.elapsed() < FRESH) {
            return Ok(());
        }
        // Those that were named, and those that they have told of.
        let mut brokers = self.access.brokers.clone();
        let told: Vec<String> =
            self.connections.values().map(|connection| connection.broker().to_owned()).collect();
        brokers.extend(told.into_iter().filter(|told| !self.access.brokers.contains(told)));
        let mut last = Vec::new();
        for broker in brokers {
            match self.asked(&broker).await {
                Ok(cluster) => {
                    self.connections.retain(|leader, _| cluster.brokers.contains_key(leader));
                    self.cluster = Some(cluster);
                    return Ok(());
                }
                // All brokers know the same of a topic.
                Err(error @ Error::Topic { .. }) => return Err(error),
                Err(error) => last.push(error),
            }
        }
        match last.len() {
            1 => Err(last.remove(0)),
            _ => {
                let all: Vec<String> = last.iter().map(Error::to_string).collect();
                Err(Error::Nobody(all.join("; ")))
            }
        }
    }

    async fn asked(&self, broker: &str) -> Result<Cluster, Error> {
        let mut connection = Connection::open(&self.access, broker).await?;
        let topic = &self.topic;
        let found = connection
            .ask(request::METADATA, |version| request::who_has(topic, version), request::metadata)
            .await?;
        let wrong = |reason| Error::Topic { topic: topic.clone(), broker: broker.to_owned(), reason };
        if found.error != 0 {
            return Err(wrong(words(found.error, "").0));
        }
        if found.partitions.is_empty() {
            return Err(wrong("it has no partitions".to_owned()));
        }
        let mut partitions = found.partitions;
        partitions.sort_unstable();
        Ok(Cluster { brokers: found.brokers.into_iter().collect(), partitions, read: Instant::now() })
    }
}

/// What is sent next of what waits for a partition.
fn chunk(places: &mut VecDeque<usize>, messages: &[Message]) -> Vec<usize> {
    let (mut taken, mut octets) = (Vec::new(), 0);
    while let Some(place) = places.front() {
        octets += messages[*place].octets();
        if octets > BATCH && !taken.is_empty() {
            break;
        }
        taken.push(*place);
        places.pop_front();
    }
    taken
}

/// Sends batches to their leader, over the connection that was kept if that is still there.
async fn to_leader(
    access: &Access,
    leader: i32,
    broker: &str,
    kept: Option<Connection>,
    topic: &str,
    batches: &[(i32, Vec<u8>)],
) -> Answered {
    let kept = kept.and_then(|mut kept| (!kept.is_closed()).then_some(kept));
    let mut connection = match kept {
        Some(kept) => kept,
        None => match Connection::open(access, broker).await {
            Ok(connection) => connection,
            Err(Error::Connect { broker, reason }) => {
                let reason = format!(
                    "{reason} (that is the address that the cluster gives for broker {leader}: advertised.listeners)"
                );
                return (leader, None, Err(Error::Connect { broker, reason }));
            }
            Err(error) => return (leader, None, Err(error)),
        },
    };
    // The broker gives up first, and says so.
    let patience = i32::try_from((access.timeout / 2).as_millis()).unwrap_or(i32::MAX);
    let answer = connection
        .ask(request::PRODUCE, |_| request::produce(topic, batches, patience), request::produced)
        .await;
    let connection = answer.is_ok().then_some(connection);
    (leader, connection, answer)
}
