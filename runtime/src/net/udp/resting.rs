//! A socket that nothing waits for while its reader rests.
//!
//! Whoever waits for a socket is woken by each datagram, also where nobody wants to read yet: most of what a storm of small
//! datagrams costs. So the socket is taken out of the runtime's sight while reading rests, is read without being asked for
//! first after that, and is waited for only when nothing is there.

use super::{Kind, Udp, batch};
use crate::net::{Inbox, Outbox, Transport, TransportAddress};
use socket2::SockRef;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::net::UdpSocket;

/// A socket of a listener whose reading rests at times.
#[derive(Debug)]
pub(crate) struct Resting {
    local: TransportAddress,
    place: Mutex<Place>,
}

#[derive(Debug)]
enum Place {
    /// It is waited for.
    Watched(Udp),
    /// It is not.
    Alone(std::net::UdpSocket, Kind),
    /// The system has not let it be waited for any more.
    Gone,
}

impl Resting {
    /// As [`Udp::listen`].
    pub(crate) fn listen(address: SocketAddr, buffer: usize) -> io::Result<Self> {
        let udp = Udp::listen(address, buffer)?;
        Ok(Self { local: udp.local.clone(), place: Mutex::new(Place::Watched(udp)) })
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has it watched, and does something with it.
    fn watched<T>(
        &self,
        place: &mut Place,
        with: impl FnOnce(&Udp) -> T,
        gone: impl FnOnce(io::Error) -> T,
    ) -> T {
        if let Place::Alone(..) = place
            && let Place::Alone(socket, kind) = std::mem::replace(place, Place::Gone)
        {
            match UdpSocket::from_std(socket) {
                Ok(socket) => {
                    let (local, senders) = (self.local.clone(), Arc::default());
                    *place = Place::Watched(Udp { socket, local, kind, senders });
                }
                Err(error) => return gone(error),
            }
        }
        match place {
            Place::Watched(udp) => with(udp),
            Place::Alone(..) | Place::Gone => gone(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Transport for Resting {
    fn local_address(&self) -> Option<&TransportAddress> {
        Some(&self.local)
    }

    fn receive_buffer(&self) -> Option<usize> {
        match &*self.place() {
            Place::Watched(udp) => udp.receive_buffer(),
            Place::Alone(socket, _) => SockRef::from(socket).recv_buffer_size().ok(),
            Place::Gone => None,
        }
    }

    fn count_drops(&self, drops: &mut crate::net::Drops) {
        if let Place::Watched(udp) = &*self.place() {
            udp.count_drops(drops);
        }
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        let mut place = self.place();
        if let Place::Alone(socket, kind) = &*place {
            match batch::receive_at_once(socket.as_raw_fd(), kind, inbox) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
        self.watched(&mut place, |udp| udp.poll_receive(cx, inbox), |error| Poll::Ready(Err(error)))
    }

    fn rest(&self) {
        let mut place = self.place();
        if let Place::Watched(_) = &*place
            && let Place::Watched(Udp { socket, kind, .. }) = std::mem::replace(&mut *place, Place::Gone)
            && let Ok(socket) = socket.into_std()
        {
            *place = Place::Alone(socket, kind);
        }
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        self.watched(&mut self.place(), |udp| udp.try_send(outbox), Err)
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched(&mut self.place(), |udp| udp.poll_send_ready(cx), |error| Poll::Ready(Err(error)))
    }
}
