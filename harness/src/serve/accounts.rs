//! The accounts of ECS: one in each region that somebody has named.
//!
//! The first is that of the region which is served; the others are made when they are first asked for, and are like it
//! but for the clusters of the configuration. Tasks are numbered by account, so that whatever outlives one names both.

use super::{example, twins::TwinsSettings, usage::Usage};
use crate::world::{CloudError, furnish};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_core::{Millis, Timestamp};
use footman_ecs_sim::{
    Ecs,
    call_fault::{CallFaultKind, CallFaults},
    http::{Events, Face, seed_of_region},
    id::TaskId,
    latency::Distribution,
};
use std::{
    ops::{Index, IndexMut},
    sync::Arc,
};

/// Regions at most: AWS has fewer than 40 of them.
pub(super) const REGIONS_MAX: usize = 64;

/// An account, by the number of its making; one that begins anew gets another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AccountId(u32);

/// A task of some account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TaskKey {
    pub(super) account: AccountId,
    pub(super) task: TaskId,
}

/// One account in one region.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: AccountId,
    /// Of its own random draws.
    pub(super) seed: u64,
    pub(super) ecs: Ecs,
    pub(super) face: Face,
    pub(super) call_faults: CallFaults,
    /// `None` while nobody wants events.
    pub(super) events: Option<Events>,
    pub(super) usage: Usage,
}

/// Every account, the one that is served first.
#[derive(Debug)]
pub(super) struct Accounts {
    list: Vec<Account>,
    next: u32,
}

impl Account {
    /// The account in `region`, with what it begins with.
    fn new(
        id: AccountId,
        settings: &TwinsSettings,
        region: &Arc<str>,
        now: Timestamp,
    ) -> Result<Self, CloudError> {
        let is_home = *region == settings.ecs.region;
        let seed = if is_home { settings.seed } else { seed_of_region(settings.seed, region) };
        let mut own = footman_ecs_sim::Settings { region: Arc::clone(region), ..settings.ecs.clone() };
        if settings.processes.is_some() {
            // Real processes end when they end; those that do not are killed at their stopTimeout.
            own.latency.exit_on_signal = Distribution::Constant(Millis::from_hours(24));
        }
        let mut ecs = Ecs::new(own, seed, now);
        if is_home {
            furnish(&mut ecs, &settings.described, now)?;
        }
        let mut account = Self {
            id,
            seed,
            ecs,
            face: Face::new(),
            call_faults: CallFaults::new(seed),
            events: None,
            usage: Usage::default(),
        };
        if settings.events {
            account.watch(settings.seed);
        }
        if settings.example {
            example::furnish_ecs(&mut account, now);
        }
        // What is there from the start was put there by nobody who needs a permission.
        if let Some(policy) = settings.policy.clone() {
            account.face.enforce(policy);
        }
        Ok(account)
    }

    /// Makes events from here on. Their ids are of the account, so that one that begins anew repeats none.
    pub(super) fn watch(&mut self, seed: u64) {
        let AccountId(number) = self.id;
        self.events.get_or_insert_with(|| Events::new(seed_of_region(seed, &number.to_string())));
    }

    /// The name of its region.
    pub(super) fn region(&self) -> &Arc<str> {
        &self.ecs.settings().region
    }

    /// What ECS answers, or `None` where the answer is lost.
    pub(super) fn answer(&mut self, now: Timestamp, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let fault = self.strike(now, request);
        if let Some(error) = fault.and_then(CallFaultKind::error) {
            return Some(self.face.refused(error));
        }
        let answer = self.face.answer(&mut self.ecs, now, request);
        answer.filter(|_| fault.is_none())
    }

    /// What befalls a call, if anything.
    fn strike(&mut self, now: Timestamp, request: &Request<Bytes>) -> Option<CallFaultKind> {
        let target = request.headers().get("x-amz-target")?.to_str().ok()?;
        let operation = target.rsplit_once('.')?.1;
        self.call_faults.strike(now, operation)
    }
}

impl Accounts {
    /// The account of the region that is served; numbers go on after those of `before`, where there were others.
    pub(super) fn new(
        settings: &TwinsSettings,
        now: Timestamp,
        before: Option<&Self>,
    ) -> Result<Self, CloudError> {
        let next = before.map_or(0, |before| before.next);
        let home = Account::new(AccountId(next), settings, &settings.ecs.region, now)?;
        Ok(Self { list: vec![home], next: next + 1 })
    }

    /// The account of the region that is served.
    pub(super) fn home(&self) -> AccountId {
        self.list[0].id
    }

    /// The account in `region`, if there is one.
    pub(super) fn find(&self, region: &str) -> Option<AccountId> {
        self.iter().find(|account| **account.region() == *region).map(|account| account.id)
    }

    /// The account in `region`, made where there is none; `None` where there are too many regions already.
    pub(super) fn open(
        &mut self,
        settings: &TwinsSettings,
        region: &str,
        now: Timestamp,
    ) -> Option<AccountId> {
        if let Some(found) = self.find(region) {
            return Some(found);
        }
        if self.list.len() == REGIONS_MAX {
            return None;
        }
        let account = self.make(settings, &region.into(), now);
        let id = account.id;
        self.list.push(account);
        Some(id)
    }

    /// Lets an account begin anew, under a number of its own.
    pub(super) fn begin_anew(&mut self, id: AccountId, settings: &TwinsSettings, now: Timestamp) {
        let region = Arc::clone(self[id].region());
        self[id] = self.make(settings, &region, now);
    }

    fn make(&mut self, settings: &TwinsSettings, region: &Arc<str>, now: Timestamp) -> Account {
        let id = AccountId(self.next);
        self.next += 1;
        Account::new(id, settings, region, now).expect("what is described was built before")
    }

    /// The account of this number, unless it began anew since.
    pub(super) fn get_mut(&mut self, id: AccountId) -> Option<&mut Account> {
        self.list.iter_mut().find(|account| account.id == id)
    }

    /// Every account, the one that is served first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Account> {
        self.list.iter()
    }

    /// The same, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Account> {
        self.list.iter_mut()
    }
}

impl Index<AccountId> for Accounts {
    type Output = Account;

    fn index(&self, id: AccountId) -> &Account {
        self.iter().find(|account| account.id == id).expect("it was looked up under this very turn")
    }
}

impl IndexMut<AccountId> for Accounts {
    fn index_mut(&mut self, id: AccountId) -> &mut Account {
        self.get_mut(id).expect("it was looked up under this very turn")
    }
}
