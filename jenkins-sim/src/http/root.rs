//! `/api/json`: Jenkins itself, and what else it says of itself and of who asks.

use super::{
    computers::{CONTROLLER_DESCRIPTION, node_labels},
    export::{ALWAYS, Object, Plain},
    look::Look,
    security::CRUMB_FIELD,
};
use crate::{JobId, node::CONTROLLER};

/// The properties of a user that a Jenkins 2.263.4 without plugins has (recording e023).
const USER_PROPERTIES: [&str; 7] = [
    "jenkins.security.ApiTokenProperty",
    "hudson.model.MyViewsProperty",
    "hudson.model.PaneStatusProperties",
    "jenkins.security.seed.UserSeedProperty",
    "hudson.search.UserSearchProperty",
    "hudson.model.TimeZoneProperty",
    "hudson.security.HudsonPrivateSecurityRealm$Details",
];

impl Look<'_> {
    /// Jenkins, which is also the controller's node.
    pub(super) fn root(&self, object: &mut Object<'_, '_>) {
        let (face, jenkins) = (self.face, self.jenkins);
        let controller = &jenkins.nodes[CONTROLLER];
        let security = &face.settings.security;
        object.class("hudson.model.Hudson");
        object.list("assignedLabels", || node_labels(controller), |label, name| self.own_label(label, name));
        object.set("mode", if controller.exclusive { "EXCLUSIVE" } else { "NORMAL" });
        object.set("nodeDescription", CONTROLLER_DESCRIPTION);
        object.put(ALWAYS, "nodeName", || "");
        object.set("numExecutors", controller.executors);
        object.set("description", Plain::Null);
        object.list("jobs", || self.jobs(), |job, id| self.job(job, id));
        object.object(1, "overallLoad", |load| self.overall_series(load));
        object.object(1, "primaryView", |view| self.all_view(view));
        object.set("quietingDown", jenkins.quieting_down);
        object.put(1, "slaveAgentPort", || face.settings.agent_port.map_or(-1, i64::from));
        object.object(1, "unlabeledLoad", |load| self.unlabeled_load(load));
        object.set("url", face.settings.root_url.as_str());
        object.set("useCrumbs", security.has_crumbs());
        object.set("useSecurity", security.has_users());
        object.list("views", || [()], |view, ()| self.all_view(view));
    }

    /// The view of all jobs, which is the only one.
    pub(super) fn all_view(&self, object: &mut Object<'_, '_>) {
        object.class("hudson.model.AllView");
        object.set("description", Plain::Null);
        object.list("jobs", || self.jobs(), |job, id| self.job(job, id));
        object.put(ALWAYS, "name", || "all");
        object.list("property", || [(); 0], |_, ()| {});
        object.put(ALWAYS, "url", || self.url(""));
    }

    /// The jobs that the user may see, by name.
    pub(super) fn jobs(&self) -> Vec<JobId> {
        if !self.sees_jobs {
            return Vec::new();
        }
        let mut jobs: Vec<_> = self.jenkins.job_names.iter().collect();
        jobs.sort_unstable();
        jobs.into_iter().map(|(_, &id)| id).filter(|&id| !self.face.is_configuration(id)).collect()
    }

    /// `/whoAmI`.
    pub(super) fn who_am_i(&self, object: &mut Object<'_, '_>) {
        let anonymous = self.who.is_anonymous();
        object.class("hudson.security.WhoAmI");
        object.set("anonymous", anonymous);
        object.set("authenticated", true);
        let authorities = if anonymous { "" } else { "authenticated" };
        object.set("authorities", Plain::Texts(vec![authorities.to_owned()]));
        object.set("name", &*self.who.name);
    }

    /// `/me`.
    pub(super) fn me(&self, object: &mut Object<'_, '_>) {
        let name = &*self.who.name;
        object.class("hudson.model.User");
        object.put(ALWAYS, "absoluteUrl", || self.url(&format!("user/{}", super::request::piece(name))));
        object.set("description", Plain::Null);
        object.put(ALWAYS, "fullName", || name);
        object.set("id", name);
        object.list(
            "property",
            || USER_PROPERTIES,
            |property, class| {
                property.class(class);
                if class.ends_with("UserSearchProperty") {
                    property.put(ALWAYS, "insensitiveSearch", || true);
                }
            },
        );
    }

    /// `/pluginManager`: there are no plugins.
    pub(super) fn plugins(&self, object: &mut Object<'_, '_>) {
        object.class("hudson.LocalPluginManager");
        object.list("plugins", || [(); 0], |_, ()| {});
    }
}

/// `/crumbIssuer`.
pub(super) fn crumb_issuer(object: &mut Object<'_, '_>, crumb: &str) {
    object.class("hudson.security.csrf.DefaultCrumbIssuer");
    object.set("crumb", crumb);
    object.set("crumbRequestField", CRUMB_FIELD);
}
