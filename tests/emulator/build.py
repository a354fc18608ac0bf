"""Makes and removes the AWS resources around ECS, through moto's own backends.

Names, descriptions, tags and rules are those that have been seen on resources made by Express
Mode. moto cannot back-date anything, so each maker takes the moment at which it shall have been
made.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import cryptography.hazmat.primitives.asymmetric.rsa as rsa
from cryptography.hazmat.primitives.asymmetric import ec
from moto.acm.models import CertBundle, acm_backends
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import (
    Dimension,
    Metric,
    MetricDataQuery,
    MetricStat,
    cloudwatch_backends,
)
from moto.ec2 import ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.models import ecs_backends
from moto.elbv2.models import FakeListener, elbv2_backends
from moto.iam.models import iam_backends
from moto.logs.models import LogStream, logs_backends

from world import MANAGED, Vpc, World, digits, hexes

DIMENSION = "ecs:service:DesiredCount"
_networks = itertools.count(1)
_public = itertools.count(1)

# One key serves all certificates: to make a new one takes moto longer than all else together.
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
rsa.generate_private_key = lambda *_, **__: _KEY
CertBundle.validate_pk = lambda self: _KEY


def _association(self: NetworkInterface) -> dict[str, Any]:
    """A public address, in the spelling that moto can put into its answer."""
    return {"PublicIp": self.public_ip, "IpOwnerId": "amazon-elb"} if self.public_ip else {}


NetworkInterface.association = property(_association)


def tag_list(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as the lists that AWS services take."""
    return [{key: name, value: text} for name, text in tags.items()]


def iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def epoch(when: datetime) -> float:
    return when.replace(tzinfo=UTC).timestamp()


def forward(weights: dict[str, int]) -> list[dict[str, Any]]:
    """A rule's or listener's action that forwards to target groups by weight."""
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    return [{"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": groups}}]


