//! Which of several idle nodes gets an item, as Jenkins decides it: `LoadBalancer.CONSISTENT_HASH`.
//!
//! Each node stands on a circle of 32-bit numbers at a hundred points for each executor that is idle, and the item goes
//! to the node whose point comes next after the hash of its task's name (`hudson.util.ConsistentHash`, Jenkins' source of
//! 2026). So a job finds the node of its last build again, most of the time.

use crate::{
    Jenkins,
    build::{Slot, index},
    job::JobKind,
    matching::LabelKey,
    node::{CONTROLLER, Node, NodeKey},
};
use std::sync::Arc;

/// The points of an executor.
const POINTS: u32 = 100;

/// A node's points on the circle in ascending order, each with its number; those of the first executors suffice where
/// only some are idle.
pub(crate) type Points = Arc<[(i32, u32)]>;

impl Jenkins {
    /// The idle node among those that match the label whose point comes next after the name of the item's task.
    pub(crate) fn balanced(&mut self, slot: Slot, label: LabelKey) -> Option<NodeKey> {
        let candidates = self.matching.idle_nodes(label);
        let is_idle = |&(stamp, node): &(u64, NodeKey)| self.nodes[node].idle_stamp == stamp;
        let candidates: Vec<NodeKey> = candidates.into_iter().filter(is_idle).map(|(_, node)| node).collect();
        self.next_on_circle(slot, &candidates, |node| node.ready)
    }

    /// Where a flyweight task runs (`Queue.makeFlyWeightTaskBuildable`, read 2026-11-26): the controller where it asks for
    /// nothing or for the controller itself, as every Pipeline does (`WorkflowJob.getAssignedLabel`); otherwise, of the
    /// agents that are online and match, busy or not, the one whose point comes next after its name.
    pub(crate) fn flyweight_node(&mut self, slot: Slot) -> Option<NodeKey> {
        let build = &self.builds[slot];
        let label = self.matching.label(build.label);
        let is_bound = label.name().is_none_or(|name| name == self.nodes[CONTROLLER].name.as_str());
        if is_bound || self.jobs[index(build.job)].kind != JobKind::MatrixProject {
            return Some(CONTROLLER);
        }
        let takes = |key: NodeKey| {
            let node = &self.nodes[key];
            let is_there = key != CONTROLLER && node.executors > 0 && node.is_online();
            is_there && self.matching.is_match(build.label, node.class)
        };
        let candidates: Vec<NodeKey> = self.nodes.keys().filter(|&key| takes(key)).collect();
        self.next_on_circle(slot, &candidates, |node| node.executors)
    }

    /// Of nodes that stand on the circle with so many executors the one whose point comes next after the task's name.
    fn next_on_circle(
        &mut self,
        slot: Slot,
        candidates: &[NodeKey],
        executors: impl Fn(&Node) -> u16,
    ) -> Option<NodeKey> {
        if candidates.len() < 2 {
            return candidates.first().copied();
        }
        let query = compressed(&self.task_name(slot));
        let mut best: Option<(u32, NodeKey)> = None;
        for &key in candidates {
            let points = self.points(key);
            let points_idle = u32::from(executors(&self.nodes[key])).saturating_mul(POINTS);
            let from = points.partition_point(|&(hash, _)| hash < query);
            let around = points[from..].iter().chain(&points[..from]);
            let next = around.into_iter().find(|&&(_, number)| number < points_idle);
            // How far the point is around the circle; equal points are decided by the order of the names.
            let distance = next.map(|&(hash, _)| hash.wrapping_sub(query).cast_unsigned());
            if let Some(distance) = distance
                && best.is_none_or(|(known, other)| {
                    (distance, &self.nodes[key].name) < (known, &self.nodes[other].name)
                })
            {
                best = Some((distance, key));
            }
        }
        best.map(|(_, key)| key)
    }

    /// What the item's task is called (`Task.getAffinityKey`).
    fn task_name(&self, slot: Slot) -> String {
        let build = &self.builds[slot];
        let name = self.jobs[index(build.job)].name.replace('/', " » ");
        if build.is_block() { format!("part of {name} #{}", build.number) } else { name }
    }

    /// A node's points, made when they are first asked for.
    fn points(&mut self, key: NodeKey) -> Points {
        let node = &mut self.nodes[key];
        let count = u32::from(node.executors).saturating_mul(POINTS);
        if let Some(points) = &node.points
            && points.len() >= index(count)
        {
            return Arc::clone(points);
        }
        // The controller's name is empty where nodes are named.
        let name = if node.is_controller { "" } else { node.name.as_str() };
        let mut points: Vec<(i32, u32)> =
            (0..count).map(|number| (compressed(&format!("{name}:{number}")), number)).collect();
        points.sort_unstable();
        let points: Points = points.into();
        node.points = Some(Arc::clone(&points));
        points
    }
}

/// A text as a number (`ConsistentHash.md5`).
fn compressed(text: &str) -> i32 {
    let digest = md5(text.as_bytes());
    let folded =
        |at: usize| digest[at] ^ digest[at + 4].wrapping_add(digest[at + 8]).wrapping_add(digest[at + 12]);
    i32::from_be_bytes([folded(0), folded(1), folded(2), folded(3)])
}

/// How far each of the four steps of a round turns (RFC 1321).
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// `floor(2^32 × |sin(i + 1)|)` (RFC 1321).
const SINES: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// MD5 (RFC 1321): Jenkins spreads names with it, and nothing is kept secret by it.
fn md5(text: &[u8]) -> [u8; 16] {
    let mut message = text.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    let bits = u64::try_from(text.len()).expect("a length fits into 64 bits").wrapping_mul(8);
    message.extend_from_slice(&bits.to_le_bytes());
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for chunk in message.chunks_exact(64) {
        let words: Vec<u32> = chunk
            .chunks_exact(4)
            .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        let [mut a, mut b, mut c, mut d] = state;
        for (step, &sine) in SINES.iter().enumerate() {
            let (mixed, word) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(words[word]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[step / 16][step % 4]));
        }
        for (known, new) in state.iter_mut().zip([a, b, c, d]) {
            *known = known.wrapping_add(new);
        }
    }
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// The test suite of RFC 1321, A.5.
    #[test]
    fn md5_is_that_of_the_rfc() {
        let digits = "1234567890".repeat(8);
        let table = [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (&digits, "57edf4a22be3c955ac49da2e2107b67a"),
        ];
        for (text, want) in table {
            let hex = md5(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("a string takes everything");
                hex
            });
            assert_eq!(hex, want, "{text}");
        }
    }
}
