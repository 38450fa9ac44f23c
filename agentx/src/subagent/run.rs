//! Running a sub-agent: connections, one after the other.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use mibc_runtime::agent::Inquiry;
use mibc_runtime::engine::Random;
use mibc_runtime::logs;
use mibc_runtime::net::OsRandom;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, sleep_until, timeout};

use super::answer;
use super::session::Ended;
use super::sets::Sets;
use super::sub_agent::{Shared, SubAgent, now};
use crate::backoff::Backoff;
use crate::pdu::{Body, Envelope, Kind, Pdu, Status};
use crate::stream::Stream;

/// Requests that may wait for handlers at one time; further ones are answered with genErr.
const MAX_WAITING: usize = 1_024;

/// Octets that wait for a master agent that does not read. It is not read from meanwhile.
const MAX_OUT: usize = 4 << 20;

/// How long a master agent may take to read the last words.
const GOODBYE: Duration = Duration::from_millis(500);

/// How a connection has ended.
enum End {
    Stopped,
    Ended(Ended),
    Io(io::Error),
}

/// What a connection waits for.
enum News {
    Stop,
    Readable(io::Result<()>),
    Writable(io::Result<()>),
    Woken,
    Late(Vec<u8>),
    Timer,
}

/// A connection in use.
struct Connection<'c> {
    shared: &'c Shared,
    stream: Stream,
    out: Vec<u8>,
    inquiry: Inquiry,
    waiting: JoinSet<()>,
    late: UnboundedSender<Vec<u8>>,
    phases: Option<UnboundedSender<(Envelope, Body)>>,
}

impl SubAgent {
    /// Answers what the master agent asks, until [`stop`](Self::stop) is called, or the future is dropped. If the master agent goes
    /// away, it is connected to again, and all is registered anew. One call does the work; others wait, and take over when it is
    /// dropped.
    ///
    /// # Errors
    ///
    /// None at present: problems are logged, and the sub-agent tries again.
    pub async fn run(&self) -> io::Result<()> {
        let mut first = self.shared.first.lock().await;
        let mut next = first.take();
        let mut random = OsRandom::new();
        let (least, most) = self.shared.reconnect;
        let mut backoff = Backoff::new(least, most);
        let mut stop = self.shared.stop.subscribe();
        while !*stop.borrow() {
            let stream = match next.take() {
                Some(stream) => Ok(stream),
                None => Stream::connect(&self.shared.endpoint).await,
            };
            match stream {
                Ok(stream) => {
                    let end = self.shared.serve(stream, &mut backoff).await;
                    self.shared.core().disconnected();
                    self.shared.count();
                    match end {
                        End::Stopped => break,
                        End::Ended(reason) => {
                            tracing::warn!(target: logs::AGENTX, master = %self.shared.endpoint, %reason, "the session with the master agent has ended")
                        }
                        End::Io(error) => {
                            tracing::warn!(target: logs::AGENTX, master = %self.shared.endpoint, %error, "the master agent is gone");
                        }
                    }
                }
                Err(error) => {
                    tracing::debug!(target: logs::AGENTX, master = %self.shared.endpoint, %error, "no master agent")
                }
            }
            let wait = backoff.wait(random.next_u32());
            // The sender lives as long as the sub-agent.
            let _ = timeout(wait, stop.wait_for(|stopped| *stopped)).await;
        }
        self.shared.core().give_up();
        self.shared.count();
        Ok(())
    }

    /// Runs the sub-agent in a task of the current tokio runtime, until the handle is dropped or told to stop.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use = "the sub-agent stops when the handle is dropped"]
    pub fn spawn(&self) -> Running {
        let agent = self.clone();
        Running { agent: self.clone(), task: tokio::spawn(async move { agent.run().await }) }
    }

    /// Ends all [`run`](Self::run)s of this sub-agent, for good: it says good-bye to its master agent.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }
}

/// A sub-agent that runs in a task of its own; dropping this stops it.
#[derive(Debug)]
pub struct Running {
    agent: SubAgent,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Stops the sub-agent and waits until it has.
    ///
    /// # Errors
    ///
    /// As [`SubAgent::run`], or the panic of a handler.
    pub async fn stop(mut self) -> io::Result<()> {
        self.agent.stop();
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.agent.stop();
    }
}

impl Shared {
    /// Has a session over a connection, until one of both ends.
    async fn serve(&self, stream: Stream, backoff: &mut Backoff) -> End {
        let (late, mut answers) = unbounded_channel();
        let mut connection = Connection {
            shared: self,
            stream,
            out: Vec::new(),
            inquiry: Inquiry::new(),
            waiting: JoinSet::new(),
            late,
            phases: None,
        };
        self.core().connected(now());
        let end = connection.work(&mut answers, backoff).await;
        if matches!(end, End::Stopped) {
            self.core().close();
            self.core().take_out(&mut connection.out);
            let _ = timeout(GOODBYE, connection.flush()).await;
        }
        end
    }
}

