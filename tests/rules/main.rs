//! The judgement as a whole. Every test starts from the tidy account, changes one thing, and expects exactly these lines.

mod baseline;
mod check;
mod confidence;
mod configuration;
mod cost;
mod declared;
mod detached;
mod draining;
mod drift;
mod gaps;
mod grace;
mod held_leftover;
mod ingress;
mod orphan;
mod own;
mod properties;
mod quota;
mod reference;
mod remedy;
mod remedy_script;
mod report;
mod stale_rule;
mod story;
mod superseded;
mod waivers;
mod world;
