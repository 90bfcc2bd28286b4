//! How particular systems speak, and how to speak to them: data, and a few named adaptations that tests hold to a table. Vendors' names
//! are here and nowhere else.
//!
//! Must never do I/O, read a clock, or know where a setting comes from.
//!
//! [`iso18626`] has the dialects of ISO 18626; [`labels`] repeats in the note what some of their systems show nowhere else; [`confirmation`] reads what their systems say in words. [`ncip`] turns what a machine wants of an ILS into a message, and what the ILS answers into a
//! value. A setting that is one of a few words is declared once, with its words: a [`Keyword`].

pub mod confirmation;
pub mod iso18626;
mod keyword;
pub mod labels;
pub mod ncip;

pub use keyword::{Keyword, KeywordRow};
