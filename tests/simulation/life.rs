//! The life of an account: what Express Mode, ECS Gateways and customers do to it, and a record of who made what.
//!
//! The record is the truth that the audit is held to: nothing of it is read from names, tags or references.

mod customer;
mod deletion;
mod express;
mod gateway;

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Account, Arn, MANAGED_TAG, Managed, ManagedStatus, Tags, Time};
use crate::random::Random;

pub(crate) use deletion::Part;

/// When every account begins.
pub(crate) const DAWN: Time = 1_790_000_000;

/// The account, and what its life knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) account: Account,
    pub(crate) record: Record,
    /// Gives names and addresses.
    names: Random,
}

/// Who made what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Every Express service that ever was, in the order in which they were made.
    pub(crate) services: Vec<ServiceLife>,
    /// Every load balancer that Express ever made, with its listener and security group.
    pub(crate) balancers: Vec<SharedBalancer>,
    /// Who made each resource. What nobody made here is the customer's.
    pub(crate) made_by: BTreeMap<Arn, Maker>,
    /// Listeners of Express that a customer has put to a use of their own.
    pub(crate) put_to_use: BTreeSet<Arn>,
    /// The customers' ordinary services, by ARN.
    pub(crate) plain: BTreeSet<Arn>,
}

/// Who made a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// Express Mode, for the service of that place in the record.
    Service(usize),
    /// Express Mode, as a part of the shared load balancer of that place in the record.
    Balancer(usize),
    /// ECS Gateways.
    Gateway,
}

/// Where the life of an Express service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It serves, or never got so far.
    Living,
    /// Its deletion goes on.
    Leaving,
    /// INACTIVE since that moment, and its resources as they will remain.
    Dead(Time),
}

/// One life of an Express service. A name may have several, one after another.
#[derive(Clone, Debug)]
pub(crate) struct ServiceLife {
    pub(crate) arn: Arn,
    pub(crate) cluster: String,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    pub(crate) vpc: String,
    pub(crate) balancer: Option<usize>,
    pub(crate) host: String,
    pub(crate) rule: Option<Arn>,
    pub(crate) certificate: Option<Arn>,
    pub(crate) group: Option<String>,
    pub(crate) revisions: Vec<Arn>,
    /// Those of the revision that serves, and of the one that a deployment is bringing.
    pub(crate) target_groups: Vec<[Arn; 2]>,
    pub(crate) alarm: Option<Arn>,
    pub(crate) log_group: Option<Arn>,
    pub(crate) scalable_target: Option<Arn>,
    pub(crate) policy: Option<Arn>,
    pub(crate) scaling_alarms: Vec<Arn>,
    pub(crate) tasks: Vec<String>,
    /// What its deletion does not remove.
    pub(crate) kept: BTreeSet<Part>,
    /// What its deletion has still to do.
    pub(crate) to_remove: Vec<Part>,
}

/// A load balancer that Express made for the services of a VPC and scheme.
#[derive(Clone, Debug)]
pub(crate) struct SharedBalancer {
    pub(crate) arn: Arn,
    pub(crate) listener: Arn,
    pub(crate) group: String,
    pub(crate) vpc: String,
    pub(crate) is_public: bool,
    /// The services that were ever on it.
    pub(crate) services: Vec<usize>,
}

impl Life {
    /// An account with a cluster `default` and nothing in it.
    pub(crate) fn new(seed: u64) -> Self {
        let mut life = Self { account: Account::new(DAWN), record: Record::default(), names: Random::new(seed) };
        life.cluster("default");
        life
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, seconds: Time) {
        self.account.now += seconds;
    }

    /// The places of the services that stand so.
    pub(crate) fn services(&self, stands_so: impl Fn(&ServiceLife) -> bool) -> Vec<usize> {
        (0..self.record.services.len()).filter(|place| stands_so(&self.record.services[*place])).collect()
    }

    /// The name is another's now: whatever was not deleted yet stays.
    fn stop_deleting(&mut self, arn: &str) {
        self.record.services.iter_mut().filter(|service| service.arn == arn).for_each(|service| service.to_remove.clear());
    }

    fn cluster(&mut self, name: &str) -> Arn {
        let arn = self.account.arn("ecs", &format!("cluster/{name}"));
        let cluster = crate::aws::Cluster { name: name.to_owned(), container_instances: 0, tags: Tags::new() };
        self.account.clusters.entry(arn.clone()).or_insert(cluster);
        arn
    }

    fn hex(&mut self, digits: usize) -> String {
        self.names.hex(digits)
    }

    /// An address that no interface has at this moment; it may have been another's before.
    fn free_address(&mut self) -> String {
        // Few enough to be used again, and more than there are interfaces.
        let networks = 2.max(self.account.interfaces.len() / 20);
        loop {
            let address = format!("10.0.{}.{}", self.names.below(networks), 4 + self.names.below(40));
            if !self.account.interfaces.values().any(|interface| interface.addresses.contains(&address)) {
                return address;
            }
        }
    }
}

/// The tags of what ECS manages.
pub(crate) fn managed_tags() -> Tags {
    Tags::from([(MANAGED_TAG.to_owned(), "true".to_owned())])
}

fn managed(arn: &str, at: Time) -> Managed {
    Managed { arn: Some(arn.to_owned()), status: ManagedStatus::Active, reason: None, updated_at: at }
}