class Aws:
    """moto's backends for one world, with makers and removers for what the steps need."""

    tags = {MANAGED: "true"}

    def __init__(self, world: World) -> None:
        self.world = world

    def _backend(self, backends: Any) -> Any:
        return backends[self.world.account][self.world.region]

    @cached_property
    def ec2(self) -> Any:
        return self._backend(ec2_backends)

    @cached_property
    def elb(self) -> Any:
        return self._backend(elbv2_backends)

    @cached_property
    def acm(self) -> Any:
        return self._backend(acm_backends)

    @cached_property
    def ecs(self) -> Any:
        return self._backend(ecs_backends)

    @cached_property
    def logs(self) -> Any:
        return self._backend(logs_backends)

    @cached_property
    def cloudwatch(self) -> Any:
        return self._backend(cloudwatch_backends)

    @cached_property
    def scaling(self) -> Any:
        return self._backend(applicationautoscaling_backends)

    # Networks, security groups and interfaces

    def vpc(self, name: str) -> Vpc:
        """The network that the steps call by that name, made on first use."""
        if name not in self.world.vpcs:
            region, number = self.world.region, next(_networks) % 200 + 20
            zones = [Zone(f"{region}{letter}", region, f"{region}-az{letter}") for letter in "abc"]
            RegionsAndZonesBackend.zones.setdefault(region, zones)
            vpc = self.ec2.create_vpc(f"10.{number}.0.0/16").id
            subnets = [
                self.ec2.create_subnet(vpc, f"10.{number}.{64 * index}.0/18", availability_zone=zone.name).id
                for index, zone in enumerate(RegionsAndZonesBackend.zones[region][:3])
            ]
            addresses = [itertools.count(10) for _ in subnets]
            self.world.vpcs[name] = Vpc(vpc, subnets, addresses)
        return self.world.vpcs[name]

    def role(self, name: str) -> str:
        """A role of that name, made unless it is there: IAM is one for all Regions."""
        roles = iam_backends[self.world.account][self.world.partition]
        known = next((role for role in roles.get_roles() if role.name == name), None)
        return (known or roles.create_role(name, "{}", "/", None, "", {}, 3600)).arn

    def group(self, vpc: str, name: str, description: str, tags: dict[str, str] | None = None) -> Any:
        """A security group without egress rules; one of that name that is still there is taken over."""
        if found := self.ec2.get_security_group_from_name(name, vpc):
            return found
        group = self.ec2.create_security_group(name, description, vpc, tags or {})
        group.arn = self.world.group_arn(group.id)
        group.egress_rules.clear()
        return group

    def allow(self, group: str, direction: str, port: int, *, to: str | None = None, text: str = "") -> None:
        """Adds a rule, to or from another group, or the whole internet when none is given."""
        authorize = getattr(self.ec2, f"authorize_security_group_{direction}")
        ranges = [] if to else [{"CidrIp": "0.0.0.0/0"}, {"CidrIpv6": "::/0"}]
        pairs = [{"GroupId": to, "Description": text}] if to else []
        authorize(group, "tcp", str(port), str(port), ranges, source_groups=pairs)

    def remove_group(self, group: str) -> None:
        """Removes a security group and, as AWS asks for first, the rules that name it."""
        for groups in self.ec2.groups.values():
            groups.pop(group, None)
            for other in groups.values():
                for rules in (other.ingress_rules, other.egress_rules):
                    rules[:] = [rule for rule in rules if rule.source_group.get("GroupId") != group]

    def interface(
        self, vpc: Vpc, zone: int, groups: list[str], description: str, public: bool = False, owner: str = ""
    ) -> NetworkInterface:
        subnet = self.ec2.get_subnet(vpc.subnets[zone])
        network, number = subnet.cidr_block.split("/")[0].split("."), next(vpc.addresses[zone])
        address = f"{network[0]}.{network[1]}.{int(network[2]) + number // 256}.{number % 256}"
        found = NetworkInterface(self.ec2, subnet, address, group_ids=groups, description=description)
        self.ec2.enis[found.id] = found
        found.status = "in-use"
        found.requester_managed = bool(owner)
        found.requester_id = owner or self.world.account
        if public:
            number = next(_public)
            found.public_ip = f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}"
        return found

    # Load balancers and what hangs on them

    def load_balancer(
        self, name: str, vpc: Vpc, scheme: str, groups: list[str], made: datetime, kind: str = ""
    ) -> str:
        """A load balancer with an interface in each subnet; ECS's own tags unless a kind is given."""
        found = self.elb.create_load_balancer(
            name,
            groups,
            vpc.subnets,
            None,
            scheme,
            kind or "application",
            tags=[] if kind else tag_list(self.tags),
        )
        found.created_time = iso(made)
        path = found.arn.rsplit("loadbalancer/", 1)[1]
        for zone in range(len(vpc.subnets)):
            self.interface(vpc, zone, groups, f"ELB {path}", scheme == "internet-facing", "amazon-elb")
        return found.arn

    def listener(self, balancer: str, certificate: str) -> str:
        """The HTTPS listener whose default action is a fixed 404."""
        answer = {"ContentType": "text/plain", "MessageBody": "Not Found", "StatusCode": "404"}
        action = {"Type": "fixed-response", "Order": 1, "FixedResponseConfig": answer}
        policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
        made = self.elb.create_listener(
            balancer, "HTTPS", 443, policy, certificate, [action], tags=tag_list(self.tags)
        )
        default = made._default_rule[0]
        default.arn = f"{made.arn.replace(':listener/', ':listener-rule/')}/{hexes(16)}"
        return made.arn

    def find_listener(self, arn: str | None) -> FakeListener | None:
        return next((b.listeners[arn] for b in self.elb.load_balancers.values() if arn in b.listeners), None)

    def add_certificate(self, listener: str, certificate: str) -> None:
        """Adds a certificate for server name indication."""
        self.find_listener(listener).certificates.append(certificate)

    def rule(
        self,
        listener: str,
        host: str,
        priority: int,
        weights: dict[str, int],
        tags: dict[str, str] | None = None,
    ) -> str:
        condition = {"Field": "host-header", "Values": [host], "HostHeaderConfig": {"Values": [host]}}
        made = self.elb.create_rule(listener, [condition], priority, forward(weights), tag_list(tags or {}))
        return made.arn

    def target_group(self, name: str, vpc: str, port: int, tags: dict[str, str] | None = None) -> str:
        return self.elb.create_target_group(
            name,
            vpc_id=vpc,
            protocol="HTTP",
            protocol_version="HTTP1",
            port=80,
            target_type="ip",
            healthcheck_protocol="HTTP",
            healthcheck_port=str(port),
            healthcheck_path="/ping",
            healthcheck_interval_seconds=30,
            healthcheck_timeout_seconds=5,
            tags=tag_list(tags or {}),
        ).arn

    def express_target_groups(self, vpc: str, port: int) -> list[str]:
        """The two target groups that a deployment swaps."""
        return [self.target_group(f"ecs-gateway-tg-{hexes(17)}", vpc, port, self.tags) for _ in range(2)]

    def register(self, target_group: str, address: str, port: int) -> None:
        self.elb.register_targets(target_group, [{"Id": address, "Port": port}])

    def deregister(self, address: str) -> None:
        """Takes a task's address out of every target group."""
        for found in self.elb.target_groups.values():
            found.targets.pop(address, None)

    def _haunt(self, *arns: str) -> None:
        tags = self.elb.tagging_service
        for arn in arns:
            self.world.ghosts[arn] = tags.get_tag_dict_for_resource(arn)

    def remove_rule(self, arn: str | None) -> None:
        listener = self.find_listener(arn and arn.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0])
        if listener and arn in listener.rules:
            self._haunt(arn)
            listener.remove_rule(arn)

    def remove_listener(self, arn: str | None) -> None:
        if listener := self.find_listener(arn):
            self._haunt(arn, *listener._non_default_rules)
            self.elb.delete_listener(arn)

    def remove_load_balancer(self, arn: str, with_interfaces: bool = True) -> None:
        """Removes a load balancer with its listeners, rules and interfaces."""
        if found := self.elb.load_balancers.get(arn):
            for listener in list(found.listeners):
                self.remove_listener(listener)
            self.elb.delete_load_balancer(arn)
            for interface in self.interfaces_of(arn) if with_interfaces else []:
                self.remove_interface(interface.id)

    def interfaces_of(self, balancer: str) -> list[NetworkInterface]:
        description = f"ELB {balancer.rsplit('loadbalancer/', 1)[1]}"
        return [one for one in self.ec2.enis.values() if one.description == description]

    def remove_target_group(self, arn: str) -> None:
        self.elb.target_groups.pop(arn, None)

    def remove_interface(self, interface: str | None) -> None:
        self.ec2.enis.pop(interface, None)

    # Certificates, alarms, scaling, logs, task definitions

    def certificate(self, domain: str, made: datetime, curve: bool = False) -> str:
        arn = self.acm.request_certificate(domain, None, [domain], tag_list(self.tags))
        found = self.acm._certificates[arn]
        found.created_at, found.status = made, "ISSUED"
        if curve:
            found._key = _CURVE_KEY
        return arn

    def remove_certificate(self, arn: str | None) -> None:
        for balancer in self.elb.load_balancers.values():
            for listener in balancer.listeners.values():
                listener.certificates = [one for one in listener.certificates if one != arn]
        self.acm._certificates.pop(arn, None)

    def rollback_alarm(self, name: str, balancer: str, target_groups: list[str], made: datetime) -> None:
        """The alarm on the rate of errors: metric math over six metrics of two target groups."""
        queries = []
        for metric in ("HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "RequestCountPerTarget"):
            for arn in target_groups[:2]:
                dimensions = [
                    Dimension("TargetGroup", arn.rsplit(":", 1)[1]),
                    Dimension("LoadBalancer", balancer.rsplit("loadbalancer/", 1)[1]),
                ]
                source = MetricStat(Metric(metric, "AWS/ApplicationELB", dimensions), 60, "Sum", None)
                queries.append(MetricDataQuery(f"m{len(queries) + 1}", None, None, False, None, source))
        rate = "100*(FILL(m1,0)+FILL(m2,0)+FILL(m3,0)+FILL(m4,0))/(FILL(m5,0)+FILL(m6,0)+1)"
        queries.append(MetricDataQuery("e1", "Rate of 4XX and 5XX errors", 60, True, rate))
        alarm = self.cloudwatch.put_metric_alarm(
            name=name,
            namespace=None,
            metric_name=None,
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=3,
            datapoints_to_alarm=2,
            period=None,
            threshold=1.0,
            statistic=None,
            description="Rate of 4XX and 5XX errors",
            dimensions=[],
            alarm_actions=[],
            metric_data_queries=queries,
            treat_missing_data="notBreaching",
            tags=tag_list(self.tags),
        )
        alarm.configuration_updated_timestamp = alarm.state_updated_timestamp = made

    def scale(self, cluster: str, service: str, tags: dict[str, str], made: datetime) -> tuple[Any, Any]:
        """The scalable target and its policy, which brings two alarms of its own."""
        resource = f"service/{cluster}/{service}"
        linked = "aws-service-role/ecs.application-autoscaling.amazonaws.com"
        name = "AWSServiceRoleForApplicationAutoScaling_ECSService"
        role = f"arn:{self.world.partition}:iam::{self.world.account}:role/{linked}/{name}"
        target = self.scaling.register_scalable_target("ecs", resource, DIMENSION, 1, 20, role, None)
        metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        body = {"TargetValue": 60.0, "PredefinedMetricSpecification": metric}
        policy = self.scaling.put_scaling_policy(
            f"{service}AVERAGE_CPU", "ecs", resource, DIMENSION, body, "TargetTrackingScaling"
        )
        target.creation_time = policy.creation_time = epoch(made)
        for alarm in policy.alarms:
            alarm.configuration_updated_timestamp = alarm.state_updated_timestamp = made
        self.world.target_tags[target.arn] = {**self.tags, **tags}
        return target, policy

    def remove_policy(self, cluster: str, service: str, name: str) -> None:
        self.scaling.delete_scaling_policy(name, "ecs", f"service/{cluster}/{service}", DIMENSION)

    def remove_target(self, cluster: str, service: str) -> None:
        self.scaling.deregister_scalable_target("ecs", f"service/{cluster}/{service}", DIMENSION)

    def log_group(self, name: str, made: datetime, managed: bool = True, stored: int = 0) -> None:
        if name not in self.logs.groups:
            group = self.logs.create_log_group(name, self.tags if managed else {})
            group.creation_time = made
            group.streams["main"] = stream = LogStream(group, "main")
            stream.stored_bytes = stored

    def task_definition(self, family: str, environment: dict[str, str], port: int, made: datetime) -> str:
        container = {
            "name": "Main",
            "image": "public.ecr.aws/docker/library/nginx:latest",
            "portMappings": [{"containerPort": port, "protocol": "tcp"}],
            "environment": [{"name": name, "value": value} for name, value in environment.items()],
        }
        found = self.ecs.register_task_definition(
            family, [container], requires_compatibilities=["FARGATE"], cpu="256", memory="512"
        )
        found.registered_at = made
        return found.arn

    def cluster(self, name: str) -> str:
        """The cluster's ARN; it is made on first use."""
        found = self.ecs.clusters.get(name)
        if found is None or found.status != "ACTIVE":
            found = self.ecs.create_cluster(name, [], capacity_providers=["FARGATE"])
        return found.arn

    def moto_service(self, cluster: str, name: str, tags: dict[str, str]) -> Any:
        """moto's own record of a service, which it needs for scaling and tags."""
        listed = tag_list(tags, "key", "value")
        return self.ecs.create_service(cluster, name, 1, tags=listed, launch_type="FARGATE")

    def new_alb_group(self, vpc: str, name: str = "") -> str:
        """The security group of a load balancer that ECS makes."""
        name = name or f"ecs-express-gateway-alb-sg-{digits(13)}"
        text = "ECS Express Gateway security group - allows HTTP/HTTPS inbound with managed outbound rules"
        group = self.group(vpc, name, text, self.tags).id
        self.allow(group, "ingress", 80)
        self.allow(group, "ingress", 443)
        self.allow(group, "egress", 1, to=group, text="Placeholder rule to reserve capacity")
        return group
