//! The judgement as a whole. Every test starts from the tidy account, changes one thing, and expects exactly these lines.

mod check;
mod confidence;
mod declared;
mod draining;
mod drift;
mod gaps;
mod grace;
mod held_leftover;
mod ingress;
mod orphan;
mod properties;
mod reference;
mod report;
mod story;
mod superseded;
mod world;
