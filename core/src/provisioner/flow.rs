//! Who serves whom at the least cost: a small minimum-cost flow, by hand.
//!
//! On the left stand classes of demand, oldest first; on the right what can serve them, each with a capacity and a
//! cost per unit. The cost lies on the right-hand node alone, so an augmenting path costs what its last node costs,
//! and the cheapest path from a class ends at the cheapest node with room that the class reaches. Serving the classes
//! one after the other, each along its cheapest paths, gives a flow that serves as much as possible, at the least cost
//! of all that do, and gives way to the older class where not all can be served (successive shortest paths; see
//! Ahuja, Magnanti and Orlin, "Network Flows", 9.7).
//!
//! The search starts from who served whom before, and of equal paths takes the shortest. So what exists stays with
//! those who have it, and what is new goes to those who have nothing: Jenkins assigns agents in an order of its own, and
//! a flow of the same cost that dealt them out anew would be one that Jenkins does not follow.

use smallvec::SmallVec;

/// What can serve demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Server {
    /// How much it can serve.
    pub(super) capacity: u32,
    /// What a unit costs; zero is the least.
    pub(super) cost: u32,
}

/// A class of demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// How much there is of it.
    pub(super) demand: u32,
    /// Who can serve it, by place, in the order in which equals are chosen.
    pub(super) servers: Vec<u32>,
}

/// So much of a class is served by that server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Served {
    pub(super) class: u32,
    pub(super) server: u32,
    pub(super) amount: u32,
}

/// How often in one plan a class is looked for that could give way to an older one, for each search may look at
/// everything. What is left waits for the next plan, which starts from this one's outcome.
const DISPLACED_MAX: u32 = 16;
const NOBODY: u32 = u32::MAX;

/// A place as an index.
pub(super) fn at(place: u32) -> usize {
    usize::try_from(place).expect("a usize has at least 32 bits on every supported target")
}

/// The search's state.
struct Solver<'a> {
    classes: &'a [Class],
    servers: &'a [Server],
    room: Vec<u32>,
    /// Per class, who serves it and how much of it: few.
    served: Vec<SmallVec<[(u32, u32); 4]>>,
    /// Per server, the classes that it serves, and some that it served.
    serves: Vec<Vec<u32>>,
    /// Servers without room from which none with room is reached: they stay so.
    dead: Vec<bool>,
    /// Servers from which no class is reached that would give way to those who have yet to be looked at.
    settled: Vec<bool>,
    /// Per server, the search that reached it last and the class from which.
    reached: Vec<(u32, u32)>,
    /// Per class, the search that reached it last and the server that it would leave.
    left: Vec<(u32, u32)>,
    /// How many servers of each cost have room, ascending by cost.
    open: Vec<(u32, u32)>,
    search: u32,
    frontier: Vec<u32>,
}

/// Assigns classes to servers; the answer lists amounts above zero, by class.
///
/// `before` is who was served by what that costs nothing; what of it no longer fits is dropped.
pub(super) fn assign(classes: &[Class], servers: &[Server], before: &[Served]) -> Vec<Served> {
    let mut solver = Solver::new(classes, servers, before);
    let mut displaced = 0;
    let last_held = before.iter().map(|served| served.class).max().unwrap_or(0);
    for (place, class) in (0u32..).zip(classes) {
        let mut left = class.demand - solver.total(place);
        while left > 0 {
            let Some(end) = solver.cheapest(place) else { break };
            left -= solver.augment(place, end, left);
        }
        while left > 0 && place < last_held && displaced < DISPLACED_MAX {
            displaced += 1;
            let Some(young) = solver.youngest(place) else { break };
            left -= solver.displace(place, young, left);
        }
    }
    let mut answer = Vec::new();
    for (class, served) in (0u32..).zip(&solver.served) {
        answer.extend(served.iter().map(|&(server, amount)| Served { class, server, amount }));
    }
    answer
}

