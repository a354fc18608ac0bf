//! The outcome of reading one resource's tags from its own API.

use super::failure::Failure;
use super::harvest::Harvest;
use crate::inventory::Collection;
use crate::kinds::Marks;
use crate::model::Arn;

/// The marks, or the gap; a resource that is gone has neither.
pub(super) fn harvest(arn: &Arn, operation: &str, marks: Result<Marks, Failure>) -> Harvest<(Arn, Marks)> {
    let mut harvest = Harvest::default();
    match marks {
        Ok(marks) => {
            harvest.items.push((arn.clone(), marks));
            harvest.note(Collection::Tags, arn.as_str(), Ok(()));
        }
        Err(failure) if failure.is_not_found() => {}
        Err(failure) => harvest.gaps.push(failure.gap_of(operation, Collection::Tags, arn.as_str())),
    }
    harvest
}
