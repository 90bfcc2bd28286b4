//! What can be seen of the whole: its layers, its commands, its promises.

mod layers;
