//! The peer that placement is measured against: best fit by CPU over an index on CPU and memory, and nothing else.
//!
//! A bucket for each number of free vCPUs, in each the hosts ordered by free memory, and the most memory of each bucket
//! beside them. It knows whole vCPUs only, no ports, no groups, no ties that are drawn; so it is what an index made for
//! this one question costs.

use std::collections::BTreeSet;

/// The index, over hosts that are all alike.
#[derive(Debug)]
pub struct ReferenceIndex {
    /// Free vCPUs and memory of each host.
    free: Vec<(u32, u32)>,
    /// By free vCPUs: free memory and host.
    buckets: Vec<BTreeSet<(u32, u32)>>,
    memory_max: Vec<u32>,
}

impl ReferenceIndex {
    /// `hosts` empty hosts of so many vCPUs and so much memory.
    pub fn new(hosts: u32, vcpus: u32, memory: u32) -> Self {
        let mut buckets = Vec::new();
        buckets.resize_with(bucket(vcpus) + 1, BTreeSet::new);
        buckets[bucket(vcpus)] = (0..hosts).map(|host| (memory, host)).collect();
        let mut memory_max = vec![0; buckets.len()];
        memory_max[bucket(vcpus)] = memory;
        Self { free: (0..hosts).map(|_| (vcpus, memory)).collect(), buckets, memory_max }
    }

    /// Takes the task's need from the host with the fewest free vCPUs that has room, the one with the least memory
    /// among equals.
    pub fn place(&mut self, vcpus: u32, memory: u32) -> Option<u32> {
        let fitting = bucket(vcpus)..self.buckets.len();
        let found = fitting
            .into_iter()
            .find(|&bucket| self.memory_max[bucket] >= memory && !self.buckets[bucket].is_empty())?;
        let &(_, host) = self.buckets[found].range((memory, 0)..).next()?;
        let (free_vcpus, free_memory) = self.free[bucket(host)];
        self.change(host, free_vcpus - vcpus, free_memory - memory);
        Some(host)
    }

    /// Gives the task's need back to the host.
    pub fn release(&mut self, host: u32, vcpus: u32, memory: u32) {
        let (free_vcpus, free_memory) = self.free[bucket(host)];
        self.change(host, free_vcpus + vcpus, free_memory + memory);
    }

    fn change(&mut self, host: u32, vcpus: u32, memory: u32) {
        let was = std::mem::replace(&mut self.free[bucket(host)], (vcpus, memory));
        self.buckets[bucket(was.0)].remove(&(was.1, host));
        self.buckets[bucket(vcpus)].insert((memory, host));
        for touched in [bucket(was.0), bucket(vcpus)] {
            self.memory_max[touched] = self.buckets[touched].last().map_or(0, |&(memory, _)| memory);
        }
    }
}

fn bucket(number: u32) -> usize {
    usize::try_from(number).expect("a usize has at least 32 bits on every supported target")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_free_vcpus_with_room_are_chosen() {
        let mut index = ReferenceIndex::new(2, 8, 100);
        assert_eq!(index.place(6, 10), Some(0));
        assert_eq!(index.place(2, 90), Some(0));
        assert_eq!(index.place(8, 101), None);
        index.release(0, 6, 10);
        assert_eq!(index.place(1, 11), Some(1));
        assert_eq!(index.place(6, 10), Some(0));
    }
}
