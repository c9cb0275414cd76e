//! How the small world behaves: how fast it is, what it loses, and how the core is told of it.

/// How the core is told what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Changes,
    Listings,
}

/// How the world behaves.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    pub(crate) view: View,
    pub(crate) seed: u64,
    /// The longest that an answer takes.
    pub(crate) answer_max_ms: u64,
    /// The longest that a task takes from one status to the next.
    pub(crate) start_max_ms: u64,
    /// How late ECS lists what was started or stopped.
    pub(crate) stale_ms: u64,
    /// In 1000: answers that are lost, though the action was done.
    pub(crate) lost: u64,
    /// In 1000: calls that are throttled.
    pub(crate) throttled: u64,
    /// In 1000: launches for which there is no room.
    pub(crate) no_room: u64,
    /// In 1000: tasks that stop before they run.
    pub(crate) dies: u64,
    /// How many tasks ECS has room for.
    pub(crate) capacity: usize,
    /// The template for whose tasks there is no room at all.
    pub(crate) full_for: Option<&'static str>,
    /// The template whose tasks ECS takes and then has no network interface for.
    pub(crate) lost_for: Option<&'static str>,
    /// Whether Jenkins assigns builds at all.
    pub(crate) assigns: bool,
    /// Whether the core may stop agents that have a build.
    pub(crate) stops_builds: bool,
}

impl Habits {
    /// Nothing fails, and a task takes up to a minute to start.
    pub(crate) const DEFAULT: Self = Self {
        view: View::Changes,
        seed: 1,
        answer_max_ms: 200,
        start_max_ms: 20_000,
        stale_ms: 0,
        lost: 0,
        throttled: 0,
        no_room: 0,
        dies: 0,
        capacity: usize::MAX,
        full_for: None,
        lost_for: None,
        assigns: true,
        stops_builds: false,
    };
}

impl Default for Habits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
