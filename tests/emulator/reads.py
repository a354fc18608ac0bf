"""Reads of ELB, ACM, CloudWatch, Application Auto Scaling, EC2 and tagging that moto answers amiss.

Each function takes the place of moto's method of the same name. `paging` is put on top of them, so
they all answer everything at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from moto.acm.responses import AWSCertificateManagerResponse as Acm
from moto.applicationautoscaling.responses import (
    ApplicationAutoScalingResponse as Scaling,
)
from moto.applicationautoscaling.responses import _build_policy, _build_target
from moto.cloudwatch.responses import CloudWatchResponse as CloudWatch
from moto.core.resource_tagging import iter_taggable_backends, make_tag_matcher
from moto.core.responses import ActionResult
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces as Interfaces
from moto.ec2.responses.security_groups import SecurityGroups as Groups
from moto.elbv2 import elbv2_backends
from moto.elbv2.exceptions import (
    ListenerNotFoundError,
    LoadBalancerNotFoundError,
    RuleNotFoundError,
    TargetGroupNotFoundError,
)
from moto.elbv2.responses import ELBV2Response as Elb
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse as Logs
from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse as Tagging

from refusal import Refusal
from world import World, world


def serves(responses: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Puts a function in the place of moto's method of that name."""

    def put(method: Callable[..., Any]) -> Callable[..., Any]:
        setattr(responses, method.__name__, method)
        return method

    return put


def world_of(self: Any) -> World:
    """The world that a request is about."""
    return world(self.current_account, self.region)


# Elastic Load Balancing

Elb.RESPONSE_KEY_PATH_TO_TRANSFORMER["DescribeListenersOutput.Listeners.Listener.Certificates"] = (
    lambda arns: [{"CertificateArn": arns[0]}] if arns else None
)
"""A listener shows its default certificate only; the others are in DescribeListenerCertificates."""


def _listeners(backend: Any) -> Iterator[Any]:
    for balancer in backend.load_balancers.values():
        yield from balancer.listeners.values()


def _targets(action: Any) -> Iterator[str]:
    if arn := action.data.get("TargetGroupArn"):
        yield arn
    for group in action.data.get("ForwardConfig", {}).get("TargetGroups", []):
        yield group["TargetGroupArn"]


@serves(Elb)
def describe_load_balancers(self: Any) -> ActionResult:
    arns, names = self._get_param("LoadBalancerArns", []), self._get_param("Names", [])
    every = self.elbv2_backend.describe_load_balancers([], [])
    found = [one for one in every if not (arns or names) or one.arn in arns or one.name in names]
    if len(found) < len(set(arns)) + len(set(names)):
        raise LoadBalancerNotFoundError()
    return ActionResult({"LoadBalancers": found})


@serves(Elb)
def describe_listeners(self: Any) -> ActionResult:
    balancer, arns = self._get_param("LoadBalancerArn"), self._get_param("ListenerArns", [])
    if not balancer and not arns:
        raise Refusal("ValidationError", "You must specify either listener ARNs or a load balancer ARN")
    found = self.elbv2_backend.describe_listeners(balancer, arns)
    if len(found) < len(set(arns)):
        raise ListenerNotFoundError()
    return ActionResult({"Listeners": found})


@serves(Elb)
def describe_rules(self: Any) -> ActionResult:
    rules = self.elbv2_backend.describe_rules(self._get_param("ListenerArn"), self._get_param("RuleArns"))
    return ActionResult({"Rules": list(rules)})


_target_groups = Elb.describe_target_groups


@serves(Elb)
def describe_target_groups(self: Any) -> ActionResult:
    """LoadBalancerArns are worked out from the rules as they are now."""
    users: dict[str, dict[str, None]] = defaultdict(dict)
    for listener in _listeners(self.elbv2_backend):
        for rule in listener.rules.values():
            for action in rule.actions:
                for arn in _targets(action):
                    users[arn][listener.load_balancer_arn] = None
    for group in self.elbv2_backend.target_groups.values():
        group.load_balancer_arns = list(users[group.arn])
    return _target_groups(self)


_MISSING = {
    "targetgroup": TargetGroupNotFoundError,
    "loadbalancer": LoadBalancerNotFoundError,
    "listener": ListenerNotFoundError,
    "listener-rule": lambda: RuleNotFoundError("One or more rules not found"),
}


