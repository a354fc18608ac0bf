"""Requests and answers as they go over the wire, and what can be read off a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import cbor

_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
"""IAM prefixes of services whose signing name is another."""


@dataclass
class Reply:
    """An answer; when `sent` is given, only so many bytes of the body go out before the cut."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent: int | None = None


@dataclass
class Call:
    """An HTTP request; for AWS requests also what they ask of whom."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    service: str = field(init=False, default="")
    region: str = field(init=False, default="")
    operation: str = field(init=False, default="")
    protocol: str = field(init=False, default="json")

    def __post_init__(self) -> None:
        if scope := _SCOPE.search(self.headers.get("authorization", "")):
            self.region = scope["region"]
            self.service = _PREFIXES.get(scope["service"], scope["service"])
        path = cbor.PATH.match(self.path)
        if path and self.headers.get("smithy-protocol") == "rpc-v2-cbor":
            self.operation, self.protocol = path["operation"], "cbor"
        elif target := self.headers.get("x-amz-target"):
            self.operation = target.rsplit(".", 1)[-1]
        elif self.service == "s3":
            self.operation, self.protocol = "GetObject" if self.method == "GET" else self.method, "s3"
        elif self.service:
            form = parse_qs(self.body.decode(errors="replace")) or parse_qs(self.query)
            self.operation = form.get("Action", [""])[0]
            self.protocol = "ec2" if self.service == "ec2" else "query"

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query
