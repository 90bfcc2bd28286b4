//! Libraries that the gateway hosts: their requests, their staff, their ILSs, and what goes between them and the broker inside it.

mod by_mail;
mod copies;
mod dates;
mod described;
mod every_ils;
mod failed_steps;
mod holds;
mod ils;
mod linked;
mod loans;
mod logged;
mod named;
mod notices;
mod own_system;
mod pair;
mod patrons;
mod polled;
mod printed;
mod scans;
mod world;
