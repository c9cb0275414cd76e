//! Makes a policy and a simulated world of the clouds and settings that were read.

use crate::{
    agent::AgentSettings,
    code::Code,
    diagnostic::Diagnostic,
    effective::{Effective, Origin},
    footman::{Settings, TemplateKeys, quantity::Retain},
    gather::{AlternativeOf, CloudSource, TemplateSource},
    launch,
    loaded::{EffectiveCloud, EffectiveTemplate},
    near,
    plugin::{self, Named, TemplateFields},
    policy::{cloud_limit, policy},
    reader::Reader,
    simulation::{ClusterSettings, Compute, LaunchType, Platform, SimulationSettings, TemplateSettings},
    source::Place,
    trap,
    world::{self, Tenant, Types},
};
use footman_core::{
    Policy,
    catalogue::{self, FargatePrice, FargatePrices},
    id::TemplateId,
    label::{LabelSet, OverrideRules},
    policy::{Limit, Reuse, Template},
    time::Millis,
    units::{MicroUsd, NanoUsd, Size},
};
use std::sync::Arc;

/// Everything that was made.
pub(crate) struct Assembled {
    /// The clouds with their effective values.
    pub(crate) clouds: Vec<EffectiveCloud>,
    /// What the core decides by.
    pub(crate) policy: Policy,
    /// The simulated world.
    pub(crate) simulation: SimulationSettings,
}

/// A template on its way.
struct Draft<'a> {
    cloud: &'a CloudSource,
    source: &'a TemplateSource,
    fields: TemplateFields,
    labels: LabelSet,
    size: Effective<Size>,
    settings: TemplateSettings,
}

/// Makes everything of `clouds` and `settings`; what is wrong is said to `reader`.
pub(crate) fn assemble(clouds: &[CloudSource], settings: &Settings, reader: &mut Reader<'_>) -> Assembled {
    let mut cluster_names: Vec<Arc<str>> = Vec::new();
    let mut drafts = Vec::new();
    for cloud in clouds {
        trap::cloud(cloud, reader);
        let cluster = cluster_place(&mut cluster_names, launch::cluster_name(&cloud.fields.cluster.value));
        let written = cloud.templates.iter().filter(|it| it.alternative.is_none());
        let named: Vec<Named<'_>> =
            written.map(|it| Named { name: &it.name, place: &it.place, fields: &it.fields }).collect();
        let mut inherited = (0..named.len()).map(|at| {
            let mut diagnostics = Vec::new();
            (plugin::inherit(&named, at, &mut diagnostics), diagnostics)
        });
        // The last template that is no alternative.
        let mut main: Option<usize> = None;
        for source in &cloud.templates {
            let beside = source.alternative.as_ref().zip(main.map(|at| &drafts[at]));
            let made = match beside {
                Some((alternative, first)) => {
                    let made = beside_main(cloud, source, alternative, first, settings, reader);
                    let before = &drafts[main.unwrap_or_default()..];
                    if before.iter().any(|it| it.settings.compute == made.settings.compute) {
                        reader.bad_value(&source.place, "another place than those before it", "the same");
                    }
                    made
                }
                None => {
                    let (fields, mut diagnostics) =
                        inherited.next().expect("a template that is no alternative is written");
                    reader.diagnostics.append(&mut diagnostics);
                    main = Some(drafts.len());
                    draft(cloud, source, fields, cluster, settings, reader)
                }
            };
            drafts.push(made);
        }
    }
    hold_families_apart(&drafts, reader);
    let mut types = Types::read(settings, reader);
    let mut world = SimulationSettings::default();
    for (at, name) in cluster_names.iter().enumerate() {
        let tenants: Vec<Tenant<'_>> =
            drafts.iter().filter(|it| it.settings.cluster == at).map(tenant).collect();
        world.clusters.push(world::cluster(name, &tenants, settings, &mut types, reader));
    }
    unused_clusters(settings, &cluster_names, reader);
    let prices = fargate_prices(settings);
    world.fargate_prices = prices;
    let mut effective: Vec<EffectiveCloud> = clouds.iter().map(effective_cloud).collect();
    let mut templates = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let price = price(&draft, &world.clusters, &types, &prices);
        let id = TemplateId(u32::try_from(templates.len()).unwrap_or(u32::MAX));
        templates.push(policy_template(&draft, price.value));
        world.templates.push(draft.settings.clone());
        let own_cloud = clouds.iter().position(|cloud| std::ptr::eq(cloud, draft.cloud)).unwrap_or_default();
        effective[own_cloud].templates.push(effective_template(draft, id, price));
    }
    world.instance_types = types.into_all();
    let policy = policy(clouds, settings, templates, reader);
    Assembled { clouds: effective, policy, simulation: world }
}

