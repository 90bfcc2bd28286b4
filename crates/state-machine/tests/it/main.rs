//! The brokering machine from outside: rules by name, crossing messages, the tables as documents, and random histories.

mod rota;
mod support;
mod tables;
