//! What there is to scan: the Regions that are enabled for an account, the accounts of an organization.
//!
//! A list that could not be read to its end is never taken for a short one: what is lacking is a gap.

use std::collections::BTreeSet;
use std::future::Future;

use aws_config::{Region, SdkConfig};
use serde::Deserialize;

use super::Stop;
use super::clients::limited;
use super::ec2_query::EC2;
use super::ec2_xml::Items;
use super::endpoint::configured;
use super::failure::Failure;
use super::gate::Gate;
use super::json_call::{JsonApi, JsonCall};
use super::operation::Watch;
use super::query::Query;
use crate::model::{Cause, Gap, Kind};

const ORGANIZATIONS: JsonApi = JsonApi { service_id: "Organizations", name: "organizations", target: "AWSOrganizationsV20161128" };

/// What was listed, and what kept the rest from being listed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed<T> {
    /// What was listed until then.
    pub items: Vec<T>,
    /// Why the list is not whole; `None` if it is.
    pub gap: Option<Gap>,
}

impl<T> Listed<T> {
    /// A list that is known otherwise.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, gap: None }
    }

    /// A list of which nothing is known.
    #[must_use]
    pub fn broken(gap: Gap) -> Self {
        Self { items: Vec::new(), gap: Some(gap) }
    }
}

/// An account of an organization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct OrganizationAccount {
    /// Its twelve digits.
    pub id: String,
    /// `ACTIVE`, `SUSPENDED`, …, as AWS says it.
    pub state: String,
}

impl OrganizationAccount {
    /// Whether it can be read. One of which nothing is said is taken to: whoever tries finds out.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state.is_empty() || self.state == "ACTIVE"
    }
}

/// Lists the Regions that are enabled for the account of the configuration's credentials, asked in its Region (EC2 `DescribeRegions`).
pub async fn regions(config: &SdkConfig, stop: &Stop) -> Listed<String> {
    let query: Query<Regions> = Query::new(&limited(config, stop), EC2, "DescribeRegions", &Watch::of(Gate::Scan, stop));
    // Without a word about it, AWS leaves out those that are not enabled.
    match query.call(vec![("AllRegions".to_owned(), "false".to_owned())]).await.map_err(Failure::from) {
        Ok(Regions { regions }) if regions.items.is_empty() => Listed::broken(gap("ec2:DescribeRegions", &Failure::new(Cause::Malformed))),
        Ok(Regions { regions }) => Listed::whole(regions.items.into_iter().map(|region| region.region_name).collect()),
        Err(failure) => Listed::broken(gap("ec2:DescribeRegions", &failure)),
    }
}

/// Lists the accounts of the organization of the configuration's credentials, page by page (Organizations `ListAccounts`). Some pages are
/// empty, and others follow.
pub async fn organization(config: &SdkConfig, stop: &Stop) -> Listed<OrganizationAccount> {
    let config = limited(config, stop);
    let (endpoint, region) = place(config.region().map(AsRef::as_ref).unwrap_or_default());
    let endpoint = configured(&config, ORGANIZATIONS.service_id).unwrap_or_else(|| endpoint.to_owned());
    let config = config.to_builder().region(Region::new(region)).build();
    let call: JsonCall<Accounts> = JsonCall::at(&config, ORGANIZATIONS, "ListAccounts", &endpoint, &Watch::of(Gate::Scan, stop));
    pages(|token| {
        let call = &call;
        async move {
            let body = token.map_or_else(|| serde_json::json!({}), |token| serde_json::json!({"NextToken": token}));
            call.call(body.to_string()).await.map_err(Failure::from)
        }
    })
    .await
}

/// Follows the pages to their end. A token that comes again would lead around for ever.
async fn pages<F: Future<Output = Result<Accounts, Failure>>>(mut page: impl FnMut(Option<String>) -> F) -> Listed<OrganizationAccount> {
    let (mut items, mut seen, mut token) = (Vec::new(), BTreeSet::new(), None);
    let failure = loop {
        match page(token.take()).await {
            Err(failure) => break failure,
            Ok(Accounts { accounts, next_token }) => {
                items.extend(accounts.into_iter().map(|AccountItem { id, state, status }| {
                    let state = state.or(status).unwrap_or_default();
                    OrganizationAccount { id, state }
                }));
                match next_token.filter(|token| !token.is_empty()) {
                    None => return whole(items),
                    Some(next) if !seen.insert(next.clone()) => break Failure::new(Cause::Malformed),
                    Some(next) => token = Some(next),
                }
            }
        }
    };
    Listed { items, gap: Some(gap("organizations:ListAccounts", &failure)) }
}