/// Says so where task definitions of two templates would be one family.
fn hold_families_apart(drafts: &[Draft<'_>], reader: &mut Reader<'_>) {
    let made = drafts.iter().filter(|it| it.fields.task_definition_override.value.trim().is_empty());
    let mut families: Vec<(&Arc<str>, &Place)> = Vec::new();
    let mut owned: Vec<(&Arc<str>, &Arc<str>, &Arc<str>)> = Vec::new();
    for it in made {
        // A template and its alternatives share one where the same is in it.
        let owner = (&it.settings.family, &it.cloud.name, it.source.main());
        if it.source.alternative.is_none() || !owned.contains(&owner) {
            families.push((&it.settings.family, &it.source.place));
            owned.push(owner);
        }
    }
    trap::families(&families, reader);
}

/// The place of the cluster `name` among those known, which it joins.
fn cluster_place(names: &mut Vec<Arc<str>>, name: &str) -> usize {
    if let Some(at) = names.iter().position(|own| **own == *name) {
        return at;
    }
    names.push(name.into());
    names.len() - 1
}

/// One template with everything that follows from its fields alone.
fn draft<'a>(
    cloud: &'a CloudSource,
    source: &'a TemplateSource,
    fields: TemplateFields,
    cluster: usize,
    settings: &Settings,
    reader: &mut Reader<'_>,
) -> Draft<'a> {
    let compute = launch::compute(&fields);
    let fargate = launch::on_fargate(&compute);
    let network = launch::network(&fields, fargate);
    let size = size(source, &fields);
    check_min_idle(source, reader);
    let labels = LabelSet::parse(&source.fields.label.value).labels;
    trap::template(&trap::Seen { source, fields: &fields, compute: &compute, fargate }, reader);
    let family: String = cloud.name.split_whitespace().collect();
    let settings = TemplateSettings {
        cluster,
        family: match fields.task_definition_override.value.trim() {
            "" => format!("{family}-{}", source.main()).into(),
            own => own.into(),
        },
        network,
        platform: launch::platform(&fields),
        placement: if fargate { Vec::new() } else { launch::placement(&fields) },
        constraints: launch::constraints(&source.footman),
        image: fields.image.value.as_str().into(),
        image_size: source.footman.image_size.value.unwrap_or(settings.image_size),
        ephemeral_storage_gib: fields.ephemeral_storage_size_in_gib.value.unwrap_or(20),
        host_ports: launch::host_ports(&fields, network),
        compute,
    };
    Draft { cloud, source, fields, labels, size, settings }
}

