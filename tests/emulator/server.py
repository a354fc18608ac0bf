"""A stand-in for AWS for the auditor's tests: moto, and what moto lacks, behind one local address.

    python server.py [--port N]

prints `listening http://127.0.0.1:PORT` once it serves, and ends when its input does. Point an AWS
SDK at it with AWS_ENDPOINT_URL and any credentials.

State belongs to an account and a region, so tests that each use a region of their own can share one
server. moto answers for ELB, EC2, ACM, CloudWatch, CloudWatch Logs, Application Auto Scaling, tagging,
CloudFormation, S3 and STS, with the corrections of `reads`, the refusals of `removals` and the limits of
`paging`. The answers for ECS Express Mode and ECS gateways, in `express`, are authored by this project
from AWS's documentation. They are not an independent AWS.
"""

from __future__ import annotations

import argparse
import io
import os
import socket
import sys
import threading
import time
import traceback
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

warnings.filterwarnings("ignore")
os.environ["MOTO_ALLOW_NONEXISTENT_REGION"] = "true"
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
for _name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "MOTO_ACCOUNT_ID"):
    os.environ.pop(_name, None)

from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

import cbor
import express  # noqa: F401  (puts the ECS operations into moto)
import faults
import listing
import paging
import removals  # noqa: F401  (puts AWS's refusals into moto)
import stacks
from control import PREFIX, Control
from states import PREFIXES as STATES
from wire import Call, Reply
from world import ACCOUNT, world

paging.install()

JSON_HEADERS = {"content-type": "application/x-amz-json-1.0"}


class Emulator:
    """Answers AWS requests and those of the control plane."""

    def __init__(self) -> None:
        self.control = Control()
        self.stopping = threading.Event()
        self._moto = DomainDispatcherApplication(create_backend_app)

    def handle(self, call: Call) -> Reply:
        if call.path.startswith(PREFIX):
            return self.control.handle(call)
        if call.path.startswith(STATES):
            return self.control.states.handle(call)
        if self.control.latency:
            time.sleep(self.control.latency)
        fault = faults.take(call)
        reply = faults.answer(fault, call, self.stopping) if fault else None
        if reply is None:
            reply = self._answer(call)
            if fault:
                reply = faults.spoil(fault, call, reply)
        self.control.record(call, reply.status if reply.sent is None else 0)
        return reply

    def _answer(self, call: Call) -> Reply:
        """The true answer, also to operations that nobody has put in."""
        try:
            if reply := listing.answer(call):
                return reply
            if call.service == "s3" and (reply := stacks.elsewhere(call, _account(call))):
                return reply
            return self._cbor(call) if call.protocol == "cbor" else self._ask(call)
        except NotImplementedError:
            return faults.unknown_operation(call)
        except Exception:
            traceback.print_exc()
            return faults.error(call, 500, "InternalFailure", "The emulator failed")

    def _cbor(self, call: Call) -> Reply:
        """A CBOR request by way of moto's JSON form."""
        service = cbor.PATH.match(call.path)["service"]
        headers = {**call.headers, **JSON_HEADERS, "x-amz-target": f"{service}.{call.operation}"}
        headers.pop("smithy-protocol", None)
        reply = self._ask(Call("POST", "/", headers, cbor.to_json(call.body)))
        body = cbor.from_json(call.operation, reply.status, reply.body)
        return Reply(
            reply.status, {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
        )

    def _ask(self, call: Call) -> Reply:
        """moto's own answer; one request of a region at a time, since moto's state is not locked."""
        environ = {
            "REQUEST_METHOD": call.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(call.path),
            "QUERY_STRING": call.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": call.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(call.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(call.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in call.headers.items():
            if name not in ("content-type", "content-length"):
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        with world(_account(call), call.region).lock:
            body, status, headers = run_wsgi_app(self._moto, environ, buffered=True)
        kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        return Reply(int(status.split()[0]), kept, b"".join(body))


def _account(call: Call) -> str:
    """The account of the access key that signed a request."""
    key = BaseResponse.access_key_regex.search(call.headers.get("authorization", ""))
    return get_account_id_from(key["access_key"]) if key else ACCOUNT


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive; an answer that is to be cut closes the connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    emulator: Emulator

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.emulator.handle(Call(self.command, self.path, headers, body))
        if reply.status:
            self._send(reply)
        if reply.sent is not None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in ("server", "date", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: reply.sent])
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """No request log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A client that went away is no news."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0, help="port to listen on; 0 picks a free one")
    Handler.emulator = Emulator()
    server = Server(("127.0.0.1", options.parse_args().port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.buffer.read()
    Handler.emulator.stopping.set()
    os._exit(0)


if __name__ == "__main__":
    main()
