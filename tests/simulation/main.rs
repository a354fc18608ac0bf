//! A fake account and Region of AWS with a model of Express Mode's life, answering the real SDK; what the life knows of itself is the truth
//! that the audit is held to.
#![cfg(feature = "aws")]

mod aws;
mod fleet;
mod history;
mod life;
mod meanwhile;
mod naive;
mod properties;
mod random;
mod sweep;
mod threads;
mod trial;
mod truth;
mod uses;
mod wire;
mod worlds;