/// One alternative of `main`, which says only what has not been said of that one.
///
/// Their task definitions are one family where the same is in them; Fargate wants other things in one than container
/// instances do.
fn beside_main<'a>(
    cloud: &'a CloudSource,
    source: &'a TemplateSource,
    alternative: &AlternativeOf,
    main: &Draft<'a>,
    settings: &Settings,
    reader: &mut Reader<'_>,
) -> Draft<'a> {
    let fields = alternative.entry.fields(&main.fields);
    let said = reader.diagnostics.len();
    let mut made = draft(cloud, source, fields, main.settings.cluster, settings, reader);
    let (before, own) = reader.diagnostics.split_at(said);
    let is_new =
        |it: &&Diagnostic| before.iter().all(|old| (old.code, &old.message) != (it.code, &it.message));
    let with_place = |it: &Diagnostic| match it.place.as_ref() == Some(&source.place) {
        true => it.clone(),
        false => it.clone().related(Some(&source.place), "in this place of its `failover`"),
    };
    let own: Vec<Diagnostic> = own.iter().filter(is_new).map(with_place).collect();
    reader.diagnostics.truncate(said);
    reader.diagnostics.extend(own);
    let on_fargate = launch::on_fargate(&made.settings.compute);
    let is_made = made.fields.task_definition_override.value.trim().is_empty();
    if is_made && on_fargate != launch::on_fargate(&main.settings.compute) {
        let place = if on_fargate { "fargate" } else { "ec2" };
        made.settings.family = format!("{}--{place}", main.settings.family).into();
    }
    made
}

/// CPU and memory of a template's task: Footman's word, else what follows from the plugin's fields.
fn size(source: &TemplateSource, fields: &TemplateFields) -> Effective<Size> {
    let own = &source.footman.size;
    match own.value {
        Some(value) => Effective { value, origin: own.origin.clone() },
        None if fields.memory_reservation.value > 0 => {
            Effective::derived(launch::size(fields), "from cpu and memoryReservation")
        }
        None => Effective::derived(launch::size(fields), "from cpu and memory"),
    }
}

/// Says where more agents are to be kept online than one cluster can have.
fn check_min_idle(source: &TemplateSource, reader: &mut Reader<'_>) {
    let min_idle = &source.footman.min_idle;
    if let (true, Some(place)) = (min_idle.value > MIN_IDLE_MAX, min_idle.origin.place()) {
        reader.bad_value(place, &format!("at most {MIN_IDLE_MAX}"), &min_idle.value.to_string());
    }
}

/// The most agents that are kept online without demand; more is a slip of the pen.
const MIN_IDLE_MAX: u32 = 10_000;

/// A draft as the cluster sees it.
fn tenant<'a>(draft: &'a Draft<'_>) -> Tenant<'a> {
    Tenant {
        name: &draft.source.name,
        place: &draft.source.place,
        size: draft.size.value,
        settings: &draft.settings,
    }
}

/// Says which described clusters no cloud uses.
fn unused_clusters(settings: &Settings, used: &[Arc<str>], reader: &mut Reader<'_>) {
    for (name, place, _) in &settings.clusters {
        if !used.contains(name) {
            let names: Vec<&str> = used.iter().map(|name| &**name).collect();
            let message = format!("no cloud runs on a cluster called `{name}`");
            let help = match near::nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names.join(", ")),
            };
            reader.say(Diagnostic::new(Code::UnknownCluster, Some(place), message).help(help));
        }
    }
}

/// The list prices, with the user's own in their place.
fn fargate_prices(settings: &Settings) -> FargatePrices {
    let mut prices = FargatePrices::default();
    let Some(own) = &settings.root.prices.value else { return prices };
    let pairs = [
        (&own.linux_x86, &mut prices.linux_x86),
        (&own.linux_arm, &mut prices.linux_arm),
        (&own.windows_x86, &mut prices.windows_x86),
        (&own.spot_linux_x86, &mut prices.spot_linux_x86),
        (&own.spot_linux_arm, &mut prices.spot_linux_arm),
    ];
    for (own, list) in pairs {
        if let Some(own) = own {
            *list = FargatePrice {
                vcpu_hour: own.vcpu_hour.map_or(list.vcpu_hour, NanoUsd::from),
                gib_hour: own.gib_hour.map_or(list.gib_hour, NanoUsd::from),
            };
        }
    }
    prices
}

