//! Which templates and which classes of agents can serve which label.
//!
//! An expression is held against all templates at once, as sets of bits: one bit per template, one word operation per
//! 64 templates and operator. The result is kept with the group, so that a label is parsed and matched once.

use crate::{
    decision::Reason,
    event::{ItemLabel, Node},
    id::{NodeName, TemplateId},
    label::{LabelExpression, LabelSet},
    policy::Policy,
    provisioner::{
        Provisioner,
        demand::{LaunchOption, Wish},
        supply::{Origin, SupplyId},
    },
    spec::AgentSpec,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

/// A set of templates.
type Templates = SmallVec<[u64; 8]>;

const WORD: usize = 64;

/// The templates by label.
#[derive(Debug)]
pub(super) struct TemplateIndex {
    count: usize,
    by_label: IndexMap<Arc<str>, Templates, FxBuildHasher>,
    unlabelled: Templates,
    /// Every template with its rank, by rank and then in the policy's order.
    by_rank: Vec<(u32, TemplateId)>,
}

fn put(set: &mut Templates, index: usize) {
    set[index / WORD] |= 1 << (index % WORD);
}

fn has(set: &Templates, index: usize) -> bool {
    set[index / WORD] >> (index % WORD) & 1 == 1
}

impl TemplateIndex {
    /// The index of the policy's first `count` templates.
    pub(super) fn new(policy: &Policy, count: usize) -> Self {
        let none: Templates = smallvec![0; count.div_ceil(WORD)];
        let mut by_label: IndexMap<Arc<str>, Templates, FxBuildHasher> = IndexMap::default();
        let mut unlabelled = none.clone();
        let mut by_rank = Vec::with_capacity(count);
        for ((index, id), template) in (0u32..).enumerate().zip(&policy.templates[..count]) {
            for label in template.labels.iter() {
                put(by_label.entry(Arc::clone(label)).or_insert_with(|| none.clone()), index);
            }
            if template.serves_unlabelled {
                put(&mut unlabelled, index);
            }
            by_rank.push((template.rank, TemplateId(id)));
        }
        by_rank.sort_unstable();
        Self { count, by_label, unlabelled, by_rank }
    }

    /// The templates whose nodes satisfy `expression`.
    fn matches(&self, expression: &LabelExpression) -> Templates {
        let words = self.count.div_ceil(WORD);
        let combine = |a: &LabelExpression, b: &LabelExpression, with: fn(u64, u64) -> u64| -> Templates {
            self.matches(a).iter().zip(&self.matches(b)).map(|(a, b)| with(*a, *b)).collect()
        };
        match expression {
            LabelExpression::Atom(atom) => {
                self.by_label.get(atom).cloned().unwrap_or_else(|| smallvec![0; words])
            }
            LabelExpression::Paren(a) => self.matches(a),
            LabelExpression::Not(a) => self.matches(a).iter().map(|word| !word).collect(),
            LabelExpression::And(a, b) => combine(a, b, |a, b| a & b),
            LabelExpression::Or(a, b) => combine(a, b, |a, b| a | b),
            LabelExpression::Implies(a, b) => combine(a, b, |a, b| !a | b),
            LabelExpression::Iff(a, b) => combine(a, b, |a, b| !(a ^ b)),
        }
    }

    /// The members of a set, by rank.
    fn by_rank<'a>(&'a self, set: &'a Templates) -> impl Iterator<Item = (u32, TemplateId)> + 'a {
        self.by_rank.iter().copied().filter(|(_, template)| has(set, template.index()))
    }
}

/// What a label comes to.
struct Match {
    options: Vec<LaunchOption>,
    /// Why nothing can be launched for the label, where the label itself is the reason.
    hopeless: Option<Reason>,
}

impl Provisioner {
    /// The group of a label.
    pub(super) fn group_of(&mut self, label: &ItemLabel) -> u32 {
        match self.demand.by_label(label) {
            Some(group) => group,
            None => self.new_group(label.clone()),
        }
    }

    fn new_group(&mut self, label: ItemLabel) -> u32 {
        let wish = self.wish(&label);
        let found = match &wish {
            Wish::Any => self.plain(&self.templates.unlabelled.clone()),
            Wish::Expression(expression) => self.options(expression),
            Wish::Agent(_) | Wish::Unknown => Match { options: Vec::new(), hopeless: None },
        };
        let mut supplies: Vec<SupplyId> = found.options.iter().map(|option| option.supply).collect();
        for (id, class) in self.supplies.iter().skip(self.templates.count) {
            if serves(&wish, &class.origin, &self.policy) && !supplies.contains(&id) {
                supplies.push(id);
            }
        }
        supplies.sort_unstable();
        for pair in supplies.windows(2) {
            self.supplies.join(pair[0], pair[1]);
        }
        self.demand.add_group(label, wish, found.options, supplies, found.hopeless, self.now)
    }

    fn wish(&self, label: &ItemLabel) -> Wish {
        match label {
            ItemLabel::Any => Wish::Any,
            ItemLabel::Unknown => Wish::Unknown,
            ItemLabel::Expression(text) => {
                let name = NodeName::new(Arc::clone(text));
                if self.agents.by_name(&name).is_some() || self.names.template(text).is_some() {
                    return Wish::Agent(name);
                }
                Wish::Expression(LabelExpression::parse_or_atom(text))
            }
        }
    }

    fn plain(&self, set: &Templates) -> Match {
        let options = self
            .templates
            .by_rank(set)
            .map(|(rank, template)| LaunchOption { rank, template, supply: template.into() })
            .collect();
        Match { options, hopeless: None }
    }

    /// What can be launched for an expression: as it stands, or with the overrides that its labels carry.
    fn options(&mut self, expression: &LabelExpression) -> Match {
        let plain = self.plain(&self.templates.matches(expression));
        if !plain.options.is_empty() {
            return plain;
        }
        let requirement = match expression.requirement() {
            Ok(requirement) if requirement.overrides.is_empty() => return plain,
            Ok(requirement) => requirement,
            Err(error) => return Match { options: Vec::new(), hopeless: Some(Reason::OverrideError(error)) },
        };
        let set = self.templates.matches(&requirement.base);
        let candidates: Vec<(u32, TemplateId)> = self.templates.by_rank(&set).collect();
        let mut found = Match { options: Vec::new(), hopeless: None };
        for (rank, id) in candidates {
            let template = &self.policy.templates[id.index()];
            match template.overrides.apply(template.size, requirement.overrides) {
                Ok(size) => {
                    let added = requirement.labels.iter().cloned();
                    let labels = LabelSet::new(template.labels.iter().cloned().chain(added));
                    let spec = AgentSpec { template: id, labels, size };
                    let supply = self.own_class(&spec);
                    found.options.push(LaunchOption { rank, template: id, supply });
                }
                Err(refusal) => {
                    found.hopeless.get_or_insert(Reason::OverrideRefused { template: id, refusal });
                }
            }
        }
        if !found.options.is_empty() {
            found.hopeless = None;
        }
        found
    }

    /// The class of our agents with this spec.
    pub(super) fn own_class(&mut self, spec: &AgentSpec) -> SupplyId {
        let (id, new) = self.supplies.own(spec, &self.policy);
        if new {
            self.match_class(id);
        }
        id
    }

    /// The class of a foreign node.
    pub(super) fn foreign_class(&mut self, node: &Node) -> SupplyId {
        let (id, new) = self.supplies.foreign(&node.labels, node.exclusive);
        if new {
            self.match_class(id);
        }
        id
    }

    /// Lets the groups that a new class can serve know of it.
    fn match_class(&mut self, id: SupplyId) {
        let origin = self.supplies.get(id).origin.clone();
        let served: Vec<u32> = self
            .demand
            .iter()
            .filter(|(_, group)| serves(&group.wish, &origin, &self.policy))
            .map(|(group, _)| group)
            .collect();
        for place in served {
            let group = self.demand.group_mut(place);
            group.supplies.push(id);
            let first = group.supplies[0];
            self.supplies.join(first, id);
            self.touch_group(place);
        }
    }

    /// Has the group planned again.
    pub(super) fn touch_group(&mut self, place: u32) {
        let group = self.demand.group_mut(place);
        let Some(first) = group.supplies.first().copied() else {
            if !group.listed {
                group.listed = true;
                self.stray.push(place);
            }
            return;
        };
        if !group.listed && (group.waiting > 0 || group.refused.is_some()) {
            group.listed = true;
            self.supplies.component(first).active.push(place);
        }
        self.supplies.touch(first);
    }

    /// Has every group with waiting items planned again, and every template that keeps agents warm.
    pub(super) fn touch_waiting(&mut self) {
        for (id, template) in (0u32..).map(SupplyId).zip(&self.given.templates) {
            if template.min_idle > 0 {
                self.supplies.touch(id);
            }
        }
        let waiting: Vec<u32> =
            self.demand.iter().filter(|(_, group)| group.waiting > 0).map(|(group, _)| group).collect();
        for group in waiting {
            self.touch_group(group);
        }
    }
}

/// Whether agents of a class can take what a group wishes for.
fn serves(wish: &Wish, origin: &Origin, policy: &Policy) -> bool {
    match (wish, origin) {
        (Wish::Any, Origin::Own { spec, .. }) => policy.templates[spec.template.index()].serves_unlabelled,
        (Wish::Any, Origin::Foreign { exclusive, .. }) => !exclusive,
        (Wish::Expression(expression), Origin::Own { spec, .. }) => expression.matches(&spec.labels, ""),
        (Wish::Expression(expression), Origin::Foreign { labels, .. }) => expression.matches(labels, ""),
        (Wish::Agent(_) | Wish::Unknown, Origin::Own { .. } | Origin::Foreign { .. }) => false,
    }
}
