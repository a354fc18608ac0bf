"""The control plane: plain JSON over HTTP, by which a test prepares its region and looks at calls."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import faults
import life
import listing
from holdings import holdings
from states import States
from wire import Call, Reply
from world import ACCOUNT, world

PREFIX = "/_emulator/"


class Control:
    """The calls that were seen, the latency that is asked for, and the handlers of the control plane."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.states = States()
        self._calls: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._lock = threading.Lock()

    def record(self, call: Call, status: int) -> None:
        """Notes a call; the status of an answer that was cut off or never came is 0."""
        with self._lock:
            self._calls[call.region].append(
                {"service": call.service, "operation": call.operation, "status": status}
            )

    def handle(self, call: Call) -> Reply:
        """Answers a control request; every mistake in it is a 400 with the reason."""
        handlers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "steps": self._steps,
            "faults": self._faults,
            "calls": self._seen,
            "holdings": self._holdings,
            "latency": self._latency,
            "workspace": self._workspace,
            "project": self._project,
            "regions": self._regions,
            "organization": self._organization,
        }
        try:
            handler = handlers[call.path.removeprefix(PREFIX)]
            status, answer = 200, handler(json.loads(call.body or b"{}"))
        except Exception as mistake:
            status, answer = 400, {"error": f"{type(mistake).__name__}: {mistake}"}
        return Reply(status, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def _steps(self, request: dict[str, Any]) -> dict[str, Any]:
        found = world(request.get("account", ACCOUNT), request["region"])
        with found.lock:
            return {"results": life.run(found, request["steps"])}

    def _faults(self, request: dict[str, Any]) -> dict[str, Any]:
        faults.put(request["region"], request["faults"])
        return {}

    def _seen(self, request: dict[str, Any]) -> dict[str, Any]:
        region = request["region"]
        with self._lock:
            calls = list(self._calls[region])
            if request.get("clear"):
                self._calls[region].clear()
        return {"calls": calls}

    def _holdings(self, request: dict[str, Any]) -> dict[str, Any]:
        found = world(request.get("account", ACCOUNT), request["region"])
        with found.lock:
            return {"holdings": holdings(found)}

    def _latency(self, request: dict[str, Any]) -> dict[str, Any]:
        self.latency = float(request["milliseconds"]) / 1000
        return {}

    def _workspace(self, request: dict[str, Any]) -> dict[str, Any]:
        self.states.put_workspace(**request)
        return {}

    def _project(self, request: dict[str, Any]) -> dict[str, Any]:
        self.states.put_project(**request)
        return {}

    def _regions(self, request: dict[str, Any]) -> dict[str, Any]:
        listing.put_regions(request["region"], request["enabled"])
        return {}

    def _organization(self, request: dict[str, Any]) -> dict[str, Any]:
        listing.put_organization(request["pages"])
        return {}
