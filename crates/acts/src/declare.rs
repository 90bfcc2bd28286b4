//! How the table of acts and the groups of fields are declared. Must never know an act.

/// The name of a field: its identifier, with hyphens.
macro_rules! field_name {
    ($field:ident) => {{
        const NAME: &str = stringify!($field);
        const HYPHENS: [u8; NAME.len()] = $crate::declare::with_hyphens(NAME);
        const TEXT: &str = match std::str::from_utf8(&HYPHENS) {
            Ok(text) => text,
            Err(_) => NAME,
        };
        TEXT
    }};
}
pub(super) use field_name;

/// What there is to say of a field.
macro_rules! field_info {
    ($field:ident: $type:ty, $about:literal) => {
        $crate::FieldInfo {
            name: $crate::declare::field_name!($field),
            about: $about,
            need: <$type as $crate::reader::Field>::NEED,
            count: <$type as $crate::reader::Field>::COUNT,
            takes: <$type as $crate::reader::Field>::TAKES,
        }
    };
}
pub(super) use field_info;

/// Declares the acts. One reads: `Variant "name" (Machine Machine) { ..group: Group; field: Type => "sentence"; } "What it does." example
/// [field "value" "value", field "value"];`, where all that is in braces may be left out; `any` before the braces says that the act needs
/// one of its fields, whichever it is.
macro_rules! acts {
    ($( $variant:ident $name:literal ($($machine:ident)+) $(needs $any:ident)?
        $({ $(.. $group:ident: $group_type:ty;)? $($field:ident: $type:ty => $about:literal;)* })?
        $does:literal $(example [$($shown:ident $($value:literal)+),+])?; )*) => {
        /// Something that staff do to a request.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Act {
            $(
                #[doc = $does]
                $variant $({
                    $(
                        #[doc = "These fields belong together."]
                        $group: $group_type,
                    )?
                    $(
                        #[doc = $about]
                        $field: $type,
                    )*
                })?,
            )*
        }

        /// An act without its fields: what a link names, and what is allowed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ActKind {
            $(
                #[doc = $does]
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl ActKind {
            /// Every act, in the order of the table.
            pub const ALL: &[ActKind] = &[$(ActKind::$variant),*];

            /// Its name: `will-supply`.
            pub fn as_str(self) -> &'static str {
                match self { $(ActKind::$variant => $name,)* }
            }

            /// What there is to say of it.
            pub fn info(self) -> &'static $crate::ActInfo {
                match self {
                    $(ActKind::$variant => {
                        const INFO: &$crate::ActInfo = &$crate::ActInfo {
                            kind: ActKind::$variant,
                            name: $name,
                            machines: &[$(loan_model::MachineKind::$machine),+],
                            does: $does,
                            parts: &[$(
                                $(<$group_type as $crate::reader::Group>::FIELDS,)?
                                &[$($crate::declare::field_info!($field: $type, $about)),*],
                            )?],
                            needs: $crate::declare::acts!(@needs $($any)?),
                            example: &[$($((stringify!($shown), &[$($value),+])),+)?],
                        };
                        INFO
                    })*
                }
            }
        }

        impl Act {
            /// Which act it is.
            pub fn kind(&self) -> ActKind {
                match self { $(Act::$variant { .. } => ActKind::$variant,)* }
            }

            /// Reads the fields of an act, strictly.
            ///
            /// # Errors
            /// When a field is unknown, missing, or has a value that it does not take.
            pub fn new(kind: ActKind, fields: Fields) -> Result<Act, ActError> {
                let mut reader = Reader::new(kind, fields)?;
                Ok(match kind {
                    $(ActKind::$variant => Act::$variant $({
                        $($group: reader.group()?,)?
                        $($field: reader.field($crate::declare::field_name!($field))?,)*
                    })?,)*
                })
            }

            /// Its fields, as they are read.
            pub fn fields(&self) -> Fields {
                #[allow(unused_mut, reason = "not every act has fields")]
                let mut fields = Fields::default();
                match self {
                    $(Act::$variant $({ $($group,)? $($field),* })? => {
                        $(
                            $($crate::reader::Group::write($group, &mut fields);)?
                            $(fields.write($crate::declare::field_name!($field), $field);)*
                        )?
                    })*
                }
                fields
            }
        }
    };
    (@needs) => { $crate::Needs::Nothing };
    (@needs any) => { $crate::Needs::AnyField };
}
pub(super) use acts;

/// Declares fields that belong together.
macro_rules! group {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident: $type:ty => $about:literal;)* }) => {
        $(#[$meta])*
        pub struct $name {
            $(
                #[doc = $about]
                pub $field: $type,
            )*
        }

        impl $crate::reader::Group for $name {
            const FIELDS: &'static [$crate::FieldInfo] =
                &[$($crate::declare::field_info!($field: $type, $about)),*];

            fn read(reader: &mut $crate::reader::Reader) -> Result<Self, $crate::ActError> {
                Ok($name { $($field: reader.field($crate::declare::field_name!($field))?,)* })
            }

            fn write(&self, fields: &mut $crate::Fields) {
                $(fields.write($crate::declare::field_name!($field), &self.$field);)*
            }
        }
    };
}
pub(super) use group;

/// An identifier's bytes, with hyphens for underscores.
pub(super) const fn with_hyphens<const N: usize>(name: &str) -> [u8; N] {
    let bytes = name.as_bytes();
    let mut out = [b'-'; N];
    let mut at = 0;
    while at < N {
        if bytes[at] != b'_' {
            out[at] = bytes[at];
        }
        at += 1;
    }
    out
}
