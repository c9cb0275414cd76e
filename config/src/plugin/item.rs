//! The entries of a template's lists.

use crate::{
    reader::{Field, Need, Reader},
    yaml::{Node, Value},
};

/// Declares an entry: its keys, each with its field, type and default, and how a table shows it.
macro_rules! item {
    (
        $(#[$doc:meta])*
        $vis:vis $type:ident, $name:literal {
            $($(#[$field_doc:meta])* $key:literal => $field:ident: $field_type:ty = $default:expr, $need:ident;)*
        }
        show $show:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis struct $type {
            $($(#[$field_doc])* $vis $field: $field_type,)*
        }

        impl $type {
            /// The keys of an entry.
            $vis const KEYS: &'static [&'static str] = &[$($key),*];
        }

        impl crate::plugin::kind::Item for $type {
            const NAME: &'static str = $name;

            fn read(
                node: &crate::yaml::Node,
                reader: &mut crate::reader::Reader<'_>,
            ) -> Option<Self> {
                let crate::yaml::Value::Map(_) = &node.value else {
                    let expected = format!("{} with {}", $name, Self::KEYS.join(", "));
                    reader.bad_value(&node.place, &expected, node.kind());
                    return None;
                };
                reader.check_keys(node, Self::KEYS, $name);
                Some(Self { $($field: reader.part(node, $key, crate::reader::Need::$need, $default),)* })
            }

            fn show(&self) -> String {
                let show: fn(&Self) -> String = $show;
                show(self)
            }
        }
    };
}

impl Reader<'_> {
    /// Reads the value of `key` in an entry of a list; where the entry's values came from adds to where the list's did.
    pub(crate) fn part<T: Field>(&mut self, map: &Node, key: &str, need: Need, default: T) -> T {
        match map.get(key) {
            Some(node) if node.value != Value::Null => {
                let outer = self.set_need(need);
                let value = T::read(node, self);
                self.set_need(outer);
                value.unwrap_or(default)
            }
            Some(_) | None => default,
        }
    }
}

pub(crate) use item;

item! {
    /// `environments[]`.
    pub Environment, "an environment variable" {
        /// The variable's name.
        "name" => name: String = String::new(), May;
        /// Its value, in plain text.
        "value" => value: String = String::new(), Keep;
    }
    show |it| format!("{}={}", it.name, it.value)
}

item! {
    /// `logDriverOptions[]`.
    pub LogDriverOption, "a log driver option" {
        /// The option's name.
        "name" => name: String = String::new(), May;
        /// Its value.
        "value" => value: String = String::new(), Keep;
    }
    show |it| format!("{}={}", it.name, it.value)
}

item! {
    /// `tags[]`.
    pub Tag, "a tag" {
        /// The tag's key.
        "name" => name: String = String::new(), May;
        /// Its value.
        "value" => value: String = String::new(), May;
    }
    show |it| format!("{}={}", it.name, it.value)
}

item! {
    /// `extraHosts[]`.
    pub ExtraHost, "an extra host" {
        /// The address.
        "ipAddress" => ip_address: String = String::new(), May;
        /// The name.
        "hostname" => hostname: String = String::new(), May;
    }
    show |it| format!("{} {}", it.ip_address, it.hostname)
}

item! {
    /// `mountPoints[]`: a path of the host's, seen in the container.
    pub MountPoint, "a mount point" {
        /// The volume's name.
        "name" => name: String = String::new(), May;
        /// The path on the host; blank lets Docker choose one.
        "sourcePath" => source_path: String = String::new(), May;
        /// The path in the container.
        "containerPath" => container_path: String = String::new(), May;
        /// Whether the container may only read it.
        "readOnly" => read_only: bool = false, May;
    }
    show |it| format!("{}:{}{}", it.source_path, it.container_path, if it.read_only { ":ro" } else { "" })
}

item! {
    /// `efsMountPoints[]`: an Elastic File System, seen in the container.
    pub EfsMountPoint, "an EFS mount point" {
        /// The volume's name.
        "name" => name: String = String::new(), May;
        /// The path in the container.
        "containerPath" => container_path: String = String::new(), May;
        /// Whether the container may only read it.
        "readOnly" => read_only: bool = false, May;
        /// The file system's id.
        "fileSystemId" => file_system_id: String = String::new(), May;
        /// The directory of the file system.
        "rootDirectory" => root_directory: String = String::new(), May;
        /// The access point's id.
        "accessPointId" => access_point_id: String = String::new(), May;
        /// Whether the traffic is encrypted.
        "transitEncryption" => transit_encryption: bool = false, May;
        /// Whether the task's role decides.
        "iam" => iam: bool = false, May;
    }
    show |it| format!("{}:{}:{}", it.file_system_id, it.root_directory, it.container_path)
}

item! {
    /// `portMappings[]`.
    pub PortMapping, "a port mapping" {
        /// The port in the container.
        "containerPort" => container_port: u32 = 0, Must;
        /// The port on the host; 0 lets Docker choose one.
        "hostPort" => host_port: u32 = 0, Must;
        /// `tcp` or `udp`.
        "protocol" => protocol: String = "tcp".to_owned(), May;
    }
    show |it| format!("{}:{}/{}", it.host_port, it.container_port, it.protocol)
}

item! {
    /// `ulimits[]`.
    pub Ulimit, "a ulimit" {
        /// The soft limit.
        "softLimit" => soft_limit: u32 = 0, May;
        /// The hard limit.
        "hardLimit" => hard_limit: u32 = 0, May;
        /// Its name, such as `nofile`.
        "ulimitName" => ulimit_name: String = String::new(), May;
    }
    show |it| format!("{}={}:{}", it.ulimit_name, it.soft_limit, it.hard_limit)
}

item! {
    /// `placementStrategies[]`.
    pub PlacementStrategyEntry, "a placement strategy" {
        /// `binpack`, `spread` or `random`.
        "type" => kind: String = String::new(), Must;
        /// What `binpack` packs and `spread` spreads over.
        "field" => field: String = String::new(), Must;
    }
    show |it| format!("{}({})", it.kind, it.field)
}

item! {
    /// `capacityProviderStrategies[]`.
    pub CapacityProviderEntry, "a capacity provider strategy item" {
        /// The capacity provider.
        "provider" => provider: String = String::new(), Must;
        /// How many tasks run on it before the weights count.
        "base" => base: u32 = 0, Must;
        /// Its share of the others.
        "weight" => weight: u32 = 0, Must;
    }
    show |it| format!("{}(base {}, weight {})", it.provider, it.base, it.weight)
}
