//! Declares the plugin's tables of fields: one row makes the struct's field, its key, its default and its row in a table.

use crate::effective::Origin;

/// A field as `footman config show` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key as it stands in the file.
    pub key: &'static str,
    /// The effective value.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

macro_rules! table {
    (
        $(#[$doc:meta])*
        $vis:vis $type:ident {
            $($(#[$field_doc:meta])* $key:literal => $field:ident: $field_type:ty = $default:expr, $need:ident;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis struct $type {
            $($(#[$field_doc])* $vis $field: crate::effective::Effective<$field_type>,)*
        }

        impl $type {
            /// The keys, in the order of the documentation.
            $vis const KEYS: &'static [&'static str] = &[$($key),*];

            /// Reads the fields of `map`, whatever other keys it has.
            pub(crate) fn read(
                map: &crate::yaml::Node,
                reader: &mut crate::reader::Reader<'_>,
            ) -> Self {
                Self { $($field: reader.field(map, $key, crate::reader::Need::$need, $default),)* }
            }

            /// The fields as a table shows them.
            $vis fn rows(&self) -> Vec<crate::plugin::Row> {
                vec![$(crate::plugin::Row {
                    key: $key,
                    value: crate::reader::Field::show(&self.$field.value),
                    origin: self.$field.origin.clone(),
                }),*]
            }
        }
    };
}

pub(crate) use table;
