//! The tagging API, as an index: it finds what else bears the tag, lags behind, and lists what is long gone. It proves nothing.

use aws_sdk_resourcegroupstagging::Client;
use aws_sdk_resourcegroupstagging::types::TagFilter;

use super::harvest::{Harvest, Page, read_all};
use crate::inventory::Collection;
use crate::kinds::MANAGED_TAG;
use crate::model::Arn;

/// The resource types asked for, in two halves of about the same length that are read side by side. Security groups show their tags
/// themselves; whether scalable targets are covered is not documented.
const HALVES: [&[&str]; 2] = [
    &["elasticloadbalancing:listener-rule/app", "elasticloadbalancing:targetgroup"],
    &[
        "elasticloadbalancing:loadbalancer/app",
        "elasticloadbalancing:listener/app",
        "acm:certificate",
        "cloudwatch:alarm",
        "logs:log-group",
    ],
];

/// The ARNs that the index lists under the managed tag.
pub(super) async fn indexed(tagging: &Client) -> Harvest<Arn> {
    let [left, right] = HALVES.map(|types| async move {
        read_all(Collection::TagIndex, "", |token| async move {
            let filter = TagFilter::builder().key(MANAGED_TAG).values("true").build();
            let request = tagging
                .get_resources()
                .tag_filters(filter)
                .set_resource_type_filters(Some(types.iter().map(|t| (*t).to_owned()).collect()));
            let page = request.resources_per_page(100).set_pagination_token(token).send().await?;
            let arns = page.resource_tag_mapping_list().iter().filter_map(|mapping| Arn::parse(mapping.resource_arn()?));
            Ok(Page::new(arns.collect(), page.pagination_token()))
        })
        .await
    });
    let (mut left, right) = futures_util::future::join(left, right).await;
    left.extend(right);
    if !left.gaps.is_empty() {
        left.reads.clear();
    }
    left
}