@serves(Elb)
def describe_tags(self: Any) -> ActionResult:
    """One resource that is gone fails the whole call."""
    backend, arns = self.elbv2_backend, self._get_param("ResourceArns", [])
    known = {*backend.load_balancers, *backend.target_groups}
    for listener in _listeners(backend):
        known.update([listener.arn, *(rule.arn for rule in listener.rules.values())])
    for arn in arns:
        if arn not in known:
            raise _MISSING.get(arn.split(":")[-1].split("/")[0], LoadBalancerNotFoundError)()
    tags = [{"ResourceArn": arn, "Tags": found} for arn, found in backend.describe_tags(arns).items()]
    return ActionResult({"TagDescriptions": tags})


# ACM


def certificate_users(self: Any) -> dict[str, list[str]]:
    """Which load balancers use which certificate, default or not; a use that ended is still seen for a while."""
    users: dict[str, dict[str, None]] = defaultdict(dict)
    for arn, (balancer, _) in world_of(self).lingering_uses.items():
        users[arn][balancer] = None
    for listener in _listeners(elbv2_backends[self.current_account][self.region]):
        for arn in listener.certificates:
            users[arn][listener.load_balancer_arn] = None
    return {arn: list(balancers) for arn, balancers in users.items()}


@serves(Acm)
def describe_certificate(self: Any) -> ActionResult:
    arn = self._get_param("CertificateArn")
    found = self.acm_backend.describe_certificate(arn).describe()
    found["Certificate"]["InUseBy"] = certificate_users(self).get(arn, [])
    _let_go(world_of(self), arn)
    return ActionResult(found)


def _let_go(world: World, certificate: str) -> None:
    """Each look brings the end of a use nearer."""
    balancer, reads = world.lingering_uses.pop(certificate, ("", 0))
    if reads > 1:
        world.lingering_uses[certificate] = (balancer, reads - 1)


@serves(Acm)
def list_certificates(self: Any) -> ActionResult:
    """Only RSA keys of 1024 and 2048 bits are listed unless other key types are asked for."""
    includes = dict(self._get_param("Includes") or {})
    includes.setdefault("keyTypes", ["RSA_1024", "RSA_2048"])
    users = certificate_users(self)
    found = []
    for bundle in self.acm_backend.list_certificates(self._get_param("CertificateStatuses"), includes):
        summary = bundle.describe()["Certificate"]
        summary["InUse"] = bool(users.get(bundle.arn))
        found.append(summary)
    return ActionResult({"CertificateSummaryList": found})


# CloudWatch


@serves(CloudWatch)
def describe_alarms(self: Any) -> ActionResult:
    """Metric alarms, unless other types are asked for; the parents of an alarm are composite ones."""
    every = list(self.cloudwatch_backend.describe_alarms())
    if parent := self._get_param("ParentsOfAlarmName"):
        named = [one for one in every if one.rule and f'"{parent}"' in one.rule]
        brief = ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp")
        rows = ((one.name, one.alarm_arn, one.state_value, one.state_updated_timestamp) for one in named)
        return ActionResult({"MetricAlarms": [], "CompositeAlarms": [dict(zip(brief, row)) for row in rows]})
    names, prefix = self._get_param("AlarmNames", []), self._get_param("AlarmNamePrefix", "")
    if names and prefix:
        raise Refusal("ValidationError", "AlarmNames and AlarmNamePrefix cannot both be given.")
    types, state = self._get_param("AlarmTypes", ["MetricAlarm"]), self._get_param("StateValue")
    found = [
        one
        for one in every
        if (not names or one.name in names)
        and one.name.startswith(prefix)
        and (not state or one.state_value == state)
    ]
    metric = [one for one in found if one.rule is None and "MetricAlarm" in types]
    composite = [one for one in found if one.rule is not None and "CompositeAlarm" in types]
    return ActionResult({"MetricAlarms": metric, "CompositeAlarms": composite})


# Application Auto Scaling


@serves(Scaling)
def describe_scalable_targets(self: Any) -> ActionResult:
    found = self.applicationautoscaling_backend.describe_scalable_targets(
        self._get_param("ServiceNamespace"),
        self._get_param("ResourceIds"),
        self._get_param("ScalableDimension"),
    )
    return ActionResult({"ScalableTargets": [_build_target(one) for one in found]})


