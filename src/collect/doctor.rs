//! Tries each operation once: with the shortest list, or about something that cannot exist.
//!
//! Of a call about what does not exist, that AWS did not find it proves that it looked. A permission that is narrowed to certain names is
//! missing for the name that is asked about here.

mod attempts;

use aws_config::SdkConfig;
use futures_util::future::join_all;

use super::clients::Clients;
use super::failure::Failure;
use super::{IdentityError, Options, caller};
use crate::model::Cause;
use crate::permissions::{Access, Diagnosis, Trial, operation};
use attempts::{MadeUp, attempts};

/// Finds out what the configuration's credentials may read in its Region. Nothing that is there is looked at closely or kept.
///
/// # Errors
/// When the configuration has no Region, or STS cannot be asked who is asking.
pub async fn diagnose(config: &SdkConfig) -> Result<Diagnosis, IdentityError> {
    let caller = caller(config).await?;
    let (clients, made_up) = (Clients::new(config, &caller.scope, &Options::default()), MadeUp::of(&caller.scope));
    let (actions, calls): (Vec<&str>, Vec<_>) = attempts(&clients, &made_up).into_iter().unzip();
    let answers = join_all(calls).await;
    let trials = actions.into_iter().zip(answers).filter_map(|(action, answer)| Some(trial(operation(action)?, answer.err())));
    Ok(Diagnosis::new(caller.scope, caller.principal, trials.collect()))
}

fn trial(operation: &'static crate::permissions::Operation, failure: Option<Failure>) -> Trial {
    let access = failure.as_ref().map_or(Access::Granted, access);
    let code = failure.and_then(|failure| failure.code).filter(|_| access != Access::Granted);
    Trial::new(operation, access, code)
}

fn access(failure: &Failure) -> Access {
    match failure.cause {
        _ if failure.is_unknown_operation() => Access::NotOffered,
        Cause::Denied => Access::Denied,
        Cause::DeniedByScp => Access::DeniedByScp,
        Cause::RegionDisabled => Access::RegionDisabled,
        Cause::Expired => Access::Expired,
        Cause::Timeout => Access::Unreachable,
        Cause::ServerError if failure.is_of_what_was_asked() => Access::Granted,
        Cause::ServerError | Cause::Throttled | Cause::Malformed | Cause::Deadline | Cause::NotCollected => Access::Failed(failure.cause),
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};

    use super::*;
    use crate::model::Scope;
    use crate::permissions::{OPERATIONS, Operation};

    #[test]
    fn every_operation_of_a_scan_is_tried_in_the_tables_order() {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-west-1")).build();
        let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
        let (clients, made_up) = (Clients::new(&config, &scope, &Options::default()), MadeUp::of(&scope));
        let tried: Vec<&str> = attempts(&clients, &made_up).into_iter().map(|(action, _)| action).collect();
        let of_scans = OPERATIONS.iter().filter(|row| row.occasion.is_in_a_scope());
        assert_eq!(tried, of_scans.map(Operation::action).collect::<Vec<_>>());
    }

    #[test]
    fn only_an_answer_about_what_was_asked_proves_the_permission() {
        for (code, cause, expected) in [
            ("ClusterNotFoundException", Cause::ServerError, Access::Granted),
            ("InvalidParameterException", Cause::ServerError, Access::Granted),
            ("ValidationError", Cause::ServerError, Access::Granted),
            ("ClientException", Cause::ServerError, Access::Failed(Cause::ServerError)),
            ("InternalFailure", Cause::ServerError, Access::Failed(Cause::ServerError)),
            ("AccessDeniedException", Cause::Denied, Access::Denied),
            ("AccessDeniedException", Cause::DeniedByScp, Access::DeniedByScp),
            ("ThrottlingException", Cause::Throttled, Access::Failed(Cause::Throttled)),
            ("InvalidAction", Cause::NotCollected, Access::NotOffered),
        ] {
            assert_eq!(access(&Failure { cause, code: Some(code.to_owned()) }), expected, "{code}");
        }
    }
}
