"""The steps that tests run: they make, change and end services and what surrounds them.

Each step is a function of the world and the step's own fields; it answers plain JSON data, mostly
ARNs. Ages are in minutes before now. The kinds of resources are named in `KINDS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from build import Aws, forward
from world import (
    MANAGED,
    Balancer,
    Deployment,
    Gateway,
    Resources,
    Revision,
    Service,
    Vpc,
    World,
    ago,
    digits,
    hexes,
)

AGE = 4320
"""Three days, in minutes: the age of what a step makes unless it says otherwise."""

SHARED_BY = 25
"""How many Express services share a load balancer."""

KINDS = (
    "rule",
    "target-group",
    "alarm",
    "scaling-policy",
    "scalable-target",
    "security-group",
    "certificate",
    "listener",
    "load-balancer",
    "load-balancer-security-group",
    "log-group",
    "task-definition",
)
"""The kinds of resources of a service, in the order in which they can be removed."""

SHARED = {"listener", "load-balancer", "load-balancer-security-group"}

Step = Callable[..., Any]
STEPS: dict[str, Step] = {}


def step(function: Step) -> Step:
    STEPS[function.__name__] = function
    return function


def run(world: World, steps: Iterable[dict[str, Any]]) -> list[Any]:
    """Runs steps in order and answers each one's result."""
    results = []
    for fields in steps:
        fields = dict(fields)
        name = fields.pop("do", None)
        if name not in STEPS:
            raise LookupError(f"no such step: {name}")
        results.append(STEPS[name](world, **fields))
    return results


def _kinds(given: list[str] | str) -> set[str]:
    kinds = set(KINDS if given == "all" else given)
    if unknown := kinds - set(KINDS):
        raise ValueError(f"no such kinds: {sorted(unknown)}")
    return kinds


# Express services


@step
def create(
    world: World,
    name: str,
    cluster: str = "default",
    vpc: str = "main",
    scheme: str = "internet-facing",
    security_groups: list[str] | None = None,
    environment: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    age: float = AGE,
    wedged: bool = False,
    log_group: str | None = None,
    own_load_balancer: bool = False,
    curve_certificate: bool = False,
    stored_bytes: int = 0,
) -> dict[str, Any]:
    """An Express service with all its resources; a wedged one never gets beyond its log group."""
    aws, made, net = Aws(world), ago(age), Aws(world).vpc(vpc)
    service = _new_service(world, cluster, name, tags or {}, made)
    logs = log_group or f"/aws/ecs/{cluster}/{name}-{hexes(4)}"
    aws.log_group(logs, made, managed=log_group is None, stored=stored_bytes)
    host = f"{name[:2]}-{hexes(32)}.ecs.{world.region}.on.aws"
    own = Resources(host, logs, log_group is not None, net, scheme)
    service.resources = own
    revision = _new_revision(world, service, net, security_groups or [], environment or {}, made)
    if wedged:
        revision.states = {"*": ("PROVISIONING", None), "log-group": ("ACTIVE", None)}
        _deploy(world, service, revision, [], made, finished=None)
        return _created(world, service)
    own.certificate = aws.certificate(host, made, curve_certificate)
    own.balancer = balancer = _balancer(world, net, scheme, own.certificate, own_load_balancer, made)
    text = f"Security group for ECS service: {service.arn}"
    own.group = aws.group(net.id, f"{cluster}-{name}-{net.id}", text, aws.tags).id
    revision.security_groups.append(own.group)
    aws.allow(balancer.group, "egress", revision.port, to=own.group, text="Egress Rule to ECS Service")
    aws.allow(own.group, "ingress", revision.port, to=balancer.group)
    own.interface, own.address = _task(world, service, net, revision.security_groups)
    revision.target_groups = aws.express_target_groups(net.id, revision.port)
    weights = dict(zip(revision.target_groups, (100, 0)))
    own.rule = aws.rule(balancer.listener, host, next(balancer.priorities), weights, aws.tags)
    aws.register(revision.target_groups[0], own.address, revision.port)
    own.alarm = f"{cluster}/{name}/RollbackAlarm"
    aws.rollback_alarm(own.alarm, balancer.arn, revision.target_groups, made)
    target, policy = aws.scale(cluster, name, tags or {}, made)
    own.scalable_target, own.policy, own.policy_name = target.arn, policy.policy_arn, policy.policy_name
    own.scaling_alarms = [alarm.name for alarm in policy.alarms]
    _deploy(world, service, revision, [], made, finished=made)
    return _created(world, service)


