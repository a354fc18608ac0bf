//! One audit of a simulated account, and what it may not say.

use std::collections::{BTreeMap, BTreeSet};

use ecs_express_audit::collect::Options;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Claim, Code, Finding, Policy, Report};
use ecs_express_audit::{Declared, audit};

use crate::aws::{Account, Arn};
use crate::life::Life;
use crate::naive::{self, Verdict};
use crate::truth::{GRACE, Truth, truth};
use crate::wire::{self, Setup};

/// The report of a scan, with the operations that it called.
pub(crate) struct Trial {
    pub(crate) report: Report,
    pub(crate) calls: Vec<String>,
}

/// Scans the account and judges it, without any declaration.
pub(crate) fn trial(life: &Life, setup: Setup) -> Trial {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let run = runtime.block_on(wire::scan(life.account.clone(), &Options::default(), setup));
    let live = Inventory { scopes: vec![run.live] };
    let now = live.finished_at().expect("one scope");
    let report = audit(&Declared::default(), &live, &Policy::default(), now);
    Trial { report, calls: run.calls.into_iter().map(|made| made.operation).collect() }
}

impl Trial {
    /// What was called left over, in what words: by ARN. A family of task definitions is named by its newest revision.
    pub(crate) fn leftovers(&self) -> BTreeMap<Arn, Code> {
        let codes = [Code::Orphan, Code::HeldLeftover, Code::Superseded];
        let found = self.report.findings.iter().filter(|finding| codes.contains(&finding.claim.code()));
        found.filter_map(|finding| Some((finding.subject.arn.as_ref()?.to_string(), finding.claim.code()))).collect()
    }

    /// Everything that was called an orphan.
    pub(crate) fn orphans(&self) -> BTreeSet<Arn> {
        let named = |finding: &Finding| match &finding.claim {
            Claim::Orphan { also, .. } => also.iter().chain(&finding.subject.arn).map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        self.report.findings.iter().flat_map(named).collect()
    }

    /// What the report says against the truth of an account that stood still.
    pub(crate) fn lies_about(&self, life: &Life) -> Vec<String> {
        let truths = truth(life);
        let said = self.leftovers();
        let mut lies = self.false_orphans(&[&truths]);
        for (arn, code) in said.iter().filter(|(_, code)| **code == Code::HeldLeftover) {
            if truths.get(arn).is_none_or(|truth| !truth.may_be_held()) {
                lies.push(format!("{arn} is called {} and is in use", code.as_str()));
            }
        }
        for (arn, truth) in truths.iter().filter(|(_, truth)| truth.must_be_found()) {
            if !said.contains_key(arn) {
                lies.push(format!("{arn} is left over ({truth:?}) and not found"));
            }
        }
        lies
    }

    /// Where the report of an account that stands still differs from the naive auditor's. Leftovers under a name that lives again may be
    /// `superseded` or somebody's, which the naive one does not tell apart: of these no more is asked.
    pub(crate) fn differences_from_naive(&self, account: &Account) -> Vec<String> {
        let Some(naive) = naive::leftovers(account, GRACE) else { return Vec::new() };
        let said = self.leftovers();
        let is_told =
            |arn: &Arn| !arn.contains(":task-definition/") && !arn.contains(":cluster/") && said.get(arn) != Some(&Code::Superseded);
        let verdict = |code: Option<&Code>| match code {
            Some(Code::Orphan) => Some(Verdict::Orphan),
            Some(Code::HeldLeftover) => Some(Verdict::Held),
            _ => None,
        };
        let all: BTreeSet<&Arn> = said.keys().chain(naive.keys()).filter(|arn| is_told(arn)).collect();
        let differs = |arn: &&Arn| verdict(said.get(*arn)) != naive.get(*arn).copied();
        let told = |arn: &Arn| format!("{arn} is {:?}, to the naive auditor {:?}", said.get(arn), naive.get(arn));
        all.into_iter().filter(differs).map(told).collect()
    }

    /// What was called an orphan and was none at any moment that the scan could see.
    pub(crate) fn false_orphans(&self, moments: &[&BTreeMap<Arn, Truth>]) -> Vec<String> {
        let was_never = |arn: &&Arn| !moments.iter().any(|truths| truths.get(*arn).is_some_and(|truth| truth.may_be_orphan()));
        let orphans = self.orphans();
        let of = |arn: &Arn| moments.iter().filter_map(|truths| truths.get(arn)).collect::<Vec<_>>();
        orphans.iter().filter(was_never).map(|arn| format!("{arn} is called an orphan and is none: {:?}", of(arn))).collect()
    }
}
