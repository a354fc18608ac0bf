//! The judgement as a whole. Every test starts from the tidy account, changes one thing, and expects exactly these lines.

mod check;
mod declared;
mod gaps;
mod grace;
mod held_leftover;
mod report;
mod superseded;
mod world;
