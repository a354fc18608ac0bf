//! A plan and what it meets: everything that it asks for was read, and is there.

use std::collections::{BTreeMap, BTreeSet};

use ecs_express_audit::input::read_plan;
use ecs_express_audit::inventory::Surroundings;
use ecs_express_audit::kinds::{Management, Service, ServiceStatus};
use ecs_express_audit::model::{Dependency, DependencyKind, ExitCode, FailOn, Report, Severity};
use ecs_express_audit::plan::Plan;
use ecs_express_audit::preflight;
use serde_json::{Value, json};

use super::rows::SUBNET;
use crate::check::{line, lines, readable};
use crate::world::{Parts, VPC, World, scope};

/// A plan, and the account that it will be applied to.
#[derive(Clone, Debug)]
pub(super) struct Ahead {
    pub(super) world: World,
    pub(super) rows: Vec<Value>,
    /// The resources of the state, each with what it depends on.
    pub(super) state: Vec<(String, Vec<String>)>,
    pub(super) configuration: Value,
    /// What is not there.
    missing: BTreeSet<Dependency>,
    /// What nobody asked for.
    unread: BTreeSet<Dependency>,
    unread_services: BTreeSet<Parts>,
    vpcs: BTreeMap<String, String>,
}

/// The tidy account, and a plan of these rows.
pub(super) fn tidy(rows: impl IntoIterator<Item = Value>) -> Ahead {
    Ahead::of(World::tidy(), rows)
}

impl Ahead {
    pub(super) fn of(mut world: World, rows: impl IntoIterator<Item = Value>) -> Self {
        world.policy.fail_on = FailOn::AtLeast(Severity::High);
        Self {
            world,
            rows: rows.into_iter().collect(),
            state: Vec::new(),
            configuration: Value::Null,
            missing: BTreeSet::new(),
            unread: BTreeSet::new(),
            unread_services: BTreeSet::new(),
            vpcs: BTreeMap::from([(SUBNET.to_owned(), VPC.to_owned())]),
        }
    }

    pub(super) fn without(mut self, kind: DependencyKind, id: &str) -> Self {
        self.missing.insert(Dependency::new(kind, id));
        self
    }

    pub(super) fn unasked(mut self, dependency: Dependency) -> Self {
        self.unread.insert(dependency);
        self
    }

    pub(super) fn unasked_service(mut self, name: &str) -> Self {
        self.unread_services.insert(Parts::of(name));
        self
    }

    pub(super) fn in_vpc(mut self, vpc: &str) -> Self {
        self.vpcs.insert(SUBNET.to_owned(), vpc.to_owned());
        self
    }

    pub(super) fn group_in_vpc(mut self, vpc: &str) -> Self {
        self.vpcs.insert(super::rows::GROUP.to_owned(), vpc.to_owned());
        self
    }

    /// The resource is in the state, and depends on these.
    pub(super) fn state(mut self, address: &str, depends_on: &[&str]) -> Self {
        self.state.push((address.to_owned(), depends_on.iter().map(|on| (*on).to_owned()).collect()));
        self
    }

    pub(super) fn plan(&self) -> Plan {
        let of_state = |(address, depends_on): &(String, Vec<String>)| json!({ "address": address, "mode": "managed", "type": "t", "values": {}, "depends_on": depends_on });
        let resources: Vec<Value> = self.state.iter().map(of_state).collect();
        let document = json!({
            "format_version": "1.2", "resource_changes": self.rows, "configuration": self.configuration,
            "prior_state": { "format_version": "1.0", "values": { "root_module": { "resources": resources } } },
        });
        read_plan("plan.json", document.to_string().as_bytes()).expect("a plan")
    }

    /// What AWS tells of what the plan asks for.
    pub(super) fn met(&self) -> Surroundings {
        let (mut live, questions) = (self.world.scan(), self.plan().questions(&scope()));
        let unheard: Vec<_> = questions.services.iter().filter(|name| live.services.iter().all(|service| service.name != **name)).collect();
        let absent: Vec<Service> = unheard.into_iter().map(|name| absent(&Parts::of(&format!("{}/{}", name.cluster, name.name)))).collect();
        live.services.extend(absent);
        live.services.retain(|service| self.unread_services.iter().all(|parts| parts.service_name() != service.name));
        let asked = questions.dependencies.into_iter().filter(|dependency| !self.unread.contains(dependency));
        Surroundings {
            live,
            dependencies: asked.map(|dependency| (dependency.clone(), !self.missing.contains(&dependency))).collect(),
            vpcs: self.vpcs.clone(),
        }
    }

    pub(super) fn report(&self) -> Report {
        self.report_on(&[self.met()])
    }

    pub(super) fn report_on(&self, met: &[Surroundings]) -> Report {
        preflight(&self.plan(), &self.world.declared, met, &self.world.policy, self.world.now)
    }
}

/// ECS does not know that service.
fn absent(parts: &Parts) -> Service {
    let world = World::empty().with_service_of(parts);
    let service = world.live.services.into_iter().next().expect("just made");
    Service {
        status: ServiceStatus::Absent,
        management: Management::Unknown,
        created_at: None,
        last_activity: None,
        running_tasks: 0,
        revisions: Vec::new(),
        current_deployment: None,
        rollback_alarms: Vec::new(),
        ..service
    }
}

/// Expects exactly these lines and everything read.
#[track_caller]
pub(super) fn check(ahead: &Ahead, expected: &[&str]) {
    let report = ahead.report();
    assert_eq!(lines(&ahead.world, &report), expected);
    let gaps: Vec<_> = report.scopes.iter().flat_map(|scope| &scope.gaps).collect();
    assert!(report.is_complete(), "{gaps:#?}");
    let is_blocked = report.findings.iter().any(|finding| finding.severity >= Severity::High);
    assert_eq!(report.exit_code(), if is_blocked { ExitCode::Findings } else { ExitCode::Clean });
}

/// Expects exactly these lines, and gaps: the operation and what it was to tell of.
#[track_caller]
pub(super) fn check_gaps(ahead: &Ahead, expected: &[&str], gaps: &[(&str, Option<&str>)]) {
    let report = ahead.report();
    assert_eq!(lines(&ahead.world, &report), expected);
    let all = report.scopes.iter().flat_map(|scope| &scope.gaps);
    assert_eq!(all.map(|gap| (gap.operation.as_str(), gap.parent.as_deref())).collect::<Vec<_>>(), gaps);
    assert!(!report.is_complete() && report.exit_code() != ExitCode::Clean);
}

/// Expects these words in the message of the finding that begins so.
#[track_caller]
pub(super) fn check_message(ahead: &Ahead, start: &str, words: &[&str]) {
    let report = ahead.report();
    let finding = report.findings.iter().find(|finding| line(&ahead.world, finding).starts_with(start));
    let finding = finding.unwrap_or_else(|| panic!("no finding {start:?} among {:#?}", lines(&ahead.world, &report)));
    let message = readable(&ahead.world, &finding.message());
    for word in words {
        assert!(message.contains(word), "expected {word:?} in: {message}");
    }
}
