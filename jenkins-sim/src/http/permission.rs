//! What a user may do: the permissions of Jenkins' own that something here asks for.

use thiserror::Error;

/// A permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Permission {
    Administer,
    Read,
    ItemRead,
    ItemCreate,
    ItemConfigure,
    ItemExtendedRead,
    ItemBuild,
    ItemCancel,
    ItemDelete,
    AgentCreate,
    AgentConfigure,
    AgentExtendedRead,
    AgentConnect,
    AgentDisconnect,
    AgentDelete,
}

/// Every permission, as people write it and as `X-Required-Permission` does.
const NAMES: [(Permission, &str, &str); 15] = [
    (Permission::Administer, "Overall/Administer", "hudson.model.Hudson.Administer"),
    (Permission::Read, "Overall/Read", "hudson.model.Hudson.Read"),
    (Permission::ItemRead, "Job/Read", "hudson.model.Item.Read"),
    (Permission::ItemCreate, "Job/Create", "hudson.model.Item.Create"),
    (Permission::ItemConfigure, "Job/Configure", "hudson.model.Item.Configure"),
    (Permission::ItemExtendedRead, "Job/ExtendedRead", "hudson.model.Item.ExtendedRead"),
    (Permission::ItemBuild, "Job/Build", "hudson.model.Item.Build"),
    (Permission::ItemCancel, "Job/Cancel", "hudson.model.Item.Cancel"),
    (Permission::ItemDelete, "Job/Delete", "hudson.model.Item.Delete"),
    (Permission::AgentCreate, "Agent/Create", "hudson.model.Computer.Create"),
    (Permission::AgentConfigure, "Agent/Configure", "hudson.model.Computer.Configure"),
    (Permission::AgentExtendedRead, "Agent/ExtendedRead", "hudson.model.Computer.ExtendedRead"),
    (Permission::AgentConnect, "Agent/Connect", "hudson.model.Computer.Connect"),
    (Permission::AgentDisconnect, "Agent/Disconnect", "hudson.model.Computer.Disconnect"),
    (Permission::AgentDelete, "Agent/Delete", "hudson.model.Computer.Delete"),
];

/// A name that is no permission's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no permission `{0}`; there are {list}", list = list())]
pub(super) struct UnknownPermission(String);

impl Permission {
    /// As people write it: `Agent/Create`.
    pub(super) fn title(self) -> &'static str {
        self.row().1
    }

    /// As headers write it: `hudson.model.Computer.Create`.
    pub(super) fn id(self) -> &'static str {
        self.row().2
    }

    /// The permissions that imply it, as headers write them, the closest first. That of Overall/Read was recorded (e001).
    pub(super) fn implied_by(self) -> &'static [&'static str] {
        match self {
            Self::Administer => &[],
            Self::Read => &["hudson.security.Permission.GenericRead", "hudson.model.Hudson.Administer"],
            Self::ItemRead
            | Self::ItemCreate
            | Self::ItemConfigure
            | Self::ItemExtendedRead
            | Self::ItemBuild
            | Self::ItemCancel
            | Self::ItemDelete
            | Self::AgentCreate
            | Self::AgentConfigure
            | Self::AgentExtendedRead
            | Self::AgentConnect
            | Self::AgentDisconnect
            | Self::AgentDelete => &["hudson.model.Hudson.Administer"],
        }
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        let row = NAMES.into_iter().find(|(permission, ..)| *permission == self);
        row.expect("every permission has a row, as a test checks")
    }

    fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Permissions(u32);

impl Permissions {
    /// Everything.
    pub(super) const ALL: Self = Self(u32::MAX);

    /// Those of these names.
    pub(super) fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownPermission> {
        let mut set = 0;
        for name in names {
            let row = NAMES.iter().find(|(_, title, _)| *title == name);
            set |= row.ok_or_else(|| UnknownPermission(name.to_owned()))?.0.bit();
        }
        Ok(Self(set))
    }

    /// Whether they allow it: Overall/Administer allows everything, and who may configure may also look at it.
    pub(super) fn allow(self, wanted: Permission) -> bool {
        let has = |permission: Permission| self.0 & permission.bit() != 0;
        has(wanted)
            || has(Permission::Administer)
            || match wanted {
                Permission::ItemExtendedRead => has(Permission::ItemConfigure),
                Permission::AgentExtendedRead => has(Permission::AgentConfigure),
                Permission::ItemCancel => has(Permission::ItemBuild),
                Permission::Administer
                | Permission::Read
                | Permission::ItemRead
                | Permission::ItemCreate
                | Permission::ItemConfigure
                | Permission::ItemBuild
                | Permission::ItemDelete
                | Permission::AgentCreate
                | Permission::AgentConfigure
                | Permission::AgentConnect
                | Permission::AgentDisconnect
                | Permission::AgentDelete => false,
            }
    }
}

fn list() -> String {
    NAMES.map(|(_, title, _)| title).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_a_name_and_allows_itself_alone() {
        for (permission, title, id) in NAMES {
            assert_eq!((permission.title(), permission.id()), (title, id));
            let set = Permissions::parse([title]).unwrap();
            assert!(set.allow(permission));
            assert!(permission == Permission::Administer || !set.allow(Permission::Administer));
            assert!(Permissions::parse(["Overall/Administer"]).unwrap().allow(permission));
            assert!(!Permissions::default().allow(permission));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_that_there_are() {
        let error = Permissions::parse(["Agent/Build"]).unwrap_err().to_string();
        assert!(error.contains("`Agent/Build`") && error.contains("Agent/Create"), "{error}");
    }
}
