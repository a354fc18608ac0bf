//! Which resources of a plan depend on which: what Terraform makes first, and deletes last.
//!
//! Terraform deletes by the dependencies that its state holds, all of them, and a refresh takes these from the configuration. With
//! `-refresh=false` a `depends_on` that was never applied orders nothing (seen with Terraform 1.11.4). So the state of a plan decides, and
//! the configuration only where the plan shows no state, or one in which the resource depends on nothing. What lies behind a local value is not in a configuration: a path may lead through it.

use std::collections::{BTreeMap, BTreeSet};

/// The dependencies among resources, by address without instance keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What each resource, output or variable of the configuration refers to.
    edges: BTreeMap<String, BTreeSet<String>>,
    /// What refers to something that a plan does not show.
    opaque: BTreeSet<String>,
    /// What each resource of the state depends on; an empty set where it depends on nothing.
    of_state: BTreeMap<String, BTreeSet<String>>,
}

impl Order {
    /// Notes that one refers to the other.
    pub(crate) fn add(&mut self, from: &str, to: &str) {
        self.edges.entry(from.to_owned()).or_default().insert(to.to_owned());
    }

    /// Notes that the configuration has it, whatever it refers to.
    pub(crate) fn note(&mut self, address: &str) {
        self.edges.entry(address.to_owned()).or_default();
    }

    /// Notes that it refers to something that is not shown.
    pub(crate) fn note_opaque(&mut self, from: &str) {
        self.opaque.insert(from.to_owned());
    }

    /// Notes what the state says that a resource depends on.
    pub(crate) fn note_state(&mut self, address: &str, dependencies: impl IntoIterator<Item = String>) {
        self.of_state.entry(without_keys(address)).or_default().extend(dependencies.into_iter().map(|d| without_keys(&d)));
    }

    /// Whether one depends on the other, and so is deleted before it; `None` where that cannot be told. Both are instances' addresses.
    #[must_use]
    pub fn depends(&self, from: &str, on: &str) -> Option<bool> {
        let (from, on) = (without_keys(from), without_keys(on));
        let in_configuration = self.leads(&from, &on);
        match self.of_state.get(&from) {
            Some(dependencies) if !dependencies.is_empty() => Some(dependencies.contains(&on)),
            // A service depends on nothing only where its roles are literal, or where somebody shortened the plan.
            Some(_) => Some(in_configuration == Some(true)),
            None => in_configuration,
        }
    }

    /// Whether a path in the configuration leads from one to the other.
    fn leads(&self, from: &str, on: &str) -> Option<bool> {
        let (mut seen, mut next, mut is_opaque) = (BTreeSet::from([from]), vec![from], false);
        while let Some(at) = next.pop() {
            if at == on {
                return Some(true);
            }
            is_opaque |= self.opaque.contains(at);
            next.extend(self.edges.get(at).into_iter().flatten().map(String::as_str).filter(|to| seen.insert(to)));
        }
        (self.edges.contains_key(from) && !is_opaque).then_some(false)
    }
}

/// The address without the keys of instances: `module.k["eu"].a.b[0]` becomes `module.k.a.b`. A key may hold brackets and dots.
#[must_use]
pub(crate) fn without_keys(address: &str) -> String {
    let mut bare = String::with_capacity(address.len());
    let mut rest = address.chars();
    while let Some(c) = rest.next() {
        if c == '[' { pass_key(&mut rest) } else { bare.push(c) }
    }
    bare
}

/// Passes over a key of which the bracket was taken, up to the closing one.
fn pass_key(rest: &mut std::str::Chars<'_>) {
    let mut is_quoted = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' if is_quoted => _ = rest.next(),
            '"' => is_quoted = !is_quoted,
            ']' if !is_quoted => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_instances_are_left_out() {
        assert_eq!(without_keys(r#"module.k["a.b[0]\"]"].module.m[1].t.n["x"]"#), "module.k.module.m.t.n");
        assert_eq!(without_keys("t.n"), "t.n");
        assert_eq!(without_keys("t.n["), "t.n");
    }

    #[test]
    fn a_path_in_the_configuration_orders() {
        let mut order = Order::default();
        order.add("s.a", "module.k:output.x");
        order.add("module.k:output.x", "module.k.r.p");
        assert_eq!(order.depends("s.a[0]", r#"module.k["eu"].r.p"#), Some(true));
        assert_eq!(order.depends("s.a", "r.other"), Some(false));
        assert_eq!(order.depends("s.unknown", "r.other"), None);
    }

    #[test]
    fn a_circle_ends() {
        let mut order = Order::default();
        order.add("a.a", "b.b");
        order.add("b.b", "a.a");
        assert_eq!(order.depends("a.a", "c.c"), Some(false));
    }

    #[test]
    fn what_lies_behind_a_local_value_is_not_known_unless_the_state_tells() {
        let mut order = Order::default();
        order.add("s.a", "r.role");
        order.note_opaque("s.a");
        assert_eq!(order.depends("s.a", "p.p"), None);
        order.note_state("s.a", ["r.role".to_owned()]);
        assert_eq!(order.depends("s.a", "p.p"), Some(false));
        order.note_state("s.a", ["p.p".to_owned()]);
        assert_eq!(order.depends("s.a", "p.p"), Some(true));
    }

    #[test]
    fn a_dependency_that_was_never_applied_orders_nothing() {
        let mut order = Order::default();
        order.add("s.a", "p.p");
        order.note_state("s.a", []);
        assert_eq!(order.depends("s.a", "p.p"), Some(true), "a state without any dependency says nothing against it");
        order.note_state("s.a", ["r.role".to_owned()]);
        assert_eq!(order.depends("s.a", "p.p"), Some(false));
    }
}