def _new_service(world: World, cluster: str, name: str, tags: dict[str, str], made: datetime) -> Service:
    aws = Aws(world)
    cluster_arn = aws.cluster(cluster)
    arn = world.arn("ecs", f"service/{cluster}/{name}")
    if arn in world.services and world.services[arn].status != "INACTIVE":
        raise ValueError(f"there is such a service already: {arn}")
    moto = aws.moto_service(cluster, name, tags)
    service = world.services[arn] = Service(arn, cluster_arn, name, made, made, moto)
    return service


def _new_revision(
    world: World,
    service: Service,
    vpc: Vpc,
    groups: list[str],
    environment: dict[str, str],
    made: datetime,
    port: int = 8080,
) -> Revision:
    aws = Aws(world)
    family = f"{service.cluster}-{service.name}"
    task = aws.task_definition(family, environment, port, made)
    arn = world.arn("ecs", f"service-revision/{service.cluster}/{service.name}/{digits(19)}")
    revision = Revision(arn, made, task, list(vpc.subnets), list(groups), port, dict(environment))
    service.revisions.append(revision)
    return revision


def _deploy(
    world: World,
    service: Service,
    target: Revision,
    sources: list[Revision],
    made: datetime,
    finished: datetime | None,
) -> Deployment:
    arn = world.arn("ecs", f"service-deployment/{service.cluster}/{service.name}/{hexes(21)}")
    status = "SUCCESSFUL" if finished else "IN_PROGRESS"
    deployment = Deployment(arn, target, sources, status, made, finished)
    service.deployments.append(deployment)
    if finished:
        service.tell(f"(service {service.name}) has reached a steady state.", finished)
    return deployment


def _balancer(
    world: World, vpc: Vpc, scheme: str, certificate: str, exclusive: bool, made: datetime
) -> Balancer:
    """A load balancer with room for one more service, or else a new one with its listener."""
    aws = Aws(world)
    for found in world.balancers:
        fits = found.vpc is vpc and found.scheme == scheme and not (exclusive or found.exclusive)
        listens = aws.find_listener(found.listener)
        if fits and listens and 0 < len(world.living(found)) < SHARED_BY:
            aws.add_certificate(found.listener, certificate)
            return found
    name = f"ecs-express-gateway-alb-{hexes(8)}"
    return _new_balancer(world, name, "", vpc, scheme, certificate, exclusive, made)


def _new_balancer(
    world: World,
    name: str,
    group_name: str,
    vpc: Vpc,
    scheme: str,
    certificate: str,
    exclusive: bool,
    made: datetime,
) -> Balancer:
    aws = Aws(world)
    group = aws.new_alb_group(vpc.id, group_name)
    arn = aws.load_balancer(name, vpc, scheme, [group], made)
    balancer = Balancer(arn, group, aws.listener(arn, certificate), vpc, scheme, exclusive)
    world.balancers.append(balancer)
    return balancer


def _task(world: World, service: Service, vpc: Vpc, groups: list[str]) -> tuple[str, str]:
    """Starts a task of a service: its interface and its address."""
    attachment = world.arn("ecs", f"attachment/{hexes(8)}-{hexes(4)}-4{hexes(3)}-a{hexes(3)}-{hexes(12)}")
    interface = Aws(world).interface(vpc, 0, groups, attachment)
    service.tasks.append((interface.id, interface.private_ip_address))
    return service.tasks[-1]


