//! What of a report has room on a page that stays quick: the gravest findings and the worst services. The others are counted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::{Arn, Finding, KindState, Report, ServiceEntry, Severity};
use crate::render::groups::groups;
use crate::render::outline::{Section, sections};

/// How many findings have a card.
pub(super) const CARDS: usize = 1_000;

/// How many services have a row in the matrix.
pub(super) const ROWS: usize = 300;

/// A finding and the number of its card.
pub(super) struct Card<'r> {
    pub number: usize,
    pub finding: &'r Finding,
}

/// The findings of one service, under a number.
pub(super) struct Group<'r> {
    pub number: usize,
    pub cards: Vec<Card<'r>>,
}

/// What the page draws.
pub(super) struct Shown<'r> {
    pub groups: Vec<Group<'r>>,
    /// The findings without a card: how many of each severity.
    pub left_out: BTreeMap<Severity, usize>,
    /// Worst first.
    pub services: Vec<&'r ServiceEntry>,
    /// What stands beside the findings.
    pub sections: Vec<Section>,
    /// The number of each service's group.
    anchors: BTreeMap<&'r Arn, usize>,
}

impl<'r> Shown<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let mut gravest: Vec<&Finding> = report.findings.iter().collect();
        gravest.sort_by_key(|finding| Reverse(finding.severity));
        let mut left_out = BTreeMap::new();
        for finding in gravest.iter().skip(CARDS) {
            *left_out.entry(finding.severity).or_default() += 1;
        }
        gravest.truncate(CARDS);
        let groups = numbered(groups(gravest));
        let of_service = |group: &Group<'r>| Some((&group.cards.first()?.finding.service.as_ref()?.arn, group.number));
        let anchors = groups.iter().filter_map(of_service).collect();
        let mut services: Vec<&ServiceEntry> = report.services.iter().collect();
        services.sort_by_key(|entry| Reverse(worst(entry)));
        Self { groups, left_out, services, sections: sections(report), anchors }
    }

    /// Where the findings of the service are, if it has any.
    pub(super) fn anchor(&self, service: Option<&Arn>) -> Option<String> {
        self.anchors.get(service?).map(|number| format!("#g-{number}"))
    }

    /// The findings that the baseline does not know so: new, back or worse.
    pub(super) fn news(&self) -> impl Iterator<Item = &Card<'r>> {
        self.groups.iter().flat_map(|group| &group.cards).filter(|card| card.finding.history.is_news())
    }
}

/// What the worst of a service's resources became.
pub(super) fn worst(entry: &ServiceEntry) -> Option<KindState> {
    entry.checklist.values().max().copied()
}

fn numbered(groups: Vec<Vec<&Finding>>) -> Vec<Group<'_>> {
    let mut numbers = 1..;
    let mut card = |finding| Card { number: numbers.next().unwrap_or_default(), finding };
    let groups = groups.into_iter().enumerate();
    groups.map(|(n, group)| Group { number: n + 1, cards: group.into_iter().map(&mut card).collect() }).collect()
}
