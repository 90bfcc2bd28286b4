//! Hosted libraries: how what their machines put into lanes gets to the broker, to their ILS and to their staff, and how what patrons,
//! staff and ILSs do gets to their machines. What happens to a request it must never decide itself.

mod ways;

pub(crate) use self::ways::Ways;
