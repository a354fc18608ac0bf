//! The dead set: what is left over, judged together.
//!
//! A leftover load balancer, its listener, rules, target groups and certificate hold each other up, and are all leftovers. One user
//! outside of the set takes what it uses out of it, and whatever that needs of the chain.

mod scene;

use rustc_hash::FxHashMap;

use super::case::Case;
use super::tie::Ties;
use super::users::Users;
use crate::inventory::Suspect;
use crate::kinds::Relation;
use crate::model::{Arn, Holder, UnjudgedResource};
use scene::Scene;

/// How a suspect stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Somebody's: declared, or in use by the living service of its name.
    InUse,
    /// Its service is leaving, or died so recently that AWS may still be tearing it down; or it was made while the scan went on.
    Deleting,
    /// Something that was not read could hold it.
    Unknown(String),
    /// Left over, and used from outside.
    Held(Vec<Holder>),
    /// Left over by a living service's earlier revision.
    Superseded,
    /// Left over.
    Dead,
}

/// What the suspects of one scope turned out to be.
pub(super) struct DeadSet<'a> {
    pub ties: Ties<'a>,
    pub judged: FxHashMap<&'a Arn, (Suspect<'a>, Standing)>,
}

impl<'a> DeadSet<'a> {
    /// Judges all suspects of a scope together.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let ties = Ties::of(case);
        let scene = Scene::of(case, &ties);
        let suspects = case.ownership.suspects();
        let judged = suspects.map(|s| (s.resource.arn(), (s, scene.first_standing(s)))).collect();
        let mut set = Self { ties, judged };
        let users = Users::of(case, &set);
        set.take_out_what_is_held(case, &users);
        set.take_out_with_users(&users, |standing| *standing == Standing::Deleting);
        set.take_out_with_users(&users, |standing| matches!(standing, Standing::Unknown(_)));
        set
    }

    /// How the suspect of that ARN stands; `None` if it is no suspect.
    pub(super) fn standing(&self, arn: &Arn) -> Option<&Standing> {
        self.judged.get(arn).map(|(_, standing)| standing)
    }

    /// What could not be judged, and why.
    pub(super) fn unjudged(&self) -> Vec<UnjudgedResource> {
        let unknown = self.judged.values().filter_map(|(suspect, standing)| match standing {
            Standing::Unknown(because) => Some((suspect.resource, because.clone())),
            _ => None,
        });
        unknown.map(|(r, because)| UnjudgedResource { arn: r.arn().clone(), kind: r.kind(), because }).collect()
    }

    /// The suspects that stand so, by ARN: what is taken out first decides which holder is named.
    fn sorted(&self, stands_so: impl Fn(&Standing) -> bool) -> Vec<&'a Arn> {
        let mut arns: Vec<&'a Arn> = self.judged.iter().filter(|(_, (_, standing))| stands_so(standing)).map(|(arn, _)| *arn).collect();
        arns.sort();
        arns
    }

    fn is_in_set(&self, arn: &Arn) -> bool {
        matches!(self.standing(arn), Some(Standing::Dead | Standing::Superseded))
    }

    /// Whoever is used from outside of the set leaves it, and with it all that it uses.
    fn take_out_what_is_held(&mut self, case: &Case<'a>, users: &Users<'a>) {
        let mut leaving: Vec<(&'a Arn, Standing)> = Vec::new();
        for arn in self.sorted(|standing| matches!(standing, Standing::Dead | Standing::Superseded)) {
            let outside: Vec<Holder> = users.outside(arn).cloned().collect();
            if self.is_in_turn(case, users, arn) {
                leaving.push((arn, Standing::InUse));
            } else if !outside.is_empty() {
                leaving.push((arn, Standing::Held(outside)));
            }
        }
        self.take_out(leaving, users, |holder_name, standing| match standing {
            Standing::Held(holders) => {
                let root = holders.first().map(|holder| holder.id.clone()).unwrap_or_default();
                Standing::Held(vec![Holder { use_: format!("{holder_name}, which is itself still used, needs it"), id: root }])
            }
            other => other.clone(),
        });
    }

    /// A superseded target group to which the living service's own rule still forwards is its next one, not a leftover.
    fn is_in_turn(&self, case: &Case<'a>, users: &Users<'a>, arn: &Arn) -> bool {
        self.standing(arn) == Some(&Standing::Superseded)
            && users.users_of(arn).any(|(user, relation)| relation == Relation::ForwardsTo && case.ownership.is_claimed(user))
    }

    /// Whatever is used by a suspect that stands so is no leftover either, and stands so too.
    fn take_out_with_users(&mut self, users: &Users<'a>, stands_so: impl Fn(&Standing) -> bool) {
        let found = self.sorted(&stands_so).into_iter();
        let mut found: Vec<(&'a Arn, Standing)> = found.filter_map(|arn| Some((arn, self.standing(arn)?.clone()))).collect();
        // Whoever may answer behind a target group may also use the rules that lead to it.
        let leading = found.iter().flat_map(|(arn, s)| users.leading_to(arn).into_iter().map(move |leading| (leading, s.clone())));
        let leading: Vec<_> = leading.filter(|(arn, _)| self.is_in_set(arn)).collect();
        found.extend(leading);
        self.take_out(found, users, |_, standing| standing.clone());
    }

    /// Gives each of these its standing, and what `inherited` makes of it to everything in the set that they use.
    fn take_out(&mut self, mut leaving: Vec<(&'a Arn, Standing)>, users: &Users<'a>, inherited: impl Fn(&str, &Standing) -> Standing) {
        while let Some((arn, standing)) = leaving.pop() {
            let Some((suspect, current)) = self.judged.get_mut(arn) else { continue };
            let name = format!("{} {}", suspect.resource.kind().spoken(), suspect.resource.name());
            *current = standing.clone();
            for used in users.used_by(arn) {
                if self.is_in_set(used) {
                    leaving.push((used, inherited(&name, &standing)));
                }
            }
        }
    }
}
