//! `drift`: declared fields against live ones.

use std::collections::BTreeMap;

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::ServiceConfiguration;
use ecs_express_audit::model::{Arn, Cause, Claim, Gap, Hidden, IgnoredField, Kind, Outcome, Report};

use crate::check::check;
use crate::report::json;
use crate::world::{BALANCER_GROUP, OWN_GROUP, Parts, SECRET, World, all_fields, present};

/// Both services are declared; the fields of `web` are, and it is configured so.
fn tidy() -> World {
    World::tidy().declaring("api").declaring_fields("web", all_fields()).configured("web", all_fields())
}

/// The findings of the report as `PATH: DECLARED -> LIVE`.
fn drift(report: &Report) -> Vec<String> {
    let line = |claim: &Claim| match claim {
        Claim::Drift { path, declared, live } => format!("{path}: {declared} -> {live}"),
        other => format!("{}", other.code()),
    };
    report.findings.iter().map(|finding| line(&finding.claim)).collect()
}

#[track_caller]
fn check_drift(world: &World, expected: &[&str]) {
    let mut found = drift(&world.report());
    found.sort();
    assert_eq!(found, expected);
}

fn ignoring(mut world: World, path: &str, service: Option<&str>) -> World {
    let pattern = |text: &str| text.parse().expect("a pattern");
    world.policy.ignored_fields.push(IgnoredField { path: pattern(path), service: service.map(pattern) });
    world
}

#[expect(clippy::unnecessary_wraps, reason = "a field that is given")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn hidden(name: &str, value: &str) -> BTreeMap<String, Hidden> {
    BTreeMap::from([(name.to_owned(), Hidden::known(value))])
}

#[test]
fn a_service_that_is_as_it_was_declared_is_silent() {
    check(&tidy(), &[]);
    assert_eq!(tidy().report().outcome(), Outcome::Clean);
}

#[test]
fn a_field_that_differs_is_one_finding_about_its_service() {
    check(&tidy().reconfigure(|live| live.container.image = text("web:2")), &["drift medium confirmed service prod/web"]);
}

#[test]
fn every_field_that_differs_is_told_with_its_path() {
    type Change = fn(&mut ServiceConfiguration);
    let changes: [(Change, &str); 21] = [
        (
            |l| l.infrastructure_role = text("arn:aws:iam::123456789012:role/x"),
            "infrastructure_role_arn: arn:aws:iam::123456789012:role/infra -> arn:aws:iam::123456789012:role/x",
        ),
        (
            |l| l.execution_role = text("arn:aws:iam::123456789012:role/x"),
            "execution_role_arn: arn:aws:iam::123456789012:role/exec -> arn:aws:iam::123456789012:role/x",
        ),
        (|l| l.task_role = None, "task_role_arn: arn:aws:iam::123456789012:role/task -> unset"),
        (|l| l.cpu = text("2048"), "cpu: 1024 -> 2048"),
        (|l| l.memory = text("4096"), "memory: 2048 -> 4096"),
        (|l| l.cpu_architecture = text("ARM64"), "cpu_architecture: X86_64 -> ARM64"),
        (|l| l.health_check_path = text("/"), "health_check_path: /health -> /"),
        (
            |l| l.subnets.extend(["subnet-3".to_owned()]),
            "network_configuration.subnets: [subnet-1, subnet-2] -> [subnet-1, subnet-2, subnet-3]",
        ),
        (|l| l.security_groups.clear(), "network_configuration.security_groups: [sg-00000000000000c05] -> unset"),
        (|l| l.container.image = text("web:2"), "primary_container.image: web:1 -> web:2"),
        (|l| l.container.port = Some(80), "primary_container.container_port: 8080 -> 80"),
        (|l| l.container.command = Some(Hidden::of_list(["serve"])), "primary_container.command: (not shown) -> (not shown)"),
        (|l| l.container.log_group = text("/x"), "primary_container.aws_logs_configuration.log_group: /aws/ecs/prod/web -> /x"),
        (|l| l.container.log_stream_prefix = text("x"), "primary_container.aws_logs_configuration.log_stream_prefix: ecs -> x"),
        (|l| l.container.credentials = None, "primary_container.repository_credentials.credentials_parameter: (not shown) -> unset"),
        (|l| l.container.environment = hidden("PASSWORD", "other"), "primary_container.environment.PASSWORD: (not shown) -> (not shown)"),
        (|l| l.container.secrets.clear(), "primary_container.secret.TOKEN: (not shown) -> unset"),
        (|l| l.scaling.min_tasks = Some(2), "scaling_target.min_task_count: 1 -> 2"),
        (|l| l.scaling.max_tasks = Some(2), "scaling_target.max_task_count: 20 -> 2"),
        (|l| l.scaling.metric = text("AVERAGE_MEMORY"), "scaling_target.auto_scaling_metric: AVERAGE_CPU -> AVERAGE_MEMORY"),
        (|l| l.scaling.target_value = None, "scaling_target.auto_scaling_target_value: 60 -> unset"),
    ];
    for (change, expected) in changes {
        check_drift(&tidy().reconfigure(change), &[expected]);
    }
    check_drift(&tidy().reconfigure(|live| live.tags = hidden("team", "other")), &["tags.team: (not shown) -> (not shown)"]);
}

