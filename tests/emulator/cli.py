"""The AWS CLI, kept warm: each command is run by the CLI's own code in a fork of this process.

    python cli.py FOLDER

puts a program `aws` into the folder, prints `ready`, and ends when its input does. A command that
loads the CLI anew takes a second of a processor; a script has a hundred of them.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path

from awscli.botocore.loaders import Loader
from awscli.clidriver import create_clidriver

WARMING = {
    "acm": "list-certificates",
    "application-autoscaling": "describe-scalable-targets --service-namespace ecs",
    "cloudwatch": "describe-alarms",
    "ec2": "describe-security-groups",
    "ecs": "list-clusters",
    "elbv2": "describe-load-balancers",
    "logs": "describe-log-groups",
    "sts": "get-caller-identity",
}
"""Commands that nobody answers: what they need is loaded once."""
NOWHERE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "nowhere",
    "AWS_MAX_ATTEMPTS": "1",
}

_KNOWN: dict[object, object] = {}
"""What any loader has loaded: they share it."""

_new_loader = Loader.__init__


def _shared_loader(self: Loader, *args: object, **named: object) -> None:
    _new_loader(self, *args, **named)
    self._cache = _KNOWN


Loader.__init__ = _shared_loader

CLIENT = """#!{python} -IS
import array, json, os, socket, sys

said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
files = array.array("i", [0, 1, 2])
server.sendmsg([len(said).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
server.sendall(said)
sys.exit(int.from_bytes(server.recv(1) or b"\\1", "big"))
"""


def serve(connection: socket.socket) -> int:
    """Runs one command as its caller would: with its arguments, folder, environment and files."""
    length, files, _, _ = socket.recv_fds(connection, 4, 3)
    said = b""
    while len(said) < int.from_bytes(length, "big"):
        said += connection.recv(65536)
    arguments, folder, environment = json.loads(said)
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.chdir(folder)
    own = os.environ["AWS_DATA_PATH"]  # where the CLI found its own files
    os.environ.clear()
    os.environ.update(environment | {"AWS_DATA_PATH": own})
    try:
        return create_clidriver().main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ.update(NOWHERE)
    with contextlib.redirect_stderr(io.StringIO()):
        for service, operation in WARMING.items():
            create_clidriver().main([service, *operation.split()])
    gc.freeze()
    address, program = str(folder / "aws.socket"), folder / "aws"
    Path(address).unlink(missing_ok=True)
    program.write_text(CLIENT.format(python=sys.executable, address=address))
    program.chmod(0o755)
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while server in select.select([server, sys.stdin], [], [])[0]:
        connection, _ = server.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = serve(connection)
            sys.stdout.flush()
            sys.stderr.flush()
            connection.sendall(bytes([code]))
            os._exit(code)
        connection.close()


if __name__ == "__main__":
    main()
