"""CloudFormation's and S3's part: stacks with Express services, and states in buckets.

moto's CloudFormation leaves out types that it does not know, so this one is put in: a stack's Express
service is one of `life`'s, and its physical id the service's ARN, which is what the type's primary
identifier suggests. What `Ref` gives has not been observed.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.core.common_models import CloudFormationModel
from moto.s3.models import s3_backends

import life
from wire import Call, Reply
from world import World, world


class ExpressGatewayService(CloudFormationModel):
    """A service that a stack made."""

    __module__ = "moto.ecs.models"  # moto tells by it whose a model is

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return "ServiceName"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::ECS::ExpressGatewayService"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> ExpressGatewayService:
        cluster = cloudformation_json["Properties"].get("Cluster", "default")
        made = life.create(world(account_id, region_name), resource_name, cluster)
        return cls(made["service"])


@life.step
def stack(
    world: World, name: str, template: str, parameters: dict[str, str] | None = None
) -> dict[str, Any]:
    """A stack of that template; its resources by logical id."""
    backend = cloudformation_backends[world.account][world.region]
    made = backend.create_stack(name, template, parameters or {})
    # moto looks for the value among the names of those that it is to mask.
    secrets = made.resource_map.no_echo_parameter_keys
    secrets.extend(made.resource_map.resolved_parameters[key] for key in list(secrets))
    resources = {each.logical_resource_id: each.physical_resource_id for each in made.stack_resources}
    return {"stack": made.stack_id, "resources": resources}


@life.step
def put_object(world: World, bucket: str, key: str, text: str) -> dict[str, Any]:
    """An object in a bucket of this region, which is made on first use."""
    backend = s3_backends[world.account][world.partition]
    if bucket not in backend.buckets:
        backend.create_bucket(bucket, world.region)
    backend.put_object(bucket, key, text.encode())
    return {}


def elsewhere(call: Call, account: str) -> Reply | None:
    """How S3 answers in one region about a bucket of another one, as it documents it."""
    name = call.path.split("/")[1]
    found = s3_backends[account]["aws"].buckets.get(name)
    if found is None or found.region_name == call.region:
        return None
    text = f"<Error><Code>PermanentRedirect</Code><Message>m</Message><Bucket>{name}</Bucket></Error>"
    headers = {"Content-Type": "application/xml", "x-amz-bucket-region": found.region_name}
    return Reply(301, headers, text.encode())