@serves(Scaling)
def describe_scaling_policies(self: Any) -> ActionResult:
    resource, names = self._get_param("ResourceId"), self._get_param("PolicyNames")
    found = [
        one
        for one in self.applicationautoscaling_backend.policies.values()
        if one.service_namespace == self._get_param("ServiceNamespace")
        and resource in (None, one.resource_id)
        and (not names or one.policy_name in names)
    ]
    return ActionResult({"ScalingPolicies": [_build_policy(one) for one in found]})


@serves(Scaling)
def list_tags_for_resource(self: Any) -> ActionResult:
    arn = self._get_param("ResourceARN")
    targets = self.applicationautoscaling_backend.targets.values()
    if not any(one.arn == arn for found in targets for one in found.values()):
        raise Refusal("ResourceNotFoundException", f"No scalable target with ARN {arn}")
    return ActionResult({"Tags": world_of(self).target_tags.get(arn, {})})


# CloudWatch Logs

_log_tags = Logs.list_tags_for_resource


@serves(Logs)
def list_tags_for_resource(self: Any) -> Any:  # noqa: F811
    arn = self._get_param("resourceArn")
    if not any(group.arn == arn for group in self.logs_backend.groups.values()):
        raise ResourceNotFoundException()
    return _log_tags(self)


# EC2


def _pages_or_ids(self: Any, *fields: str) -> None:
    if self._get_param("MaxResults") and any(self._get_param(field) for field in fields):
        raise Refusal("InvalidParameterCombination", f"MaxResults cannot be used with {fields[0]}")


_security_groups = Groups.describe_security_groups
_network_interfaces = Interfaces.describe_network_interfaces


@serves(Groups)
def describe_security_groups(self: Any) -> ActionResult:
    _pages_or_ids(self, "GroupIds")
    return _security_groups(self)


@serves(Interfaces)
def describe_network_interfaces(self: Any) -> ActionResult:
    """The interfaces of a load balancer that is gone are there for a while: each look brings their end nearer."""
    _pages_or_ids(self, "NetworkInterfaceIds")
    found, lingering = _network_interfaces(self), world_of(self).lingering_interfaces
    for interface in found.result["NetworkInterfaces"]:
        if lingering.get(interface.id, 0) > 1:
            lingering[interface.id] -= 1
        elif lingering.pop(interface.id, None):
            self.ec2_backend.enis.pop(interface.id, None)
    return found


# Tagging


def resource_type(arn: str) -> str:
    """What a resource type filter calls a resource, such as `elasticloadbalancing:listener-rule/app`."""
    service, resource = arn.split(":", 5)[2], arn.split(":", 5)[5]
    kind, _, rest = resource.replace(":", "/").partition("/")
    if service == "elasticloadbalancing" and kind != "targetgroup":
        kind = f"{kind}/{rest.split('/')[0]}"
    return f"{service}:{kind}"


def _tagged(found: World) -> Iterator[tuple[str, dict[str, str]]]:
    """Every resource that has tags or once had some, also listeners and rules that are gone."""
    for backend in iter_taggable_backends(found.account, found.region):
        for resource in backend.iter_tagged_resources():
            yield resource.arn, resource.tags
    elb = elbv2_backends[found.account][found.region]
    for listener in _listeners(elb):
        yield listener.arn, elb.tagging_service.get_tag_dict_for_resource(listener.arn)
        for arn in listener._non_default_rules:
            yield arn, elb.tagging_service.get_tag_dict_for_resource(arn)
    yield from found.ghosts.items()


@serves(Tagging)
def get_resources(self: Any) -> ActionResult:
    filters, types = self._get_param("TagFilters", []), self._get_param("ResourceTypeFilters", [])
    arns, found = self._get_param("ResourceARNList", []), world_of(self)
    if arns and (filters or types or self._get_param("ResourcesPerPage")):
        raise Refusal("InvalidParameterException", "ResourceARNList cannot be used with other parameters.")
    matches = make_tag_matcher(filters)

    def wanted(arn: str, tags: dict[str, str]) -> bool:
        kind = f"{resource_type(arn)}/"
        of_type = any(kind.startswith((f"{one}/", f"{one}:")) for one in types)
        return (
            (bool(tags) or arn in found.once_tagged)
            and matches(tags)
            and (not types or of_type)
            and (not arns or arn in arns)
        )

    mappings = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        for arn, tags in _tagged(found)
        if wanted(arn, tags)
    ]
    return ActionResult({"ResourceTagMappingList": mappings, "PaginationToken": ""})
