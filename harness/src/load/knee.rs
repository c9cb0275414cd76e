//! Where a system under a rising load begins to fall behind.

use crate::load::report::{KneeReport, WindowReport};

/// A latency is off its floor from this many times the floor on.
const OFF_FLOOR: f64 = 2.0;

/// The knee of `windows`, the parts of the time in which builds arrived; `None` where the system kept up to the end.
///
/// It is where the last unbroken run of windows begins in which the 99th percentile of arrival to `RunTask` is more
/// than twice its floor, or more builds wait than that latency explains (Little's law: the rate times the latency); a
/// peak that passes is none. The floor is the least 99th percentile of any window.
pub(super) fn knee(windows: &[WindowReport]) -> Option<KneeReport> {
    let reached = |window: &&WindowReport| window.run_task_p99_s.is_some();
    let floors = windows.iter().filter(reached).filter_map(|window| window.run_task_p99_s);
    let floor = floors.min_by(f64::total_cmp)?;
    let behind = |window: &WindowReport| {
        let late = window.run_task_p99_s.is_none_or(|p99| p99 > OFF_FLOOR * floor);
        let explained = (window.offered_per_s * OFF_FLOOR * floor).max(1.0);
        late || crate::simulation::float(window.backlog) > explained
    };
    let kept_up = windows.iter().rposition(|window| !behind(window)).map_or(0, |place| place + 1);
    let first = windows.get(kept_up)?;
    Some(KneeReport { at_s: first.from_s, offered_per_s: first.offered_per_s, floor_p99_s: floor })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(second: u8, offered_per_s: f64, backlog: u64, p99: f64) -> WindowReport {
        WindowReport {
            from_s: f64::from(second),
            offered_per_s,
            served_per_s: offered_per_s,
            backlog,
            run_task_p99_s: Some(p99),
        }
    }

    #[test]
    fn the_knee_is_where_it_falls_behind_for_good() {
        let calm = [window(0, 1.0, 1, 1.0), window(1, 2.0, 3, 1.1), window(2, 3.0, 4, 1.2)];
        assert_eq!(knee(&calm), None);
        let peak = [window(0, 1.0, 1, 1.0), window(1, 2.0, 9, 4.0), window(2, 3.0, 4, 1.2)];
        assert_eq!(knee(&peak), None, "a peak that passes is none");
        let late = [window(0, 1.0, 1, 1.0), window(1, 2.0, 3, 2.5), window(2, 3.0, 4, 5.0)];
        assert_eq!(knee(&late), Some(KneeReport { at_s: 1.0, offered_per_s: 2.0, floor_p99_s: 1.0 }));
        let backlog = [window(0, 1.0, 1, 1.0), window(1, 2.0, 3, 1.0), window(2, 3.0, 40, 1.0)];
        assert_eq!(knee(&backlog).map(|knee| knee.offered_per_s), Some(3.0));
        assert_eq!(knee(&[]), None);
    }
}
