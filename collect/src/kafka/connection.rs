//! A connection to a broker: one request at a time.

use super::access::{Access, Login, Mechanism, host_and_port};
use super::error::{Error, words};
use super::request::{self, Kind, Versions};
use super::scram::Scram;
use crate::base64;
use bytes::Bytes;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;

/// Most octets of an answer. The longest ones list the partitions of a topic.
const LONGEST: usize = 16 << 20;

/// How long the connection itself may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// The first octets of an answer in TLS to what is none: an alert.
const ALERT: [u8; 2] = [0x15, 0x03];

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// A connection to a broker. After an error it is of no more use.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    broker: String,
    client: String,
    /// What was asked so far.
    asked: i32,
    versions: Versions,
    patience: Duration,
    /// Whether we have said who we are.
    known: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("broker", &self.broker).finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects to a broker, and says who we are.
    pub(super) async fn open(access: &Access, broker: &str) -> Result<Self, Error> {
        let limit = access.timeout;
        match timeout(limit, Self::opened(access, broker)).await {
            Ok(result) => result,
            Err(_) => Err(failed(broker)(format!("it takes longer than {limit:?}"))),
        }
    }

    async fn opened(access: &Access, broker: &str) -> Result<Self, Error> {
        let failed = failed(broker);
        let (host, port) = host_and_port(broker).map_err(&failed)?;
        let stream = match timeout(CONNECTING, TcpStream::connect((host, port))).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(failed(error.to_string())),
            Err(_) => return Err(failed(format!("nobody answers within {CONNECTING:?}"))),
        };
        // What is sent is whole requests.
        let _ = stream.set_nodelay(true);
        let stream: Box<dyn Stream> = match &access.tls {
            None => Box::new(stream),
            Some(config) => {
                let name =
                    ServerName::try_from(host.to_owned()).map_err(|error| failed(error.to_string()))?;
                let connected = TlsConnector::from(config.clone()).connect(name, stream).await;
                Box::new(connected.map_err(|error| {
                    failed(format!("TLS: {error}; has this port TLS, and is its certificate for {host}?"))
                })?)
            }
        };
        let mut connection = Self {
            stream,
            broker: broker.to_owned(),
            client: access.name.clone(),
            asked: 0,
            versions: Vec::new(),
            patience: access.timeout,
            known: access.login.is_some(),
        };
        connection.ask_versions(access.tls.is_some()).await?;
        if let Some(login) = &access.login {
            connection.log_in(login).await?;
        }
        Ok(connection)
    }

    pub(super) fn broker(&self) -> &str {
        &self.broker
    }

    /// Whether the broker has closed it meanwhile, as brokers do with what is idle.
    pub(super) fn is_closed(&mut self) -> bool {
        let mut octet = [0];
        let mut buffer = ReadBuf::new(&mut octet);
        let mut context = Context::from_waker(Waker::noop());
        // Nothing was asked, so nothing may come.
        !matches!(Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer), Poll::Pending)
    }

    async fn ask_versions(&mut self, tls: bool) -> Result<(), Error> {
        let answer = match self.exchange(request::API_VERSIONS, 0, &[]).await {
            Ok(answer) => answer,
            Err(error) if tls => return Err(self.away(request::API_VERSIONS, &error)),
            Err(error) => {
                let error = format!("{error}; does this port expect TLS (`tls = true`)?");
                return Err(self.away(request::API_VERSIONS, &error));
            }
        };
        match request::versions(answer) {
            Some((0, versions)) => self.versions = versions,
            Some((code, _)) => return Err(self.away(request::API_VERSIONS, &words(code, "").0)),
            None => return Err(self.away(request::API_VERSIONS, &"its answer is not Kafka's")),
        }
        Ok(())
    }

    async fn log_in(&mut self, login: &Login) -> Result<(), Error> {
        let mechanism = login.mechanism.name();
        let answer = self.ask(
            request::SASL_HANDSHAKE,
            |_| request::handshake(mechanism),
            |answer, _| request::mechanisms(answer),
        );
        let (code, mechanisms) = answer.await?;
        if code != 0 {
            return Err(self.stranger(format!(
                "it does not know {mechanism}, but {}: {}",
                mechanisms.join(", "),
                words(code, "").0
            )));
        }
        if login.mechanism == Mechanism::Plain {
            let said = zeroize::Zeroizing::new(format!("\0{}\0{}", login.user, login.password.as_str()));
            self.say(said.as_bytes()).await?;
            return Ok(());
        }
        let mut nonce = [0; 24];
        if ring::default_provider().secure_random.fill(&mut nonce).is_err() {
            return Err(self.stranger("the system gives no random numbers".to_owned()));
        }
        let (mut scram, first) = Scram::begin(login.mechanism, &login.user, base64::encode(&nonce));
        let answer = self.say(first.as_bytes()).await?;
        let last = scram
            .prove(&String::from_utf8_lossy(&answer), &login.password)
            .map_err(|error| self.stranger(format!("{mechanism}: {error}")))?;
        let answer = self.say(last.as_bytes()).await?;
        scram
            .check(&String::from_utf8_lossy(&answer))
            .map_err(|error| self.stranger(format!("{mechanism}: {error}")))
    }

    /// One step of a mechanism of SASL.
    async fn say(&mut self, octets: &[u8]) -> Result<Bytes, Error> {
        let (code, said, answer) = self
            .ask(
                request::SASL_AUTHENTICATE,
                |_| request::authenticate(octets),
                |answer, _| request::authenticated(answer),
            )
            .await?;
        match code {
            0 => Ok(answer),
            code => Err(self.stranger(words(code, &said).0)),
        }
    }

    /// Asks something in the newest version that both sides speak, and waits for the answer.
    pub(super) async fn ask<T>(
        &mut self,
        kind: Kind,
        body: impl FnOnce(i16) -> Vec<u8>,
        read: impl FnOnce(Bytes, i16) -> Option<T>,
    ) -> Result<T, Error> {
        let Some(version) = kind.version(&self.versions) else {
            let theirs = self.versions.iter().find(|(number, _)| *number == kind.number);
            let theirs = theirs.map_or("nothing of it".to_owned(), |(_, theirs)| {
                format!("{} to {}", theirs.start(), theirs.end())
            });
            let error = format!("it speaks {theirs}; expected {}, as Kafka 0.11 and newer do", kind.ours());
            return Err(self.away(kind, &error));
        };
        let limit = self.patience;
        let body = body(version);
        let answer = match timeout(limit, self.exchange(kind, version, &body)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if !self.known => {
                return Err(self.away(kind, &format_args!("{error}; does it want `user` and `password`?")));
            }
            Ok(Err(error)) => return Err(self.away(kind, &error)),
            Err(_) => return Err(self.away(kind, &format_args!("nothing within {limit:?}"))),
        };
        read(answer, version).ok_or_else(|| self.away(kind, &"its answer ends too early"))
    }

    async fn exchange(&mut self, kind: Kind, version: i16, body: &[u8]) -> io::Result<Bytes> {
        self.asked = self.asked.wrapping_add(1);
        let head = request::head(kind, version, self.asked, &self.client);
        let octets = head.len() + body.len();
        let length =
            i32::try_from(octets).map_err(|_| io::Error::other("the request is longer than 2 GiB"))?;
        let mut request = Vec::with_capacity(4 + octets);
        request.extend_from_slice(&length.to_be_bytes());
        request.extend_from_slice(head.as_slice());
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        self.stream.flush().await?;
        let mut first = [0; 8];
        self.stream.read_exact(&mut first[..4]).await.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::other("it has closed the connection"),
            _ => error,
        })?;
        let [a, b, c, d, ..] = first;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if [a, b] == ALERT {
            return Err(io::Error::other("its answer is TLS"));
        }
        if !(4..=LONGEST).contains(&length) {
            return Err(io::Error::other(format!(
                "its answer is not Kafka's, or has {length} octets; the limit is {LONGEST}"
            )));
        }
        self.stream.read_exact(&mut first[4..]).await?;
        let [.., a, b, c, d] = first;
        let number = i32::from_be_bytes([a, b, c, d]);
        if number != self.asked {
            return Err(io::Error::other(format!(
                "it answers request {number}; expected an answer to {}",
                self.asked
            )));
        }
        // What comes is read as it comes: a length that is a lie costs nothing.
        let mut answer = Vec::with_capacity((length - 4).min(64 << 10));
        (&mut self.stream).take(length as u64 - 4).read_to_end(&mut answer).await?;
        if answer.len() < length - 4 {
            return Err(io::Error::other("it has closed the connection"));
        }
        Ok(answer.into())
    }

    fn away(&self, what: Kind, reason: &dyn fmt::Display) -> Error {
        Error::Away { broker: self.broker.clone(), what: what.name, reason: reason.to_string() }
    }

    fn stranger(&self, reason: String) -> Error {
        Error::Login { broker: self.broker.clone(), reason }
    }
}

fn failed(broker: &str) -> impl Fn(String) -> Error {
    move |reason| Error::Connect { broker: broker.to_owned(), reason }
}
