//! The command line: what it takes, what it says to a slip, and what it explains.
#![cfg(feature = "cli")]

mod explain;
mod fleet;
mod paper;
mod parameters;
#[path = "../program/mod.rs"]
mod program;
mod slips;
