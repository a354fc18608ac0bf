"""Faults that a test asks for, in the form that each AWS protocol gives them.

A fault either answers at once (`answer`), or spoils the true answer (`spoil`).
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

import cbor
from wire import Call, Reply

KINDS = {
    "deny",
    "scp",
    "throttle",
    "server-error",
    "malformed",
    "truncated",
    "hang",
    "expired",
    "missing",
    "unknown-operation",
}
HANG_SECONDS = 30

_DESCRIBED = {
    "services": "serviceArn",
    "clusters": "clusterArn",
    "serviceRevisions": "serviceRevisionArn",
    "serviceDeployments": "serviceDeploymentArn",
}
_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Back soon<br></body></html>"


@dataclass
class Fault:
    """One fault; `times` counts down, and None means for ever."""

    service: str
    operation: str
    fault: str
    times: int | None = None
    match: str | None = None

    def __post_init__(self) -> None:
        if self.fault not in KINDS:
            raise ValueError(f"no such fault: {self.fault}")

    def fits(self, call: Call) -> bool:
        return (
            self.times != 0
            and self.service == call.service
            and self.operation in ("*", call.operation)
            and (self.match is None or self.match in _text(call.body))
        )


def _text(body: bytes) -> str:
    raw = body.decode(errors="replace")
    return f"{raw}\n{unquote_plus(raw)}"


_faults: dict[str, list[Fault]] = {}
_lock = threading.Lock()


def put(region: str, faults: list[dict[str, Any]]) -> None:
    """Replaces a region's faults."""
    made = [Fault(**fields) for fields in faults]
    with _lock:
        _faults[region] = made


def take(call: Call) -> str | None:
    """The kind of the first fault that fits a call, which is used up once."""
    with _lock:
        for fault in _faults.get(call.region, []):
            if fault.fits(call):
                if fault.times is not None:
                    fault.times -= 1
                return fault.fault
    return None


def answer(kind: str, call: Call, stopping: threading.Event) -> Reply | None:
    """The answer of a fault that needs no true answer."""
    action = f"{call.service}:{call.operation}"
    denied = f"User: arn:aws:iam::123456789012:user/auditor is not authorized to perform: {action}"
    if kind == "hang":
        stopping.wait(HANG_SECONDS)
        return Reply(0, {}, b"", sent=0)
    if kind == "deny":
        return _denied(call, f"{denied} because no identity-based policy allows the {action} action")
    if kind == "scp":
        return _denied(call, f"{denied} with an explicit deny in a service control policy")
    if kind == "throttle":
        codes = {"ec2": ("RequestLimitExceeded", 503), "query": ("Throttling", 400), "s3": ("SlowDown", 503)}
        code, status = codes.get(call.protocol, ("ThrottlingException", 400))
        return error(call, status, "ThrottledException" if call.service == "tag" else code, "Rate exceeded")
    if kind == "server-error":
        codes = {"ec2": "InternalError", "query": "InternalFailure"}
        code = "ServerException" if call.service == "ecs" else codes.get(call.protocol, "InternalServerError")
        return error(call, 500, code, "An internal error has occurred")
    if kind == "expired":
        codes = {"ec2": ("RequestExpired", 400), "query": ("ExpiredToken", 403), "s3": ("ExpiredToken", 400)}
        code, status = codes.get(call.protocol, ("ExpiredTokenException", 400))
        return error(call, status, code, "The security token included in the request is expired")
    if kind == "unknown-operation":
        return unknown_operation(call)
    return None


def unknown_operation(call: Call) -> Reply:
    """How a service answers to an operation that it does not have."""
    code = "InvalidAction" if call.protocol in ("ec2", "query") else "UnknownOperationException"
    return error(call, 400, code, f"The operation {call.operation} is not known")


def _denied(call: Call, message: str) -> Reply:
    codes = {"ec2": ("UnauthorizedOperation", 403), "query": ("AccessDenied", 403), "s3": ("AccessDenied", 403)}
    code, status = codes.get(call.protocol, ("AccessDeniedException", 400))
    return error(call, status, code, message)


def error(call: Call, status: int, code: str, message: str) -> Reply:
    """An error answer in the call's protocol."""
    details = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if call.protocol == "ec2":
        body = f"<Response><Errors><Error>{details}</Error></Errors><RequestID>0</RequestID></Response>"
        return Reply(status, {"Content-Type": "text/xml"}, body.encode())
    if call.protocol == "query":
        kind = "Receiver" if status >= 500 else "Sender"
        inner = f"<Error><Type>{kind}</Type>{details}</Error><RequestId>0</RequestId>"
        body = f"<ErrorResponse>{inner}</ErrorResponse>"
        return Reply(status, {"Content-Type": "text/xml"}, body.encode())
    if call.protocol == "s3":
        return Reply(status, {"Content-Type": "application/xml"}, f"<Error>{details}</Error>".encode())
    if call.protocol == "cbor":
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Reply(status, headers, cbor.error(code, message))
    text = json.dumps({"__type": code, "message": message})
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code}
    return Reply(status, headers, text.encode())


def spoil(kind: str, call: Call, reply: Reply) -> Reply:
    """A true answer as the fault leaves it."""
    half = len(reply.body) // 2
    if kind == "truncated":
        return Reply(reply.status, reply.headers, reply.body, sent=half)
    if kind == "malformed" and call.protocol in ("ec2", "query"):
        return Reply(200, {"Content-Type": "text/html"}, _PAGE)
    if kind == "malformed":
        return Reply(reply.status, reply.headers, reply.body[:half])
    if kind == "missing" and reply.status == 200:
        return Reply(200, reply.headers, _first_missing(reply.body))
    return reply


def _first_missing(body: bytes) -> bytes:
    """An ECS answer whose first item has become a failure."""
    data = json.loads(body)
    for items, arn in _DESCRIBED.items():
        if data.get(items):
            gone = data[items].pop(0)
            data.setdefault("failures", []).append({"arn": gone[arn], "reason": "MISSING"})
    return json.dumps(data).encode()