/// An organization has its management account at least.
fn whole(items: Vec<OrganizationAccount>) -> Listed<OrganizationAccount> {
    let gap = items.is_empty().then(|| gap("organizations:ListAccounts", &Failure::new(Cause::Malformed)));
    Listed { items, gap }
}

fn gap(operation: &str, failure: &Failure) -> Gap {
    Gap {
        operation: operation.to_owned(),
        parent: None,
        kinds: Kind::ALL.to_vec(),
        cause: failure.cause,
        message: format!("not everything that is to be read could be listed: {}", failure.message()),
    }
}

/// The endpoint in the partition of a Region, and the Region that its signatures name: it is one for the whole partition (AWS General Reference,
/// Organizations endpoints).
fn place(region: &str) -> (&'static str, &'static str) {
    match region {
        china if china.starts_with("cn-") => ("https://organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
        government if government.starts_with("us-gov-") => ("https://organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        _ => ("https://organizations.us-east-1.amazonaws.com", "us-east-1"),
    }
}

/// `DescribeRegionsResponse`.
#[derive(Debug, Deserialize)]
struct Regions {
    #[serde(rename = "regionInfo")]
    regions: Items<RegionItem>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionItem {
    region_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Accounts {
    accounts: Vec<AccountItem>,
    next_token: Option<String>,
}

/// `State` took the place of `Status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountItem {
    id: String,
    state: Option<String>,
    status: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str], next: Option<&str>) -> Accounts {
        let account = |id: &&str| AccountItem { id: (*id).to_owned(), state: None, status: Some("ACTIVE".to_owned()) };
        Accounts { accounts: ids.iter().map(account).collect(), next_token: next.map(str::to_owned) }
    }

    #[track_caller]
    fn check(answers: Vec<Result<Accounts, Failure>>, ids: &[&str], cause: Option<Cause>) {
        let mut answers = answers.into_iter();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let listed = runtime.block_on(pages(|_| std::future::ready(answers.next().expect("asked once more"))));
        assert_eq!(listed.items.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), ids);
        assert_eq!(listed.gap.map(|gap| gap.cause), cause);
    }

    #[test]
    fn an_empty_page_with_a_token_is_not_the_end() {
        check(vec![Ok(page(&["1"], Some("a"))), Ok(page(&[], Some("b"))), Ok(page(&["2"], None))], &["1", "2"], None);
    }

    #[test]
    fn a_list_that_breaks_off_keeps_what_it_has_and_says_so() {
        check(vec![Ok(page(&["1"], Some("a"))), Err(Failure::new(Cause::Denied))], &["1"], Some(Cause::Denied));
        check(vec![Ok(page(&["1"], Some("a"))), Ok(page(&["2"], Some("a")))], &["1", "2"], Some(Cause::Malformed));
        check(vec![Ok(page(&[], None))], &[], Some(Cause::Malformed));
    }

    #[test]
    fn the_newer_word_for_the_state_counts() {
        let text = r#"{"Accounts":[{"Id":"1","State":"CLOSED","Status":"SUSPENDED"},{"Id":"2"}]}"#;
        let Accounts { accounts, .. } = serde_json::from_str(text).expect("a page");
        let states: Vec<_> = accounts.into_iter().map(|account| account.state.or(account.status)).collect();
        assert_eq!(states, [Some("CLOSED".to_owned()), None]);
    }

    #[test]
    fn each_partition_has_one_endpoint() {
        assert_eq!(place("eu-west-1").1, "us-east-1");
        assert_eq!(place("cn-north-1").1, "cn-northwest-1");
        assert_eq!(place("us-gov-east-1").1, "us-gov-west-1");
    }
}
