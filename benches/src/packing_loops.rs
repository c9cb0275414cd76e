//! Loops that do the packing workload and nothing else: what the placement of the simulated ECS is measured against.
//!
//! Both are for one workload: hosts that are all alike, builds that fit a host, first come first served, first fit by
//! the number of the host; at one instant the completions come first, then the head of the queue, then the arrivals.
//! They give the sum of waits, and so show that they did the same.

use footman::packing::PackedBuild;
use footman_core::{Timestamp, units::Size};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// The loop that comes to mind first: every arrival is in the heap from the start, and whenever something happened
/// the head of the queue is tried on all hosts.
pub fn naive(hosts: usize, size: Size, builds: &[PackedBuild]) -> u128 {
    // Completions, which are false, come before arrivals, and arrivals in their order.
    let arrivals = builds.iter().enumerate().map(|(row, build)| Reverse((build.submit, true, row, 0)));
    let mut events: BinaryHeap<_> = arrivals.collect();
    let mut free = vec![size; hosts];
    let (mut queue, mut waited_ms) = (VecDeque::new(), 0);
    while let Some(Reverse((now, is_arrival, row, host))) = events.pop() {
        if is_arrival {
            queue.push_back(row);
        } else {
            free[host] = plus(free[host], builds[row].size);
            if events.peek().is_some_and(|Reverse(next)| (next.0, next.1) == (now, false)) {
                continue;
            }
        }
        while let Some(&row) = queue.front()
            && let Some(host) = free.iter().position(|free| free.holds(builds[row].size))
        {
            queue.pop_front();
            free[host] = minus(free[host], builds[row].size);
            waited_ms += u128::from(now.since(builds[row].submit).as_millis());
            events.push(Reverse((now + builds[row].duration, false, row, host)));
        }
    }
    waited_ms
}

/// The loop of somebody who knows the workload: arrivals are taken from the list, the heap holds what runs, only hosts
/// that became free are tried while the head is blocked, and memory, which is never what is short, is left out.
pub fn tuned(hosts: usize, size: Size, builds: &[PackedBuild]) -> u128 {
    let mut free = vec![size.cpu.get(); hosts];
    let mut running: BinaryHeap<Reverse<(Timestamp, usize, u32)>> = BinaryHeap::new();
    let mut queue: VecDeque<PackedBuild> = VecDeque::new();
    let mut freed = Vec::new();
    let mut waited_ms = 0;
    let mut arrivals = builds.iter().copied();
    let mut next = arrivals.next();
    loop {
        let ended = running.peek().map(|Reverse(first)| first.0);
        let now = match (ended, next) {
            (None, None) => return waited_ms,
            (Some(ended), Some(build)) if ended > build.submit => build.submit,
            (None, Some(build)) => build.submit,
            (Some(ended), Some(_) | None) => ended,
        };
        let mut start = |free: &mut u32, host, running: &mut BinaryHeap<_>, build: PackedBuild| {
            *free -= build.size.cpu.get();
            waited_ms += u128::from(now.since(build.submit).as_millis());
            running.push(Reverse((now + build.duration, host, build.size.cpu.get())));
        };
        if ended != Some(now) {
            let build = next.take().expect("either a build ends or one arrives");
            next = arrivals.next();
            match first_fit(&free, build).filter(|_| queue.is_empty()) {
                Some(host) => start(&mut free[host], host, &mut running, build),
                None => queue.push_back(build),
            }
            continue;
        }
        while let Some(&Reverse((at, host, cpu))) = running.peek()
            && at == now
        {
            running.pop();
            free[host] += cpu;
            freed.push(host);
        }
        freed.sort_unstable();
        let Some(&head) = queue.front() else {
            freed.clear();
            continue;
        };
        let mut found = freed.drain(..).find(|&host| free[host] >= head.size.cpu.get());
        while let (Some(host), Some(&head)) = (found, queue.front()) {
            start(&mut free[host], host, &mut running, head);
            queue.pop_front();
            found = queue.front().and_then(|&head| first_fit(&free, head));
        }
    }
}

fn first_fit(free: &[u32], build: PackedBuild) -> Option<usize> {
    free.iter().position(|&free| free >= build.size.cpu.get())
}

fn plus(free: Size, size: Size) -> Size {
    free.checked_add(size).expect("a host is small")
}

fn minus(free: Size, size: Size) -> Size {
    free.checked_sub(size).expect("a host that was found has room")
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::{
        Millis,
        units::{CpuUnits, Mib},
    };

    #[test]
    fn both_wait_as_the_placement_of_the_simulated_ecs_does() {
        let size = |vcpus| Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(2 * vcpus));
        let build = |n: u32| PackedBuild {
            submit: Timestamp::from_millis(i64::from(n / 3 * 7)),
            duration: Millis::new(u64::from(20 + n * 13 % 31)),
            size: size(1 << (n * 5 % 7 % 4)),
        };
        let builds: Vec<_> = (0..2_000).map(build).collect();
        let waits = footman::packing::run(5, size(8), builds.iter().copied()).expect("all builds fit");
        assert!(waits.positive > 100, "{waits:?}");
        assert_eq!(naive(5, size(8), &builds), waits.sum_ms);
        assert_eq!(tuned(5, size(8), &builds), waits.sum_ms);
    }
}
