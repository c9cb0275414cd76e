//! Which templates and which classes of agents can serve which label.
//!
//! An expression is held against all templates at once, as sets of bits: one bit per template, one word operation per
//! 64 templates and operator. The result is kept with the group, so that a label is parsed and matched once.

use crate::{
    decision::Reason,
    event::{ItemLabel, Node},
    id::{NodeName, TemplateId},
    jobs::Clearance,
    label::{LabelExpression, LabelSet, OverrideError, Overrides},
    policy::Policy,
    provisioner::{
        Provisioner,
        demand::{Group, LaunchOption, Wish},
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

/// What a label comes to for some jobs.
#[derive(Debug, Default)]
struct Match {
    options: Vec<LaunchOption>,
    /// The session, where the label is one's that some template may have.
    session: Option<Arc<str>>,
    /// Templates that have what the label asks for and bar the jobs.
    barred: Vec<TemplateId>,
    /// Why nothing can be launched, where the label or the jobs themselves are the reason.
    hopeless: Option<Reason>,
}

impl Match {
    /// Whether some template has what the label asks for, whomever it is for.
    fn is_some(&self) -> bool {
        !self.options.is_empty() || !self.barred.is_empty()
    }

    /// A template bars the jobs.
    fn bar(&mut self, template: TemplateId, reason: Reason) {
        self.barred.push(template);
        self.hopeless.get_or_insert(reason);
    }
}

impl Provisioner {
    /// The group of a label and of jobs with a clearance.
    pub(super) fn group_of(&mut self, label: &ItemLabel, clearance: Clearance) -> u32 {
        match self.demand.by_label(label, clearance) {
            Some(group) => group,
            None => self.new_group(label.clone(), clearance),
        }
    }

    /// The groups of a label, whatever lists their jobs are on.
    pub(super) fn groups_called(&self, label: &ItemLabel) -> SmallVec<[u32; 1]> {
        self.clearances.all().filter_map(|clearance| self.demand.by_label(label, clearance)).collect()
    }

    fn new_group(&mut self, label: ItemLabel, clearance: Clearance) -> u32 {
        let mut group = Group::new(label.clone(), clearance, self.wish(&label), self.now);
        let mut found = match &group.wish {
            Wish::Any => self.plain(&self.templates.unlabelled, clearance),
            Wish::Expression(expression) => {
                group.asks = expression.requirement().map(|it| it.overrides).unwrap_or_default();
                self.options(expression, &label, clearance)
            }
            Wish::Session(_) | Wish::Agent(_) | Wish::Unknown => Match::default(),
        };
        if let Some(session) = found.session.take() {
            group.wish = Wish::Session(session);
        }
        if !found.options.is_empty() {
            found.hopeless = None;
        }
        let mut supplies: Vec<SupplyId> = found.options.iter().map(|option| option.supply).collect();
        for (id, class) in self.supplies.iter().skip(self.templates.count) {
            if self.serves(&group, &class.origin) && !supplies.contains(&id) {
                supplies.push(id);
            }
        }
        supplies.sort_unstable();
        for pair in supplies.windows(2) {
            self.supplies.join(pair[0], pair[1]);
        }
        group.supplies = supplies;
        Match { options: group.options, barred: group.barred, hopeless: group.hopeless, session: _ } = found;
        self.demand.add_group(group)
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

    fn plain(&self, set: &Templates, clearance: Clearance) -> Match {
        let mut found = Match::default();
        for (rank, template) in self.templates.by_rank(set) {
            match self.clearances.bars(clearance, template, &Overrides::default()) {
                None => found.options.push(LaunchOption { rank, template, supply: template.into() }),
                Some(reason) => found.bar(template, reason),
            }
        }
        found
    }

    /// What can be launched for an expression: as it stands, or with the overrides that its labels carry.
    fn options(&mut self, expression: &LabelExpression, label: &ItemLabel, clearance: Clearance) -> Match {
        let plain = self.plain(&self.templates.matches(expression), clearance);
        if plain.is_some() {
            return plain;
        }
        let requirement = match expression.requirement() {
            Ok(requirement) if requirement.overrides.is_empty() => return plain,
            Ok(requirement) => requirement,
            Err(error) => return hopeless(error),
        };
        let session = match (&requirement.overrides.session, requirement.labels.first()) {
            (Some(_), Some(atom)) => Some(Arc::clone(atom)),
            (Some(_) | None, _) => None,
        };
        if let (Some(atom), ItemLabel::Expression(text)) = (&session, label)
            && text != atom
        {
            // In quotes it would be one label to Jenkins and another text to those who look for the session's items.
            return hopeless(OverrideError::SessionJoined { atom: Arc::clone(atom) });
        }
        let set = self.templates.matches(&requirement.base);
        let candidates: Vec<(u32, TemplateId)> = self.templates.by_rank(&set).collect();
        let mut found = plain;
        for (rank, id) in candidates {
            let template = &self.policy.templates[id.index()];
            if let Some(reason) = self.clearances.bars(clearance, id, &requirement.overrides) {
                found.bar(id, reason);
                continue;
            }
            match template.overrides.apply(template.size, &requirement.overrides) {
                Ok(size) => {
                    let added = requirement.labels.iter().cloned();
                    let own = template.labels.iter().filter(|_| session.is_none()).cloned();
                    let labels = LabelSet::new(own.chain(added));
                    let spec = AgentSpec { template: id, labels, size, session: session.clone() };
                    let supply = self.own_class(&spec);
                    found.options.push(LaunchOption { rank, template: id, supply });
                }
                Err(refusal) => {
                    found.hopeless.get_or_insert(Reason::OverrideRefused { template: id, refusal });
                }
            }
        }
        found.session = session.filter(|_| found.is_some());
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
            .filter(|(_, group)| self.serves(group, &origin))
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

    /// Whether agents of a class are for the items of a group. Those of a template that bars the jobs are not, though Jenkins
    /// may assign them all the same: nothing that it does is counted on for them.
    fn serves(&self, group: &Group, origin: &Origin) -> bool {
        let fits = fits(&group.wish, origin, &self.policy);
        match origin {
            Origin::Own { spec, .. } if fits && group.clearance != Clearance::EVERY => {
                let is_plain = spec.labels == self.policy.templates[spec.template.index()].labels;
                let none = Overrides::default();
                let asks = if is_plain { &none } else { &group.asks };
                self.clearances.bars(group.clearance, spec.template, asks).is_none()
            }
            Origin::Own { .. } | Origin::Foreign { .. } => fits,
        }
    }
}

/// A label that nothing can serve.
fn hopeless(error: OverrideError) -> Match {
    Match { hopeless: Some(Reason::OverrideError(error)), ..Match::default() }
}

/// Whether agents of a class can take what a group wishes for.
///
/// The agent of a session is supply for its label alone. Jenkins gives it an item with an expression such as `!windows` too,
/// but nobody is told to wait for that.
fn fits(wish: &Wish, origin: &Origin, policy: &Policy) -> bool {
    match (wish, origin) {
        (Wish::Session(label), Origin::Own { spec, .. }) => {
            spec.session.as_ref() == Some(label) && spec.labels.contains(label)
        }
        (Wish::Any | Wish::Expression(_), Origin::Own { spec, .. }) if spec.session.is_some() => false,
        (Wish::Any, Origin::Own { spec, .. }) => policy.templates[spec.template.index()].serves_unlabelled,
        (Wish::Any, Origin::Foreign { exclusive, .. }) => !exclusive,
        (Wish::Expression(expression), Origin::Own { spec, .. }) => expression.matches(&spec.labels, ""),
        (Wish::Expression(expression), Origin::Foreign { labels, .. }) => expression.matches(labels, ""),
        (Wish::Session(_), Origin::Foreign { .. })
        | (Wish::Agent(_) | Wish::Unknown, Origin::Own { .. } | Origin::Foreign { .. }) => false,
    }
}
