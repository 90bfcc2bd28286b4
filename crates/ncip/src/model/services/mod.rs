//! One struct for each service and direction.

mod authenticate;
mod circulation_notice;
mod loan;
mod lookup;
mod record;
mod record_notice;
mod request;
mod version;

pub use authenticate::*;
pub use circulation_notice::*;
pub use loan::*;
pub use lookup::*;
pub use record::*;
pub use record_notice::*;
pub use request::*;
pub use version::*;