#[test]
fn a_variable_that_only_is_live_differs_where_variables_are_declared() {
    let more = |live: &mut ServiceConfiguration| {
        live.container.environment.extend(hidden("EXTRA", SECRET));
        live.tags.extend(hidden("added-by-aws", "x"));
    };
    check_drift(&tidy().reconfigure(more), &["primary_container.environment.EXTRA: unset -> (not shown)"]);
}

#[test]
fn what_is_not_declared_is_not_compared() {
    let cpu = ServiceConfiguration { cpu: text("1024"), ..ServiceConfiguration::default() };
    check(&World::tidy().declaring("api").declaring_fields("web", cpu).configured("web", all_fields()), &[]);
}

#[test]
fn a_task_definition_is_compared_where_no_container_is_declared() {
    let of = |revision| text(&format!("arn:aws:ecs:us-east-1:123456789012:task-definition/web:{revision}"));
    let declared = ServiceConfiguration { task_definition: of(1), ..ServiceConfiguration::default() };
    let live = ServiceConfiguration { task_definition: of(2), ..all_fields() };
    let world = World::tidy().declaring("api").configured("web", live);
    let line = "task_definition_arn: arn:aws:ecs:us-east-1:123456789012:task-definition/web:1 -> arn:aws:ecs:us-east-1:123456789012:task-definition/web:2";
    check_drift(&world.clone().declaring_fields("web", declared.clone()), &[line]);
    check_drift(&world.clone().declaring_fields("web", ServiceConfiguration { task_definition: text("web:1"), ..declared }), &[]);
    check_drift(&world.declaring_fields("web", ServiceConfiguration { task_definition: of(1), ..all_fields() }), &[]);
}

#[test]
fn one_number_written_in_two_ways_is_the_same() {
    check(&tidy().reconfigure(|live| live.cpu = text("01024")), &[]);
    check_drift(&tidy().reconfigure(|live| live.cpu = text("1 vCPU")), &["cpu: 1024 -> 1 vCPU"]);
}

#[test]
fn a_role_that_is_no_arn_is_not_compared() {
    check(&tidy().reconfigure(|live| live.task_role = text("task")), &[]);
}

#[test]
fn the_groups_that_express_adds_differ_on_neither_side() {
    let express = [Parts::of("web").group_id(), BALANCER_GROUP.to_owned()];
    check(&tidy().reconfigure(|live| live.security_groups.extend(express.clone())), &[]);
    let with_express = |mut fields: ServiceConfiguration| {
        fields.security_groups.extend(express.clone());
        fields
    };
    let world = World::tidy().declaring("api").declaring_fields("web", with_express(all_fields()));
    check(&world.configured("web", all_fields()), &[]);
    let only = ServiceConfiguration { security_groups: express.iter().cloned().collect(), ..ServiceConfiguration::default() };
    check(&World::tidy().declaring("api").declaring_fields("web", only).configured("web", all_fields()), &[]);
}

#[test]
fn a_group_is_express_modes_by_what_names_it_or_by_its_description_or_by_its_tag() {
    let web = Parts::of("web");
    let differs = |world: &World| drift(&world.report()).iter().any(|line| line.starts_with("network_configuration"));
    let bare = |is_described: bool| {
        let mut world = tidy().reconfigure(|live| live.security_groups.extend([Parts::of("web").group_id()])).untag(&web.group());
        if !is_described {
            world.live.security_groups.iter_mut().filter(|g| g.arn == web.group()).for_each(|g| g.described_service = None);
        }
        world
    };
    assert!(!differs(&bare(false)), "its revision names it");
    assert!(!differs(&bare(true).unclaim("web", &web.group())), "its description is Express's");
    assert!(!differs(&bare(false).unclaim("web", &web.group()).mark(&web.group(), &present())), "its tag is ECS's");
    assert!(differs(&bare(false).unclaim("web", &web.group())), "nothing tells it from one of the customer's");
}

#[test]
fn a_group_of_the_customers_that_was_added_differs() {
    let world = tidy().reconfigure(|live| live.security_groups.extend([Parts::of("web").group_id(), "sg-00000000000000c06".to_owned()]));
    check_drift(&world, &[&format!("network_configuration.security_groups: [{OWN_GROUP}] -> [{OWN_GROUP}, sg-00000000000000c06]")]);
}

