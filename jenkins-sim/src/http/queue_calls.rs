//! `/queue`: what can be asked of it and done with its items.

use super::{
    Face,
    permission::Permission,
    reply::{self, Refusal},
    request::Call,
};
use crate::Jenkins;
use bytes::Bytes;
use footman_core::{id::QueueItemId, time::Timestamp};
use http::{Response, StatusCode};

impl Face {
    /// What is asked of `/queue/…`.
    pub(super) fn queue_call(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        rest: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        match rest {
            ["api", form] => self.polled(jenkins, call, form, "queue", |look, object| look.queue(object)),
            ["item", id, "api", form] => {
                let id = QueueItemId(id.parse().map_err(|_| Refusal::NOT_FOUND)?);
                let look = self.look(jenkins, call);
                if !look.sees_jobs {
                    return Err(Refusal::NOT_FOUND);
                }
                let (waiting, left) = (look.queued(id), jenkins.left_item(id));
                if let Some(slot) = waiting {
                    return self
                        .api(jenkins, call, form, "item", |look, object| look.waiting_item(object, slot));
                }
                let left = left.ok_or(Refusal::NOT_FOUND)?;
                self.api(jenkins, call, form, "leftItem", |look, object| look.left_item(object, left))
            }
            ["cancelItem"] => call.post(|| {
                let id = call.param("id").and_then(|id| id.parse().ok());
                let id = QueueItemId(id.ok_or(Refusal::Oops(StatusCode::NOT_FOUND))?);
                if !call.who.may(Permission::ItemCancel) && jenkins.item(id).is_some() {
                    return Err(Refusal::Oops(StatusCode::UNPROCESSABLE_ENTITY));
                }
                match jenkins.cancel(now, id) {
                    Ok(()) => Ok(reply::done(StatusCode::NO_CONTENT)),
                    Err(error) => Err(error
                        .status()
                        .and_then(|status| StatusCode::from_u16(status).ok())
                        .map_or(Refusal::Silent, Refusal::Oops)),
                }
            }),
            _ => Err(Refusal::NOT_FOUND),
        }
    }
}
