//! Limits that stop everything.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::Effective,
    footman::{Settings, object::LimitKeys},
    gather::CloudSource,
    reader::Reader,
    source::Place,
};
use footman_core::policy::{Limit, SharedLimit, Template};

/// Says which limits are too small for a single agent.
pub(crate) fn limits(
    clouds: &[CloudSource],
    settings: &Settings,
    templates: &[Template],
    reader: &mut Reader<'_>,
) {
    one(&settings.root.limit, templates, "all templates", reader);
    for cloud in clouds {
        let own: Vec<Template> = templates.iter().filter(|it| it.cloud == cloud.name).cloned().collect();
        one(&cloud.footman.limit, &own, &format!("cloud `{}`", cloud.name), reader);
        for template in &cloud.templates {
            let own: Vec<Template> = own.iter().filter(|it| it.name == template.name).cloned().collect();
            one(&template.footman.limit, &own, &format!("template `{}`", template.name), reader);
        }
    }
}

/// Says whether no agent of `templates` fits into `limit`.
fn one(limit: &Effective<Option<LimitKeys>>, templates: &[Template], whose: &str, reader: &mut Reader<'_>) {
    let (Some(keys), Some(place)) = (&limit.value, limit.origin.place()) else { return };
    let limit = keys.limit();
    if !templates.is_empty() && templates.iter().all(|template| !holds(limit, template)) {
        let message = format!("the limit on {whose} is below what a single agent takes");
        reader.say(
            Diagnostic::new(Code::LimitTooSmall, Some(place), message)
                .help("nothing is ever launched there; a limit counts an agent's whole size"),
        );
    }
}

/// Says which limits the agents that are kept warm can fill alone: `shared` are those that join templates, and the last
/// is the one on all.
pub(crate) fn warm(
    clouds: &[CloudSource],
    settings: &Settings,
    templates: &[Template],
    shared: &[SharedLimit],
    reader: &mut Reader<'_>,
) {
    let all: Vec<&Template> = templates.iter().collect();
    if let Some(keys) = &settings.root.limit.value {
        filled(keys.limit(), &all, "all templates", settings.root.limit.origin.place(), reader);
    }
    for limit in shared {
        let joined: Vec<&Template> =
            limit.templates.iter().filter_map(|id| templates.get(id.index())).collect();
        let cloud = clouds.iter().find(|cloud| cloud.name == limit.name);
        let of_cloud = cloud.and_then(|cloud| cloud.footman.limit.origin.place());
        let place = of_cloud.or_else(|| settings.root.shared_limits.origin.place());
        filled(limit.limit, &joined, &format!("`{}`", limit.name), place, reader);
    }
    for cloud in clouds {
        for source in &cloud.templates {
            let own = |it: &&Template| it.cloud == cloud.name && it.name == source.name;
            let own: Vec<&Template> = templates.iter().filter(own).collect();
            if let Some(keys) = &source.footman.limit.value {
                let place = source.footman.limit.origin.place();
                filled(keys.limit(), &own, &format!("template `{}`", source.name), place, reader);
            }
        }
    }
}

/// Says which dimension of `limit` is filled by what `templates` keep warm.
fn filled(
    limit: Limit,
    templates: &[&Template],
    whose: &str,
    place: Option<&Place>,
    reader: &mut Reader<'_>,
) {
    let warm = |one: &dyn Fn(&Template) -> u64| -> u64 {
        templates.iter().map(|it| u64::from(it.min_idle).saturating_mul(one(it))).sum()
    };
    let dimensions = [
        ("agents", warm(&|_| 1), limit.agents.map(u64::from)),
        ("cpu", warm(&|it| it.size.cpu.get().into()), limit.cpu.map(|cpu| cpu.get().into())),
        ("memory", warm(&|it| it.size.memory.get().into()), limit.memory.map(|memory| memory.get().into())),
        ("spendPerHour", warm(&|it| it.price_per_hour.get()), limit.spend_per_hour.map(|spend| spend.get())),
    ];
    let full =
        dimensions.into_iter().find(|(_, sum, most)| *sum > 0 && most.is_some_and(|most| *sum >= most));
    if let Some((dimension, ..)) = full {
        let message = format!("the agents kept warm (`minIdle`) can fill the limit on {whose} ({dimension})");
        reader.say(Diagnostic::new(Code::WarmFillsLimit, place, message).help(
            "builds that wait come first: warm agents of other templates are then given up, and each such build waits \
             for one to end and for another to start",
        ));
    }
}

/// Whether `limit` has room for one agent of `template`.
fn holds(limit: Limit, template: &Template) -> bool {
    limit.agents.is_none_or(|most| most >= 1)
        && limit.cpu.is_none_or(|most| most >= template.size.cpu)
        && limit.memory.is_none_or(|most| most >= template.size.memory)
        && limit.spend_per_hour.is_none_or(|most| most >= template.price_per_hour)
}
