//! The names, ids and ARNs that Express Mode would give, made up from the service's name.

use std::fmt::Write as _;

use ecs_express_audit::kinds::{ServiceName, security_group_arn};
use ecs_express_audit::model::{Arn, Scope, Timestamp};

pub(crate) const REGION: &str = "us-east-1";
pub(crate) const VPC: &str = "vpc-0a1b2c3d4e5f60718";
pub(crate) const BALANCER_NAME: &str = "ecs-express-gateway-alb-1a2b3c4d";
pub(crate) const BALANCER_GROUP: &str = "sg-0fedcba9876543210";
pub(crate) const BALANCER_GROUP_NAME: &str = "ecs-express-gateway-alb-sg-1764000000000";
pub(crate) const DAY: i64 = 86_400;
pub(crate) const MINUTE: i64 = 60;

pub(crate) fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account: "123456789012".to_owned(), region: REGION.to_owned() }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T00:00:00Z").expect("a time")
}

pub(crate) fn seconds_ago(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(now().unix_seconds() - seconds)
}

pub(crate) fn arn(service: &str, resource: &str) -> Arn {
    Arn::new(&scope(), service, resource)
}

pub(crate) fn balancing(resource: &str) -> Arn {
    arn("elasticloadbalancing", resource)
}

pub(crate) fn balancer() -> Arn {
    balancing(&format!("loadbalancer/app/{BALANCER_NAME}/50dc6c495c0c9188"))
}

pub(crate) fn listener() -> Arn {
    listener_on(&balancer(), "f2f7dc8efc522ab2")
}

pub(crate) fn listener_on(balancer: &Arn, id: &str) -> Arn {
    balancing(&format!("{}/{id}", balancer.resource().replacen("loadbalancer/", "listener/", 1)))
}

pub(crate) fn rule_on(listener: &Arn, id: &str) -> Arn {
    balancing(&format!("{}/{id}", listener.resource().replacen("listener/", "listener-rule/", 1)))
}

pub(crate) fn balancer_group() -> Arn {
    group(BALANCER_GROUP)
}

pub(crate) fn group(id: &str) -> Arn {
    security_group_arn(&scope(), id)
}

pub(crate) fn cluster(name: &str) -> Arn {
    arn("ecs", &format!("cluster/{name}"))
}

pub(crate) fn alarm(name: &str) -> Arn {
    arn("cloudwatch", &format!("alarm:{name}"))
}

/// That many hexadecimal digits, always the same for the same text.
pub(crate) fn hex(of: &str, digits: usize) -> String {
    let seed = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut state = of.bytes().fold(0xcbf2_9ce4_8422_2325, seed);
    let mut text = String::new();
    while text.len() < digits {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        write!(text, "{:016x}", state ^ (state >> 29)).expect("a string takes everything");
    }
    text.truncate(digits);
    text
}

/// The names of everything that one service has, or had in an earlier life.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parts {
    pub(crate) cluster: String,
    pub(crate) name: String,
    /// Counts the services that have borne the name.
    pub(crate) life: u8,
}

impl Parts {
    /// Of the service of that name in the cluster `prod`, or of `cluster/name`.
    pub(crate) fn of(name: &str) -> Self {
        let (cluster, name) = name.split_once('/').unwrap_or(("prod", name));
        Self { cluster: cluster.to_owned(), name: name.to_owned(), life: 1 }
    }

    pub(crate) fn in_life(mut self, life: u8) -> Self {
        self.life = life;
        self
    }

