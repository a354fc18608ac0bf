"""Checks the emulator with boto3, against a server that it starts itself.

    python selfcheck.py

prints one line per check and fails when one does. Every check has a region of its own, as the
auditor's tests do.
"""

from __future__ import annotations

import http.client
import io
import itertools
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError, RpcV2CBORParser

CHECKS: list[Callable[[Region], None]] = []
SERVICES = {
    "elb": "elbv2",
    "aas": "application-autoscaling",
    "tagging": "resourcegroupstaggingapi",
}
MANAGED = [{"Key": "AmazonECSManaged", "Values": ["true"]}]


def check(function: Callable[[Region], None]) -> Callable[[Region], None]:
    CHECKS.append(function)
    return function


class Region:
    """One region of the server: its control plane, and clients by short name."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self._clients: dict[str, Any] = {}

    def __getattr__(self, short: str) -> Any:
        if short not in self._clients:
            self._clients[short] = boto3.client(
                SERVICES.get(short, short),
                region_name=self.name,
                endpoint_url=self.url,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
                config=Config(retries={"total_max_attempts": 1}, read_timeout=2, parameter_validation=False),
            )
        return self._clients[short]

    def control(self, path: str, **fields: Any) -> dict[str, Any]:
        body = json.dumps({"region": self.name, **fields}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/_emulator/{path}", body)) as answer:
            return json.load(answer)

    def do(self, step: str, /, **fields: Any) -> dict[str, Any]:
        return self.control("steps", steps=[{"do": step, **fields}])["results"][0]

    def fault(self, service: str, operation: str, kind: str, **more: Any) -> None:
        self.control("faults", faults=[{"service": service, "operation": operation, "fault": kind, **more}])

    def cbor(self, operation: str, body: bytes = b"\xa0") -> tuple[int, Any]:
        """A CloudWatch request as the Rust SDK sends it."""
        scope = f"testing/20260101/{self.name}/monitoring/aws4_request"
        headers = {
            "Content-Type": "application/cbor",
            "smithy-protocol": "rpc-v2-cbor",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0",
        }
        url = f"{self.url}/service/GraniteServiceVersion20100801/operation/{operation}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
                status, data = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, data = refused.code, refused.read()
        return status, RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(data)))


def equal(found: Any, wanted: Any) -> None:
    assert found == wanted, f"found {found!r}, wanted {wanted!r}"


def refused(code: str, call: Callable[..., Any], **fields: Any) -> str:
    try:
        call(**fields)
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise AssertionError(f"no {code}")


def pages(
    call: Callable[..., Any], items: str, size: dict[str, int], token: str, answer: str, **fields: Any
) -> list[Any]:
    """All items of a paged operation; each page but the last is full."""
    found, given = [], {}
    while True:
        page = call(**fields, **size, **given)
        found += page[items]
        if not page.get(answer):
            return found
        equal(len(page[items]), next(iter(size.values())))
        given = {token: page[answer]}


def tagged(region: Region, **fields: Any) -> list[str]:
    args = dict(ResourcesPerPage=7, TagFilters=MANAGED, **fields)
    paginator = region.tagging.get_paginator("get_resources").paginate(**args)
    return [one["ResourceARN"] for page in paginator for one in page["ResourceTagMappingList"]]


def managed_statuses(resources: dict[str, Any]) -> dict[str, str]:
    """The status of each managed resource by ARN."""
    found: dict[str, str] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "status" in value and "arn" in value:
                found[value["arn"]] = value["status"]
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                walk(one)

    walk(resources)
    return found


@check
def a_created_service_is_whole(region: Region) -> None:
    made = region.do(
        "create", cluster="shop", name="web", environment={"SECRET": "s3cret"}, tags={"team": "a"}
    )
    equal(region.ecs.list_clusters()["clusterArns"][0].split("/")[-1], "shop")
    cluster = region.ecs.describe_clusters(clusters=["shop", "none"], include=["TAGS", "STATISTICS"])
    equal(cluster["clusters"][0]["activeServicesCount"], 1)
    equal(cluster["failures"][0]["reason"], "MISSING")
    equal(
        region.ecs.list_services(cluster="shop", resourceManagementType="ECS")["serviceArns"],
        [made["service"]],
    )
    equal(region.ecs.list_services(cluster="shop", resourceManagementType="CUSTOMER")["serviceArns"], [])
    answer = region.ecs.describe_services(cluster="shop", services=["web", "gone"], include=["TAGS"])
    service = answer["services"][0]
    equal(service["resourceManagementType"], "ECS")
    equal(service["currentServiceRevisions"][0]["arn"], made["revision"])
    equal(service["tags"], [{"key": "team", "value": "a"}])
    equal(service["deploymentConfiguration"]["alarms"]["alarmNames"], [made["alarm"]])
    assert 2.9 < (time.time() - service["createdAt"].timestamp()) / 86400 < 3.1
    equal(answer["failures"][0]["reason"], "MISSING")
    express = region.ecs.describe_express_gateway_service(serviceArn=made["service"], include=["TAGS"])[
        "service"
    ]
    active = express["activeConfigurations"][0]
    equal(active["primaryContainer"]["environment"], [{"name": "SECRET", "value": "s3cret"}])
    equal(active["ingressPaths"], [{"accessType": "PUBLIC", "endpoint": made["host"]}])
    revision = region.ecs.describe_service_revisions(serviceRevisionArns=[made["revision"]])[
        "serviceRevisions"
    ][0]
    statuses = managed_statuses(revision["ecsManagedResources"])
    equal(set(statuses.values()), {"ACTIVE"})
    ours = (
        "load_balancer",
        "listener",
        "rule",
        "certificate",
        "security_group",
        "load_balancer_security_group",
    )
    assert {made[key] for key in ours} <= set(statuses) and set(made["target_groups"]) <= set(statuses)
    deployments = region.ecs.list_service_deployments(service=made["service"], cluster="shop")[
        "serviceDeployments"
    ]
    equal([one["status"] for one in deployments], ["SUCCESSFUL"])
    found = region.ecs.describe_service_deployments(
        serviceDeploymentArns=[deployments[0]["serviceDeploymentArn"]]
    )
    equal(found["serviceDeployments"][0]["targetServiceRevision"]["arn"], made["revision"])
    equal(region.ecs.list_task_definition_families(familyPrefix="shop-")["families"], ["shop-web"])
    equal(
        region.ecs.list_task_definitions(familyPrefix="shop-web")["taskDefinitionArns"],
        made["task_definitions"],
    )
    region.ecs.describe_task_definition(taskDefinition=made["task_definitions"][0])
    equal(region.ecs.list_tags_for_resource(resourceArn=made["service"])["tags"][0]["key"], "team")


@check
def elastic_load_balancing_reads(region: Region) -> None:
    made = region.do("create", name="web")
    balancer = region.elb.describe_load_balancers(LoadBalancerArns=[made["load_balancer"]])["LoadBalancers"][
        0
    ]
    assert balancer["LoadBalancerName"].startswith("ecs-express-gateway-alb-") and balancer["CreatedTime"]
    listener = region.elb.describe_listeners(LoadBalancerArn=made["load_balancer"])["Listeners"][0]
    equal(listener["Certificates"], [{"CertificateArn": made["certificate"]}])
    equal(listener["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"], "404")
    rules = region.elb.describe_rules(ListenerArn=made["listener"])["Rules"]
    ours = next(rule for rule in rules if rule["RuleArn"] == made["rule"])
    equal(ours["Conditions"][0]["HostHeaderConfig"]["Values"], [made["host"]])
    weights = {t["TargetGroupArn"]: t["Weight"] for t in ours["Actions"][0]["ForwardConfig"]["TargetGroups"]}
    equal(weights, dict(zip(made["target_groups"], (100, 0))))
    groups = region.elb.describe_target_groups(TargetGroupArns=made["target_groups"])["TargetGroups"]
    equal([group["LoadBalancerArns"] for group in groups], [[made["load_balancer"]]] * 2)
    health = [region.elb.describe_target_health(TargetGroupArn=arn) for arn in made["target_groups"]]
    equal(
        [[t["Target"]["Id"] for t in one["TargetHealthDescriptions"]] for one in health],
        [[made["address"]], []],
    )
    tags = region.elb.describe_tags(ResourceArns=[made[key] for key in ("load_balancer", "listener", "rule")])
    equal(
        [one["Tags"] for one in tags["TagDescriptions"]], [[{"Key": "AmazonECSManaged", "Value": "true"}]] * 3
    )
    refused("RuleNotFound", region.elb.describe_tags, ResourceArns=[made["listener"], made["rule"] + "0"])
    refused("ValidationError", region.elb.describe_tags, ResourceArns=[made["listener"]] * 21)
    refused(
        "LoadBalancerNotFound",
        region.elb.describe_load_balancers,
        LoadBalancerArns=[made["load_balancer"] + "0"],
    )
    custom = region.do("custom_rule", listener=made["listener"], host="shop.example.com")
    equal(len(region.elb.describe_rules(ListenerArn=made["listener"])["Rules"]), 3)
    region.elb.describe_target_groups(TargetGroupArns=[custom["target_group"]])
    region.elb.describe_load_balancer_attributes(LoadBalancerArn=made["load_balancer"])


@check
def a_stack_makes_services_and_topics(region: Region) -> None:
    service = {"Type": "AWS::ECS::ExpressGatewayService", "Properties": {"ServiceName": {"Ref": "Name"}}}
    parameters = {"Name": {"Type": "String"}, "Secret": {"Type": "String", "NoEcho": True}}
    resources = {"Web": service, "Topic": {"Type": "AWS::SNS::Topic"}}
    template = json.dumps({"Parameters": parameters, "Resources": resources})
    made = region.do("stack", name="shop", template=template, parameters={"Name": "web", "Secret": "s3cret"})
    assert made["resources"]["Web"].endswith(":service/default/web")
    listed = region.cloudformation.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    equal({one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed}, made["resources"])
    stack = region.cloudformation.describe_stacks(StackName=made["stack"])["Stacks"][0]
    told = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    equal(told, {"Name": "web", "Secret": "****"})
    refused("ValidationError", region.cloudformation.describe_stacks, StackName="none")


@check
def the_other_reads(region: Region) -> None:
    made = region.do("create", name="web", curve_certificate=True, stored_bytes=2048, tags={"team": "a"})
    equal(region.acm.list_certificates()["CertificateSummaryList"], [])
    listed = region.acm.list_certificates(Includes={"keyTypes": ["EC_prime256v1", "RSA_2048"]})
    equal([one["InUse"] for one in listed["CertificateSummaryList"]], [True])
    certificate = region.acm.describe_certificate(CertificateArn=made["certificate"])["Certificate"]
    equal(certificate["InUseBy"], [made["load_balancer"]])
    equal(certificate["DomainName"], made["host"])
    equal(
        region.acm.list_tags_for_certificate(CertificateArn=made["certificate"])["Tags"][0]["Value"], "true"
    )
    group = region.logs.describe_log_groups(logGroupNamePrefix="/aws/ecs/")["logGroups"][0]
    equal((group["logGroupName"], group["storedBytes"]), (made["log_group"], 2048))
    tags = region.logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]
    equal(tags, {"AmazonECSManaged": "true"})
    gone = group["logGroupArn"] + "-gone"
    refused("ResourceNotFoundException", region.logs.list_tags_for_resource, resourceArn=gone)
    target = region.aas.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    equal(target["ScalableTargetARN"], made["scalable_target"])
    tags = region.aas.list_tags_for_resource(ResourceARN=made["scalable_target"])["Tags"]
    equal(tags, {"AmazonECSManaged": "true", "team": "a"})
    refused(
        "ResourceNotFoundException",
        region.aas.list_tags_for_resource,
        ResourceARN=made["scalable_target"][:-1] + "_",
    )
    policy = region.aas.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]
    equal([one["AlarmName"] for one in policy["Alarms"]], made["scaling_alarms"])
    alarm = region.cloudwatch.describe_alarms(AlarmNames=[made["alarm"]])["MetricAlarms"][0]
    dimensions = {
        d["Name"]
        for m in alarm["Metrics"]
        if "MetricStat" in m
        for d in m["MetricStat"]["Metric"]["Dimensions"]
    }
    equal((len(alarm["Metrics"]), dimensions), (7, {"TargetGroup", "LoadBalancer"}))
    equal(
        region.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"][0]["Key"],
        "AmazonECSManaged",
    )
    region.sts.get_caller_identity()


@check
def networks(region: Region) -> None:
    made = region.do("create", name="web")
    service, balancer = (
        made[key].split("/")[-1] for key in ("security_group", "load_balancer_security_group")
    )

    def groups(**filters: Any) -> set[str]:
        given = [
            {"Name": name.replace("__", ":").replace("_", "-"), "Values": values}
            for name, values in filters.items()
        ]
        found = region.ec2.describe_security_groups(Filters=given, MaxResults=100)["SecurityGroups"]
        return {one["GroupId"] for one in found}

    def interfaces(name: str, *values: str) -> list[dict[str, Any]]:
        given = [{"Name": name, "Values": list(values)}]
        return region.ec2.describe_network_interfaces(Filters=given)["NetworkInterfaces"]

    equal(groups(tag__AmazonECSManaged=["true"]), {service, balancer})
    found = region.ec2.describe_security_groups(GroupIds=[service])["SecurityGroups"][0]
    equal(found["Description"], f"Security group for ECS service: {made['service']}")
    equal(found["SecurityGroupArn"], made["security_group"])
    equal(found["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"], balancer)
    customer = region.do("security_group", name="db", admits=service)["security_group"]
    names = [{"Name": "ip-permission.group-id", "Values": [service]}]
    equal(
        [g["GroupId"] for g in region.ec2.describe_security_groups(Filters=names)["SecurityGroups"]],
        [customer],
    )
    names = [{"Name": "egress.ip-permission.group-id", "Values": [service]}]
    equal(
        [g["GroupId"] for g in region.ec2.describe_security_groups(Filters=names)["SecurityGroups"]],
        [balancer],
    )
    equal(len(interfaces("description", "ELB app/ecs-express-gateway-alb-*")), 3)
    assert all(one["Association"]["PublicIp"] for one in interfaces("group-id", balancer))
    equal([one["PrivateIpAddress"] for one in interfaces("group-id", service)], [made["address"]])
    equal(
        interfaces("addresses.private-ip-address", made["address"])[0]["NetworkInterfaceId"],
        made["interface"],
    )
    refused("InvalidParameterValue", region.ec2.describe_security_groups, MaxResults=4)
    refused(
        "FilterLimitExceeded",
        region.ec2.describe_security_groups,
        Filters=[{"Name": "group-id", "Values": ["x"] * 201}],
    )
    region.do("interface", security_groups=[service], description="customer")
    equal(len(interfaces("group-id", service)), 2)
    region.do("delete_security_group", id=customer)
    refused("InvalidGroup.NotFound", region.ec2.describe_security_groups, GroupIds=[customer])


@check
def tagging(region: Region) -> None:
    made = region.do("create", name="web")
    keys = "load_balancer listener rule certificate security_group load_balancer_security_group".split()
    found = tagged(region)
    assert {made[key] for key in keys} | set(made["target_groups"]) <= set(found)
    equal(len(found), len(set(found)))
    equal(tagged(region, ResourceTypeFilters=["elasticloadbalancing:listener-rule/app"]), [made["rule"]])
    equal(tagged(region, ResourceTypeFilters=["elasticloadbalancing:listener/app"]), [made["listener"]])
    equal(
        [a.split(":")[-1] for a in tagged(region, ResourceTypeFilters=["logs:log-group"])],
        [made["log_group"]],
    )
    equal(len(tagged(region, ResourceTypeFilters=["ec2:security-group", "acm:certificate"])), 3)
    region.do("untag", arn=made["certificate"])
    assert made["certificate"] not in tagged(region)
    mappings = region.tagging.get_resources(ResourceTypeFilters=["acm"])["ResourceTagMappingList"]
    equal(mappings, [{"ResourceARN": made["certificate"], "Tags": []}])


@check
def deletion(region: Region) -> None:
    first, second = (region.do("create", name=name) for name in ("one", "two"))
    equal(first["load_balancer"], second["load_balancer"])
    region.do("delete", service=first["service"], leave=["target-group", "log-group"])
    region.elb.describe_listeners(ListenerArns=[first["listener"]])
    equal(len(region.elb.describe_target_groups(TargetGroupArns=first["target_groups"])["TargetGroups"]), 2)
    equal(
        region.elb.describe_target_groups(TargetGroupArns=first["target_groups"])["TargetGroups"][0][
            "LoadBalancerArns"
        ],
        [],
    )
    refused("ResourceNotFoundException", region.acm.describe_certificate, CertificateArn=first["certificate"])
    refused("RuleNotFound", region.elb.describe_rules, RuleArns=[first["rule"]])
    assert first["rule"] in tagged(region), "a ghost"
    equal(region.ecs.list_services()["serviceArns"], [second["service"]])
    equal(region.ecs.describe_services(services=["one"])["services"][0]["status"], "INACTIVE")
    message = refused(
        "InvalidParameterException",
        region.ecs.describe_service_revisions,
        serviceRevisionArns=[first["revision"]],
    )
    equal(message, "Cannot call DescribeServiceRevisions for a service that is INACTIVE")
    equal(
        region.ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"], first["task_definitions"]
    )
    region.do("purge", service=first["service"])
    equal(region.ecs.describe_services(services=["one"])["failures"][0]["reason"], "MISSING")
    gone = region.ecs.describe_express_gateway_service
    refused("ResourceNotFoundException", gone, serviceArn=first["service"])
    region.do("delete", service=second["service"])
    refused(
        "LoadBalancerNotFound", region.elb.describe_load_balancers, LoadBalancerArns=[second["load_balancer"]]
    )
    equal([g for g in tagged(region, ResourceTypeFilters=["ec2:security-group"])], [])
    equal(region.ec2.describe_network_interfaces()["NetworkInterfaces"], [])
    again = region.do("create", name="two")
    equal(again["service"], second["service"])
    assert again["load_balancer"] != second["load_balancer"]


@check
def draining(region: Region) -> None:
    made = region.do("create", name="web")
    region.do("drain", service=made["service"], done=["rule"], reason="waiting for tasks")
    equal(region.ecs.list_services()["serviceArns"], [])
    equal(region.ecs.describe_services(services=["web"])["services"][0]["status"], "DRAINING")
    cluster = region.ecs.describe_clusters(include=["STATISTICS"])["clusters"][0]
    assert {"name": "drainingFargateServiceCount", "value": "1"} in cluster["statistics"]
    express = region.ecs.describe_express_gateway_service(serviceArn=made["service"])["service"]
    equal(express["status"], {"statusCode": "DRAINING", "statusReason": "waiting for tasks"})
    revision = region.ecs.describe_service_revisions(serviceRevisionArns=[made["revision"]])[
        "serviceRevisions"
    ][0]
    statuses = managed_statuses(revision["ecsManagedResources"])
    equal((statuses[made["rule"]], statuses[made["certificate"]]), ("DELETED", "DEPROVISIONING"))
    region.do("delete", service=made["service"], leave="all")
    region.acm.describe_certificate(CertificateArn=made["certificate"])


@check
def deployments(region: Region) -> None:
    made = region.do("create", name="web")
    updated = region.do("update", service=made["service"], port=9090)
    equal(updated["old_target_groups"], made["target_groups"])
    groups = region.elb.describe_target_groups(TargetGroupArns=made["target_groups"])["TargetGroups"]
    equal([one["LoadBalancerArns"] for one in groups], [[], []])
    flying = region.do("canary", service=made["service"])
    rule = region.elb.describe_rules(RuleArns=[made["rule"]])["Rules"][0]
    equal(len(rule["Actions"][0]["ForwardConfig"]["TargetGroups"]), 4)
    service = region.ecs.describe_services(services=["web"])["services"][0]
    equal(service["currentServiceDeployment"], flying["deployment"])
    found = region.ecs.describe_service_deployments(serviceDeploymentArns=[flying["deployment"]])[
        "serviceDeployments"
    ][0]
    equal(found["status"], "IN_PROGRESS")
    equal(found["targetServiceRevision"]["arn"], flying["revision"])
    equal([one["arn"] for one in found["sourceServiceRevisions"]], [updated["revision"]])
    region.do("fail", service=made["service"], kind="target-group", reason="health checks fail")
    revision = region.ecs.describe_service_revisions(serviceRevisionArns=[updated["revision"]])[
        "serviceRevisions"
    ][0]
    equal(managed_statuses(revision["ecsManagedResources"])[updated["target_groups"][0]], "FAILED")
    listed = pages(
        region.ecs.list_service_deployments,
        "serviceDeployments",
        {"maxResults": 1},
        "nextToken",
        "nextToken",
        service="web",
    )
    equal(len(listed), 3)
    stuck = region.do("create", name="stuck", wedged=True)
    revision = region.ecs.describe_service_revisions(serviceRevisionArns=[stuck["revision"]])[
        "serviceRevisions"
    ][0]
    path = revision["ecsManagedResources"]["ingressPaths"][0]
    equal((path["rule"]["status"], path["rule"].get("arn")), ("PROVISIONING", None))
    equal(
        region.ecs.list_service_deployments(service="stuck")["serviceDeployments"][0]["status"], "IN_PROGRESS"
    )


@check
def gateways(region: Region) -> None:
    made = region.do("gateway", express_names=True)
    region.do("gateway", cluster="other")
    found = pages(region.ecs.list_gateways, "gateways", {"maxResults": 1}, "nextToken", "nextToken")
    equal([one["gatewayArn"] for one in found][0], made["gateway"])
    equal(region.ecs.describe_gateway(gateway=made["gateway"])["gateway"]["status"], "ACTIVE")
    resources = region.ecs.describe_gateway_resources(gateway=made["gateway"])["gatewayResources"][
        "resources"
    ]
    equal(resources["hostSharedAlb"][0]["gatewayRouteArns"], [made["route"]])
    routes = region.ecs.list_gateway_routes(gateway=made["gateway"])["gatewayRoutes"]
    equal([one["serviceArn"] for one in routes], [made["service"]])
    route = region.ecs.describe_gateway_route(gatewayRouteArn=made["route"])["gatewayRoute"]
    equal(route["resources"]["hostSharedAlb"][0]["acmCertificateArn"], made["certificate"])
    refused(
        "ResourceNotFoundException", region.ecs.describe_gateway_route, gatewayRouteArn=made["route"] + "0"
    )
    refused("GatewayNotFoundException", region.ecs.describe_gateway, gateway="none")
    service = region.ecs.describe_services(services=[made["service"]])["services"][0]
    equal(service["resourceManagementType"], "CUSTOMER")
    arn = service["currentServiceRevisions"][0]["arn"]
    revision = region.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"][0]
    connection = revision["ecsManagedResources"]["gatewayConnections"][0]["resources"]["hostSharedAlb"][0]
    equal([connection["targetGroupArn"], connection["alternateTargetGroupArn"]], made["target_groups"])
    assert made["load_balancer"] in tagged(region)


@check
def customers(region: Region) -> None:
    made = region.do("create", name="web", scheme="internal")
    front = region.do("nlb_in_front", load_balancer=made["load_balancer"])
    group = region.elb.describe_target_groups(TargetGroupArns=[front["target_group"]])["TargetGroups"][0]
    equal(group["TargetType"], "alb")
    health = region.elb.describe_target_health(TargetGroupArn=front["target_group"])[
        "TargetHealthDescriptions"
    ]
    equal(health[0]["Target"]["Id"], made["load_balancer"])
    region.do("composite_alarm", name="all", alarm=made["alarm"])
    equal(len(region.cloudwatch.describe_alarms()["CompositeAlarms"]), 0)
    found = region.cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])
    equal([one["AlarmName"] for one in found["CompositeAlarms"]], ["all"])
    parents = region.cloudwatch.describe_alarms(ParentsOfAlarmName=made["alarm"])["CompositeAlarms"]
    equal([one["AlarmName"] for one in parents], ["all"])
    region.do("delete", service=made["service"], leave="all")
    plain = region.do("plain_service", name="web", target_group=made["target_groups"][0])
    equal(plain["service"], made["service"])
    service = region.ecs.describe_services(services=["web"])["services"][0]
    equal((service["status"], service["resourceManagementType"]), ("ACTIVE", "CUSTOMER"))
    equal(service["loadBalancers"][0]["targetGroupArn"], made["target_groups"][0])
    region.do("delete_load_balancer", arn=made["load_balancer"])
    refused("LoadBalancerNotFound", region.elb.describe_listeners, LoadBalancerArn=made["load_balancer"])


@check
def what_is_used_is_not_removed(region: Region) -> None:
    one, two = (region.do("create", cluster="prod", name=name) for name in ("one", "two"))
    service, balancer = (
        one[key].rsplit("/", 1)[-1] for key in ("security_group", "load_balancer_security_group")
    )
    delete_group, elb = region.ec2.delete_security_group, region.elb
    refused("DependencyViolation", delete_group, GroupId=service)  # its task's interface
    refused("ResourceInUse", elb.delete_target_group, TargetGroupArn=one["target_groups"][1])
    refused("ResourceInUseException", region.acm.delete_certificate, CertificateArn=one["certificate"])
    refused("ResourceInUseException", region.acm.delete_certificate, CertificateArn=two["certificate"])
    refused("ClusterContainsServicesException", region.ecs.delete_cluster, cluster="prod")
    region.do("composite_alarm", name="all", alarm=one["alarm"])
    refused("ValidationError", region.cloudwatch.delete_alarms, AlarmNames=[one["alarm"]])
    region.do("protect", load_balancer=one["load_balancer"])
    refused("OperationNotPermitted", elb.delete_load_balancer, LoadBalancerArn=one["load_balancer"])
    default = next(r for r in elb.describe_rules(ListenerArn=one["listener"])["Rules"] if r["IsDefault"])
    refused("OperationNotPermitted", elb.delete_rule, RuleArn=default["RuleArn"])
    region.do("drain", service=one["service"])
    region.do("delete", service=two["service"], leave="all")
    refused("ClusterContainsServicesException", region.ecs.delete_cluster, cluster="prod")
    region.do("delete", service=one["service"], leave="all")
    refused("DependencyViolation", delete_group, GroupId=service)  # the other group's rules
    refused("DependencyViolation", delete_group, GroupId=balancer)
    region.ecs.delete_cluster(cluster="prod")
    equal(region.ecs.list_clusters()["clusterArns"], [])


@check
def what_is_not_there_is_not_removed(region: Region) -> None:
    made = region.do("create", name="web")
    arn, elb = made["load_balancer"] + "0", region.elb
    elb.delete_load_balancer(LoadBalancerArn=arn)
    refused("ListenerNotFound", elb.delete_listener, ListenerArn=made["listener"] + "0")
    refused("RuleNotFound", elb.delete_rule, RuleArn=made["rule"] + "0")
    refused("TargetGroupNotFound", elb.delete_target_group, TargetGroupArn=made["target_groups"][0] + "0")
    refused("InvalidGroup.NotFound", region.ec2.delete_security_group, GroupId="sg-0123456789abcdef0")
    gone = made["certificate"][:-4] + "0000"
    refused("ResourceNotFoundException", region.acm.delete_certificate, CertificateArn=gone)
    refused("ResourceNotFound", region.cloudwatch.delete_alarms, AlarmNames=["none"])
    refused("ResourceNotFoundException", region.logs.delete_log_group, logGroupName="/aws/ecs/none")
    refused("ClusterNotFoundException", region.ecs.delete_cluster, cluster="none")
    refused("ClusterNotFoundException", region.ecs.describe_services, cluster="none", services=["web"])
    scaling = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/a/b",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    refused("ObjectNotFoundException", region.aas.deregister_scalable_target, **scaling)
    refused("ObjectNotFoundException", region.aas.delete_scaling_policy, PolicyName="none", **scaling)


@check
def what_lets_go_late(region: Region) -> None:
    made = region.do("create", name="web")
    region.do("delete", service=made["service"], leave="all")
    elb, group = region.elb, made["load_balancer_security_group"].rsplit("/", 1)[-1]
    elb.delete_rule(RuleArn=made["rule"])
    elb.delete_listener(ListenerArn=made["listener"])
    refused("ListenerNotFound", elb.delete_listener, ListenerArn=made["listener"])
    for users in ([made["load_balancer"]], [made["load_balancer"]], []):
        if users:
            refused(
                "ResourceInUseException", region.acm.delete_certificate, CertificateArn=made["certificate"]
            )
        found = region.acm.describe_certificate(CertificateArn=made["certificate"])
        equal(found["Certificate"]["InUseBy"], users)
    region.acm.delete_certificate(CertificateArn=made["certificate"])
    elb.delete_load_balancer(LoadBalancerArn=made["load_balancer"])
    refused("LoadBalancerNotFound", elb.describe_load_balancers, LoadBalancerArns=[made["load_balancer"]])
    filters = [{"Name": "group-id", "Values": [group]}]
    for interfaces in (3, 3, 0):
        found = region.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
        equal(len(found), interfaces)
    for arn in made["target_groups"]:
        elb.delete_target_group(TargetGroupArn=arn)
    scaling = {"ServiceNamespace": "ecs", "ResourceId": "service/default/web"}
    region.aas.deregister_scalable_target(ScalableDimension="ecs:service:DesiredCount", **scaling)
    equal(region.aas.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"], [])
    alarms = [one["AlarmName"] for one in region.cloudwatch.describe_alarms()["MetricAlarms"]]
    equal(alarms, [made["alarm"]])


@check
def pages_and_batches(region: Region) -> None:
    began = time.time()
    made = region.do("uniform", services=60, dead_every=20)
    equal((len(made["live"]), len(made["dead"])), (57, 3))
    equal(len({one["load_balancer"] for one in made["live"]}), 3)
    assert time.time() - began < 10
    ecs, elb, names = region.ecs, region.elb, [one["service"] for one in made["live"]]
    equal(len(ecs.list_services()["serviceArns"]), 10)
    listed = pages(ecs.list_services, "serviceArns", {"maxResults": 9}, "nextToken", "nextToken")
    equal(sorted(listed), sorted(names))
    refused("InvalidParameterException", ecs.list_services, maxResults=101)
    refused("InvalidParameterException", ecs.list_services, nextToken="bm9uc2Vuc2U=")
    refused("InvalidParameterException", ecs.describe_services, services=names[:11])
    refused("InvalidParameterException", ecs.describe_service_revisions, serviceRevisionArns=["x"] * 21)
    tasks = pages(
        ecs.list_task_definitions, "taskDefinitionArns", {"maxResults": 50}, "nextToken", "nextToken"
    )
    equal(len(tasks), 60)
    marker = {"PageSize": 11}, "Marker", "NextMarker"
    equal(len(pages(elb.describe_target_groups, "TargetGroups", *marker)), 120)
    equal(len(pages(elb.describe_load_balancers, "LoadBalancers", {"PageSize": 2}, *marker[1:])), 3)
    listener = made["live"][0]["listener"]
    equal(len(pages(elb.describe_rules, "Rules", *marker, ListenerArn=listener)), 26)
    held = pages(elb.describe_listener_certificates, "Certificates", *marker, ListenerArn=listener)
    equal(sum(one["IsDefault"] for one in held), 1)
    equal(len(held), 25)
    token = {"MaxItems": 25}, "NextToken", "NextToken"
    found = pages(region.acm.list_certificates, "CertificateSummaryList", *token)
    equal([one["InUse"] for one in found], [True] * 60)
    found = pages(region.cloudwatch.describe_alarms, "MetricAlarms", {"MaxRecords": 70}, *token[1:])
    equal(len(found), 180)
    names_token = {"limit": 50}, "nextToken", "nextToken"
    equal(len(pages(region.logs.describe_log_groups, "logGroups", *names_token)), 60)
    ecs_only = {"ServiceNamespace": "ecs"}
    found = pages(
        region.aas.describe_scalable_targets, "ScalableTargets", {"MaxResults": 20}, *token[1:], **ecs_only
    )
    equal(len({one["ResourceId"] for one in found}), 60)
    found = pages(
        region.aas.describe_scaling_policies, "ScalingPolicies", {"MaxResults": 10}, *token[1:], **ecs_only
    )
    equal(len(found), 60)
    refused("ValidationException", region.aas.describe_scaling_policies, MaxResults=11, **ecs_only)
    tag = [{"Name": "tag:AmazonECSManaged", "Values": ["true"]}]
    found = pages(
        region.ec2.describe_security_groups, "SecurityGroups", {"MaxResults": 13}, *token[1:], Filters=tag
    )
    equal(len(found), 63)
    found = pages(region.ec2.describe_network_interfaces, "NetworkInterfaces", {"MaxResults": 5}, *token[1:])
    equal(len(found), 57 + 9)
    found = tagged(region)
    equal((len(found), len(set(found))), (3 * 3 + 60 * 7,) * 2)


@check
def cloudwatch_speaks_cbor(region: Region) -> None:
    made = region.do("create", name="web")
    status, data = region.cbor("DescribeAlarms", b"\xa1\x6aMaxRecords\x02")
    equal((status, len(data["MetricAlarms"])), (200, 2))
    alarm = region.cbor("DescribeAlarms")[1]["MetricAlarms"][0]
    equal(alarm["AlarmName"], made["alarm"])
    assert time.time() - alarm["AlarmConfigurationUpdatedTimestamp"].timestamp() > 250_000
    equal(alarm["Threshold"], 1.0)
    arn = alarm["AlarmArn"].encode()
    length = len(arn).to_bytes(1, "big")
    tags = region.cbor("ListTagsForResource", b"\xa1\x6bResourceARN\x78" + length + arn)[1]["Tags"]
    equal(tags, [{"Key": "AmazonECSManaged", "Value": "true"}])
    status, data = region.cbor("DescribeAlarms", b"\xa1\x6aMaxRecords\x18\x65")
    equal((status, data["__type"].split("#")[-1]), (400, "ValidationException"))
    region.fault("cloudwatch", "*", "deny")
    status, data = region.cbor("DescribeAlarms")
    equal((status, data["__type"]), (400, "AccessDeniedException"))


@check
def faults_of_each_protocol(region: Region) -> None:
    made = region.do("create", name="web")
    expected = {
        "deny": ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation"),
        "throttle": ("ThrottlingException", "Throttling", "RequestLimitExceeded"),
        "expired": ("ExpiredTokenException", "ExpiredToken", "RequestExpired"),
        "server-error": ("ServerException", "InternalFailure", "InternalError"),
    }
    calls = (
        ("ecs", region.ecs.list_clusters),
        ("elasticloadbalancing", region.elb.describe_load_balancers),
        ("ec2", region.ec2.describe_security_groups),
    )
    for kind, codes in expected.items():
        for (service, call), code in zip(calls, codes):
            region.fault(service, "*", kind)
            refused(code, call)
    region.fault("sts", "GetCallerIdentity", "scp")
    message = refused("AccessDenied", region.sts.get_caller_identity)
    assert message.endswith("with an explicit deny in a service control policy")
    region.fault("tag", "GetResources", "throttle")
    refused("ThrottledException", region.tagging.get_resources)
    region.fault("ecs", "ListGateways", "unknown-operation")
    refused("UnknownOperationException", region.ecs.list_gateways)
    refused("UnknownOperationException", region.ecs.create_express_gateway_service)
    for kind, (service, call) in itertools.product(("malformed", "truncated"), calls):
        region.fault(service, "*", kind)
        try:
            answer = call()
        except (BotoCoreError, ResponseParserError):
            continue
        assert "clusterArns" not in answer, f"{kind} of {service} went through"
    region.fault("ecs", "DescribeServices", "missing")
    answer = region.ecs.describe_services(services=["web"])
    equal((answer["services"], answer["failures"]), ([], [{"arn": made["service"], "reason": "MISSING"}]))
    region.fault("acm", "DescribeCertificate", "deny", match=made["certificate"], times=1)
    refused("AccessDeniedException", region.acm.describe_certificate, CertificateArn=made["certificate"])
    region.acm.describe_certificate(CertificateArn=made["certificate"])
    region.fault("elasticloadbalancing", "DescribeTags", "deny", match=made["rule"])
    refused("AccessDenied", region.elb.describe_tags, ResourceArns=[made["rule"]])
    region.elb.describe_tags(ResourceArns=[made["listener"]])
    region.fault("cloudwatch", "DescribeAlarms", "truncated")
    try:
        region.cbor("DescribeAlarms")
    except http.client.IncompleteRead as cut:
        assert len(cut.partial) <= cut.expected + 1
    else:
        raise AssertionError("a cut answer was whole")
    region.fault("ecs", "ListClusters", "hang")
    try:
        region.ecs.list_clusters()
    except BotoCoreError:
        return
    raise AssertionError("a hanging call came back")


@check
def calls_and_mistakes(region: Region) -> None:
    region.ecs.list_clusters()
    refused("LoadBalancerNotFound", region.elb.describe_listeners, LoadBalancerArn="arn:none")
    calls = region.control("calls", clear=True)["calls"]
    equal(calls[0], {"service": "ecs", "operation": "ListClusters", "status": 200})
    equal(calls[1]["operation"], "DescribeListeners")
    equal(region.control("calls")["calls"], [])
    region.control("latency", milliseconds=50)
    began = time.time()
    region.ecs.list_clusters()
    region.control("latency", milliseconds=0)
    assert time.time() - began >= 0.05
    for mistake in ({"do": "nothing"}, {"do": "purge", "service": "arn:none"}, {"do": "create"}):
        try:
            region.control("steps", steps=[mistake])
        except urllib.error.HTTPError as refusal:
            equal(refusal.code, 400)
            assert json.load(refusal)["error"]
            continue
        raise AssertionError(f"{mistake} went through")


def main() -> int:
    here = Path(__file__).parent
    server = subprocess.Popen(
        [sys.executable, str(here / "server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    url = server.stdout.readline().removeprefix("listening ").strip()
    failed = 0
    for number, function in enumerate(CHECKS):
        region = Region(url, f"us-west-{number + 1}" if number < 2 else f"xx-check-{number}")
        began = time.time()
        try:
            function(region)
            verdict = "ok"
        except Exception as problem:
            failed += 1
            trace = problem.__traceback__
            while trace.tb_next and trace.tb_next.tb_frame.f_code.co_filename == __file__:
                trace = trace.tb_next
            verdict = f"FAILED at line {trace.tb_lineno}: {type(problem).__name__}: {problem}"
        print(f"{function.__name__.replace('_', ' ')}: {verdict} ({time.time() - began:.1f} s)", flush=True)
    server.stdin.close()
    left = server.wait(10)
    rest = server.stdout.read()
    print(f"the server ended: {'ok' if left == 0 and not rest else 'FAILED'}")
    return 1 if failed or left or rest else 0


if __name__ == "__main__":
    sys.exit(main())
