//! x
mod audit;
#[cfg(feature = "aws")]
pub mod collect;
mod declared;
pub mod input;
pub mod inventory;
pub mod kinds;
pub mod model;
pub mod render;
pub mod snapshot;
pub use audit::audit;
pub use declared::{Declared, DeclaredService};