impl<'a> Solver<'a> {
    fn new(classes: &'a [Class], servers: &'a [Server], before: &[Served]) -> Self {
        let mut solver = Self {
            classes,
            servers,
            room: servers.iter().map(|server| server.capacity).collect(),
            served: vec![SmallVec::new(); classes.len()],
            serves: vec![Vec::new(); servers.len()],
            dead: vec![false; servers.len()],
            settled: vec![false; servers.len()],
            reached: vec![(0, NOBODY); servers.len()],
            left: vec![(0, NOBODY); classes.len()],
            open: Vec::new(),
            search: 0,
            frontier: Vec::new(),
        };
        solver.keep(before);
        solver.count_open();
        solver
    }

    /// Starts from what was before, as far as it fits: a class that asks for less gives up first what is asked too much
    /// of, and of a server that can do less the youngest class loses.
    fn keep(&mut self, before: &[Served]) {
        if before.is_empty() {
            return;
        }
        let mut load = vec![0_u32; self.servers.len()];
        for served in before {
            debug_assert!(self.servers[at(served.server)].cost == 0, "what exists costs nothing");
            debug_assert!(self.classes[at(served.class)].servers.contains(&served.server));
            load[at(served.server)] += served.amount;
            self.change(served.server, served.class, served.amount, true);
        }
        for (place, class) in (0u32..).zip(self.classes) {
            let mut over = self.total(place).saturating_sub(class.demand);
            for only_overload in [true, false] {
                for (server, amount) in self.served[at(place)].clone() {
                    let most = if only_overload {
                        load[at(server)].saturating_sub(self.servers[at(server)].capacity)
                    } else {
                        u32::MAX
                    };
                    let less = over.min(amount).min(most);
                    if less > 0 {
                        self.change(server, place, less, false);
                        load[at(server)] -= less;
                        over -= less;
                    }
                }
            }
        }
        for (server, load) in (0u32..).zip(&mut load) {
            let capacity = self.servers[at(server)].capacity;
            let mut classes = self.serves[at(server)].clone();
            classes.sort_unstable();
            while *load > capacity {
                let class = classes.pop().expect("who overloads a server is served by it");
                let less = (*load - capacity).min(self.amount(server, class));
                if less > 0 {
                    self.change(server, class, less, false);
                    *load -= less;
                }
            }
            self.room[at(server)] = capacity - *load;
        }
    }

    fn count_open(&mut self) {
        let with_room = self.servers.iter().zip(&self.room).filter(|(_, room)| **room > 0);
        let mut costs: Vec<u32> = with_room.map(|(server, _)| server.cost).collect();
        costs.sort_unstable();
        for cost in costs {
            match self.open.last_mut() {
                Some((last, count)) if *last == cost => *count += 1,
                Some(_) | None => self.open.push((cost, 1)),
            }
        }
    }

    /// How much of a class is served.
    fn total(&self, class: u32) -> u32 {
        self.served[at(class)].iter().map(|(_, amount)| amount).sum()
    }

    /// The youngest class that could give way to an older one for which nothing has room.
    fn youngest(&mut self, class: u32) -> Option<u32> {
        self.search += 1;
        self.left[at(class)] = (self.search, NOBODY);
        self.frontier.clear();
        self.frontier.push(class);
        let mut next = 0;
        while next < self.frontier.len() {
            let from = self.frontier[next];
            next += 1;
            for &server in &self.classes[at(from)].servers {
                let index = at(server);
                if self.settled[index] || self.reached[index].0 == self.search {
                    continue;
                }
                debug_assert_eq!(self.room[index], 0, "there would be a path");
                self.reached[index] = (self.search, from);
                for &other in &self.serves[index] {
                    if self.left[at(other)].0 != self.search && self.amount(server, other) > 0 {
                        self.left[at(other)] = (self.search, server);
                        self.frontier.push(other);
                    }
                }
            }
        }
        let youngest = self.frontier.iter().copied().max().filter(|young| *young > class);
        if youngest.is_none() {
            // Whoever is younger than this class reaches nobody younger than itself from here.
            for (index, reached) in self.reached.iter().enumerate() {
                self.settled[index] |= reached.0 == self.search;
            }
        }
        youngest
    }