#[test]
fn where_nobody_knows_whose_the_groups_are_they_are_not_compared() {
    let world = tidy().reconfigure(|live| live.security_groups.clear());
    for (collection, parent) in
        [(Collection::SecurityGroups, String::new()), (Collection::Revisions, Parts::of("web").revision().to_string())]
    {
        check(&world.clone().unread(collection, &parent), &[]);
    }
}

#[test]
fn a_cluster_is_the_same_by_name_and_by_arn() {
    let declared_in = |cluster: &str| {
        let mut world = tidy();
        let services = world.declared.services.iter().cloned();
        world.declared.services = services
            .map(|mut service| {
                service.cluster = text(cluster);
                service
            })
            .collect();
        world
    };
    check(&declared_in("prod"), &[]);
    check(&declared_in("arn:aws:ecs:us-east-1:123456789012:cluster/prod"), &[]);
    check_drift(&declared_in("test"), &["cluster: test -> prod", "cluster: test -> prod"]);
}

#[test]
fn while_a_deployment_runs_nothing_is_said() {
    let changed = tidy().reconfigure(|live| live.cpu = text("256"));
    check(&changed.clone().deploying("web"), &[]);
    check(&changed.clone().configured("web", all_fields()), &[]);
    let mut begun = changed;
    begun.live.configurations[0].current_deployment = Some(Parts::of("web").in_life(2).deployment());
    check(&begun, &[]);
    let mut over = begun.clone();
    over.live.configurations[0].current_deployment = Some(Parts::of("web").deployment());
    check_drift(&over, &["cpu: 1024 -> 256"]);
}

#[test]
fn a_service_that_is_not_active_is_not_compared() {
    let changed = tidy().reconfigure(|live| live.cpu = text("256"));
    for world in [changed.clone().kill("web", 1), changed.clone().drain("web", 5), changed.puzzle("web")] {
        assert!(!drift(&world.report()).iter().any(|line| line.starts_with("cpu")));
    }
}

#[test]
fn a_service_that_could_not_be_described_is_a_gap_and_no_drift() {
    let changed = tidy().reconfigure(|live| live.cpu = text("256"));
    let world = changed.unread(Collection::ExpressServices, Parts::of("web").service().as_str());
    check(&world, &[]);
    assert_eq!(world.report().outcome(), Outcome::Incomplete);
}

#[test]
fn a_read_less_never_adds_a_difference() {
    let express = [Parts::of("web").group_id(), BALANCER_GROUP.to_owned()];
    let world = tidy().reconfigure(|live| {
        live.security_groups.extend(express);
        live.container.image = text("web:2");
    });
    for (collection, parent) in world.planned() {
        let found = drift(&world.clone().unread(collection, &parent).report());
        let more: Vec<&String> = found.iter().filter(|line| line.contains("->") && !line.starts_with("primary_container.image")).collect();
        assert!(more.is_empty(), "unread {collection:?} {parent}: {more:?}");
    }
}

#[test]
fn fields_that_were_never_collected_are_a_gap() {
    let world = World::tidy().declaring("api").declaring_fields("web", all_fields());
    check(&world, &[]);
    let report = world.report();
    let gaps: Vec<_> = report.scopes.iter().flat_map(|scope| &scope.gaps).map(|gap| (gap.operation.as_str(), gap.cause.as_str())).collect();
    assert_eq!(gaps, [("ecs:DescribeExpressGatewayService", "not-collected")]);
    check(&world.deploying("web"), &[]);
}

#[test]
fn only_a_failure_to_describe_that_very_service_accounts_for_its_fields() {
    let (web, api) = (Parts::of("web").service(), Parts::of("api").service());
    let causes = |operation: &str, parent: Option<&Arn>| {
        let world = World::tidy().declaring("api").declaring_fields("web", all_fields());
        let mut live = world.scan();
        live.gaps.push(Gap {
            operation: operation.to_owned(),
            parent: parent.map(Arn::to_string),
            kinds: vec![Kind::Service],
            cause: Cause::Denied,
            message: "the permission is lacking".to_owned(),
        });
        world.report_on(live).scopes[0].gaps.iter().map(|gap| gap.cause).collect::<Vec<_>>()
    };
    let operation = Collection::ExpressServices.operation();
    for parent in [Some(&web), None] {
        assert_eq!(causes(operation, parent), [Cause::Denied]);
    }
    for (operation, parent) in [(operation, Some(&api)), ("cloudwatch:DescribeAlarms", None), ("ecs:DescribeServiceRevisions", Some(&web))]
    {
        assert_eq!(causes(operation, parent), [Cause::Denied, Cause::NotCollected], "{operation} {parent:?}");
    }
}

