"""Processes and ports of this machine: is a port free, is a process ours, stop it for good."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from infra.local.settings import HOST


def port_is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def command_of(pid: int) -> str:
    """The command line of a running process, '' when there is none by that number."""
    done = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607 - ps is where the system has it
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def is_running(pid: int, word: str) -> bool:
    """Whether process `pid` runs and `word` stands in its command line (numbers are used again)."""
    return pid > 0 and word in command_of(pid)


def stop_group(pid: int, patience_seconds: float = 6.0) -> None:
    """End the process group that `pid` leads: politely first, then for good.

    Returns when it is gone. A process that we started must have been waited for by its parent, so
    this also reaps it when it is our own child.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
    if not _gone_within(pid, patience_seconds):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _gone_within(pid, patience_seconds)


def _gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.killpg(pid, 0)
        except (ProcessLookupError, PermissionError):
            return True
        time.sleep(0.05)
    return False


def stop_process(pid: int, patience_seconds: float = 20.0) -> None:
    """Ask one process to end, and wait until it has; it is killed when it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        end = time.monotonic() + patience_seconds
        while time.monotonic() < end:
            if not command_of(pid):
                return
            time.sleep(0.1)