/// List price per hour of a template's task: the dearest of the ways it may run, for a spend limit must hold.
fn price(
    draft: &Draft<'_>,
    clusters: &[ClusterSettings],
    types: &Types,
    prices: &FargatePrices,
) -> Effective<MicroUsd> {
    if let Some(value) = draft.source.footman.price_per_hour.value {
        return Effective { value, origin: draft.source.footman.price_per_hour.origin.clone() };
    }
    let size = draft.size.value;
    let platform = draft.settings.platform;
    let fargate = |spot| prices.task(size, platform, spot);
    let mut on_fargate: Vec<MicroUsd> = Vec::new();
    match &draft.settings.compute {
        Compute::LaunchType(LaunchType::Fargate) => on_fargate.push(fargate(false)),
        Compute::Strategy(items) => {
            on_fargate.extend(items.iter().filter_map(|item| match &*item.provider {
                "FARGATE" => Some(fargate(false)),
                "FARGATE_SPOT" => Some(fargate(true)),
                _ => None,
            }));
        }
        Compute::LaunchType(_) | Compute::ClusterDefault => {}
    }
    if let Some(dearest) = on_fargate.into_iter().max() {
        return Effective::derived(dearest, "Fargate list price of the size");
    }
    let cluster = clusters.get(draft.settings.cluster);
    let names =
        cluster.map(|cluster| world::instance_types(cluster, &draft.settings.compute)).unwrap_or_default();
    let kinds = names.iter().filter_map(|name| types.get(name));
    let fitting = kinds.filter(|kind| kind.registered.holds(size));
    match fitting.map(|kind| kind.share(size)).max() {
        Some(dearest) => Effective::derived(dearest, "share of the instance's list price"),
        None => Effective::derived(
            catalogue::instance_type(FALLBACK_TYPE).map_or(MicroUsd::ZERO, |kind| kind.share(size)),
            "share of the list price of m6i.large, for want of an instance type",
        ),
    }
}

/// The instance type whose price counts where no cluster says another.
const FALLBACK_TYPE: &str = "m6i.large";

/// A template as the core has it.
fn policy_template(draft: &Draft<'_>, price_per_hour: MicroUsd) -> Template {
    let keys = &draft.source.footman;
    Template {
        cloud: Arc::clone(&draft.cloud.name),
        name: Arc::clone(&draft.source.name),
        labels: draft.labels.clone(),
        serves_unlabelled: keys.serves_unlabelled.value,
        fargate: launch::on_fargate(&draft.settings.compute),
        rank: keys.rank.value,
        size: draft.size.value,
        price_per_hour,
        // With alternatives it is one on all of them together.
        limit: match keys.limit.value.as_ref().filter(|_| keys.failover.value.is_empty()) {
            Some(keys) => keys.limit(),
            None => Limit::default(),
        },
        has_alternatives: draft.source.alternative.is_some() || !keys.failover.value.is_empty(),
        min_idle: keys.min_idle.value,
        reuse: reuse(draft.cloud, keys).value,
        overrides: override_rules(draft),
        allow_jobs: keys.allow_jobs.value.clone(),
        active_hours: keys.active_hours.value.clone(),
    }
}

/// What labels may override; on Fargate, only so that one of its sizes comes out.
fn override_rules(draft: &Draft<'_>) -> OverrideRules {
    let keys = &draft.source.footman;
    let (cpu_max, memory_max) =
        keys.overrides.value.as_ref().map_or((None, None), |own| (own.cpu_max, own.memory_max));
    let session_idle = keys.sessions.value.map(|sessions| sessions.0);
    let windows = draft.settings.platform == Platform::WindowsX86;
    let fargate = launch::on_fargate(&draft.settings.compute);
    let resizes = keys.overrides.value.is_some();
    let sizes = if fargate && resizes { catalogue::fargate_sizes(windows) } else { Vec::new() };
    let jobs = keys.overrides.value.as_ref().and_then(|own| own.allow_jobs.clone()).unwrap_or_default();
    OverrideRules {
        cpu_max,
        memory_max,
        session_idle,
        sizes: sizes.into(),
        cpu_jobs: jobs.cpu,
        memory_jobs: jobs.memory,
    }
}