#[test]
fn fields_are_left_out_by_path_by_glob_and_for_single_services() {
    let changed = tidy().reconfigure(|live| {
        live.container.image = text("web:2");
        live.container.environment = hidden("PASSWORD", "other");
    });
    let (image, password) =
        ("primary_container.image: web:1 -> web:2", "primary_container.environment.PASSWORD: (not shown) -> (not shown)");
    check_drift(&ignoring(changed.clone(), "primary_container.image", None), &[password]);
    check_drift(&ignoring(changed.clone(), "primary_container.environment.*", None), &[image]);
    check_drift(&ignoring(changed.clone(), "primary_container.environment", None), &[image]);
    check_drift(&ignoring(changed.clone(), "primary_container", None), &[]);
    check_drift(&ignoring(changed.clone(), "*", Some("prod/*")), &[]);
    check_drift(&ignoring(changed.clone(), "*", Some("test/*")), &[password, image]);
    check_drift(&ignoring(changed, "primary_container.im", None), &[password, image]);
}

#[test]
fn a_field_that_two_sources_declare_is_one_finding() {
    let cpu = |cpu: &str| ServiceConfiguration { cpu: text(cpu), ..ServiceConfiguration::default() };
    let world = |first: &str, second: &str| {
        let world = World::tidy().declaring("api").configured("web", all_fields());
        world.declaring_fields_at("web", "a.tfstate", cpu(first)).declaring_fields_at("web", "b.tfstate", cpu(second))
    };
    check(&world("1024", "1024"), &[]);
    check_drift(&world("1024", "256"), &["cpu: 256 -> 1024"]);
    check_drift(&world("512", "256"), &["cpu: 512 -> 1024"]);
    let report = world("512", "256").report();
    let fact = &report.findings[0].evidence[0].fact;
    assert!(fact.contains("512 (a.tfstate: ") && fact.contains("256 (b.tfstate: "), "{fact}");
}

#[test]
fn what_a_snapshot_holds_no_value_of_is_noted_and_no_gap() {
    let from_snapshot = |live: &mut ServiceConfiguration| {
        live.container.environment = BTreeMap::from([("PASSWORD".to_owned(), Hidden::unknown()), ("EXTRA".to_owned(), Hidden::unknown())]);
        live.container.secrets.clear();
    };
    let world = tidy().reconfigure(from_snapshot);
    check_drift(
        &world,
        &["primary_container.environment.EXTRA: unset -> (not shown)", "primary_container.secret.TOKEN: (not shown) -> unset"],
    );
    let report = world.report();
    assert!(report.is_complete());
    let noted: Vec<_> = report.services.iter().flat_map(|service| &service.not_comparable).collect();
    assert_eq!(noted, ["primary_container.environment.PASSWORD"]);
    assert!(json(&report).contains("\"not_comparable\""));
    let ignored = ignoring(world, "primary_container.environment", None).report();
    assert!(ignored.services.iter().all(|service| service.not_comparable.is_empty()));
}

#[test]
fn a_field_that_its_declaration_does_not_tell_is_noted_and_neither_drift_nor_a_gap() {
    let untold = |live: &mut ServiceConfiguration| (live.container.image, live.cpu) = (text("web:2"), text("4096"));
    let mut declared = all_fields();
    (declared.container.image, declared.cpu) = (None, None);
    let mut world = World::tidy().declaring("api").declaring_fields("web", declared).configured("web", all_fields()).reconfigure(untold);
    let mut services: Vec<_> = world.declared.services.iter().cloned().collect();
    for service in services.iter_mut().filter(|service| !service.configuration.is_empty()) {
        service.not_comparable = ["cpu", "primary_container.image"].map(str::to_owned).into();
    }
    world.declared.services = services.into_iter().collect();
    check(&world, &[]);
    let report = world.report();
    assert!(report.is_complete() && report.outcome() == Outcome::Clean);
    let noted = |report: &Report| report.services.iter().flat_map(|service| service.not_comparable.clone()).collect::<Vec<_>>();
    assert_eq!(noted(&report), ["cpu", "primary_container.image"]);
    assert_eq!(noted(&ignoring(world, "primary_container", None).report()), ["cpu"]);
}

#[test]
fn no_value_that_may_be_secret_is_in_any_byte() {
    let world = tidy().reconfigure(|live| {
        live.tags = hidden("team", &format!("{SECRET}-2"));
        live.container.environment = hidden("PASSWORD", &format!("{SECRET}-2"));
        live.container.secrets = hidden("OTHER", SECRET);
        (live.container.command, live.container.credentials) = (Some(Hidden::known(SECRET)), Some(Hidden::known("CANARY")));
    });
    let report = world.report();
    assert_eq!(report.findings.len(), 6, "{:?}", drift(&report));
    let shown = format!("{report:?} {:?} {:?} {}", world.declared, world.live, json(&report));
    assert!(!shown.contains("CANARY"));
}
