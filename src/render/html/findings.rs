//! The findings, a card each, by service, and the filters over them.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::shown::{Card, Group, Shown};
use crate::model::{Arn, Evidence, Finding, FindingStatus, History, Remedy, Report, Severity, Subject};
use crate::render::groups::{heading, marks, place};
use crate::render::words::{counted, spoken_cost};

/// The section's beginning: its heading and the filters. It stays open for the groups.
pub(super) fn opening(report: &Report, shown: &Shown<'_>) -> Markup {
    html! {
        (maud::PreEscaped("<section class=\"frame\" aria-labelledby=\"findings\">"))
        h2 id="findings" tabindex="-1" { "Findings (" (report.findings.len()) ")" }
        @if report.findings.is_empty() { p { "Nothing was found." } } @else { (filters(shown)) }
    }
}

/// The section's end: what had no room.
pub(super) fn closing(shown: &Shown<'_>) -> Markup {
    let left_out: Vec<String> = shown.left_out.iter().rev().map(|(severity, count)| format!("{count} {severity}")).collect();
    html! {
        @if !left_out.is_empty() {
            p.left-out {
                "There was no room here for " (counted(shown.left_out.values().sum(), "finding")) " (" (left_out.join(", ")) "): the JSON report has all."
            }
        }
        (maud::PreEscaped("</section>"))
    }
}

pub(super) fn group(report: &Report, group: &Group<'_>) -> Markup {
    let first = group.cards.first().map(|card| card.finding);
    let place = first.map(|first| place(report, first)).unwrap_or_default();
    html! {
        section.group aria-labelledby={ "g-" (group.number) } {
            h3 id={ "g-" (group.number) } { bdi { (first.map(heading).unwrap_or_default()) } (place) " " small { (group.cards.len()) } }
            @for Card { number, finding } in &group.cards { (card(report, *number, finding)) }
        }
    }
}

fn card(report: &Report, number: usize, finding: &Finding) -> Markup {
    let Finding { claim, subject, severity, confidence: _, service: _, ties: _, history: _, evidence: _, cost: _, remedy } = finding;
    let Subject { scope: _, kind, arn, name } = subject;
    let code = claim.code();
    html! {
        article.finding id={ "f-" (number) } data-severity=(severity) data-code=(code) data-kind=(kind) {
            p.tags {
                span class={ "severity " (severity) } { (severity) }
                a.code href={ "#code-" (code) } title=(code.explanation().title) { (code) }
                span.kind { (kind) }
                @for mark in marks(report, finding) { span.tag { (mark) } }
            }
            h4 { bdi { (name) } }
            p { (finding.predicate()) }
            @if let Some(cost) = spoken_cost(finding) { p.small { (cost) } }
            @if let Some(arn) = arn.as_ref().map(Arn::as_str) { (copyable("ARN", arn)) }
            @if let Some(remedy) = remedy { (way_out(remedy)) }
            (grounds(finding))
        }
    }
}

/// A text with a button that copies it: what is copied is what is seen.
fn copyable(what: &str, text: &str) -> Markup {
    html! { p.copyable { code { (text) } button.copy type="button" aria-label={ "Copy the " (what) } hidden { "Copy" } } }
}

/// How to get rid of it: commands to copy, in their order among all remedies.
fn way_out(remedy: &Remedy) -> Markup {
    let Remedy { step, commands, guards: _, terraform, note } = remedy;
    html! {
        details {
            summary { "What to do (step " (step) " of the whole)" }
            @if let Some(note) = note { p { (note) } }
            @for command in commands { (copyable("command", command)) }
            @if let Some(block) = terraform { (copyable("block", block)) }
        }
    }
}

/// What identifies the finding, and what it rests on.
fn grounds(finding: &Finding) -> Markup {
    let Finding { claim, subject: _, severity: _, confidence, service: _, ties: _, history, evidence, cost, remedy: _ } = finding;
    let History { status, first_seen, got_worse: _ } = history;
    let is_known = *status != FindingStatus::New;
    html! {
        details {
            summary { "Evidence (" (evidence.len()) ")" }
            @if !evidence.is_empty() {
                ul.evidence {
                    @for Evidence { source, fact, observed_at } in evidence {
                        li { bdi { (fact) } " " small { code { (source) } " " (observed_at) } }
                    }
                }
            }
            @if let Some(cost) = cost { p.small { "Cost: " (cost.basis) } }
            p.small {
                (confidence) ", " code { (finding.fingerprint()) }
                @if let Some(first) = first_seen.filter(|_| is_known) { ", first seen " (first) }
                ". " a href={ "#code-" (claim.code()) } { "What it means, and what to do" }
            }
        }
    }
}

/// Controls for what is shown. They need the script, and are hidden without it.
fn filters(shown: &Shown<'_>) -> Markup {
    let findings = || shown.groups.iter().flat_map(|group| &group.cards).map(|card| card.finding);
    let mut severities: BTreeMap<Severity, usize> = BTreeMap::new();
    findings().for_each(|finding| *severities.entry(finding.severity).or_default() += 1);
    html! {
        div.filters id="filters" role="search" aria-label="Filter the findings" hidden {
            fieldset {
                legend { "Severity" }
                @for (severity, count) in severities.iter().rev() {
                    label class={ "severity " (severity) } { input type="checkbox" name="severity" value=(severity) checked; (severity) " " (count) }
                }
            }
            (choice("code", findings().map(|finding| finding.claim.code().as_str())))
            (choice("kind", findings().map(|finding| finding.subject.kind.as_str())))
            label { "Text " input type="search" id="text" autocomplete="off" spellcheck="false"; }
            button type="button" id="reset" { "Show all" }
            output id="count" for="text" {}
        }
    }
}

fn choice<'t>(what: &str, values: impl Iterator<Item = &'t str>) -> Markup {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    html! {
        label {
            (what) " "
            select id=(what) {
                option value="" { "all" }
                @for (value, count) in counts { option value=(value) { (value) " (" (count) ")" } }
            }
        }
    }
}
