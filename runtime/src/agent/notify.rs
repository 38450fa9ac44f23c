//! Notifications out: traps and informs (RFC 3413 §3.3, RFC 3416 §4.2.6 and §4.2.7).

use std::sync::Arc;

use super::agent::Agent;
use super::sink::Sink;
use crate::oid::Oid;
use crate::originator::{Event, NotifyError, NotifyReport, OriginatorCounters, Targets};
use crate::typed::Notification;
use crate::value::{TimeTicks, Value};

const SYS_UP_TIME_0: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];

/// Sending notifications.
///
/// A notification goes to all receivers at the same time, and none of them delays another. It goes on its way also where
/// the future is dropped. Each receiver gets it if its filter lets it pass, and if its notify view shows the notification
/// and every variable of it.
///
/// sysUpTime.0 is what the agent serves under this name, else the time since it was made.
impl Agent {
    /// Sends a notification to every sink of the agent, and whoever else its [targets](Self::targets) select; informs
    /// wait for the acknowledgement.
    ///
    /// # Errors
    ///
    /// The first of what went wrong; the other receivers have got the notification all the same.
    /// [`notify_each`](Self::notify_each) tells of all.
    pub async fn notify<N: Notification>(&self, notification: N) -> Result<(), NotifyError> {
        self.notify_each(notification).await?.into_result()
    }

    /// Sends a notification to every receiver, and tells what became of it at each.
    ///
    /// # Errors
    ///
    /// It is not one: an instance in it has no name.
    pub async fn notify_each<N: Notification>(&self, notification: N) -> Result<NotifyReport, NotifyError> {
        Ok(self.notify_event(&Event::of(&notification)?).await)
    }

    /// As [`notify_each`](Self::notify_each), for a notification that no type stands for, or one of another context.
    pub async fn notify_event(&self, event: &Event) -> NotifyReport {
        let up_time = self.up_time();
        self.shared.outgoing.report(|originator, now| originator.notify(now, event, up_time)).await
    }

    /// Sends a notification to every receiver, and does not wait for what becomes of it: that is counted and logged.
    /// [`notifications_settled`](Self::notifications_settled) waits for all; what has not left when the last handle of the
    /// agent is dropped is lost.
    ///
    /// # Errors
    ///
    /// It is not one: an instance in it has no name.
    pub fn notify_queued<N: Notification>(&self, notification: N) -> Result<(), NotifyError> {
        self.queue_event(&Event::of(&notification)?);
        Ok(())
    }

    /// As [`notify_queued`](Self::notify_queued), for a notification that no type stands for, or one of another context.
    pub fn queue_event(&self, event: &Event) {
        let up_time = self.up_time();
        self.shared.outgoing.post(|originator, now| originator.post(now, event, up_time));
    }

    /// Sends a notification to one receiver, whatever the [targets](Self::targets) say.
    ///
    /// It may see every notification, unless the agent's access control has an entry for its user: then the notify view
    /// of that decides. An application's own access control always decides; it knows a receiver with a community by the
    /// security name `sink`.
    ///
    /// # Errors
    ///
    /// It could not be written or sent, or an inform was not acknowledged.
    pub async fn notify_to<N: Notification>(&self, sink: &Sink, notification: N) -> Result<(), NotifyError> {
        self.notify_event_to(sink, &Event::of(&notification)?).await
    }

    /// As [`notify_to`](Self::notify_to), for a notification that no type stands for, or one of another context.
    ///
    /// # Errors
    ///
    /// As [`notify_to`](Self::notify_to).
    pub async fn notify_event_to(&self, sink: &Sink, event: &Event) -> Result<(), NotifyError> {
        let (receiver, up_time) = (sink.receiver()?, self.up_time());
        let report = self
            .shared
            .outgoing
            .report(|originator, now| originator.notify_to(now, receiver, event, up_time))
            .await;
        report.into_result()
    }

    /// Waits until no notification is on its way any more: all traps have left, all informs are acknowledged or given up.
    pub async fn notifications_settled(&self) {
        self.shared.outgoing.settled().await;
    }

    /// Who gets notifications, as the tables of SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB and SNMP-COMMUNITY-MIB; they can
    /// be changed at any time.
    #[must_use]
    pub fn targets(&self) -> &Arc<Targets> {
        &self.shared.targets
    }

    /// What became of notifications so far.
    #[must_use]
    pub fn notification_counters(&self) -> &Arc<OriginatorCounters> {
        self.shared.outgoing.counters()
    }

    /// sysUpTime.0: what the agent serves under this name, else the time since it was made.
    #[must_use]
    pub fn up_time(&self) -> TimeTicks {
        let served = Oid::from_arcs(&SYS_UP_TIME_0).map(|name| self.shared.responder.read(name.as_ref()));
        match served {
            Ok(Ok(Value::TimeTicks(ticks))) => ticks,
            // Wraps after 497 days, as sysUpTime does.
            _ => TimeTicks((self.shared.started.elapsed().as_millis() / 10) as u32),
        }
    }
}
