//! A map of each service: what Express Mode built for it, what became of each part, and what hangs loose.
//!
//! The boxes are what the report holds. The lines are how Express Mode joins the kinds; which resource of a kind a line means, a report
//! does not tell.

mod draw;
mod place;
mod site;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::shown::Shown;
use crate::model::{Arn, Finding, Report, ServiceRef};
use crate::render::words::counted;
use site::Site;

/// How many services are drawn.
const MAPS: usize = 40;

/// How many of these are unfolded from the beginning.
const UNFOLDED: usize = 6;

pub(super) fn maps(report: &Report, shown: &Shown<'_>) -> Markup {
    let sites = sites(report, shown);
    html! {
        section.frame aria-labelledby="maps" {
            h2 id="maps" { "Map" }
            @if sites.is_empty() { p { "Nothing to draw." } } @else {
                p.note {
                    "Each box is a kind of resource, with what the report names of it. The lines are how Express Mode joins the kinds: "
                    "a broken line leads to what is gone, and what is red at its other end hangs loose."
                }
            }
            @for (n, site) in sites.iter().take(MAPS).enumerate() {
                details.map open[n < UNFOLDED && site.is_troubled()] {
                    summary { bdi { b { (site.title) } } " " (site.status) }
                    (draw::drawing(site))
                    @if let Some(anchor) = shown.anchor(site.arn) { p.small { a href=(anchor) { "Its findings" } } }
                }
            }
            @if sites.len() > MAPS { p.left-out { (counted(sites.len() - MAPS, "further service")) " not drawn." } }
        }
    }
}

/// Every service of which a box can be drawn, the worst first; last, what belongs to none.
fn sites<'r>(report: &'r Report, shown: &Shown<'r>) -> Vec<Site<'r>> {
    let mut of_service: BTreeMap<&Arn, Vec<&Finding>> = BTreeMap::new();
    let mut of_none = Vec::new();
    for finding in report.findings.iter().filter(|finding| !finding.claim.code().is_about_configuration()) {
        let services: BTreeSet<&ServiceRef> = finding.ties.iter().chain(&finding.service).collect();
        if services.is_empty() {
            of_none.push(finding);
        }
        for service in services {
            of_service.entry(&service.arn).or_default().push(finding);
        }
    }
    let entries = shown.services.iter().map(|entry| {
        let findings = entry.arn.as_ref().and_then(|arn| of_service.remove(arn)).unwrap_or_default();
        Site::of_entry(entry, &findings)
    });
    let mut sites: Vec<Site<'r>> = entries.collect();
    sites.extend(of_service.iter().filter_map(|(arn, findings)| Site::of_stranger(arn, findings)));
    sites.retain(|site| !site.parts.is_empty());
    sites.sort_by_cached_key(|site| Reverse((site.worst(), site.gravest())));
    sites.extend(Some(Site::of_none(&of_none)).filter(|site| !site.parts.is_empty()));
    sites
}
