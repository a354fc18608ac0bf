//! The snapshot file: an inventory as JSON Lines, version 1.
//!
//! The first line says what it is, then each scope is followed by what was read of it, and the last line counts the lines. A file that
//! was cut off therefore cannot pass for a whole one, in which less would be live. It holds no secret: of values that
//! may be one it holds the names.

mod error;
mod line;
mod reader;
mod writer;

pub use error::{SnapshotError, SnapshotErrorKind};
pub use reader::{ScopeText, Scopes, read};
pub(crate) use writer::write_scope;
pub use writer::{SnapshotWriter, write};

/// The version that is written, and the only one that is read.
const VERSION: &str = "1";
