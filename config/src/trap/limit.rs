//! Limits that stop everything.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::Effective,
    footman::{Settings, object::LimitKeys},
    gather::CloudSource,
    reader::Reader,
};
use footman_core::policy::{Limit, Template};

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

/// Whether `limit` has room for one agent of `template`.
fn holds(limit: Limit, template: &Template) -> bool {
    limit.agents.is_none_or(|most| most >= 1)
        && limit.cpu.is_none_or(|most| most >= template.size.cpu)
        && limit.memory.is_none_or(|most| most >= template.size.memory)
        && limit.spend_per_hour.is_none_or(|most| most >= template.price_per_hour)
}
