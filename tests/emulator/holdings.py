"""Everything that a world holds, by ARN, each with what can be changed of it: by this a test sees what was
touched. What is on its way out is not part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from build import Aws
from world import World


def holdings(world: World) -> dict[str, Any]:
    """What there is, whoever made it. Interfaces of load balancers are part of these."""
    found = dict([*_balancing(Aws(world)), *_network(Aws(world)), *_others(Aws(world)), *_ecs(world)])
    return {arn: str(value) for arn, value in found.items()}


def _balancing(aws: Aws) -> Iterator[tuple[str, Any]]:
    for balancer in aws.elb.load_balancers.values():
        yield balancer.arn, (sorted(balancer.attrs.items()), balancer.security_groups)
        for listener in balancer.listeners.values():
            yield listener.arn, (listener.port, listener.certificates)
            for rule in listener.rules.values():
                if not rule.is_default:
                    yield rule.arn, ([action.data for action in rule.actions], rule.conditions)
    for group in aws.elb.target_groups.values():
        yield group.arn, sorted(group.targets)


def _network(aws: Aws) -> Iterator[tuple[str, Any]]:
    of_balancers = {one.id for arn in aws.elb.load_balancers for one in aws.interfaces_of(arn)}
    others = [one for one in aws.ec2.enis.values() if one.id not in of_balancers]
    for groups in aws.ec2.groups.values():
        for group in groups.values():
            rules = [(rule.id, rule.source_group) for rule in (*group.ingress_rules, *group.egress_rules)]
            yield aws.world.group_arn(group.id), sorted(rules, key=str)
    for interface in others:
        if interface.id not in aws.world.lingering_interfaces:
            groups = [group.id for group in interface.group_set]
            yield aws.world.arn("ec2", f"network-interface/{interface.id}"), groups


def _others(aws: Aws) -> Iterator[tuple[str, Any]]:
    for arn in aws.acm._certificates:
        yield arn, None
    for alarm in aws.cloudwatch.alarms.values():
        yield alarm.alarm_arn, alarm.rule
    for group in aws.logs.groups.values():
        yield group.arn.removesuffix(":*"), None
    for policy in aws.scaling.policies.values():
        yield policy.policy_arn, None
    for targets in aws.scaling.targets.values():
        for target in targets.values():
            yield target.arn, None


def _ecs(world: World) -> Iterator[tuple[str, Any]]:
    ecs = Aws(world).ecs
    for cluster in ecs.clusters.values():
        if cluster.status == "ACTIVE":
            yield cluster.arn, None
    for revisions in ecs.task_definitions.values():
        for revision in revisions.values():
            if revision.status == "ACTIVE":
                yield revision.arn, None
    for service in world.services.values():
        yield f"{service.arn} {service.revisions[-1].arn}", service.status
    for gateway in world.gateways:
        yield gateway.arn, None
