//! Running the master agent: connections of sub-agents.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use mibc_runtime::logs;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::conduit::Conduit;
use super::listener::{Listener, Peer};
use super::shared::{Connection, Shared, lock};
use crate::pdu::{CloseReason, DecodeError, Envelope, Frames, Header, Kind, Pdu, Status};
use crate::stream::Stream;

/// How many connections there may be.
const MAX_CONNECTIONS: usize = 256;

/// So many PDUs that cannot be read end a connection.
const MAX_PARSE_ERRORS: u32 = 8;

/// How long sub-agents may take to read the last words.
const GOODBYE: Duration = Duration::from_millis(200);

/// What the system says when the other side has gone.
const GONE: [io::ErrorKind; 3] =
    [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];

/// How long nobody is accepted when the system cannot give a connection.
const PAUSE: Duration = Duration::from_millis(100);

impl Shared {
    /// Takes connections and has their sessions, until it is told to stop.
    pub(super) async fn run(self: &Arc<Self>, listeners: &[Listener]) {
        let mut stop = self.stop.subscribe();
        let mut connections = JoinSet::new();
        loop {
            let accepted = {
                let mut stopped = pin!(stop.wait_for(|stopped| *stopped));
                std::future::poll_fn(|cx| {
                    if stopped.as_mut().poll(cx).is_ready() {
                        return Poll::Ready(None);
                    }
                    for listener in listeners {
                        if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                            return Poll::Ready(Some(accepted));
                        }
                    }
                    Poll::Pending
                })
                .await
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                None => break,
                Some(Ok(_)) if connections.len() >= MAX_CONNECTIONS => {
                    tracing::warn!(target: logs::AGENTX, connections = MAX_CONNECTIONS, "a sub-agent is refused: too many are connected");
                }
                Some(Ok((stream, peer))) => {
                    let shared = Arc::clone(self);
                    connections.spawn(async move { shared.serve(stream, peer).await });
                }
                Some(Err(error)) => {
                    tracing::warn!(target: logs::AGENTX, %error, "a sub-agent cannot connect");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        // They have been told to stop, too.
        while connections.join_next().await.is_some() {}
    }

    async fn serve(self: Arc<Self>, stream: Stream, peer: Peer) {
        let conduit = Arc::new(Conduit::new(stream));
        let number = {
            let opened = self.agent.up_time();
            let mut connections = lock(&self.connections);
            connections.last = connections.last.wrapping_add(1).max(1);
            let number = connections.last;
            let row = Connection { opened, domain: peer.domain, address: peer.address };
            connections.rows.insert(number, row);
            connections.changed = opened;
            number
        };
        let end = self.work(number, &conduit).await;
        match end {
            Ok(()) => {
                for session in self.sessions_of(number) {
                    self.close(session, CloseReason::Shutdown);
                }
                let _ = timeout(GOODBYE, async {
                    while conduit.flush().unwrap_or(false) {
                        let _ = conduit.stream.writable().await;
                    }
                })
                .await;
            }
            Err(error) if GONE.contains(&error.kind()) => {
                tracing::info!(target: logs::AGENTX, connection = number, "a sub-agent has disconnected");
            }
            Err(error) => {
                tracing::warn!(target: logs::AGENTX, connection = number, %error, "the connection of a sub-agent ends")
            }
        }
        // A6: all at once.
        self.lost(number);
    }

    /// Until it is told to stop.
    async fn work(self: &Arc<Self>, number: u32, conduit: &Arc<Conduit>) -> io::Result<()> {
        let mut frames = Frames::new();
        let mut errors = 0;
        let mut stop = self.stop.subscribe();
        loop {
            let (has_out, has_room) = (conduit.has_out(), conduit.has_room());
            let readable = {
                let mut stopped = pin!(stop.wait_for(|stopped| *stopped));
                let mut readable = pin!(conduit.stream.readable());
                let mut writable = pin!(conduit.stream.writable());
                let mut woken = pin!(conduit.wake.notified());
                std::future::poll_fn(|cx| {
                    if stopped.as_mut().poll(cx).is_ready() {
                        return Poll::Ready(Ok(None));
                    }
                    if has_out && let Poll::Ready(result) = writable.as_mut().poll(cx) {
                        return Poll::Ready(result.map(|()| Some(false)));
                    }
                    if has_room && let Poll::Ready(result) = readable.as_mut().poll(cx) {
                        return Poll::Ready(result.map(|()| Some(true)));
                    }
                    woken.as_mut().poll(cx).map(|()| Ok(Some(false)))
                })
                .await?
            };
            match readable {
                None => return Ok(()),
                Some(false) => {
                    conduit.flush()?;
                }
                Some(true) => {
                    if !conduit.stream.read(|octets| frames.push(octets))? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.take(number, conduit, &mut frames, &mut errors)?;
                }
            }
        }
    }

    /// Takes the PDUs that are there.
    fn take(
        self: &Arc<Self>,
        number: u32,
        conduit: &Arc<Conduit>,
        frames: &mut Frames,
        errors: &mut u32,
    ) -> io::Result<()> {
        loop {
            let (header, payload) = match frames.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(error) => {
                    // A1: what comes behind it cannot be read.
                    self.refuse(conduit, envelope(&error.header), Status::PARSE_ERROR);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
            };
            match Pdu::decode(&header, payload) {
                Ok(pdu) => self.receive(number, conduit, pdu),
                Err(error) => {
                    self.malformed(number, conduit, &header, &error);
                    *errors += 1;
                    if *errors >= MAX_PARSE_ERRORS {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "too many PDUs cannot be read",
                        ));
                    }
                }
            }
        }
    }

    /// An answer that cannot be read ends its session; anything else is told (RFC 2741 §7.1).
    fn malformed(
        self: &Arc<Self>,
        number: u32,
        conduit: &Arc<Conduit>,
        header: &Header,
        error: &DecodeError,
    ) {
        tracing::warn!(target: logs::AGENTX, connection = number, %error, "a sub-agent sends what cannot be read");
        match error.kind {
            Some(Kind::Response) if self.sessions_of(number).contains(&header.session_id) => {
                self.close(header.session_id, CloseReason::ParseError);
            }
            Some(Kind::Response) => {}
            _ => self.refuse(conduit, envelope(header), Status::PARSE_ERROR),
        }
    }
}

fn envelope(header: &Header) -> Envelope {
    Envelope {
        order: header.order(),
        session_id: header.session_id,
        transaction_id: header.transaction_id,
        packet_id: header.packet_id,
    }
}
