"""The ECS operations that moto lacks or gets wrong: Express services, revisions, gateways, lists.

The answers for Express services, service revisions, deployments and gateways are authored by this
project from AWS's documentation and API model. They are no independent AWS: a test that passes here
shows that the auditor agrees with our reading of the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs

from reads import serves, world_of
from refusal import Refusal
from world import Deployment, Gateway, Revision, Service, World

EXECUTION_ROLE = "ecsTaskExecutionRole"
INFRASTRUCTURE_ROLE = "ecsInfrastructureRoleForExpressServices"


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterException", message)


def _role(world: World, name: str) -> str:
    return f"arn:{world.partition}:iam::{world.account}:role/{name}"


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _batch(arns: Iterable[str], find: Callable[[str], Any | None]) -> tuple[list[Any], list[dict[str, str]]]:
    """What was found, and a failure for each that is missing."""
    found, failures = [], []
    for arn in arns:
        item = find(arn)
        if item is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(item)
    return found, failures


# Clusters, services and task definitions


@serves(Ecs)
def list_clusters(self: Any) -> ActionResult:
    clusters = self.ecs_backend.clusters.values()
    return ActionResult({"clusterArns": [one.arn for one in clusters if one.status != "INACTIVE"]})


def _statuses(self: Any, cluster_arn: str) -> list[tuple[str, str]]:
    """Status and launch type of each service of a cluster."""
    services = self.ecs_backend.services.values()
    return [(one.status, one.launch_type) for one in services if one.cluster_arn == cluster_arn]


@serves(Ecs)
def describe_clusters(self: Any) -> ActionResult:
    include = self._get_param("include", [])
    clusters, failures = self.ecs_backend.describe_clusters(self._get_param("clusters", []))
    return ActionResult(
        {"clusters": [_cluster(self, one, include) for one in clusters], "failures": failures}
    )


def _cluster(self: Any, cluster: Any, include: list[str]) -> dict[str, Any]:
    statuses = _statuses(self, cluster.arn)

    def count(status: str, *launch: str) -> int:
        return sum(1 for one in statuses if one[0] == status and one[1] in launch)

    answer = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": count("ACTIVE", "FARGATE", "EC2"),
        "pendingTasksCount": 0,
        "activeServicesCount": count("ACTIVE", "FARGATE", "EC2"),
        "capacityProviders": cluster.capacity_providers or [],
    }
    if "STATISTICS" in include:
        numbers = {
            f"{status.lower()}{kind}ServiceCount": count(status, launch)
            for status in ("ACTIVE", "DRAINING")
            for kind, launch in (("EC2", "EC2"), ("Fargate", "FARGATE"))
        }
        answer["statistics"] = [{"name": name, "value": str(value)} for name, value in numbers.items()]
    if "TAGS" in include:
        answer["tags"] = cluster.tags or []
    return answer


@serves(Ecs)
def list_services(self: Any) -> ActionResult:
    """Neither DRAINING nor INACTIVE services are listed."""
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
    launch, owner = self._get_param("launchType"), self._get_param("resourceManagementType")
    world = world_of(self)

    def managed(arn: str) -> str:
        return "ECS" if arn in world.services and world.services[arn].resources else "CUSTOMER"

    found = [
        one.arn
        for one in self.ecs_backend.services.values()
        if one.cluster_arn == cluster.arn
        and one.status == "ACTIVE"
        and (not launch or one.launch_type == launch)
        and (not owner or managed(one.arn) == owner)
    ]
    return ActionResult({"serviceArns": found})


@serves(Ecs)
def describe_services(self: Any) -> ActionResult:
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
    world, include = world_of(self), self._get_param("include", [])

    def find(name: str) -> Any | None:
        arn = world.arn("ecs", f"service/{cluster.name}/{name.rsplit('/', 1)[-1]}")
        if arn in world.services:
            return _service(world, world.services[arn], "TAGS" in include)
        return self.ecs_backend.services.get(f"{cluster.name}:{name.rsplit('/', 1)[-1]}")

    names = self._get_param("services", [])
    found, failures = _batch(names, find)
    for failure in failures:
        if not failure["arn"].startswith("arn:"):
            failure["arn"] = world.arn("ecs", f"service/{cluster.name}/{failure['arn']}")
    return ActionResult({"services": found, "failures": failures})


def _service(world: World, service: Service, with_tags: bool) -> dict[str, Any]:
    current, ended = service.current, service.status == "INACTIVE"
    express = service.resources is not None
    running = 1 if service.status == "ACTIVE" and "*" not in current.states else 0
    configuration: dict[str, Any] = {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "CANARY" if express else "ROLLING",
    }
    if express:
        alarms = [service.resources.alarm] if service.resources.alarm else []
        configuration["alarms"] = {"alarmNames": alarms, "rollback": True, "enable": True}
        configuration["canaryConfiguration"] = {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 3}
        configuration["bakeTimeInMinutes"] = 3
    flying = service.in_flight
    answer = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster_arn,
        "status": service.status,
        "desiredCount": 0 if service.status != "ACTIVE" else 1,
        "runningCount": running,
        "pendingCount": 0,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "platformFamily": "Linux",
        "taskDefinition": None if express else current.task_definition,
        "loadBalancers": [] if express else current.load_balancers,
        "deploymentConfiguration": configuration,
        "deployments": [] if ended else [_primary(service)],
        "events": service.events,
        "createdAt": service.created,
        "currentServiceDeployment": flying.arn if flying else None,
        "currentServiceRevisions": [] if ended else [_share(current, running)],
        "networkConfiguration": _network(current),
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "enableECSManagedTags": express,
        "propagateTags": "SERVICE" if express else "NONE",
        "resourceManagementType": "ECS" if express else "CUSTOMER",
        "tags": list(service.moto.tags) if with_tags else None,
    }
    return _without_none(answer)


def _primary(service: Service) -> dict[str, Any]:
    """The one entry of the older `deployments` list."""
    last = service.deployments[-1]
    return {
        "id": f"ecs-svc/{int(last.arn[-12:], 16)}",
        "status": "PRIMARY",
        "taskDefinition": last.target.task_definition,
        "desiredCount": 1,
        "runningCount": 1 if last.finished else 0,
        "createdAt": last.created,
        "updatedAt": max(service.updated, last.finished or last.created),
        "launchType": "FARGATE",
        "rolloutState": "COMPLETED" if last.finished else "IN_PROGRESS",
    }


def _network(revision: Revision) -> dict[str, Any]:
    return {
        "awsvpcConfiguration": {
            "subnets": revision.subnets,
            "securityGroups": revision.security_groups,
            "assignPublicIp": "ENABLED",
        }
    }


def _share(revision: Revision, running: int, weight: float | None = None) -> dict[str, Any]:
    share = {"arn": revision.arn, "requestedTaskCount": 1, "runningTaskCount": running, "pendingTaskCount": 0}
    return share if weight is None else share | {"requestedProductionTrafficWeight": weight}


@serves(Ecs)
def list_task_definition_families(self: Any) -> ActionResult:
    prefix, status = self._get_param("familyPrefix", ""), self._get_param("status", "ALL")
    found = []
    for family, revisions in self.ecs_backend.task_definitions.items():
        active = any(one.status == "ACTIVE" for one in revisions.values())
        if family.startswith(prefix) and status in ("ALL", "ACTIVE" if active else "INACTIVE"):
            found.append(family)
    return ActionResult({"families": sorted(found)})


# Express services, revisions and deployments


@serves(Ecs)
def describe_express_gateway_service(self: Any) -> ActionResult:
    world, arn = world_of(self), self._get_param("serviceArn")
    service = world.services.get(arn)
    if service is None:
        raise Refusal("ResourceNotFoundException", f"Resource not found: {arn}")
    if service.resources is None:
        raise _invalid(f"The service {arn} is not an Express Gateway service.")
    flying = service.in_flight
    active = [*flying.sources, flying.target] if flying else [service.current]
    answer = {
        "cluster": service.cluster,
        "serviceName": service.name,
        "serviceArn": service.arn,
        "infrastructureRoleArn": _role(world, INFRASTRUCTURE_ROLE),
        "status": _without_none({"statusCode": service.status, "statusReason": service.reason}),
        "currentDeployment": flying.arn if flying else None,
        "activeConfigurations": []
        if service.status == "INACTIVE"
        else [_configuration(world, service, r) for r in active],
        "createdAt": service.created,
        "updatedAt": service.updated,
        "tags": list(service.moto.tags) if "TAGS" in self._get_param("include", []) else None,
    }
    return ActionResult({"service": _without_none(answer)})


def _configuration(world: World, service: Service, revision: Revision) -> dict[str, Any]:
    environment = [{"name": name, "value": value} for name, value in sorted(revision.environment.items())]
    logs = {"logGroup": service.resources.log_group, "logStreamPrefix": "ecs"}
    container = {
        "image": "public.ecr.aws/docker/library/nginx:latest",
        "containerPort": revision.port,
        "awsLogsConfiguration": logs,
        "environment": environment,
    }
    configuration = {
        "serviceRevisionArn": revision.arn,
        "executionRoleArn": _role(world, EXECUTION_ROLE),
        "taskDefinitionArn": revision.task_definition,
        "cpu": "256",
        "memory": "512",
        "cpuArchitecture": "X86_64",
        "networkConfiguration": {"securityGroups": revision.security_groups, "subnets": revision.subnets},
        "healthCheckPath": "/ping",
        "primaryContainer": container | revision.changes.get("primaryContainer", {}),
        "scalingTarget": {
            "minTaskCount": 1,
            "maxTaskCount": 20,
            "autoScalingMetric": "AVERAGE_CPU",
            "autoScalingTargetValue": 60,
        },
        "ingressPaths": [{"accessType": _access(service), "endpoint": service.resources.host}],
        "createdAt": revision.created,
    }
    others = {name: value for name, value in revision.changes.items() if name != "primaryContainer"}
    return configuration | others


def _access(service: Service) -> str:
    return "PUBLIC" if service.resources.scheme == "internet-facing" else "PRIVATE"


@serves(Ecs)
def describe_service_revisions(self: Any) -> ActionResult:
    world, arns = world_of(self), self._get_param("serviceRevisionArns", [])
    known = {one.arn: (service, one) for service in world.services.values() for one in service.revisions}
    for arn in arns:
        if arn in known and known[arn][0].status == "INACTIVE":
            raise _invalid("Cannot call DescribeServiceRevisions for a service that is INACTIVE")
    found, failures = _batch(arns, known.get)
    return ActionResult({"serviceRevisions": [_revision(world, *one) for one in found], "failures": failures})


def _revision(world: World, service: Service, revision: Revision) -> dict[str, Any]:
    return {
        "serviceRevisionArn": revision.arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "taskDefinition": revision.task_definition,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "loadBalancers": revision.load_balancers,
        "networkConfiguration": _network(revision),
        "createdAt": revision.created,
        "ecsManagedResources": managed_resources(world, service, revision),
    }


def managed_resources(world: World, service: Service, revision: Revision) -> dict[str, Any]:
    """Everything that ECS made for a revision, each with its status; an ARN only when there is one."""
    own = service.resources
    if own is None:
        return {"gatewayConnections": revision.connections} if revision.connections else {}
    updated = revision.updated or revision.created

    def entry(kind: str, arn: str | None, **more: Any) -> dict[str, Any]:
        status, reason = revision.state(kind)
        return _without_none(
            {"arn": arn, "status": status, "statusReason": reason, "updatedAt": updated, **more}
        )

    balancer = own.balancer
    health = {"healthCheckPath": "/ping", "healthCheckPort": revision.port, "port": revision.port}
    path = {
        "accessType": _access(service),
        "endpoint": own.host,
        "loadBalancer": entry(
            "load-balancer",
            balancer and balancer.arn,
            scheme=own.scheme,
            subnetIds=revision.subnets,
            securityGroupIds=[balancer.group] if balancer else None,
        ),
        "loadBalancerSecurityGroups": [
            entry("load-balancer-security-group", balancer and world.group_arn(balancer.group))
        ],
        "certificate": entry("certificate", own.certificate, domainName=own.host),
        "listener": entry("listener", balancer and balancer.listener),
        "rule": entry("rule", own.rule),
        "targetGroups": [
            entry("target-group", arn, **health) for arn in revision.target_groups or [None, None]
        ],
    }
    policy = {"policyType": "TargetTrackingScaling", "targetValue": 60.0, "metric": "AVERAGE_CPU"}
    answer: dict[str, Any] = {
        "ingressPaths": [path],
        "autoScaling": {
            "scalableTarget": entry("scalable-target", own.scalable_target, minCapacity=1, maxCapacity=20),
            "applicationAutoScalingPolicies": [entry("scaling-policy", own.policy, **policy)],
        },
        "metricAlarms": [entry("alarm", own.alarm and world.arn("cloudwatch", f"alarm:{own.alarm}"))],
        "serviceSecurityGroups": [entry("security-group", own.group and world.group_arn(own.group))],
        "gatewayConnections": revision.connections,
    }
    if not own.customer_log_group:
        arn = world.arn("logs", f"log-group:{own.log_group}")
        answer["logGroups"] = [entry("log-group", arn, logGroupName=own.log_group)]
    return answer


def _find_service(self: Any) -> Service:
    """The service of a list operation, given by its ARN, or by its name and cluster."""
    world, given = world_of(self), self._get_param("service")
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
    arn = given if given.startswith("arn:") else world.arn("ecs", f"service/{cluster.name}/{given}")
    if arn not in world.services:
        raise Refusal("ServiceNotFoundException", "Service not found.")
    return world.services[arn]


@serves(Ecs)
def list_service_deployments(self: Any) -> ActionResult:
    service, statuses = _find_service(self), self._get_param("status")
    found = [
        _without_none(
            {
                "serviceDeploymentArn": one.arn,
                "serviceArn": service.arn,
                "clusterArn": service.cluster_arn,
                "startedAt": one.created,
                "createdAt": one.created,
                "finishedAt": one.finished,
                "targetServiceRevisionArn": one.target.arn,
                "status": one.status,
                "statusReason": one.reason,
            }
        )
        for one in reversed(service.deployments)
        if not statuses or one.status in statuses
    ]
    return ActionResult({"serviceDeployments": found})


@serves(Ecs)
def describe_service_deployments(self: Any) -> ActionResult:
    world = world_of(self)
    known = {one.arn: (service, one) for service in world.services.values() for one in service.deployments}
    found, failures = _batch(self._get_param("serviceDeploymentArns", []), known.get)
    return ActionResult({"serviceDeployments": [_deployment(*one) for one in found], "failures": failures})


def _deployment(service: Service, deployment: Deployment) -> dict[str, Any]:
    done, express = deployment.finished is not None, service.resources is not None
    alarms = [service.resources.alarm] if express and service.resources.alarm else []
    before = 0.0 if done else 95.0
    answer = {
        "serviceDeploymentArn": deployment.arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": deployment.created,
        "startedAt": deployment.created,
        "finishedAt": deployment.finished,
        "updatedAt": deployment.finished or deployment.created,
        "sourceServiceRevisions": [_share(one, 0 if done else 1, before) for one in deployment.sources],
        "targetServiceRevision": _share(deployment.target, 1, 100.0 - before),
        "status": deployment.status,
        "statusReason": deployment.reason,
        "lifecycleStage": None
        if done
        else "PRODUCTION_TRAFFIC_SHIFT"
        if deployment.sources
        else "RECONCILE_SERVICE",
        "alarms": {"status": "MONITORING_COMPLETE" if done else "MONITORING", "alarmNames": alarms},
    }
    return _without_none(answer)


# Gateways


def _gateway(self: Any) -> Gateway:
    given = self._get_param("gateway")
    for found in world_of(self).gateways:
        if given in (found.arn, found.name):
            return found
    raise Refusal("GatewayNotFoundException", f"Gateway not found: {given}")


@serves(Ecs)
def list_gateways(self: Any) -> ActionResult:
    found = [
        {"gatewayArn": one.arn, "name": one.name, "status": "ACTIVE", "createdAt": one.created}
        for one in world_of(self).gateways
    ]
    return ActionResult({"gateways": found})


@serves(Ecs)
def describe_gateway(self: Any) -> ActionResult:
    found = _gateway(self)
    shared = {
        "networkConfiguration": {"subnets": found.balancer.vpc.subnets, "ipAddressType": "ipv4"},
        "scheme": found.balancer.scheme,
        "port": 443,
        "protocol": "HTTPS",
        "currentAlbCount": 1,
    }
    gateway = {
        "gatewayArn": found.arn,
        "name": found.name,
        "status": "ACTIVE",
        "infrastructureRoleArn": _role(world_of(self), "ecsInfrastructureRoleForGateways"),
        "configuration": {"hostSharedAlb": shared},
        "accessType": "PUBLIC",
        "createdAt": found.created,
        "updatedAt": found.created,
    }
    return ActionResult({"gateway": gateway})


@serves(Ecs)
def describe_gateway_resources(self: Any) -> ActionResult:
    found = _gateway(self)
    if not 1 <= (self._get_int_param("maxResults") or 10) <= 20:
        raise _invalid("maxResults must be between 1 and 20.")
    resources = {
        "loadBalancerArn": found.balancer.arn,
        "listenerArn": found.balancer.listener,
        "securityGroup": found.balancer.group,
        "gatewayRouteArns": [found.route],
    }
    answer = {"gatewayArn": found.arn, "resources": {"hostSharedAlb": [resources]}}
    return ActionResult({"gatewayResources": answer})


@serves(Ecs)
def list_gateway_routes(self: Any) -> ActionResult:
    gateway, cluster, service = (self._get_param(key) for key in ("gateway", "cluster", "service"))
    found = [
        {
            "gatewayRouteArn": one.route,
            "gatewayArn": one.arn,
            "clusterArn": one.service.cluster_arn,
            "serviceArn": one.service.arn,
            "serviceContainerPortName": "web",
            "status": "ACTIVE",
        }
        for one in world_of(self).gateways
        if gateway in (None, one.arn, one.name)
        and cluster in (None, one.service.cluster_arn, one.service.cluster)
        and service in (None, one.service.arn, one.service.name)
    ]
    return ActionResult({"gatewayRoutes": found})


@serves(Ecs)
def describe_gateway_route(self: Any) -> ActionResult:
    world, given = world_of(self), self._get_param("gatewayRouteArn")
    found = next((one for one in world.gateways if one.route == given), None)
    if found is None:
        raise Refusal("ResourceNotFoundException", f"Gateway route not found: {given}")
    resources = {
        "acmCertificateArn": found.certificate,
        "loadBalancerArn": found.balancer.arn,
        "listenerArn": found.balancer.listener,
        "listenerRuleArn": found.rule,
        "testListenerRuleArns": [],
        "loadBalancerSecurityGroups": [{"arn": world.group_arn(found.balancer.group), "ruleArns": []}],
        "serviceSecurityGroupArn": world.group_arn(found.service_group),
    }
    route = {
        "gatewayRouteArn": found.route,
        "serviceArn": found.service.arn,
        "serviceContainerPortName": "web",
        "status": "ACTIVE",
        "serviceUrl": found.url,
        "resources": {"hostSharedAlb": [resources]},
    }
    return ActionResult({"gatewayRoute": route})