    pub(crate) fn service_name(&self) -> ServiceName {
        ServiceName { cluster: self.cluster.clone(), name: self.name.clone() }
    }

    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.cluster, self.name)
    }

    pub(crate) fn service(&self) -> Arn {
        arn("ecs", &format!("service/{}", self.path()))
    }

    pub(crate) fn revision(&self) -> Arn {
        arn("ecs", &format!("service-revision/{}/{}", self.path(), self.id("revision", 16)))
    }

    pub(crate) fn deployment(&self) -> Arn {
        arn("ecs", &format!("service-deployment/{}/{}", self.path(), self.id("deployment", 16)))
    }

    pub(crate) fn family(&self) -> String {
        format!("{}-{}", self.cluster, self.name)
    }

    pub(crate) fn task_definition(&self, revision: u8) -> Arn {
        arn("ecs", &format!("task-definition/{}:{revision}", self.family()))
    }

    pub(crate) fn host(&self) -> String {
        let start: String = self.name.chars().take(2).collect();
        format!("{start}-{}.ecs.{REGION}.on.aws", self.id("host", 32))
    }

    pub(crate) fn target_group_name(&self, number: u8) -> String {
        format!("ecs-gateway-tg-{}", self.id(&format!("group {number}"), 17))
    }

    pub(crate) fn target_group(&self, number: u8) -> Arn {
        let name = self.target_group_name(number);
        balancing(&format!("targetgroup/{name}/{}", hex(&name, 16)))
    }

    pub(crate) fn rule(&self) -> Arn {
        rule_on(&listener(), &self.id("rule", 16))
    }

    pub(crate) fn certificate(&self) -> Arn {
        let id = self.id("certificate", 32);
        arn("acm", &format!("certificate/{}-{}-{}", &id[..8], &id[8..20], &id[20..]))
    }

    pub(crate) fn group_id(&self) -> String {
        format!("sg-{}", self.id("security group", 17))
    }

    pub(crate) fn group(&self) -> Arn {
        group(&self.group_id())
    }

    pub(crate) fn group_name(&self) -> String {
        format!("{}-{}-{VPC}", self.cluster, self.name)
    }

    pub(crate) fn log_group_name(&self) -> String {
        format!("/aws/ecs/{}-{}", self.path(), self.id("log group", 4))
    }

    pub(crate) fn log_group(&self) -> Arn {
        arn("logs", &format!("log-group:{}", self.log_group_name()))
    }

    pub(crate) fn rollback_alarm_name(&self) -> String {
        format!("{}/RollbackAlarm", self.path())
    }

    pub(crate) fn rollback_alarm(&self) -> Arn {
        alarm(&self.rollback_alarm_name())
    }

    pub(crate) fn tracking_alarm_name(&self, side: &str) -> String {
        format!("TargetTracking-{}-Alarm{side}-{}", self.resource_id(), self.id(side, 12))
    }

    pub(crate) fn resource_id(&self) -> String {
        format!("service/{}", self.path())
    }

    pub(crate) fn scalable_target(&self) -> Arn {
        arn("application-autoscaling", &format!("scalable-target/{}", self.id("scalable target", 36)))
    }

    pub(crate) fn policy_name(&self) -> String {
        format!("{}AVERAGE_CPU", self.name)
    }

    pub(crate) fn policy(&self) -> Arn {
        let id = self.id("policy", 32);
        arn("autoscaling", &format!("scalingPolicy:{id}:resource/ecs/{}:policyName/{}", self.resource_id(), self.policy_name()))
    }

    pub(crate) fn address(&self) -> String {
        let octet = |of: &str| u8::from_str_radix(&self.id(of, 2), 16).expect("two hexadecimal digits");
        format!("10.0.{}.{}", octet("third"), octet("fourth"))
    }

    pub(crate) fn interface(&self) -> String {
        format!("eni-{}", self.id("interface", 17))
    }

    /// What names that nobody can read are called in expected lines: `<web tg 1>`, and `<web' tg 1>` in an earlier life.
    pub(crate) fn aliases(&self) -> Vec<(String, String)> {
        let name = if self.cluster == "prod" { self.name.clone() } else { self.path() };
        let label = if self.life == 1 { name } else { format!("{name}'") };
        vec![
            (self.host(), format!("<{label} host>")),
            (self.target_group_name(1), format!("<{label} tg 1>")),
            (self.target_group_name(2), format!("<{label} tg 2>")),
            (format!("{} ({})", self.group_id(), self.group_name()), format!("<{label} sg>")),
            (self.log_group_name(), format!("<{label} logs>")),
            (self.tracking_alarm_name("High"), format!("<{label} high>")),
            (self.tracking_alarm_name("Low"), format!("<{label} low>")),
        ]
    }

    fn id(&self, of: &str, digits: usize) -> String {
        hex(&format!("{} {} {of}", self.path(), self.life), digits)
    }
}
