//! Services with declared fields, and what they are configured as.

use std::collections::{BTreeMap, BTreeSet};

use ecs_express_audit::DeclaredService;
use ecs_express_audit::kinds::{ActiveConfiguration, Container, ScalingTarget, ServiceConfiguration};
use ecs_express_audit::model::Hidden;

use super::World;
use super::names::Parts;

/// A value that must be in no byte of any output.
pub(crate) const SECRET: &str = "hunter2-CANARY-9c1e";

/// A security group of the customer's.
pub(crate) const OWN_GROUP: &str = "sg-00000000000000c05";

/// Every field, as Terraform writes it.
pub(crate) fn all_fields() -> ServiceConfiguration {
    let text = |text: &str| Some(text.to_owned());
    let named = |name: &str| BTreeMap::from([(name.to_owned(), Hidden::known(SECRET))]);
    ServiceConfiguration {
        infrastructure_role: text("arn:aws:iam::123456789012:role/infra"),
        execution_role: text("arn:aws:iam::123456789012:role/exec"),
        task_role: text("arn:aws:iam::123456789012:role/task"),
        task_definition: None,
        cpu: text("1024"),
        memory: text("2048"),
        cpu_architecture: text("X86_64"),
        health_check_path: text("/health"),
        security_groups: BTreeSet::from([OWN_GROUP.to_owned()]),
        subnets: BTreeSet::from(["subnet-1", "subnet-2"].map(str::to_owned)),
        container: Container {
            image: text("web:1"),
            port: Some(8080),
            command: Some(Hidden::of_list(["serve", SECRET])),
            log_group: text("/aws/ecs/prod/web"),
            log_stream_prefix: text("ecs"),
            credentials: Some(Hidden::known(SECRET)),
            environment: named("PASSWORD"),
            secrets: named("TOKEN"),
        },
        scaling: ScalingTarget { min_tasks: Some(1), max_tasks: Some(20), metric: text("AVERAGE_CPU"), target_value: Some(60) },
        tags: named("team"),
    }
}

impl World {
    /// Some source declares these fields of the service.
    pub(crate) fn declaring_fields(self, name: &str, configuration: ServiceConfiguration) -> Self {
        self.declaring_fields_at(name, "terraform.tfstate", configuration)
    }

    pub(crate) fn declaring_fields_at(self, name: &str, source: &str, configuration: ServiceConfiguration) -> Self {
        let mut world = self.declaring(name);
        let arn = Some(Parts::of(name).service());
        let bare = world.declared.services.iter().find(|service| service.arn == arn).expect("just declared").clone();
        if bare.configuration.is_empty() {
            world.declared.services.remove(&bare);
        }
        let declared_at = format!("{source}: aws_ecs_express_gateway_service.{name}");
        world.declared.services.insert(DeclaredService { declared_at, configuration, ..bare });
        world
    }

    /// The service is configured so.
    pub(crate) fn configured(mut self, name: &str, configuration: ServiceConfiguration) -> Self {
        let parts = Parts::of(name);
        self.live.configurations.push(ActiveConfiguration {
            service: parts.service(),
            revision: Some(parts.revision()),
            current_deployment: None,
            configuration,
        });
        self
    }

    /// Changes how the one service is configured whose fields are known.
    pub(crate) fn reconfigure(mut self, change: impl FnOnce(&mut ServiceConfiguration)) -> Self {
        change(&mut self.live.configurations[0].configuration);
        self
    }
}
