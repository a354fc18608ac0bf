"""What there is to scan, as a test says it: the Regions of an account, the accounts of an organization.

Answers in the forms of EC2's DescribeRegions and Organizations' ListAccounts, authored from AWS's documentation. Where a test
says nothing, moto answers.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from wire import Call, Reply

_lock = threading.Lock()
_regions: dict[str, list[str]] = {}
_pages: list[list[dict[str, Any]]] = []


def put_regions(region: str, enabled: list[str]) -> None:
    """From now on, whoever asks in that Region is told of these."""
    with _lock:
        _regions[region] = enabled


def put_organization(pages: list[list[dict[str, Any]]]) -> None:
    """From now on the organization has these accounts, a page after the other; a page may be empty."""
    with _lock:
        _pages[:] = pages


def answer(call: Call) -> Reply | None:
    """The answer, if a test said what there is."""
    with _lock:
        if (call.service, call.operation) == ("ec2", "DescribeRegions") and call.region in _regions:
            return _enabled(_regions[call.region])
        if (call.service, call.operation) == ("organizations", "ListAccounts") and _pages:
            return _page(json.loads(call.body or b"{}").get("NextToken"))
    return None


def _enabled(names: list[str]) -> Reply:
    items = "".join(
        f"<item><regionName>{name}</regionName><regionEndpoint>ec2.{name}.amazonaws.com</regionEndpoint>"
        "<optInStatus>opt-in-not-required</optInStatus></item>"
        for name in names
    )
    body = f"<DescribeRegionsResponse><requestId>0</requestId><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
    return Reply(200, {"Content-Type": "text/xml"}, body.encode())


def _page(token: str | None) -> Reply:
    number = int(token or 0)
    answer: dict[str, Any] = {"Accounts": _pages[number]}
    if number + 1 < len(_pages):
        answer["NextToken"] = str(number + 1)
    return Reply(200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode())