    /// Has `class` take over as much as it can, and at most `most`, of what serves `young`.
    fn displace(&mut self, class: u32, young: u32, most: u32) -> u32 {
        let mut amount = most;
        let mut walk = young;
        while walk != class {
            let server = self.left[at(walk)].1;
            amount = amount.min(self.amount(server, walk));
            walk = self.reached[at(server)].1;
        }
        walk = young;
        while walk != class {
            let server = self.left[at(walk)].1;
            let from = self.reached[at(server)].1;
            self.change(server, walk, amount, false);
            self.change(server, from, amount, true);
            walk = from;
        }
        amount
    }

    /// The least cost at which anybody has room.
    fn cheapest_open(&self) -> Option<u32> {
        self.open.iter().find(|(_, count)| *count > 0).map(|(cost, _)| *cost)
    }

    /// The cheapest server with room that `class` reaches; the nearest and first of equals.
    fn cheapest(&mut self, class: u32) -> Option<u32> {
        let floor = self.cheapest_open()?;
        self.search += 1;
        self.left[at(class)] = (self.search, NOBODY);
        self.frontier.clear();
        self.frontier.push(class);
        let mut best: Option<u32> = None;
        let mut next = 0;
        while next < self.frontier.len() {
            let from = self.frontier[next];
            next += 1;
            for &server in &self.classes[at(from)].servers {
                let index = at(server);
                if self.dead[index] || self.reached[index].0 == self.search {
                    continue;
                }
                self.reached[index] = (self.search, from);
                if self.room[index] > 0 {
                    let cost = self.servers[index].cost;
                    if best.is_none_or(|best| cost < self.servers[at(best)].cost) {
                        best = Some(server);
                    }
                    if cost == floor {
                        return best;
                    }
                } else {
                    for &other in &self.serves[index] {
                        if self.left[at(other)].0 != self.search && self.amount(server, other) > 0 {
                            self.left[at(other)] = (self.search, server);
                            self.frontier.push(other);
                        }
                    }
                }
            }
        }
        if best.is_none() {
            for (index, reached) in self.reached.iter().enumerate() {
                if reached.0 == self.search {
                    self.dead[index] = true;
                }
            }
        }
        best
    }

    /// Sends as much as fits, and at most `most`, from `class` along the path that ends at `end`.
    fn augment(&mut self, class: u32, end: u32, most: u32) -> u32 {
        let mut amount = most.min(self.room[at(end)]);
        let mut server = end;
        loop {
            let from = self.reached[at(server)].1;
            if from == class {
                break;
            }
            let leaves = self.left[at(from)].1;
            amount = amount.min(self.amount(leaves, from));
            server = leaves;
        }
        server = end;
        loop {
            let from = self.reached[at(server)].1;
            self.change(server, from, amount, true);
            if from == class {
                break;
            }
            let leaves = self.left[at(from)].1;
            self.change(leaves, from, amount, false);
            server = leaves;
        }
        self.room[at(end)] -= amount;
        if self.room[at(end)] == 0 {
            let cost = self.servers[at(end)].cost;
            if let Some((_, count)) = self.open.iter_mut().find(|(open, _)| *open == cost) {
                *count -= 1;
            }
        }
        amount
    }

    fn amount(&self, server: u32, class: u32) -> u32 {
        self.served[at(class)].iter().find(|(other, _)| *other == server).map_or(0, |(_, amount)| *amount)
    }

