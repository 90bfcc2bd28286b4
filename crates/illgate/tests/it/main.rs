//! What can be seen of the whole: its layers, its commands, its promises.

mod cli;
mod demo;
mod layers;
mod message;
mod program;
mod serve;
mod snapshot;
