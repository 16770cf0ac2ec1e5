"""Amazon's own DynamoDB Local: stricter than moto, where it matters (see the contract suite).

Its jars come inside the npm package amplify-dynamodb-simulator; Java 17 runs them.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.npm import unpack
from infra.local.problems import Problem
from infra.local.processes import stop_group
from infra.local.settings import HOST, ROOT

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
HOME = ROOT / ".local" / "dynamodb-local" / PACKAGE.partition("@")[2]
_JAR = HOME / "package" / "emulator" / "DynamoDBLocal.jar"
_START_SECONDS = 60


def missing_tools() -> list[str]:
    """Return what this machine lacks to run it."""
    return [tool for tool in ("java", "npm") if shutil.which(tool) is None]


def install() -> Path:
    """Fetch and unpack the jars once; return the one to run. Raises Problem."""
    if _JAR.exists():
        return _JAR
    if missing := missing_tools():
        raise Problem(
            f"DynamoDB Local needs {' and '.join(missing)}.",
            "Install them, on Debian: apt-get install default-jre-headless npm",
        )
    unpack(PACKAGE, HOME)
    return _JAR


@contextmanager
def running_dynamodb_local(port: int) -> Iterator[str]:
    """DynamoDB Local in memory on 127.0.0.1:`port`; yields its address."""
    jar = install()
    log = HOME / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [  # noqa: S607 - java is where the system has it
                "java",
                f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
                "-jar",
                str(jar),
                "-inMemory",
                "-sharedDb",
                "-port",
                str(port),
            ],
            cwd=jar.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, port, log)
            yield f"http://{HOST}:{port}"
        finally:
            stop_group(process.pid)
            process.wait(timeout=10)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise Problem("DynamoDB Local did not start.", log.read_text("utf-8", "replace")[-2000:])
