//! What time it is, for the driver.

use footman_core::{Millis, Timestamp};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The time of the wall when it was started, and from then on a time that never goes back, whatever happens to the machine's.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    origin: Timestamp,
    started: Instant,
}

impl WallClock {
    /// Starts at what the machine takes for the time.
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::start_at(Timestamp::EPOCH + millis(since_epoch))
    }

    /// Starts at `origin`.
    pub fn start_at(origin: Timestamp) -> Self {
        Self { origin, started: Instant::now() }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.origin + millis(self.started.elapsed())
    }

    /// Waits until `at`.
    pub async fn sleep_until(&self, at: Timestamp) {
        let after = Duration::from_millis(at.since(self.origin).as_millis());
        if let Some(instant) = self.started.checked_add(after) {
            tokio::time::sleep_until(instant).await;
        } else {
            std::future::pending().await
        }
    }
}

fn millis(duration: Duration) -> Millis {
    Millis::new(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
