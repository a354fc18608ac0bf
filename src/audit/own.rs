//! Whose findings are reported. What is read, and whether that was all, does not depend on it.

use rustc_hash::FxHashSet;

use crate::inventory::ScopeInventory;
use crate::kinds::ServiceName;
use crate::model::{Arn, Finding, Kind, Own, Report, ServiceEntry};

/// Leaves out what is somebody else's, and counts the findings among it. What nothing ties to the caller is somebody else's.
pub(super) fn limit(report: &mut Report, tagged: &FxHashSet<Arn>, own: &Own) {
    if own.is_everybody() {
        return;
    }
    let mine = Mine { own, tagged };
    let (findings, of_others): (Vec<Finding>, Vec<Finding>) =
        std::mem::take(&mut report.findings).into_iter().partition(|finding| mine.has_finding(finding));
    report.findings = findings;
    report.of_others = of_others.iter().map(Finding::fingerprint).collect();
    report.waived.retain(|waived| mine.has_finding(&waived.finding));
    report.services.retain(|service| mine.has_service(service));
}

struct Mine<'a> {
    own: &'a Own,
    /// Everything that has one of the tags.
    tagged: &'a FxHashSet<Arn>,
}

impl Mine<'_> {
    fn has_finding(&self, finding: &Finding) -> bool {
        // The configuration is the caller's, and its waivers with it.
        if finding.claim.code().is_about_configuration() {
            return true;
        }
        let subject = &finding.subject;
        let by_name = match subject.kind {
            Kind::Cluster => self.own.names_cluster(&subject.name),
            Kind::Service => {
                let name = subject.arn.as_ref().and_then(ServiceName::of_arn);
                name.is_some_and(|ServiceName { cluster, name }| self.own.names_service(&cluster, &name))
            }
            Kind::TaskDefinition
            | Kind::SecurityGroup
            | Kind::LogGroup
            | Kind::Alarm
            | Kind::Certificate
            | Kind::LoadBalancer
            | Kind::Listener
            | Kind::ListenerRule
            | Kind::TargetGroup
            | Kind::ScalableTarget
            | Kind::ScalingPolicy => false,
        };
        let by_tie = finding.ties.iter().any(|tie| self.own.names_service(&tie.cluster, &tie.name) || self.tagged.contains(&tie.arn));
        by_name || by_tie || subject.arn.as_ref().is_some_and(|arn| self.tagged.contains(arn))
    }

    fn has_service(&self, service: &ServiceEntry) -> bool {
        self.own.names_service(&service.cluster, &service.name) || service.arn.as_ref().is_some_and(|arn| self.tagged.contains(arn))
    }
}

/// What of the scope has a tag of the caller's own.
pub(super) fn tagged(live: &ScopeInventory, own: &Own) -> FxHashSet<Arn> {
    let wanted = own.wanted_tags();
    if wanted.is_empty() {
        return FxHashSet::default();
    }
    let resources = live.resources().filter_map(|resource| Some((resource.arn(), resource.marks()?)));
    let services = live.services.iter().map(|service| (&service.arn, &service.marks));
    let marks = resources.chain(services).chain(live.clusters.iter().map(|cluster| (&cluster.arn, &cluster.marks)));
    marks.filter(|(_, marks)| !marks.wanted.is_disjoint(&wanted)).map(|(arn, _)| arn.clone()).collect()
}