/// What happens to an agent after a build: Footman's word, else the cloud's `retainAgents` and `retentionTimeout`.
fn reuse(cloud: &CloudSource, keys: &TemplateKeys) -> Effective<Reuse> {
    let retain = &keys.retain;
    match retain.value {
        Some(Retain::No) => Effective { value: Reuse::OneShot, origin: retain.origin.clone() },
        Some(Retain::Idle(idle, builds)) => {
            Effective { value: Reuse::Retain { idle, builds }, origin: retain.origin.clone() }
        }
        None if cloud.fields.retain_agents.value => {
            // The plugin takes 0 for its default.
            let minutes = match cloud.fields.retention_timeout.value {
                0 => 5,
                minutes => minutes,
            };
            let idle = Millis::from_mins(u64::from(minutes));
            let reuse = Reuse::Retain { idle, builds: None };
            Effective { value: reuse, origin: cloud.fields.retain_agents.origin.clone() }
        }
        None => Effective { value: Reuse::OneShot, origin: cloud.fields.retain_agents.origin.clone() },
    }
}

/// How a template's tasks become agents.
fn agent_settings(keys: &TemplateKeys) -> AgentSettings {
    let injection = keys.agent_injection.value.as_deref().map(str::trim).filter(|image| !image.is_empty());
    AgentSettings {
        dialect: keys.image_dialect.value,
        web_socket: keys.web_socket.value,
        injection: injection.map(Arc::from),
    }
}

/// A cloud with its effective values, its templates still to come.
fn effective_cloud(cloud: &CloudSource) -> EffectiveCloud {
    let limit = cloud_limit(cloud);
    let mut footman = cloud.footman.rows();
    if let (Some(agents), Some(row)) = (limit.value.agents, footman.first_mut())
        && row.value.is_empty()
    {
        row.value = format!("agents {agents}");
        row.origin = limit.origin;
    }
    EffectiveCloud {
        name: Arc::clone(&cloud.name),
        place: cloud.place.clone(),
        fields: cloud.fields.clone(),
        external_id: cloud.footman.external_id.value.as_deref().map(Arc::from),
        footman,
        templates: Vec::new(),
    }
}

/// A template with its effective values.
fn effective_template(draft: Draft<'_>, id: TemplateId, price: Effective<MicroUsd>) -> EffectiveTemplate {
    let mut footman = draft.source.footman.rows();
    let reuse = reuse(draft.cloud, &draft.source.footman);
    let retain = match reuse.value {
        Reuse::OneShot => Retain::No,
        Reuse::Retain { idle, builds } => Retain::Idle(idle, builds),
    };
    let mut set = |key: &str, value: String, origin: Origin| {
        if let Some(row) = footman.iter_mut().find(|row| row.key == key) {
            row.value = value;
            row.origin = origin;
        }
    };
    set("retain", crate::reader::Field::show(&retain), reuse.origin);
    set("size", draft.size.value.to_string(), draft.size.origin.clone());
    set("pricePerHour", price.value.to_string(), price.origin.clone());
    if !draft.source.footman.image_size.is_given() {
        set("imageSize", draft.settings.image_size.to_string(), Origin::Default);
    }
    EffectiveTemplate {
        id,
        name: Arc::clone(&draft.source.name),
        place: draft.source.place.clone(),
        alternative_of: draft.source.alternative.as_ref().map(|it| Arc::clone(&it.main)),
        agent: agent_settings(&draft.source.footman),
        fields: draft.fields,
        size: draft.size,
        price_per_hour: price,
        footman,
    }
}
