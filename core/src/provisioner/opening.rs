//! Which templates are outside of their active hours.
//!
//! A template that is shut launches nothing and keeps nothing warm. Agents that it has go on: those with builds to their end,
//! idle ones until they were idle for as long as they may. Only agents that wait for room in ECS are given up, for they would
//! be launched while it is shut.

use crate::{
    decision::Cause,
    id::TemplateId,
    policy::Policy,
    provisioner::{
        Provisioner,
        timers::{Special, Timers},
    },
    time::Timestamp,
};

/// The templates' doors.
#[derive(Debug)]
pub(super) struct Opening {
    /// Per template, when it opens again; `None` where it is open.
    opens: Vec<Option<Timestamp>>,
}

impl Opening {
    /// How the templates stand at `now`, with a timer for each that has hours.
    pub(super) fn new(policy: &Policy, now: Timestamp, timers: &mut Timers) -> Self {
        let opens = (0u32..).map(TemplateId).zip(&policy.templates).map(|(id, template)| {
            let hours = template.active_hours.as_ref()?;
            let next = hours.next_change(now);
            timers.set(next, Special::Hours(id));
            (!hours.are_open(now)).then_some(next)
        });
        Self { opens: opens.collect() }
    }

    /// When a template opens, where it is shut.
    pub(super) fn opens(&self, template: TemplateId) -> Option<Timestamp> {
        self.opens[template.index()]
    }
}

impl Provisioner {
    /// How many agents a template keeps online without demand at present.
    pub(super) fn min_idle(&self, template: TemplateId) -> u32 {
        match self.opening.opens(template) {
            Some(_) => 0,
            None => self.policy.templates[template.index()].min_idle,
        }
    }

    /// A template's hours begin or end; says whether a plan is due.
    pub(super) fn hours_due(&mut self, template: TemplateId) -> bool {
        let Some(hours) = &self.policy.templates[template.index()].active_hours else { return false };
        let (open, next) = (hours.are_open(self.now), hours.next_change(self.now));
        self.timers.set(next, Special::Hours(template));
        self.opening.opens[template.index()] = (!open).then_some(next);
        if !open {
            self.call_off(template, &Cause::OutsideHours);
        }
        self.touch_waiting();
        self.freed = true;
        true
    }
}
