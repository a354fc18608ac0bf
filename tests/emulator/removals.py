"""Removals as AWS does them: what it refuses, what goes along, and what lets go only after a while.

moto deletes nearly everything that it is asked to. Each function takes the place of moto's method of
the same name. The codes are those of the API references; the messages are those that AWS has been
seen to give.
"""

from __future__ import annotations

from typing import Any

from moto.acm.responses import AWSCertificateManagerResponse as Acm
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Scaling
from moto.cloudwatch.responses import CloudWatchResponse as CloudWatch
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses.security_groups import SecurityGroups as Groups
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.elbv2.exceptions import ListenerNotFoundError, RuleNotFoundError
from moto.elbv2.responses import ELBV2Response as Elb

from build import Aws
from reads import certificate_users, serves, world_of
from refusal import Refusal

LINGERING_READS = 2
"""How many more reads show an interface or a use of a certificate after its load balancer is gone."""


# Elastic Load Balancing


@serves(Elb)
def delete_load_balancer(self: Any) -> ActionResult:
    """One that is not there is no error. Its interfaces, and the use of its certificates, end later."""
    aws, arn = Aws(world_of(self)), self._get_param("LoadBalancerArn")
    found = aws.elb.load_balancers.get(arn)
    if found and found.attrs.get("deletion_protection.enabled") == "true":
        message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise Refusal("OperationNotPermitted", message)
    if found:
        for listener in found.listeners.values():
            _linger(self, listener)
        for interface in aws.interfaces_of(arn):
            aws.world.lingering_interfaces[interface.id] = LINGERING_READS
        aws.remove_load_balancer(arn, with_interfaces=False)
    return EmptyResult()


def _linger(self: Any, listener: Any) -> None:
    uses = world_of(self).lingering_uses
    for arn in listener.certificates:
        uses[arn] = (listener.load_balancer_arn, LINGERING_READS)


@serves(Elb)
def delete_listener(self: Any) -> ActionResult:
    """Its rules go along."""
    aws, arn = Aws(world_of(self)), self._get_param("ListenerArn")
    found = aws.find_listener(arn)
    if not found:
        raise ListenerNotFoundError()
    _linger(self, found)
    aws.remove_listener(arn)
    return EmptyResult()


@serves(Elb)
def delete_rule(self: Any) -> ActionResult:
    aws, arn = Aws(world_of(self)), self._get_param("RuleArn")
    rules = [
        rule
        for b in aws.elb.load_balancers.values()
        for one in b.listeners.values()
        for rule in one.rules.values()
    ]
    found = next((rule for rule in rules if rule.arn == arn), None)
    if not found:
        raise RuleNotFoundError("One or more rules not found")
    if found.is_default:
        raise Refusal("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted")
    aws.remove_rule(arn)
    return EmptyResult()


# EC2

_delete_security_group = Groups.delete_security_group


@serves(Groups)
def delete_security_group(self: Any) -> ActionResult:
    """Neither while an interface carries it nor while a rule of another group names it."""
    aws, group = Aws(world_of(self)), self._get_param("GroupId")
    carried = any(group in [one.id for one in interface.group_set] for interface in aws.ec2.enis.values())
    others = [one for groups in aws.ec2.groups.values() for one in groups.values() if one.id != group]
    rules = [rule for one in others for rule in (*one.ingress_rules, *one.egress_rules)]
    if carried or any((rule.source_group or {}).get("GroupId") == group for rule in rules):
        raise Refusal("DependencyViolation", f"resource {group} has a dependent object")
    return _delete_security_group(self)


# ACM

_delete_certificate = Acm.delete_certificate


@serves(Acm)
def delete_certificate(self: Any) -> ActionResult:
    arn = self._get_param("CertificateArn")
    if certificate_users(self).get(arn):
        raise Refusal(
            "ResourceInUseException", f"Certificate {arn} in account {self.current_account} is in use."
        )
    return _delete_certificate(self)


# CloudWatch


@serves(CloudWatch)
def delete_alarms(self: Any) -> ActionResult:
    names, alarms = self._get_param("AlarmNames", []), self.cloudwatch_backend.alarms
    for name in names:
        if name not in alarms:
            raise Refusal("ResourceNotFound", f"Unknown alarm: {name}")
        if any(one.rule and f'"{name}"' in one.rule for other, one in alarms.items() if other not in names):
            message = f"Cannot delete {name} as there are composite alarm(s) depending on it."
            raise Refusal("ValidationError", message)
    self.cloudwatch_backend.delete_alarms(names)
    return EmptyResult()


# Application Auto Scaling


def _gone(what: str) -> Refusal:
    return Refusal(
        "ObjectNotFoundException", f"No {what} found for the given service namespace and resource ID"
    )


@serves(Scaling)
def deregister_scalable_target(self: Any) -> ActionResult:
    """Its policies go along, and with them their alarms."""
    backend, resource = self.applicationautoscaling_backend, self._get_param("ResourceId")
    dimension = self._get_param("ScalableDimension")
    if resource not in backend.targets.get(dimension, {}):
        raise _gone("scalable target")
    for policy in [one for one in backend.policies.values() if one.resource_id == resource]:
        backend.delete_scaling_policy(policy.policy_name, policy.service_namespace, resource, dimension)
    backend.deregister_scalable_target(self._get_param("ServiceNamespace"), resource, dimension)
    return EmptyResult()


@serves(Scaling)
def delete_scaling_policy(self: Any) -> ActionResult:
    backend, name = self.applicationautoscaling_backend, self._get_param("PolicyName")
    namespace, resource = self._get_param("ServiceNamespace"), self._get_param("ResourceId")
    if not any(one.policy_name == name and one.resource_id == resource for one in backend.policies.values()):
        raise _gone("scaling policy")
    backend.delete_scaling_policy(name, namespace, resource, self._get_param("ScalableDimension"))
    return EmptyResult()


# ECS

_delete_cluster = Ecs.delete_cluster


@serves(Ecs)
def delete_cluster(self: Any) -> ActionResult:
    """Not while a service in it is ACTIVE or DRAINING."""
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster"))
    services = [one for one in world_of(self).services.values() if one.cluster_arn == cluster.arn]
    if any(one.status in ("ACTIVE", "DRAINING") for one in services):
        message = "The Cluster cannot be deleted while Services are active."
        raise Refusal("ClusterContainsServicesException", message)
    return _delete_cluster(self)
