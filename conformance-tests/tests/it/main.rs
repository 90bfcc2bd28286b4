//! The suite tried on subjects of its own: correct ones, which must pass, and ones that are wrong in one way each, which must be caught.

mod grammar;
mod mutation;
mod ncip;
mod reference;
mod reports;
mod subjects;