def _created(world: World, service: Service) -> dict[str, Any]:
    own, revision = service.resources, service.revisions[-1]
    balancer = own.balancer
    return {
        "service": service.arn,
        "load_balancer": balancer and balancer.arn,
        "load_balancer_security_group": balancer and world.group_arn(balancer.group),
        "listener": balancer and balancer.listener,
        "rule": own.rule,
        "target_groups": list(revision.target_groups),
        "certificate": own.certificate,
        "security_group": own.group and world.group_arn(own.group),
        "log_group": own.log_group,
        "alarm": own.alarm,
        "scaling_alarms": list(own.scaling_alarms),
        "scalable_target": own.scalable_target,
        "scaling_policy": own.policy,
        "task_definitions": [revision.task_definition],
        "revision": revision.arn,
        "host": own.host,
        "vpc": own.vpc.id,
        "subnets": list(own.vpc.subnets),
        "interface": own.interface,
        "address": own.address,
    }


@step
def update(
    world: World, service: str, port: int = 9090, keep_old: bool = True, age: float = 60
) -> dict[str, Any]:
    """A finished deployment with new target groups; the old ones stay or go."""
    found = world.service(service)
    old, own, aws, when = found.current, found.resources, Aws(world), ago(age)
    new = _next_revision(world, found, port, when)
    aws.deregister(own.address)
    aws.register(new.target_groups[0], own.address, port)
    aws.elb.modify_rule(own.rule, [], forward(dict(zip(new.target_groups, (100, 0)))))
    aws.rollback_alarm(own.alarm, own.balancer.arn, new.target_groups, when)
    if not keep_old:
        for arn in old.target_groups:
            aws.remove_target_group(arn)
        old.states["target-group"] = ("DELETED", None)
    deployment = _deploy(world, found, new, [old], when, finished=when)
    return _deployed(new, old, deployment)


@step
def canary(world: World, service: str, port: int = 8080, age: float = 2) -> dict[str, Any]:
    """A deployment in flight: two revisions, whose four target groups share the rule."""
    found = world.service(service)
    old, own, aws, when = found.current, found.resources, Aws(world), ago(age)
    new = _next_revision(world, found, port, when)
    aws.register(new.target_groups[0], own.address, port)
    weights = dict(zip([*old.target_groups, *new.target_groups], (95, 0, 5, 0)))
    aws.elb.modify_rule(own.rule, [], forward(weights))
    deployment = _deploy(world, found, new, [old], when, finished=None)
    return _deployed(new, old, deployment)


def _next_revision(world: World, service: Service, port: int, when: datetime) -> Revision:
    old, own = service.current, service.resources
    new = _new_revision(world, service, own.vpc, old.security_groups, old.environment, when, port)
    new.target_groups = Aws(world).express_target_groups(own.vpc.id, port)
    service.updated = when
    return new


def _deployed(new: Revision, old: Revision, deployment: Deployment) -> dict[str, Any]:
    return {
        "revision": new.arn,
        "old_revision": old.arn,
        "target_groups": list(new.target_groups),
        "old_target_groups": list(old.target_groups),
        "deployment": deployment.arn,
        "task_definition": new.task_definition,
    }