    fn change(&mut self, server: u32, class: u32, amount: u32, more: bool) {
        let served = &mut self.served[at(class)];
        match served.iter().position(|(other, _)| *other == server) {
            Some(place) if more => served[place].1 += amount,
            Some(place) => {
                served[place].1 -= amount;
                if served[place].1 == 0 {
                    served.swap_remove(place);
                }
            }
            None => {
                debug_assert!(more, "only what is served can be served elsewhere");
                served.push((server, amount));
                self.serves[at(server)].push(class);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A small problem: units of demand, oldest first, what each may be served by, and what served it before.
    fn problem() -> impl Strategy<Value = (Vec<Class>, Vec<Server>, Vec<Served>)> {
        (1..5_usize)
            .prop_flat_map(|servers| {
                let server = (0..4_u32, 0..4_u32).prop_map(|(capacity, cost)| Server { capacity, cost });
                let class = (0..3_u32, prop::sample::subsequence((0..4_u32).collect::<Vec<_>>(), 0..4))
                    .prop_map(move |(demand, places)| {
                        let last = u32::try_from(servers).unwrap();
                        Class { demand, servers: places.into_iter().filter(|place| *place < last).collect() }
                    });
                (prop::collection::vec(class, 0..4), prop::collection::vec(server, servers))
            })
            .prop_flat_map(|(classes, servers)| {
                let free = |server: &u32| servers[at(*server)].cost == 0;
                let pairs: Vec<(u32, u32)> = (0..)
                    .zip(&classes)
                    .flat_map(|(class, known)| {
                        known.servers.iter().copied().filter(free).map(move |s| (class, s))
                    })
                    .collect();
                let amounts = prop::collection::vec(0..3_u32, pairs.len());
                (Just(classes), Just(servers), Just(pairs), amounts)
            })
            .prop_map(|(classes, servers, pairs, amounts)| {
                let served = |((class, server), amount)| Served { class, server, amount };
                let before = pairs.into_iter().zip(amounts).filter(|(_, amount)| *amount > 0).map(served);
                (classes, servers, before.collect())
            })
    }

    /// Every way to serve the units one by one: the best by how many are served, then at what cost, then which; the
    /// last as a list of amounts per class, where more for an older class is better.
    fn best(classes: &[Class], servers: &[Server]) -> (u32, u32, Vec<u32>) {
        fn try_all(
            classes: &[Class],
            units: &[usize],
            room: &mut Vec<u32>,
            servers: &[Server],
            sofar: (u32, u32, &mut Vec<u32>),
            best: &mut (u32, u32, Vec<u32>),
        ) {
            let (served, cost, amounts) = sofar;
            let Some((class, rest)) = units.split_first() else {
                let better = (served, std::cmp::Reverse(cost), &*amounts);
                if better > (best.0, std::cmp::Reverse(best.1), &best.2) {
                    *best = (served, cost, amounts.clone());
                }
                return;
            };
            try_all(classes, rest, room, servers, (served, cost, amounts), best);
            for server in &classes[*class].servers {
                let place = at(*server);
                if room[place] > 0 {
                    room[place] -= 1;
                    amounts[*class] += 1;
                    let cost = cost + servers[place].cost;
                    try_all(classes, rest, room, servers, (served + 1, cost, amounts), best);
                    amounts[*class] -= 1;
                    room[place] += 1;
                }
            }
        }
        let units: Vec<usize> = (0..classes.len())
            .flat_map(|class| std::iter::repeat_n(class, at(classes[class].demand)))
            .collect();
        let mut room = servers.iter().map(|server| server.capacity).collect();
        let mut best = (0, 0, vec![0; classes.len()]);
        let mut amounts = vec![0; classes.len()];
        try_all(classes, &units, &mut room, servers, (0, 0, &mut amounts), &mut best);
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn as_much_as_possible_is_served_at_the_least_cost((classes, servers, before) in problem()) {
            let answer = assign(&classes, &servers, &before);
            let mut used = vec![0; servers.len()];
            let mut amounts = vec![0; classes.len()];
            let mut cost = 0;
            for served in &answer {
                prop_assert!(served.amount > 0);
                prop_assert!(classes[at(served.class)].servers.contains(&served.server));
                used[at(served.server)] += served.amount;
                amounts[at(served.class)] += served.amount;
                cost += served.amount * servers[at(served.server)].cost;
            }
            for (used, server) in used.iter().zip(&servers) {
                prop_assert!(*used <= server.capacity);
            }
            for (amount, class) in amounts.iter().zip(&classes) {
                prop_assert!(*amount <= class.demand);
            }
            let (most, least, _) = best(&classes, &servers);
            prop_assert_eq!(amounts.iter().sum::<u32>(), most);
            // The older classes come first: among the flows that serve these amounts none is cheaper.
            let fixed: Vec<Class> = classes
                .iter()
                .zip(&amounts)
                .map(|(class, amount)| Class { demand: *amount, servers: class.servers.clone() })
                .collect();
            prop_assert_eq!(cost, best(&fixed, &servers).1);
            if most == classes.iter().map(|class| class.demand).sum::<u32>() {
                prop_assert_eq!(cost, least);
            }
        }

        #[test]
        fn the_older_class_is_served_first((classes, servers, before) in problem()) {
            let answer = assign(&classes, &servers, &before);
            let of = |place: usize| -> u32 {
                answer.iter().filter(|served| at(served.class) == place).map(|served| served.amount).sum()
            };
            for count in 0..=classes.len() {
                let older = &classes[..count];
                prop_assert_eq!((0..count).map(of).sum::<u32>(), best(older, &servers).0);
            }
        }

        /// The answer to a problem, put to it again as what was before, is the answer.
        #[test]
        fn who_is_served_stays_with_whom_it_has((classes, servers, before) in problem()) {
            let free = |served: &&Served| servers[at(served.server)].cost == 0;
            let first = assign(&classes, &servers, &before);
            let kept: Vec<Served> = first.iter().filter(free).copied().collect();
            let again = assign(&classes, &servers, &kept);
            let of = |served: &Served| again.iter().find(|other| {
                (other.class, other.server) == (served.class, served.server)
            });
            for served in &kept {
                prop_assert_eq!(of(served), Some(served));
            }
        }
    }

    #[test]
    fn a_launch_is_for_those_who_came_last() {
        // Both could be served by the first server, and the older class by the second as well.
        let classes = |young| {
            [
                Class { demand: 2, servers: vec![0, 1, 2, 3] },
                Class { demand: young, servers: vec![0, 2] },
                Class { demand: 2, servers: vec![1, 3] },
            ]
        };
        let servers = [(2, 0), (2, 0), (9, 1), (9, 1)].map(|(capacity, cost)| Server { capacity, cost });
        let served = |class, server, amount| Served { class, server, amount };
        let before = [served(0, 0, 2), served(2, 1, 2)];
        let answer = assign(&classes(2), &servers, &before);
        assert_eq!(answer, [served(0, 0, 2), served(1, 2, 2), served(2, 1, 2)]);
        // Without launches the older class keeps what it has, and the youngest gives way.
        let none = [(2, 0), (2, 0), (0, 1), (0, 1)].map(|(capacity, cost)| Server { capacity, cost });
        let answer = assign(&classes(1), &none, &before);
        let of = |class| -> u32 { answer.iter().filter(|s| s.class == class).map(|s| s.amount).sum() };
        assert_eq!([of(0), of(1), of(2)], [2, 1, 1], "{answer:?}");
    }

    #[test]
    fn existing_supply_is_moved_to_make_a_launch_cheaper() {
        // The first class could use either supply; the second only the one that the first took.
        let classes = [Class { demand: 1, servers: vec![0, 1, 2] }, Class { demand: 1, servers: vec![0, 2] }];
        let servers = [
            Server { capacity: 1, cost: 0 },
            Server { capacity: 1, cost: 0 },
            Server { capacity: 9, cost: 5 },
        ];
        let answer = assign(&classes, &servers, &[]);
        assert!(answer.iter().all(|served| servers[at(served.server)].cost == 0), "{answer:?}");
        assert_eq!(answer.len(), 2);
    }
}
