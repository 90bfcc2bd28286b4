//! What can be seen of the whole: its layers, its commands, its promises.

mod cli;
mod conformance;
mod corpus;
mod crowd;
mod demo;
mod editions;
mod hosted;
mod kill;
mod layers;
mod logs;
mod message;
mod privacy;
mod program;
mod secured;
mod security;
mod serve;
mod support;
