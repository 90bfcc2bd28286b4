//! How particular systems speak, and how to speak to them: data, and a few named adaptations that tests hold to a table. Vendors' names
//! stand here, and in the registry where it says which dialect a library's system has.
//!
//! Must never do I/O, read a clock, or know where a setting comes from.
//!
//! [`ncip`] turns what a machine wants of an ILS into a message, and what the ILS answers into a value.

pub mod ncip;
