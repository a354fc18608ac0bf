//! The judgement of plans. Every test starts from the tidy account and a plan of rows, changes one thing, and expects exactly these lines.

mod ahead;
mod changed;
mod cluster_change;
mod create_while_draining;
mod destroy_leaves;
mod entries;
mod forget_leaves_running;
mod leftover_collision;
mod missing_dependency;
mod name_taken;
mod properties;
mod quiet;
mod quota;
mod replace_same_name;
mod role_removed_first;
mod rows;
mod unread;
