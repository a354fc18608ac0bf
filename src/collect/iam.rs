//! IAM: whether a role is there. Its crate would be built for one call.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use serde::Deserialize;

use super::endpoint::configured;
use super::failure::Failure;
use super::operation::Watch;
use super::query::{Query, QueryApi};

const IAM: QueryApi = QueryApi { service_id: "IAM", name: "iam", version: "2010-05-08" };

/// A client for the one IAM read.
#[derive(Clone, Debug)]
pub(super) struct Iam(Arc<Query<Answer>>);

/// `GetRoleResponse`, as far as it is of interest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Answer {
    get_role_result: Found,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Found {
    role: Role,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Role {
    arn: Option<String>,
}

impl Answer {
    /// Whether it tells of the role with that ARN. A role is asked for by its name, and its path is a part of its ARN.
    fn is_of(&self, arn: &str) -> bool {
        self.get_role_result.role.arn.as_ref().is_none_or(|found| found == arn)
    }
}

impl Iam {
    pub(super) fn new(config: &SdkConfig, watch: &Watch) -> Self {
        let (endpoint, region) = place(config.region().map(AsRef::as_ref).unwrap_or_default(), config.use_fips() == Some(true));
        let endpoint = configured(config, IAM.service_id).unwrap_or_else(|| endpoint.to_owned());
        let config = config.to_builder().region(Region::new(region)).build();
        Self(Arc::new(Query::at(&config, IAM, "GetRole", &endpoint, watch)))
    }

    /// `GetRole`, by the role's name: whether it is there under that ARN.
    ///
    /// # Errors
    /// When IAM does not tell.
    pub(super) async fn has_role(&self, name: &str, arn: &str) -> Result<bool, Failure> {
        match self.0.call(vec![("RoleName".to_owned(), name.to_owned())]).await.map_err(Failure::from) {
            Ok(answer) => Ok(answer.is_of(arn)),
            Err(failure) if failure.is_not_found() => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

/// IAM's endpoint in the partition of a Region, and the Region that its signatures name: it is one for the whole partition
/// (AWS General Reference, IAM endpoints).
fn place(region: &str, fips: bool) -> (&'static str, &'static str) {
    match region {
        china if china.starts_with("cn-") => ("https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        government if government.starts_with("us-gov-") => ("https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
        secret if secret.starts_with("us-isob-") => ("https://iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        secret if secret.starts_with("us-iso-") => ("https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        _ if fips => ("https://iam-fips.amazonaws.com", "us-east-1"),
        _ => ("https://iam.amazonaws.com", "us-east-1"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, place};

    #[test]
    fn each_partition_has_one_endpoint() {
        assert_eq!(place("eu-west-1", false), ("https://iam.amazonaws.com", "us-east-1"));
        assert_eq!(place("eu-west-1", true), ("https://iam-fips.amazonaws.com", "us-east-1"));
        assert_eq!(place("cn-northwest-1", false).1, "cn-north-1");
        assert_eq!(place("us-gov-east-1", true).1, "us-gov-west-1");
        assert_ne!(place("us-isob-east-1", false), place("us-iso-west-1", false));
    }
    #[test]
    fn the_path_of_a_role_is_a_part_of_its_arn() {
        let answer = "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/a/</Path>\
                      <Arn>arn:aws:iam::123456789012:role/a/infra</Arn></Role></GetRoleResult></GetRoleResponse>";
        let answer: Answer = quick_xml::de::from_str(answer).expect("an answer");
        assert!(answer.is_of("arn:aws:iam::123456789012:role/a/infra") && !answer.is_of("arn:aws:iam::123456789012:role/infra"));
        let bare: Answer = quick_xml::de::from_str("<GetRoleResponse/>").expect("an answer");
        assert!(bare.is_of("arn:aws:iam::123456789012:role/infra"), "it came, and says no more");
    }
}
