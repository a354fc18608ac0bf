"""What the emulator remembers besides moto's own state: one `World` per (account, region).

moto holds every load balancer, target group, security group, certificate, alarm, log group and
scalable target. Only what moto has no notion of lives here: service revisions and deployments,
which service owns which resource, ECS gateways, and resources that were deleted but that the
tagging API still returns.
"""

from __future__ import annotations

import itertools
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import Service as MotoService
from moto.utilities.utils import get_partition

ACCOUNT = "123456789012"
MANAGED = "AmazonECSManaged"
"""The tag key that ECS puts on what it makes, for Express services and for gateways alike."""


def ago(minutes: float) -> datetime:
    """The moment that many minutes before now, as moto keeps time (naive UTC)."""
    return utcnow() - timedelta(minutes=minutes)


def hexes(length: int) -> str:
    """Random lower-case hexadecimal digits."""
    return secrets.token_hex((length + 1) // 2)[:length]


def digits(length: int) -> str:
    """Random decimal digits, the first one not zero."""
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))


@dataclass
class Vpc:
    """A network with three subnets; addresses are handed out in order, so none is used twice."""

    id: str
    subnets: list[str]
    addresses: list[itertools.count]


@dataclass
class Balancer:
    """A load balancer that ECS made, with what belongs to it alone."""

    arn: str
    group: str
    listener: str
    vpc: Vpc
    scheme: str
    exclusive: bool = False
    priorities: itertools.count = field(default_factory=lambda: itertools.count(1))


@dataclass
class Resources:
    """The resources made for one Express service; a wedged service has few of them."""

    host: str
    log_group: str
    customer_log_group: bool
    vpc: Vpc
    scheme: str
    balancer: Balancer | None = None
    rule: str | None = None
    certificate: str | None = None
    group: str | None = None
    interface: str | None = None
    address: str | None = None
    alarm: str | None = None
    scaling_alarms: list[str] = field(default_factory=list)
    scalable_target: str | None = None
    policy: str | None = None
    policy_name: str | None = None


@dataclass
class Revision:
    """A service revision: the configuration, its target groups and each resource's status."""

    arn: str
    created: datetime
    task_definition: str
    subnets: list[str]
    security_groups: list[str]
    port: int = 8080
    environment: dict[str, str] = field(default_factory=dict)
    target_groups: list[str] = field(default_factory=list)
    load_balancers: list[dict[str, Any]] = field(default_factory=list)
    connections: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    updated: datetime | None = None
    states: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def state(self, kind: str) -> tuple[str, str | None]:
        """Status and reason of the managed resources of that kind."""
        return self.states.get(kind, self.states.get("*", ("ACTIVE", None)))


@dataclass
class Deployment:
    """A service deployment from the source revisions to the target one."""

    arn: str
    target: Revision
    sources: list[Revision]
    status: str
    created: datetime
    finished: datetime | None = None
    reason: str | None = None


@dataclass
class Service:
    """An ECS service: an Express one when it has `resources`, otherwise a customer's."""

    arn: str
    cluster_arn: str
    name: str
    created: datetime
    updated: datetime
    moto: MotoService
    resources: Resources | None = None
    status: str = "ACTIVE"
    reason: str | None = None
    revisions: list[Revision] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[tuple[str, str]] = field(default_factory=list)
    """The interface and the address of each running task."""

    @property
    def cluster(self) -> str:
        return self.cluster_arn.rsplit("/", 1)[-1]

    @property
    def current(self) -> Revision:
        """The revision that serves: a deployment in flight has not replaced it yet."""
        flying = self.in_flight
        return flying.sources[0] if flying and flying.sources else self.revisions[-1]

    @property
    def in_flight(self) -> Deployment | None:
        last = self.deployments[-1] if self.deployments else None
        return last if last and last.finished is None else None

    def tell(self, message: str, when: datetime) -> None:
        """Adds a service event; ECS lists the newest first."""
        event = {"id": secrets.token_hex(16), "createdAt": when, "message": message}
        self.events.insert(0, event)


@dataclass
class Gateway:
    """An ECS gateway with one load balancer and one route."""

    arn: str
    name: str
    created: datetime
    balancer: Balancer
    certificate: str
    rule: str
    target_groups: list[str]
    route: str
    url: str
    service: Service
    service_group: str


class World:
    """The state of one account in one region."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.partition = get_partition(region)
        self.lock = threading.RLock()
        self.vpcs: dict[str, Vpc] = {}
        self.balancers: list[Balancer] = []
        self.services: dict[str, Service] = {}
        self.gateways: list[Gateway] = []
        self.target_tags: dict[str, dict[str, str]] = {}
        self.ghosts: dict[str, dict[str, str]] = {}
        """Listeners and rules that are gone, with their tags: GetResources still returns them."""
        self.once_tagged: set[str] = set()
        self.lingering_interfaces: dict[str, int] = {}
        self.lingering_uses: dict[str, tuple[str, int]] = {}
        """What is not yet gone though its load balancer is, by id or certificate, and for how many reads."""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def group_arn(self, group: str) -> str:
        return self.arn("ec2", f"security-group/{group}")

    def service(self, arn: str) -> Service:
        """The service of a step; a step that names an unknown one is a mistake in the test."""
        if arn not in self.services:
            raise LookupError(f"no such service: {arn}")
        return self.services[arn]

    def living(self, balancer: Balancer) -> list[Service]:
        """The Express services on a load balancer that are not INACTIVE."""
        return [
            service
            for service in self.services.values()
            if service.resources and service.resources.balancer is balancer and service.status != "INACTIVE"
        ]


_worlds: dict[tuple[str, str], World] = {}
_making = threading.Lock()


def world(account: str, region: str) -> World:
    """The world of an account in a region, made on first use."""
    with _making:
        return _worlds.setdefault((account, region), World(account, region))
