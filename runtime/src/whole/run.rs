//! The task that takes in what comes to an entity.

use std::sync::Arc;
use std::time::Instant;

use super::entity::{Roles, Shared};
use crate::agent::Desk;
use crate::dispatcher::{Arrival, Dispatched, Dispatcher};
use crate::engine::Dropped;
use crate::entity::Retrieval;
use crate::manager::Received;
use crate::message::Decoder;
use crate::net::{Intake, Origin, Outbox};
use crate::security::Buffers;

/// Runs until it is aborted, or a socket is broken.
pub(super) async fn receive(shared: Arc<Shared>, mut intake: Intake) {
    let mut buffers = Buffers::new(Decoder::for_all());
    let mut retrieval = Retrieval::default();
    let mut outbox = Outbox::default();
    let mut desk = Desk::default();
    loop {
        if let Err(error) = intake.receive().await {
            tracing::error!(target: crate::logs::TRANSPORT, %error, "an entity cannot receive any more");
            return;
        }
        desk.tidy();
        {
            // Not under the lock: a handler may make the entity something else.
            let mut roles = shared.take_roles();
            for (octets, origin) in intake.messages() {
                let message = Message { octets, origin, now: Instant::now() };
                take_in(
                    &shared,
                    &mut roles,
                    &intake,
                    &message,
                    (&mut buffers, &mut retrieval),
                    &mut outbox,
                    &mut desk,
                );
            }
            shared.put_back(roles);
        }
        shared.outlet.send(&mut outbox).await;
    }
}

struct Message<'m> {
    octets: &'m [u8],
    origin: &'m Origin,
    now: Instant,
}

fn take_in(
    shared: &Shared,
    roles: &mut Roles,
    intake: &Intake,
    message: &Message<'_>,
    (buffers, retrieval): (&mut Buffers, &mut Retrieval),
    outbox: &mut Outbox,
    desk: &mut Desk,
) {
    let Message { octets, origin, now } = *message;
    let link = shared.links.get(origin.transport()).and_then(Option::as_ref);
    let agent = roles.agent.as_ref().and_then(|role| role.agent());
    if roles.listener.as_mut().is_some_and(|role| role.has_ended()) {
        roles.listener = None;
    }
    let mut seat = roles.listener.as_ref().map(|role| role.reserve(octets));
    #[cfg(feature = "usm")]
    let limit = {
        let limits = [
            agent.as_ref().map(|agent| agent.max_message()),
            roles.listener.as_ref().map(|role| role.max_response()),
        ];
        limits.into_iter().flatten().min().unwrap_or(crate::ber::MAX_MESSAGE)
    };
    let has_room = seat.as_ref().is_some_and(Option::is_some);
    let mut dispatcher = Dispatcher {
        counters: &shared.counters,
        #[cfg(feature = "usm")]
        engine: Some(&*shared.engine),
        #[cfg(feature = "usm")]
        limit,
        responses: Received::new(link, origin, octets.len()),
        requests: agent.as_ref().map(|agent| agent.responder().answering(retrieval)),
        notifications: roles.listener.as_mut().map(|role| role.hearing(origin.peer(), has_room)),
    };
    let dispatched = dispatcher.dispatch(Arrival::new(now, octets).from(origin), buffers);
    if let Some(agent) = &agent {
        agent.note_failure(&dispatched, origin);
    }
    match dispatched {
        Ok(Dispatched::Response(())) => {}
        Ok(Dispatched::Report(_) | Dispatched::Request(None)) => reply(buffers, origin, outbox),
        Ok(Dispatched::Request(Some(transaction))) => {
            if let Some(agent) = agent {
                desk.wait(&agent, origin, transaction);
            }
        }
        Ok(Dispatched::Notification(done)) => {
            if done.replied {
                reply(buffers, origin, outbox);
            }
            if let (Some(mut notification), Some(Some(seat))) = (done.notification, seat.take()) {
                notification.destination = intake.destination(origin);
                seat.take(notification);
            }
        }
        Err(reason) => {
            if let (Dropped::NoRoom, Some(role)) = (reason, &roles.listener) {
                role.note_lost();
            }
            tracing::debug!(target: crate::logs::TRANSPORT, peer = %origin.peer(), %reason, "a message was dropped");
            if let Dropped::Malformed(_) = reason {
                shared.outlet.hang_up(origin);
            }
        }
    }
}

fn reply(buffers: &Buffers, origin: &Origin, outbox: &mut Outbox) {
    match buffers.writer.finish() {
        Ok(written) => outbox.push(origin.clone(), written),
        Err(error) => {
            tracing::debug!(target: crate::logs::TRANSPORT, peer = %origin.peer(), %error, "an answer does not fit")
        }
    }
}
