"""Reads what a scan reads, with boto3 as it comes: largest pages and batches, one call after another.

It makes the calls that a scan of a tidy account makes, judges nothing, and prints how many of each kind there are.
"""

import json

import boto3

MANAGED = [{"Key": "AmazonECSManaged", "Values": ["true"]}]
KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
INDEXED = [
    "elasticloadbalancing:listener-rule/app",
    "elasticloadbalancing:targetgroup",
    "elasticloadbalancing:loadbalancer/app",
    "elasticloadbalancing:listener/app",
    "acm:certificate",
    "cloudwatch:alarm",
    "logs:log-group",
]


def pages(client, operation, key, size=None, **arguments):
    """All items of all pages."""
    if size:
        arguments["PaginationConfig"] = {"PageSize": size}
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page[key]]


def batches(items, size):
    """The items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def containers():
    """Clusters, services, their revisions with what ECS manages for them, task definitions' families, gateways."""
    ecs = boto3.client("ecs")
    clusters = pages(ecs, "list_clusters", "clusterArns", 100)
    for batch in batches(clusters, 100):
        ecs.describe_clusters(clusters=batch, include=["STATISTICS", "TAGS"])
    services, revisions = [], []
    for cluster in clusters:
        for batch in batches(pages(ecs, "list_services", "serviceArns", 100, cluster=cluster), 10):
            services += ecs.describe_services(cluster=cluster, services=batch, include=["TAGS"])["services"]
    for batch in batches([part["arn"] for service in services for part in service["currentServiceRevisions"]], 20):
        revisions += ecs.describe_service_revisions(serviceRevisionArns=batch)["serviceRevisions"]
    scaling = [revision["ecsManagedResources"]["autoScaling"] for revision in revisions]
    pages(ecs, "list_gateways", "gateways", 100)
    return {
        "cluster": len(clusters),
        "service": len(services),
        "service-revision": len(revisions),
        "scaling-policy": sum(len(part["applicationAutoScalingPolicies"]) for part in scaling),
        # By family, as a scan reads them: here each has one revision.
        "task-definition": len(pages(ecs, "list_task_definition_families", "families", 100, status="ACTIVE")),
    }


def balancing():
    """Load balancers, their listeners with certificates and rules, target groups."""
    elb = boto3.client("elbv2")
    balancers = pages(elb, "describe_load_balancers", "LoadBalancers", 400)
    listeners, rules = [], []
    for balancer in balancers:
        listeners += pages(elb, "describe_listeners", "Listeners", 400, LoadBalancerArn=balancer["LoadBalancerArn"])
    for listener in listeners:
        arn = listener["ListenerArn"]
        rules += pages(elb, "describe_rules", "Rules", 400, ListenerArn=arn)
        pages(elb, "describe_listener_certificates", "Certificates", 400, ListenerArn=arn)
    return {
        "load-balancer": len(balancers),
        "listener": len(listeners),
        "listener-rule": sum(not rule["IsDefault"] for rule in rules),
        "target-group": len(pages(elb, "describe_target_groups", "TargetGroups", 400)),
    }


def others():
    """What the other APIs list; the tags that they do not show are in the tagging API's index."""
    acm, cloudwatch, ec2, logs = (boto3.client(name) for name in ("acm", "cloudwatch", "ec2", "logs"))
    scaling, tagging = boto3.client("application-autoscaling"), boto3.client("resourcegroupstaggingapi")
    alarms = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    keys = {"Includes": {"keyTypes": KEY_TYPES}}
    tagged = {"TagFilters": MANAGED, "ResourceTypeFilters": INDEXED}
    pages(tagging, "get_resources", "ResourceTagMappingList", 100, **tagged)
    return {
        "certificate": len(pages(acm, "list_certificates", "CertificateSummaryList", 1000, **keys)),
        "alarm": len(pages(cloudwatch, "describe_alarms", "MetricAlarms", 100, **alarms)),
        "log-group": len(pages(logs, "describe_log_groups", "logGroups", 50)),
        "scalable-target": len(pages(scaling, "describe_scalable_targets", "ScalableTargets", 50, ServiceNamespace="ecs")),
        "security-group": len(pages(ec2, "describe_security_groups", "SecurityGroups", 1000)),
    }


print(json.dumps(containers() | balancing() | others()))
