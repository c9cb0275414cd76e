//! The loop for servers whose time passes only when somebody says so.
//!
//! One thing happens after the other: an action is carried out when the one before it is answered, and time passes, to the
//! next thing that the daemon has to do, when nothing is under way. What is due on the servers in between happens there in
//! its order and without it. A run is therefore the same each time, and the same as that of the simulated world, whose
//! requests take no time then.

use super::{Hands, Machine, Need, Report};
use footman_core::Timestamp;
use std::{future::Future, time::Duration};

/// The servers' time.
pub trait Servers {
    /// What time it is, and when the next thing happens by itself.
    fn next(&self) -> impl Future<Output = (Timestamp, Option<Timestamp>)> + Send;

    /// Lets everything happen that is due until `to`.
    fn advance(&self, to: Timestamp) -> impl Future<Output = ()> + Send;
}

/// Drives `machine` until `ended` says so, which is asked whenever nothing is left to do at the present instant; says what
/// time it is then.
pub async fn lockstep<H: Hands>(
    machine: &mut Machine,
    hands: &H,
    servers: &impl Servers,
    report: &mut impl Report,
    mut ended: impl AsyncFnMut(Timestamp, &Machine) -> bool,
) -> Timestamp {
    loop {
        let (now, theirs) = servers.next().await;
        turn(machine, hands, now, report).await;
        if machine.core().gave_way() || ended(now, machine).await {
            return now;
        }
        let Some(next) = machine.due().map(|(at, _)| at).or(theirs) else { return now };
        // Something that both sides expect at this very instant came of what was just done.
        servers.advance(next.max(now)).await;
    }
}

/// Does everything that is due at `now`, and what follows from it.
async fn turn<H: Hands>(machine: &mut Machine, hands: &H, now: Timestamp, report: &mut impl Report) {
    loop {
        while let Some((id, action)) = machine.next_action() {
            let outcome = hands.act(action.clone()).await;
            report.acted(&action, &outcome, Duration::ZERO);
            machine.replied(now, id, outcome);
        }
        while let Some(decision) = machine.next_decision() {
            report.decided(&decision);
        }
        match machine.begin(now) {
            Some(Need::Poll) => {
                let listing = hands.poll(now).await;
                report.polled(now, listing.as_ref(), Duration::ZERO);
                machine.polled(now, listing);
            }
            Some(Need::Look) => {
                let listing = hands.look().await;
                report.looked(now, &listing, Duration::ZERO);
                machine.looked(now, listing);
            }
            Some(Need::Timeout) => machine.handle_timeout(now),
            None => return report.turned(now, machine),
        }
    }
}