@step
def reconfigure(
    world: World, service: str, changes: dict[str, Any], environment: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the current revision is configured as, in the API's words, is other than it was made."""
    revision = world.service(service).current
    revision.changes = changes
    revision.environment = revision.environment if environment is None else environment
    return {"revision": revision.arn}


@step
def fail(world: World, service: str, kind: str, reason: str) -> dict[str, Any]:
    """A managed resource of the current revision reports that it failed."""
    _kinds([kind])
    revision = world.service(service).current
    revision.states[kind] = ("FAILED", reason)
    return {"revision": revision.arn}


# The end of a service


@step
def drain(
    world: World,
    service: str,
    done: list[str] | None = None,
    minutes_ago: float = 5,
    reason: str | None = None,
) -> dict[str, Any]:
    """A deletion in progress; what is done is gone, the rest is being removed."""
    found, gone = world.service(service), _kinds(done or [])
    found.status = found.moto.status = "DRAINING"
    found.reason, found.updated = reason, ago(minutes_ago)
    found.tell(f"(service {found.name}) has begun draining connections on 1 tasks.", found.updated)
    for revision in found.revisions:
        revision.updated = found.updated
        revision.states = {"*": ("DEPROVISIONING", reason)} | {kind: ("DELETED", None) for kind in gone}
    _remove(world, found, gone)
    return {"service": found.arn}


@step
def delete(
    world: World,
    service: str,
    leave: list[str] | str = (),
    minutes_ago: float = 1440,
    keep_targets: bool = False,
) -> dict[str, Any]:
    """A finished deletion, which left resources of those kinds behind."""
    found = world.service(service)
    found.status = found.moto.status = "INACTIVE"
    found.updated = ago(minutes_ago)
    _stop(world, found, keep_targets)
    _remove(world, found, set(KINDS) - _kinds(leave))
    found.tell(f"(service {found.name}) has stopped 1 running tasks: (task {hexes(32)}).", found.updated)
    return {"service": found.arn}


@step
def purge(world: World, service: str) -> dict[str, Any]:
    """ECS forgets a deleted service."""
    found = world.services.pop(world.service(service).arn)
    Aws(world).ecs.services.pop(f"{found.cluster}:{found.name}", None)
    return {"service": found.arn}


def _stop(world: World, service: Service, keep_targets: bool) -> None:
    """Ends the tasks: their interfaces go, and their addresses leave the target groups."""
    aws = Aws(world)
    for interface, address in service.tasks:
        aws.remove_interface(interface)
        if not keep_targets:
            aws.deregister(address)


def _remove(world: World, service: Service, kinds: set[str]) -> None:
    """Removes the service's resources of those kinds; shared ones only when no other needs them."""
    aws, own = Aws(world), service.resources
    if own is None:
        return
    balancer = own.balancer
    if balancer and any(other is not service for other in world.living(balancer)):
        kinds = kinds - SHARED
    removers: dict[str, Callable[[], None]] = {
        "rule": lambda: aws.remove_rule(own.rule),
        "target-group": lambda: _each(
            aws.remove_target_group, (a for r in service.revisions for a in r.target_groups)
        ),
        "alarm": lambda: _each(
            aws.cloudwatch.delete_alarms, [[own.alarm]] if own.alarm in aws.cloudwatch.alarms else []
        ),
        "scaling-policy": lambda: _remove_policy(world, service),
        "scalable-target": lambda: _remove_target(world, service),
        "security-group": lambda: aws.remove_group(own.group),
        "certificate": lambda: aws.remove_certificate(own.certificate),
        "listener": lambda: aws.remove_listener(balancer and balancer.listener),
        "load-balancer": lambda: aws.remove_load_balancer(balancer and balancer.arn),
        "load-balancer-security-group": lambda: aws.remove_group(balancer and balancer.group),
        "log-group": lambda: _remove_logs(world, service),
        "task-definition": lambda: _each(
            aws.ecs.deregister_task_definition, (r.task_definition for r in service.revisions)
        ),
    }
    for kind in KINDS:
        if kind in kinds:
            removers[kind]()


def _each(function: Callable[[Any], Any], items: Iterable[Any]) -> None:
    for item in items:
        function(item)


def _remove_policy(world: World, service: Service) -> None:
    own = service.resources
    if own.policy:
        Aws(world).remove_policy(service.cluster, service.name, own.policy_name)
        own.policy = None


def _remove_target(world: World, service: Service) -> None:
    own = service.resources
    if own.scalable_target:
        Aws(world).remove_target(service.cluster, service.name)
        own.scalable_target = None


def _remove_logs(world: World, service: Service) -> None:
    if not service.resources.customer_log_group:
        Aws(world).logs.groups.pop(service.resources.log_group, None)


# Resources of customers, and changes by hand


@step
def custom_rule(world: World, listener: str, host: str, target_group: str | None = None) -> dict[str, Any]:
    """A customer's rule on a listener, to a target group of the customer's when none is given."""
    aws = Aws(world)
    balancer = aws.elb.load_balancers[aws.find_listener(listener).load_balancer_arn]
    arn = target_group or aws.target_group(f"customer-{hexes(12)}", balancer.vpc_id, 8080)
    rule = aws.rule(listener, host, 1000 + len(aws.find_listener(listener).rules), {arn: 1})
    return {"rule": rule, "target_group": arn}


@step
def plain_service(
    world: World,
    name: str,
    cluster: str = "default",
    target_group: str | None = None,
    security_groups: list[str] | None = None,
    age: float = AGE,
    vpc: str = "main",
) -> dict[str, Any]:
    """A customer's own service, whose one task is registered in the target group."""
    aws, net, made = Aws(world), Aws(world).vpc(vpc), ago(age)
    service = _new_service(world, cluster, name, {}, made)
    groups = security_groups or [aws.ec2.get_default_security_group(net.id).id]
    revision = _new_revision(world, service, net, groups, {}, made)
    _, address = _task(world, service, net, groups)
    if target_group:
        aws.register(target_group, address, revision.port)
        revision.load_balancers = [
            {"targetGroupArn": target_group, "containerName": "Main", "containerPort": revision.port}
        ]
    _deploy(world, service, revision, [], made, finished=made)
    return {"service": service.arn, "task_definition": revision.task_definition, "address": address}


@step
def role(world: World, name: str) -> dict[str, Any]:
    """An IAM role, of every Region."""
    return {"arn": Aws(world).role(name)}


@step
def security_group(world: World, name: str, admits: str | None = None, vpc: str = "main") -> dict[str, Any]:
    """A customer's security group, perhaps with an ingress rule that names another group."""
    aws = Aws(world)
    group = aws.group(aws.vpc(vpc).id, name, f"Customer group {name}").id
    if admits:
        aws.allow(group, "ingress", 5432, to=admits)
    return {"security_group": group, "arn": world.group_arn(group)}


@step
def delete_security_group(world: World, id: str) -> dict[str, Any]:
    Aws(world).remove_group(id.rsplit("/", 1)[-1])
    return {}


@step
def delete_load_balancer(world: World, arn: str) -> dict[str, Any]:
    Aws(world).remove_load_balancer(arn)
    return {}


@step
def interface(
    world: World, security_groups: list[str], description: str = "", vpc: str = "main"
) -> dict[str, Any]:
    """A network interface of a customer's."""
    aws = Aws(world)
    found = aws.interface(aws.vpc(vpc), 1, security_groups, description)
    return {"interface": found.id, "address": found.private_ip_address}


@step
def protect(world: World, load_balancer: str) -> dict[str, Any]:
    """Puts a load balancer's deletion protection on."""
    Aws(world).elb.modify_load_balancer_attributes(load_balancer, {"deletion_protection.enabled": "true"})
    return {}


@step
def nlb_in_front(world: World, load_balancer: str) -> dict[str, Any]:
    """A network load balancer whose target is that load balancer."""
    aws = Aws(world)
    vpc = next(v for v in world.vpcs.values() if v.id == aws.elb.load_balancers[load_balancer].vpc_id)
    arn = aws.load_balancer(f"front-{hexes(8)}", vpc, "internet-facing", [], ago(AGE), "network")
    target = aws.elb.create_target_group(
        f"front-{hexes(8)}", vpc_id=vpc.id, protocol="TCP", port=443, target_type="alb"
    ).arn
    aws.elb.register_targets(target, [{"Id": load_balancer, "Port": 443}])
    listener = aws.elb.create_listener(arn, "TCP", 443, None, None, forward({target: 1}))
    return {"load_balancer": arn, "listener": listener.arn, "target_group": target}


@step
def composite_alarm(world: World, name: str, alarm: str) -> dict[str, Any]:
    """A composite alarm over another alarm."""
    made = Aws(world).cloudwatch.put_metric_alarm(
        name, None, None, None, None, None, None, None, "A customer's alarm", [], [], rule=f'ALARM("{alarm}")'
    )
    return {"alarm": made.name, "arn": made.alarm_arn}


@step
def untag(world: World, arn: str, key: str = MANAGED) -> dict[str, Any]:
    """Takes a tag, by default ECS's own, off a resource."""
    aws = Aws(world)
    kind = arn.split(":")[2]
    world.once_tagged.add(arn)
    if kind == "elasticloadbalancing":
        aws.elb.tagging_service.untag_resource_using_names(arn, [key])
    elif kind == "application-autoscaling":
        world.target_tags[arn].pop(key, None)
    else:
        backend = {
            "ec2": aws.ec2,
            "acm": aws.acm,
            "cloudwatch": aws.cloudwatch,
            "logs": aws.logs,
            "ecs": aws.ecs,
        }
        backend[kind].untag_resource(arn.removesuffix(":*"), [key])
    return {}


# ECS gateways


@step
def gateway(
    world: World,
    cluster: str = "default",
    service: str | None = None,
    express_names: bool = False,
    vpc: str = "main",
    age: float = AGE,
) -> dict[str, Any]:
    """An ECS gateway, its load balancer and a route to a plain service, which is made if none is given."""
    aws, net, made, mark = Aws(world), Aws(world).vpc(vpc), ago(age), hexes(8)
    arn = service or plain_service(world, f"routed-{mark}", cluster, age=age, vpc=vpc)["service"]
    routed = world.service(arn)
    url = f"gw-{hexes(32)}.ecs.{world.region}.on.aws"
    certificate = aws.certificate(url, made)
    names = ("", "") if express_names else (f"ecs-gateway-{mark}", f"ecs-gateway-sg-{mark}")
    name = names[0] or f"ecs-express-gateway-alb-{mark}"
    balancer = _new_balancer(world, name, names[1], net, "internet-facing", certificate, True, made)
    stem = "ecs-gateway-tg-" if express_names else "gateway-route-"
    targets = [aws.target_group(f"{stem}{hexes(17)}", net.id, 8080, aws.tags) for _ in range(2)]
    rule = aws.rule(balancer.listener, url, next(balancer.priorities), dict(zip(targets, (100, 0))), aws.tags)
    group_name = (
        f"{routed.cluster}-{routed.name}-{net.id}" if express_names else f"ecs-gateway-service-{mark}"
    )
    group = aws.group(net.id, group_name, f"Security group for ECS service: {routed.arn}", aws.tags).id
    aws.allow(balancer.group, "egress", 8080, to=group, text="Egress Rule to ECS Service")
    aws.allow(group, "ingress", 8080, to=balancer.group)
    _, address = _task(world, routed, net, [group])
    aws.register(targets[0], address, 8080)
    made_gateway = Gateway(
        world.arn("ecs", f"gateway/gateway-{mark}"),
        f"gateway-{mark}",
        made,
        balancer,
        certificate,
        rule,
        targets,
        world.arn("ecs", f"gateway-route/gateway-{mark}/{hexes(16)}"),
        f"https://{url}",
        routed,
        group,
    )
    world.gateways.append(made_gateway)
    routed.current.connections.append(_connection(world, made_gateway))
    return {
        "gateway": made_gateway.arn,
        "route": made_gateway.route,
        "load_balancer": balancer.arn,
        "load_balancer_security_group": world.group_arn(balancer.group),
        "listener": balancer.listener,
        "rule": rule,
        "certificate": certificate,
        "target_groups": targets,
        "service": routed.arn,
        "service_security_group": world.group_arn(group),
        "host": url,
    }


def _connection(world: World, found: Gateway) -> dict[str, Any]:
    """How a service revision shows its gateway."""
    resources = {
        "acmCertificateArn": found.certificate,
        "loadBalancerArn": found.balancer.arn,
        "loadBalancerSecurityGroupArns": [world.group_arn(found.balancer.group)],
        "listenerArn": found.balancer.listener,
        "listenerRuleArn": found.rule,
        "targetGroupArn": found.target_groups[0],
        "alternateTargetGroupArn": found.target_groups[1],
    }
    return {
        "gatewayArn": found.arn,
        "gatewayRouteArn": found.route,
        "portName": "web",
        "serviceUrl": found.url,
        "accessType": "PUBLIC",
        "status": "ACTIVE",
        "resources": {"hostSharedAlb": [resources]},
    }


# Many services at once


@step
def uniform(world: World, services: int, dead_every: int = 0, cluster: str = "default") -> dict[str, Any]:
    """Many services, 25 to a network; every so many-th is deleted and leaves everything."""
    width = len(str(services))
    made = [
        create(world, f"svc-{index:0{width}}", cluster, vpc=f"uniform-{index // SHARED_BY}")
        for index in range(services)
    ]
    assert len({one["vpc"] for one in made}) == math.ceil(services / SHARED_BY)
    live, dead = [], []
    for number, one in enumerate(made, 1):
        ends = dead_every and number % dead_every == 0
        (dead if ends else live).append(one)
    for one in dead:
        delete(world, one["service"], leave="all")
    return {"live": live, "dead": dead}
