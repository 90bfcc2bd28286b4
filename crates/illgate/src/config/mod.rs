//! The process's settings: one TOML file, each key overridable from the environment. Everything about libraries is in the registry
//! instead. Must never fall back in silence: what is unknown or unreadable is an error.

pub(crate) mod mail;
mod problem;
mod read;
mod reference;
mod table;
mod values;

pub(crate) use self::{
    read::{Loaded, Origin, load},
    reference::reference,
    table::{Config, KEYS},
    values::{Engine, FileAt, ForwardedBy, Keep, LogFormat, TlsFrom},
};