impl Connection<'_> {
    async fn work(&mut self, answers: &mut UnboundedReceiver<Vec<u8>>, backoff: &mut Backoff) -> End {
        loop {
            self.shared.look_at_registry();
            {
                let mut core = self.shared.core();
                core.pump(now());
                core.take_out(&mut self.out);
                if core.is_open() {
                    backoff.reset();
                }
            }
            self.shared.count();
            if let Err(error) = self.stream.write(&mut self.out) {
                return End::Io(error);
            }
            let news = self.news(answers).await;
            while self.waiting.try_join_next().is_some() {}
            match news {
                News::Stop => return End::Stopped,
                News::Readable(Err(error)) | News::Writable(Err(error)) => return End::Io(error),
                News::Readable(Ok(())) => {
                    let core = &self.shared;
                    match self.stream.read(|octets| core.core().push(octets)) {
                        Ok(true) => {}
                        Ok(false) => return End::Io(io::ErrorKind::UnexpectedEof.into()),
                        Err(error) => return End::Io(error),
                    }
                    if let Err(ended) = self.requests() {
                        return End::Ended(ended);
                    }
                }
                News::Late(mut answer) => {
                    self.out.append(&mut answer);
                    while let Ok(mut answer) = answers.try_recv() {
                        self.out.append(&mut answer);
                    }
                }
                News::Writable(Ok(())) | News::Woken => {}
                News::Timer => {
                    if let Err(ended) = self.shared.core().tick(now()) {
                        return End::Ended(ended);
                    }
                }
            }
        }
    }

    /// Waits for something to do.
    async fn news(&mut self, answers: &mut UnboundedReceiver<Vec<u8>>) -> News {
        let Shared { stop, wake, .. } = self.shared;
        let mut stopping = stop.subscribe();
        let mut stopped = pin!(stopping.wait_for(|stopped| *stopped));
        let mut readable = pin!(self.stream.readable());
        let mut writable = pin!(self.stream.writable());
        let mut woken = pin!(wake.notified());
        let deadline = self.shared.core().deadline();
        let far = || now() + Duration::from_secs(3_600);
        let mut timer = pin!(sleep_until(deadline.unwrap_or_else(far).into()));
        let (has_out, reads) = (!self.out.is_empty(), self.out.len() < MAX_OUT);
        std::future::poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(News::Stop);
            }
            if reads && let Poll::Ready(result) = readable.as_mut().poll(cx) {
                return Poll::Ready(News::Readable(result));
            }
            if let Poll::Ready(Some(answer)) = answers.poll_recv(cx) {
                return Poll::Ready(News::Late(answer));
            }
            if has_out && let Poll::Ready(result) = writable.as_mut().poll(cx) {
                return Poll::Ready(News::Writable(result));
            }
            if woken.as_mut().poll(cx).is_ready() {
                return Poll::Ready(News::Woken);
            }
            if timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(News::Timer);
            }
            Poll::Pending
        })
        .await
    }

    /// Answers what has come.
    fn requests(&mut self) -> Result<(), Ended> {
        loop {
            let now: Instant = now();
            let request = self.shared.core().next_request(now)?;
            let Some(pdu) = request else { return Ok(()) };
            self.request(pdu);
        }
    }

    fn request(&mut self, pdu: Pdu) {
        let to = pdu.envelope();
        if !answer::begin(&self.shared.served, &mut self.inquiry, to, &pdu.body) {
            return self.phase(to, pdu.body);
        }
        if answer::write(&self.inquiry, to, &mut self.out) {
            return;
        }
        let inquiry = std::mem::take(&mut self.inquiry);
        if self.waiting.len() >= MAX_WAITING {
            tracing::debug!(target: logs::AGENTX, "too many requests wait for values");
            return answer::plain(Status(5), 0, to, &mut self.out);
        }
        let (late, deadline) = (self.late.clone(), self.shared.deadline);
        self.waiting.spawn(async move {
            let answer = answer::finish(inquiry, to, deadline).await;
            // The connection may be over.
            let _ = late.send(answer);
        });
    }

    /// Hands a phase of a SET to the one who does them.
    fn phase(&mut self, to: Envelope, body: Body) {
        let phases = self.phases.get_or_insert_with(|| {
            let (phases, receiver) = unbounded_channel();
            let sets = Sets::new(Arc::clone(&self.shared.served), self.shared.deadline);
            // It ends with the connection, and takes back what is half done.
            tokio::spawn(sets.run(receiver, self.late.clone()));
            phases
        });
        let kind = body.kind();
        if phases.send((to, body)).is_err() && kind != Kind::CleanupSet {
            answer::plain(Status(5), 0, to, &mut self.out);
        }
    }

    /// Sends all that is left.
    async fn flush(&mut self) -> io::Result<()> {
        while !self.out.is_empty() {
            self.stream.writable().await?;
            self.stream.write(&mut self.out)?;
            if !self.out.is_empty() {
                sleep(Duration::from_millis(1)).await;
            }
        }
        Ok(())
    }
}
