//! What can be wrong with Kafka.

use thiserror::Error;

/// What can be wrong with Kafka.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection to a broker.
    #[error("cannot connect to the broker {broker}: {reason}")]
    Connect {
        /// Where.
        broker: String,
        /// Why.
        reason: String,
    },
    /// No broker that was named is there.
    #[error("no broker of Kafka can be used: {0}")]
    Nobody(String),
    /// A broker breaks off, does not answer in time, or not in Kafka's protocol.
    #[error("the broker {broker} does not answer ({what}): {reason}")]
    Away {
        /// Where.
        broker: String,
        /// What was asked.
        what: &'static str,
        /// What came instead.
        reason: String,
    },
    /// A broker does not let us in.
    #[error("the broker {broker} refuses the login: {reason}")]
    Login {
        /// Where.
        broker: String,
        /// Why.
        reason: String,
    },
    /// A topic cannot be used.
    #[error("the topic `{topic}` cannot be used: {reason} (said by the broker {broker})")]
    Topic {
        /// Its name.
        topic: String,
        /// Who says so.
        broker: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A partition has not taken records.
    #[error("partition {partition} of topic `{topic}` takes nothing: {reason} (said by the broker {broker})")]
    Partition {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Who says so.
        broker: String,
        /// What is wrong, and what to do.
        reason: String,
        /// Whether that will never change for these records.
        refused: bool,
    },
    /// A partition has nobody who takes records.
    #[error(
        "partition {partition} of topic `{topic}` has no leader: all brokers that have it are away; look at them with kafka-topics.sh --describe"
    )]
    Leaderless {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
    },
}

impl Error {
    /// Whether the same records will never be taken.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Partition { refused: true, .. })
    }
}

/// What a number of Kafka's protocol says, what to do about it, and whether it is a refusal of the records themselves.
const CODES: [(i16, &str, &str, bool); 27] = [
    (-1, "UNKNOWN_SERVER_ERROR", "its log has more", false),
    (2, "CORRUPT_MESSAGE", "octets were damaged on the way", false),
    (
        3,
        "UNKNOWN_TOPIC_OR_PARTITION",
        "there is none, or we may not see it: create it, as in kafka-topics.sh --create --topic NAME --partitions 6, or allow the user to Describe and Write it",
        false,
    ),
    (5, "LEADER_NOT_AVAILABLE", "it has no leader at the moment", false),
    (6, "NOT_LEADER_OR_FOLLOWER", "it has moved to another broker, which is asked for", false),
    (7, "REQUEST_TIMED_OUT", "its replicas have not answered in time", false),
    (
        10,
        "MESSAGE_TOO_LARGE",
        "raise max.message.bytes of the topic, or set `compression = \"snappy\"`",
        true,
    ),
    (13, "NETWORK_EXCEPTION", "the connection broke", false),
    (17, "INVALID_TOPIC_EXCEPTION", "its name is not allowed there", false),
    (18, "RECORD_LIST_TOO_LARGE", "raise segment.bytes of the topic, or lower what is sent together", true),
    (19, "NOT_ENOUGH_REPLICAS", "fewer replicas are there than its min.insync.replicas", false),
    (20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "fewer replicas are there than its min.insync.replicas", false),
    (
        29,
        "TOPIC_AUTHORIZATION_FAILED",
        "allow the user to Describe and Write it, as in kafka-acls.sh --add --allow-principal User:NAME --producer --topic NAME",
        false,
    ),
    (31, "CLUSTER_AUTHORIZATION_FAILED", "allow the user to use the cluster", false),
    (
        32,
        "INVALID_TIMESTAMP",
        "compare the clocks: the topic limits how far a record may be from its time",
        false,
    ),
    (33, "UNSUPPORTED_SASL_MECHANISM", "set another `mechanism`", false),
    (34, "ILLEGAL_SASL_STATE", "it expects no password here", false),
    (35, "UNSUPPORTED_VERSION", "expected Kafka 0.11 or newer", false),
    (43, "UNSUPPORTED_FOR_MESSAGE_FORMAT", "its message.format.version is older than 0.11", false),
    (44, "POLICY_VIOLATION", "a policy of the cluster is against it", true),
    (56, "KAFKA_STORAGE_ERROR", "its disk has failed", false),
    (58, "SASL_AUTHENTICATION_FAILED", "compare user and password", false),
    (72, "LISTENER_NOT_FOUND", "its leader has no listener of this kind", false),
    (74, "FENCED_LEADER_EPOCH", "it has a new leader, which is asked for", false),
    (76, "UNSUPPORTED_COMPRESSION_TYPE", "set `compression = \"none\"`", false),
    (
        87,
        "INVALID_RECORD",
        "the topic does not take such records; one that is compacted takes none without a key",
        true,
    ),
    (89, "THROTTLING_QUOTA_EXCEEDED", "a quota is used up", false),
];

/// A number in words, with what the broker says of it, and whether it is a refusal.
pub(super) fn words(code: i16, said: &str) -> (String, bool) {
    let said = if said.is_empty() { String::new() } else { format!(" [{said}]") };
    match CODES.iter().find(|(known, ..)| *known == code) {
        Some((_, name, advice, refused)) => (format!("{advice} ({name}, {code}){said}"), *refused),
        None => (format!("error {code} of Kafka's protocol{said}"), false),
    }
}
