//! Declarations that are kept somewhere else, over a transport of the test's own: nothing here waits, and nothing leaves the process.
#![cfg(feature = "aws")]

#[path = "fetch/backend.rs"]
mod backend;
#[path = "fetch/object.rs"]
mod object;
#[path = "fetch/server.rs"]
mod server;
#[path = "fetch/signature.rs"]
mod signature;
#[path = "fetch/workspace.rs"]
mod workspace;
