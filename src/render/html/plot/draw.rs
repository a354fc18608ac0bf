//! The drawing of one map, as SVG within the page. It has no style of its own: the classes are the page's.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::place::{BOX, JOINED, Place, height, width};
use super::site::{Part, Site};
use crate::model::{Kind, KindState};
use crate::render::escape::harmless;
use crate::render::html::state::{is_left, symbol};
use crate::render::words::counted;

/// How many names stand in a box.
const NAMES: usize = 2;

/// How many letters of a name have room.
const LETTERS: usize = 23;

pub(super) fn drawing(site: &Site<'_>) -> Markup {
    let places = places(site);
    let holders: BTreeMap<Kind, Place> = places.iter().filter_map(|(kind, place)| Some((*kind, holder(site, *kind, *place)?))).collect();
    let rows = places.values().chain(holders.values()).map(|place| place.row + 1).max().unwrap_or(1);
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Map of " (site.title) } {
            svg.plot viewBox={ "0 0 " (width()) " " (height(rows)) } role="img" aria-label={ "Map of " (site.title) ": " (told(site)) } {
                @if site.is_whole() { @for (one, other) in JOINED { (line(site, one, other)) } }
                @for (kind, place) in &holders { path.edge.holds d=(place.line_to(places[kind])) {} }
                @for (kind, part) in &site.parts { (kind_box(places[kind], *kind, part)) }
                @for (kind, place) in &holders { (holder_box(*place, &site.parts[kind])) }
            }
        }
    }
}

/// Where each kind stands: in its own place on a whole map, else one after the other.
fn places(site: &Site<'_>) -> BTreeMap<Kind, Place> {
    let place = |(n, kind): (usize, &Kind)| (*kind, if site.is_whole() { Place::of(*kind) } else { Place::nth(n) });
    site.parts.keys().enumerate().map(place).collect()
}

/// Where those stand that hold this kind, if anybody does.
fn holder(site: &Site<'_>, kind: Kind, place: Place) -> Option<Place> {
    let is_held = site.parts.get(&kind).is_some_and(|part| !part.held_by.is_empty());
    is_held.then(|| if site.is_whole() { place.of_holder() } else { place.below() })
}

/// The map in words: `load balancer left, service gone`.
fn told(site: &Site<'_>) -> String {
    let told = site.parts.iter().filter_map(|(kind, part)| Some(format!("{} {}", kind.spoken(), part.state?.as_str())));
    told.collect::<Vec<_>>().join(", ")
}

/// What can be said of a line, from what became of its ends.
fn line(site: &Site<'_>, one: Kind, other: Kind) -> Markup {
    let state = |kind| site.parts.get(&kind).and_then(|part| part.state);
    let (Some(a), Some(b)) = (state(one), state(other)) else { return html! {} };
    let class = match (is_there(a), is_there(b)) {
        (true, true) => "whole",
        (true, false) | (false, true) if is_left(a) || is_left(b) => "loose",
        (true, false) | (false, true) => "cut",
        (false, false) => "bygone",
    };
    html! { path class={ "edge " (class) } d=(Place::of(one).line_to(Place::of(other))) {} }
}

fn is_there(state: KindState) -> bool {
    match state {
        KindState::InUse | KindState::Shared | KindState::Deleting | KindState::Unknown | KindState::Held | KindState::Left => true,
        KindState::NeverSeen | KindState::Gone => false,
    }
}

fn kind_box(place: Place, kind: Kind, part: &Part<'_>) -> Markup {
    let Part { state, names, missing, held_by: _, findings, gravest } = part;
    let missing = missing.iter().map(|name| format!("missing: {name}"));
    let names: Vec<String> = missing.chain(names.iter().map(|name| (*name).to_owned())).collect();
    let class = state.map_or("untold", KindState::as_str);
    let sign = state.map(symbol).unwrap_or_default();
    boxed(
        place,
        &format!("part {class}"),
        &html! {
            text.sign x="10" y="19" { (sign) }
            text.what x=(if sign.is_empty() { 10 } else { 26 }) y="19" { (kind.spoken()) }
            (lines(&names))
            @if let Some(severity) = gravest {
                g class={ "badge " (severity) } {
                    title { (counted(*findings, "finding")) ", the gravest " (severity) }
                    rect x="122" y="53" width="24" height="15" rx="7" {}
                    text x="134" y="64" text-anchor="middle" { @if *findings > 99 { "99+" } @else { (findings) } }
                }
            }
        },
    )
}

fn holder_box(place: Place, part: &Part<'_>) -> Markup {
    let uses: Vec<String> = part.held_by.iter().map(|use_| (*use_).to_owned()).collect();
    boxed(
        place,
        "part holder",
        &html! {
            text.what x="10" y="19" { "still used by" }
            (lines(&uses))
        },
    )
}

/// A frame of its own, so that nothing in it can reach beyond it.
fn boxed(place: Place, class: &str, inside: &Markup) -> Markup {
    html! {
        svg x=(place.left()) y=(place.top()) width=(BOX.0) height=(BOX.1) {
            rect class=(class) x="1" y="1" width=(BOX.0 - 2) height=(BOX.1 - 2) rx="7" {}
            (inside)
        }
    }
}

/// The first names, each whole in its title, and how many more there are.
fn lines(names: &[String]) -> Markup {
    html! {
        @for (n, name) in names.iter().take(NAMES).enumerate() {
            text.name x="10" y=(35 + 13 * n) { title { (name) } (shortened(name)) }
        }
        @if names.len() > NAMES { text.more x="10" y="63" { "and " (names.len() - NAMES) " more" } }
    }
}

/// The beginning and the end of a long name: both tell more than its middle.
fn shortened(name: &str) -> String {
    let name: Vec<char> = harmless(name).chars().collect();
    if name.len() <= LETTERS {
        return name.into_iter().collect();
    }
    let (begins, ends) = (&name[..LETTERS / 2], &name[name.len() - LETTERS / 2..]);
    begins.iter().chain(&['…']).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_ends() {
        assert_eq!(shortened("ecs-gateway-tg-5a7752df5f837ad83"), "ecs-gateway…df5f837ad83");
        assert_eq!(shortened("sg-2f0775d6f6c3af1bf"), "sg-2f0775d6f6c3af1bf");
        assert_eq!(shortened("\u{202e}x"), r"\u{202e}x");
    }
}
