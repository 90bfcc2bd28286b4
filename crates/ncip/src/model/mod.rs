//! The model: one struct for each service and direction, and what they are made of.
//!
//! Fields bear the names of 2.02. What each is called in either version, and whether it must stand there, its
//! documentation says.

mod agency;
mod circulation;
mod header;
mod ids;
mod item;
mod money;
mod problem;
mod services;
mod sets;
mod user;
mod values;

pub use agency::*;
pub use circulation::*;
pub use header::*;
pub use ids::*;
pub use item::*;
pub use money::*;
pub use problem::*;
pub use services::*;
pub use sets::*;
pub use user::*;
pub use values::*;
