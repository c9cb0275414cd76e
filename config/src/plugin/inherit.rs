//! `inheritFrom`: how the plugin merges a template with its parent, its bugs included.
//!
//! `child.merge(parent)` of `ECSTaskTemplate` (plugin source, commit 4d48ab3): one level only, field by field. What it
//! does and nobody expects is done here too, and said.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::{Effective, Origin},
    plugin::{Tag, TemplateFields},
    reader::Field,
    source::Place,
};
use footman_core::label::LabelSet;
use std::sync::Arc;

/// The label and the name that make a template everybody's parent.
const DEFAULT_PARENT: &str = "template-default";

/// A template's fields and its name.
pub(crate) struct Named<'a> {
    /// The name, as messages show it.
    pub(crate) name: &'a Arc<str>,
    /// Where it stands.
    pub(crate) place: &'a Place,
    /// The fields as they stand in the file.
    pub(crate) fields: &'a TemplateFields,
}

/// The fields of template `at` of `templates`, its parent's merged in; what surprises is added to `diagnostics`.
pub(crate) fn inherit(
    templates: &[Named<'_>],
    at: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> TemplateFields {
    let child = &templates[at];
    let asked = &child.fields.inherit_from;
    let Some(parent_at) = parent(templates, child.fields) else {
        if !asked.value.trim().is_empty() {
            diagnostics.push(no_parent(child, &asked.value));
        }
        return child.fields.clone();
    };
    let parent = &templates[parent_at];
    if parent_at == at && !asked.value.trim().is_empty() {
        let message = format!("`inheritFrom: {}` of `{}` finds the template itself", asked.value, child.name);
        diagnostics
            .push(Diagnostic::new(Code::OwnParent, asked.origin.place(), message).help(
                "the first template that shares a label is the parent; put the parent before this one",
            ));
    }
    if parent_at != at && !parent.fields.inherit_from.value.trim().is_empty() {
        let message = format!("`{}` inherits too, and the plugin merges one level only", parent.name);
        diagnostics.push(
            Diagnostic::new(Code::SecondLevel, asked.origin.place().or(Some(child.place)), message)
                .related(parent.fields.inherit_from.origin.place(), "this is not followed"),
        );
    }
    let mut merge = Merge { child: child.name, parent: parent.name, diagnostics: Vec::new() };
    let merged = merge.fields(child.fields, parent.fields);
    if parent_at != at {
        surprises(child, parent, &mut merge.diagnostics);
    }
    diagnostics.append(&mut merge.diagnostics);
    merged
}

/// The template that `child` inherits from: the first that shares a label with `inheritFrom`; where that is blank, the
/// first with the label `template-default`, then the first with that name.
fn parent(templates: &[Named<'_>], child: &TemplateFields) -> Option<usize> {
    let wanted = LabelSet::parse(&child.inherit_from.value).labels;
    let has = |label: &str| {
        templates.iter().position(|it| LabelSet::parse(&it.fields.label.value).labels.contains(label))
    };
    if wanted.is_empty() {
        let named = || templates.iter().position(|it| it.fields.template_name.value == DEFAULT_PARENT);
        return has(DEFAULT_PARENT).or_else(named);
    }
    wanted.iter().filter_map(|label| has(label)).min()
}

/// Says that nobody has the label that `inheritFrom` names.
fn no_parent(child: &Named<'_>, asked: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoParent,
        child.fields.inherit_from.origin.place(),
        format!("no template has the label `{asked}`; `{}` inherits nothing", child.name),
    )
    .help("`inheritFrom` is a label of the parent, not its name")
}

/// One merge.
struct Merge<'a> {
    child: &'a Arc<str>,
    parent: &'a Arc<str>,
    diagnostics: Vec<Diagnostic>,
}

impl Merge<'_> {
    /// All fields, each by the plugin's rule.
    fn fields(&mut self, child: &TemplateFields, parent: &TemplateFields) -> TemplateFields {
        macro_rules! merged {
            ($($rule:ident: $($field:ident $key:literal),+;)+) => {
                TemplateFields {
                    // A template's name is its own: the plugin makes one up where it is blank, and never inherits it.
                    template_name: child.template_name.clone(),
                    dynamic_task_definition_override: Effective::default_of(String::new()),
                    inherit_from: child.inherit_from.clone(),
                    $($($field: self.$rule(&child.$field, &parent.$field, $key),)+)+
                }
            };
        }
        merged! {
            own_or_parent:
                label "label", agent_container_name "agentContainerName",
                task_definition_override "taskDefinitionOverride", image "image",
                repository_credentials "repositoryCredentials", network_mode "networkMode",
                remote_fs_root "remoteFSRoot", platform_version "platformVersion", subnets "subnets",
                security_groups "securityGroups", container_user "containerUser",
                kernel_capabilities "kernelCapabilities", log_driver "logDriver", entrypoint "entrypoint",
                execution_role "executionRole", taskrole "taskrole", launch_type "launchType",
                operating_system_family "operatingSystemFamily", cpu_architecture "cpuArchitecture",
                memory "memory", memory_reservation "memoryReservation", cpu "cpu",
                shared_memory_size "sharedMemorySize",
                ephemeral_storage_size_in_gib "ephemeralStorageSizeInGiB",
                log_driver_options "logDriverOptions", environments "environments",
                extra_hosts "extraHosts", mount_points "mountPoints", efs_mount_points "efsMountPoints",
                port_mappings "portMappings", ulimits "ulimits", placement_strategies "placementStrategies",
                capacity_provider_strategies "capacityProviderStrategies";
            either:
                unique_remote_fs_root "uniqueRemoteFSRoot", assign_public_ip "assignPublicIp",
                privileged "privileged", default_capacity_provider "defaultCapacityProvider",
                enable_execute_command "enableExecuteCommand";
            union: tags "tags";
            lost: jvm_args "jvmArgs", dns_search_domains "dnsSearchDomains";
        }
    }

    /// The child's where it is given and not blank, else the parent's.
    fn own_or_parent<T: Field + Clone>(
        &mut self,
        child: &Effective<T>,
        parent: &Effective<T>,
        key: &str,
    ) -> Effective<T> {
        if child.is_given() && !child.value.is_blank() {
            return child.clone();
        }
        if !parent.is_given() {
            // A blank list is one nobody gave, once it has been merged; other blanks say the same either way.
            return Effective { value: parent.value.clone(), origin: Origin::Default };
        }
        if child.is_given() && !parent.value.is_blank() {
            let message =
                format!("a blank `{key}` cannot blank what `{}` has from `{}`", self.child, self.parent);
            self.diagnostics.push(
                Diagnostic::new(Code::StuckValue, child.origin.place(), message)
                    .related(parent.origin.place(), "this stays in force"),
            );
        }
        Effective { value: parent.value.clone(), origin: self.inherited(&parent.origin) }
    }

    /// True where either is: a child cannot switch off what its parent has.
    fn either(&mut self, child: &Effective<bool>, parent: &Effective<bool>, key: &str) -> Effective<bool> {
        if child.value || !parent.value {
            return child.clone();
        }
        if child.is_given() {
            let message =
                format!("`{key}: false` of `{}` has no effect: `{}` has it on", self.child, self.parent);
            self.diagnostics.push(
                Diagnostic::new(Code::StuckSwitch, child.origin.place(), message)
                    .related(parent.origin.place(), "the plugin keeps what either of the two has on")
                    .help("take it out of the parent, or do not inherit"),
            );
        }
        Effective { value: true, origin: self.inherited(&parent.origin) }
    }

    /// Both, by name; the child's value wins.
    fn union(
        &mut self,
        child: &Effective<Vec<Tag>>,
        parent: &Effective<Vec<Tag>>,
        _key: &str,
    ) -> Effective<Vec<Tag>> {
        if parent.value.is_empty() {
            return child.clone();
        }
        let mut tags = child.value.clone();
        tags.extend(
            parent.value.iter().filter(|tag| child.value.iter().all(|own| own.name != tag.name)).cloned(),
        );
        let origin = if child.value.is_empty() {
            self.inherited(&parent.origin)
        } else {
            Origin::Merged {
                template: Arc::clone(self.parent),
                own: Box::new(child.origin.clone()),
                from: Box::new(parent.origin.clone()),
            }
        };
        Effective { value: tags, origin }
    }

    /// Nothing: the merged template has neither's.
    fn lost(
        &mut self,
        child: &Effective<String>,
        parent: &Effective<String>,
        key: &str,
    ) -> Effective<String> {
        let given = [child, parent].into_iter().find(|it| !it.value.is_empty());
        let Some(given) = given else { return child.clone() };
        let message = format!(
            "`{key}` is lost: the plugin drops it when it merges `{}` with `{}`",
            self.child, self.parent
        );
        let help = "set it in the image, or as an environment variable such as JAVA_OPTS";
        self.diagnostics.push(Diagnostic::new(Code::LostOnMerge, given.origin.place(), message).help(help));
        Effective { value: String::new(), origin: Origin::Lost { template: Arc::clone(self.parent) } }
    }

    /// Where a value of the parent's came from, seen from the child.
    fn inherited(&self, from: &Origin) -> Origin {
        Origin::Inherited { template: Arc::clone(self.parent), from: Box::new(from.clone()) }
    }
}

