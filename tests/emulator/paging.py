"""Pages and batch limits as AWS documents them; moto has them for few operations.

`install` wraps moto's methods: a batch that is too large or a page size out of range is refused
with the service's own error, and a long answer is cut into pages. A page token names the operation
that gave it, so one that is passed to another operation is refused as well.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.acm.responses import AWSCertificateManagerResponse as Acm
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Scaling
from moto.cloudwatch.responses import CloudWatchResponse as CloudWatch
from moto.core.responses import ActionResult
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces as Interfaces
from moto.ec2.responses.security_groups import SecurityGroups as Groups
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.elbv2.responses import ELBV2Response as Elb
from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse as Tagging

from refusal import Refusal


@dataclass(frozen=True)
class Page:
    """How an operation is paged: where its items are and how it calls size and token."""

    items: tuple[str, ...]
    size: str
    token: str
    answer: str
    default: int | None
    least: int
    most: int
    error: str
    token_error: str


def _page(items: str, names: str, sizes: str, errors: str) -> Page:
    """A `Page` in short: "size token answer", "default least most" (0: all), "size-error token-error"."""
    size, token, answer = names.split()
    default, least, most = (int(number) for number in sizes.split())
    error, _, token_error = errors.partition(" ")
    return Page(
        tuple(items.split()), size, token, answer, default or None, least, most, error, token_error or error
    )


_ECS = "maxResults nextToken nextToken", "InvalidParameterException"
_ELB = "PageSize Marker NextMarker", "400 1 400", "ValidationError"
_EC2 = "MaxResults NextToken NextToken", "0 5 1000", "InvalidParameterValue InvalidNextToken"
_AAS = "MaxResults NextToken NextToken", "ValidationException InvalidNextTokenException"

PAGES: dict[tuple[type, str], Page] = {
    (Ecs, "list_clusters"): _page("clusterArns", _ECS[0], "100 1 100", _ECS[1]),
    (Ecs, "list_services"): _page("serviceArns", _ECS[0], "10 1 100", _ECS[1]),
    (Ecs, "list_task_definitions"): _page("taskDefinitionArns", _ECS[0], "100 1 100", _ECS[1]),
    (Ecs, "list_task_definition_families"): _page("families", _ECS[0], "100 1 100", _ECS[1]),
    (Ecs, "list_service_deployments"): _page("serviceDeployments", _ECS[0], "20 1 100", _ECS[1]),
    (Ecs, "list_gateways"): _page("gateways", _ECS[0], "100 1 100", _ECS[1]),
    (Ecs, "list_gateway_routes"): _page("gatewayRoutes", _ECS[0], "100 1 100", _ECS[1]),
    (Elb, "describe_load_balancers"): _page("LoadBalancers", *_ELB),
    (Elb, "describe_target_groups"): _page("TargetGroups", *_ELB),
    (Elb, "describe_listeners"): _page("Listeners", *_ELB),
    (Elb, "describe_rules"): _page("Rules", *_ELB),
    (Elb, "describe_listener_certificates"): _page("Certificates", *_ELB),
    (Acm, "list_certificates"): _page(
        "CertificateSummaryList", "MaxItems NextToken NextToken", "100 1 1000", "ValidationException"
    ),
    (CloudWatch, "describe_alarms"): _page(
        "MetricAlarms CompositeAlarms",
        "MaxRecords NextToken NextToken",
        "50 1 100",
        "ValidationError InvalidNextToken",
    ),
    (Scaling, "describe_scalable_targets"): _page("ScalableTargets", _AAS[0], "50 1 50", _AAS[1]),
    (Scaling, "describe_scaling_policies"): _page("ScalingPolicies", _AAS[0], "10 1 10", _AAS[1]),
    (Groups, "describe_security_groups"): _page("SecurityGroups", *_EC2),
    (Interfaces, "describe_network_interfaces"): _page("NetworkInterfaces", *_EC2),
    (Tagging, "get_resources"): _page(
        "ResourceTagMappingList",
        "ResourcesPerPage PaginationToken PaginationToken",
        "50 1 100",
        "InvalidParameterException PaginationTokenExpiredException",
    ),
}

BATCHES: dict[tuple[type, str], tuple[str, int, str]] = {
    (Ecs, "describe_clusters"): ("clusters", 100, "InvalidParameterException"),
    (Ecs, "describe_services"): ("services", 10, "InvalidParameterException"),
    (Ecs, "describe_service_revisions"): ("serviceRevisionArns", 20, "InvalidParameterException"),
    (Ecs, "describe_service_deployments"): ("serviceDeploymentArns", 20, "InvalidParameterException"),
    (Elb, "describe_load_balancers"): ("LoadBalancerArns", 20, "ValidationError"),
    (Elb, "describe_tags"): ("ResourceArns", 20, "ValidationError"),
    (CloudWatch, "describe_alarms"): ("AlarmNames", 100, "ValidationError"),
    (Scaling, "describe_scalable_targets"): ("ResourceIds", 50, "ValidationException"),
    (Tagging, "get_resources"): ("ResourceARNList", 100, "InvalidParameterException"),
}

FILTER_VALUES = 200
"""How many values EC2 takes in one request's filters."""


def install() -> None:
    """Wraps every operation of the tables; to be called after all others are in place."""
    for (responses, name), page in PAGES.items():
        setattr(responses, name, _paged(getattr(responses, name), name, page))
    for (responses, name), (field, most, error) in BATCHES.items():
        setattr(responses, name, _limited(getattr(responses, name), field, most, error))
    for responses, name in (
        (Groups, "describe_security_groups"),
        (Interfaces, "describe_network_interfaces"),
    ):
        setattr(responses, name, _filtered(getattr(responses, name)))


def _limited(method: Callable[..., Any], field: str, most: int, error: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def limited(self: Any) -> Any:
        given = len(self._get_param(field) or [])
        if given > most:
            raise Refusal(error, f"{field} takes up to {most} items, {given} were given.")
        return method(self)

    return limited


def _filtered(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def filtered(self: Any) -> Any:
        if sum(len(values) for values in self._filters_from_querystring().values()) > FILTER_VALUES:
            raise Refusal("FilterLimitExceeded", "The maximum number of filter values is 200.")
        return method(self)

    return filtered


def _paged(method: Callable[..., Any], name: str, page: Page) -> Callable[..., Any]:
    @functools.wraps(method)
    def paged(self: Any) -> ActionResult:
        size = self._get_int_param(page.size)
        if size is not None and not page.least <= size <= page.most:
            raise Refusal(
                page.error, f"{page.size} must be between {page.least} and {page.most}, not {size}."
            )
        start = _start(self._get_param(page.token), name, page)
        answer = method(self).result
        items = list(_items(answer, page))
        end = start + (size or page.default or max(len(items), 1))
        shown = items[start:end]
        for key in page.items:
            answer[key] = [item for found, item in shown if found == key]
        if end < len(items):
            answer[page.answer] = _token(name, end)
        return ActionResult(answer)

    return paged


def _items(answer: dict[str, Any], page: Page) -> Iterator[tuple[str, Any]]:
    for key in page.items:
        for item in answer.get(key) or []:
            yield key, item


def _token(name: str, start: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{start}".encode()).decode()


def _start(token: str | None, name: str, page: Page) -> int:
    if not token:
        return 0
    try:
        given, _, start = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if given == name:
            return int(start)
    except ValueError:
        pass
    raise Refusal(page.token_error, f"The {page.token} is not valid.")
