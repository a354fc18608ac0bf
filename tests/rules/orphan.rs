//! `orphan`: what Express Mode made, nobody uses and nobody declares.

mod cluster;
mod log_group;
mod scaling;
mod stack;
mod task_definition;
mod untied;
