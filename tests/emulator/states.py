"""Servers that keep Terraform states, written after their vendors' API documentation.

HCP Terraform and Terraform Enterprise: workspaces by organization and name, a workspace's current
state version, and the download that it names, which leads to an archive on the same host. GitLab:
states of a project, behind basic authentication.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from wire import Call, Reply

PREFIXES = ("/api/v2/", "/api/v4/", "/api/state-versions/", "/_archivist/")
_ORGANIZATION = "/api/v2/organizations/{}/workspaces/{}"


@dataclass
class Stored:
    """A state, and what a request must bring to see it."""

    text: str
    authorization: str
    id: str = field(default_factory=lambda: secrets.token_hex(8))


class States:
    """All that is kept, by path."""

    def __init__(self) -> None:
        self._workspaces: dict[str, Stored] = {}
        self._projects: dict[str, Stored] = {}

    def put_workspace(self, organization: str, name: str, token: str, state: str) -> None:
        path = _ORGANIZATION.format(organization, name)
        self._workspaces[path] = Stored(state, f"Bearer {token}")

    def put_project(self, path: str, user: str, password: str, state: str) -> None:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._projects[path] = Stored(state, f"Basic {pair}")

    def handle(self, call: Call) -> Reply:
        given = call.headers.get("authorization", "")
        if (project := self._projects.get(call.path)) is not None:
            return _text(project.text) if given == project.authorization else _error(401)
        allowed = {path: kept for path, kept in self._workspaces.items() if kept.authorization == given}
        if call.path.startswith("/api/v2/") and not allowed:
            return _error(401 if not given else 404)
        for path, kept in allowed.items():
            origin = f"http://{call.headers['host']}"
            if call.path == path:
                return _document({"id": f"ws-{kept.id}", "type": "workspaces", "attributes": {"name": path}})
            if call.path == f"/api/v2/workspaces/ws-{kept.id}/current-state-version":
                url = f"{origin}/api/state-versions/sv-{kept.id}/hosted_state"
                attributes = {"serial": 1, "status": "finalized", "hosted-state-download-url": url}
                return _document({"id": f"sv-{kept.id}", "type": "state-versions", "attributes": attributes})
            if call.path == f"/api/state-versions/sv-{kept.id}/hosted_state":
                return Reply(302, {"Location": f"{origin}/_archivist/v1/object/{kept.id}"}, b"")
            if call.path == f"/_archivist/v1/object/{kept.id}":
                return _text(kept.text)
        return _error(404)


def _text(text: str) -> Reply:
    return Reply(200, {"Content-Type": "application/json"}, text.encode())


def _document(data: dict[str, Any]) -> Reply:
    return Reply(200, {"Content-Type": "application/vnd.api+json"}, json.dumps({"data": data}).encode())


def _error(status: int) -> Reply:
    body = json.dumps({"errors": [{"status": str(status), "title": "not found or not allowed"}]})
    return Reply(status, {"Content-Type": "application/vnd.api+json"}, body.encode())