/// What only shows when both templates are seen together.
fn surprises(child: &Named<'_>, parent: &Named<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let definition = &parent.fields.task_definition_override;
    let own = child.fields;
    let container_fields = [
        ("image", own.image.is_given(), own.image.origin.place()),
        ("cpu", own.cpu.value > 0, own.cpu.origin.place()),
        ("memory", own.memory.value > 0, own.memory.origin.place()),
        ("memoryReservation", own.memory_reservation.value > 0, own.memory_reservation.origin.place()),
        ("environments", !own.environments.value.is_empty(), own.environments.origin.place()),
    ];
    if !definition.value.is_empty() && own.task_definition_override.value.is_empty() {
        for (key, _, place) in container_fields.iter().filter(|(_, given, _)| *given) {
            let message = format!(
                "`{key}` has no effect: `{}` inherits `taskDefinitionOverride` from `{}`",
                child.name, parent.name
            );
            diagnostics.push(
                Diagnostic::new(Code::VoidedByOverride, *place, message)
                    .related(definition.origin.place(), "the task definition that is used"),
            );
        }
    }
    let (hard, soft) = (&own.memory, &own.memory_reservation);
    let (parent_hard, parent_soft) = (&parent.fields.memory, &parent.fields.memory_reservation);
    let mixed = (hard.value > 0 && soft.value == 0 && parent_soft.value > 0)
        .then_some((hard, "memory", parent_soft, "memoryReservation"))
        .or_else(|| {
            (soft.value > 0 && hard.value == 0 && parent_hard.value > 0).then_some((
                soft,
                "memoryReservation",
                parent_hard,
                "memory",
            ))
        });
    if let Some((mine, my_key, theirs, their_key)) = mixed {
        let message = format!(
            "`{my_key}: {}` of `{}` is joined by `{their_key}: {}` of `{}`",
            mine.value, child.name, theirs.value, parent.name
        );
        diagnostics.push(
            Diagnostic::new(Code::MergedMemory, mine.origin.place(), message)
                .related(theirs.origin.place(), "this is inherited and sent too")
                .help("give both limits in both templates; the soft one is what ECS places by, and Fargate's size"),
        );
    }
}
