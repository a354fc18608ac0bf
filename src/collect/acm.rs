//! ACM: certificates of every key type, and what uses a suspect one.

use std::collections::BTreeSet;

use aws_sdk_acm::Client;
use aws_sdk_acm::types::{Filters, KeyAlgorithm};

use super::ecs_facts::time;
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{Certificate, Marks};
use crate::model::{Arn, Cause};

/// Lists the certificates of the scope. Without a filter ACM leaves out all but RSA keys of 1024 and 2048 bits.
pub(super) async fn certificates(acm: &Client) -> Harvest<Certificate> {
    let key_types = KeyAlgorithm::values().iter().map(|name| KeyAlgorithm::from(*name)).collect::<Vec<_>>();
    let filters = Filters::builder().set_key_types(Some(key_types)).build();
    read_all(Collection::Certificates, "", |token| {
        let request = acm.list_certificates().includes(filters.clone()).max_items(1000).set_next_token(token);
        async move {
            let page = request.send().await?;
            Ok(Page::new(whole(page.certificate_summary_list().iter().map(certificate))?, page.next_token()))
        }
    })
    .await
}

/// What uses each of these certificates, with its ARN; `None` for one that is gone.
pub(super) async fn uses(acm: &Client, arns: &[Arn]) -> Harvest<(Arn, Option<Vec<Arn>>)> {
    side_by_side(arns, |arn| async move {
        let answer = acm.describe_certificate().certificate_arn(arn.as_str()).send().await;
        let mut harvest = Harvest::default();
        match answer.map_err(Failure::from) {
            Ok(answer) => {
                let users = answer.certificate().and_then(|c| c.in_use_by().iter().map(|user| Arn::parse(user)).collect());
                let was_said = users.is_some();
                harvest.items.extend(users.map(|users: Vec<Arn>| (arn.clone(), Some(users))));
                let result = if was_said { Ok(()) } else { Err(Failure::new(Cause::Malformed)) };
                harvest.note(Collection::CertificateUses, arn.as_str(), result);
            }
            Err(failure) if failure.is_not_found() => harvest.items.push((arn.clone(), None)),
            Err(failure) => harvest.note(Collection::CertificateUses, arn.as_str(), Err(failure)),
        }
        harvest
    })
    .await
}

/// The marks of some certificates, each with its ARN.
pub(super) async fn tags(acm: &Client, arns: &[Arn], wanted: &BTreeSet<String>) -> Harvest<(Arn, Marks)> {
    side_by_side(arns, |arn| async move {
        let answer = acm.list_tags_for_certificate().certificate_arn(arn.as_str()).send().await;
        super::marks::harvest(
            arn,
            "acm:ListTagsForCertificate",
            answer
                .map_err(Failure::from)
                .map(|answer| Marks::from_tags(answer.tags().iter().map(|tag| (tag.key(), tag.value().unwrap_or_default())), wanted)),
        )
    })
    .await
}

fn certificate(of: &aws_sdk_acm::types::CertificateSummary) -> Option<Certificate> {
    Some(Certificate {
        arn: of.certificate_arn().and_then(Arn::parse)?,
        domain: of.domain_name().unwrap_or_default().to_owned(),
        created_at: time(of.created_at()),
        in_use_by: Vec::new(),
        marks: Marks::default(),
    })
}

/// A certificate that exists and that no list held.
pub(super) fn nameless(arn: Arn, in_use_by: Vec<Arn>) -> Certificate {
    Certificate { arn, domain: String::new(), created_at: None, in_use_by, marks: Marks::default() }
}
