"""Start and stop MiniStack, the local AWS, in an environment of its own."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra.local import lean_ministack
from infra.local.problems import Problem
from infra.local.processes import stop_group
from infra.local.settings import ACCOUNT, CLOUD_VENV, HOST, REGION, Ports

READY_SECONDS_MAX = 60.0


def environment(ports: Ports, scratch: Path) -> dict[str, str]:
    """MiniStack's whole environment.

    Functions inherit it, so nothing of the user's is in it: a function that needs a variable must
    get it from the template.
    """
    return {
        "PATH": os.pathsep.join([str(CLOUD_VENV / "bin"), os.defpath]),
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(ports.aws),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": "true",
        "SMTP_HOST": f"{HOST}:{ports.smtp}",
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
        "PERSIST_STATE": "0",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
    }


class MiniStack:
    """One running MiniStack, fresh at each start: what was in it is gone."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._scratch = ports.folder / "tmp"
        self.log = ports.folder / "ministack.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process number, 0 before the start."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it over an empty folder and return when it answers.

        Raises Problem when it ends or stays silent.
        """
        _discard(self._scratch)
        self._scratch.mkdir(parents=True)
        # -P: what lies beside the script has names that MiniStack's own imports would find.
        command = [str(CLOUD_VENV / "bin" / "python"), "-P", str(Path(lean_ministack.__file__))]
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
            self._process = subprocess.Popen(
                command,
                env=environment(self._ports, self._scratch),
                cwd=self._scratch,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < end:
            if self._process is not None and self._process.poll() is not None:
                raise Problem(
                    "The local AWS (MiniStack) ended right after its start.",
                    f"Its last words: {self.last_words()}\nThe whole log: {self.log}",
                )
            if self._answers():
                return
            time.sleep(0.1)
        raise Problem(
            f"The local AWS (MiniStack) did not answer within {READY_SECONDS_MAX:.0f} seconds.",
            f"Its log may say why: {self.log}",
        )

    def _answers(self) -> bool:
        url = f"{self._ports.aws_url}/_ministack/ready"
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - http on 127.0.0.1
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def last_words(self) -> str:
        """The log's last line that says something."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "(none)")

    def stop(self) -> None:
        """Stop it with the functions it runs, and remove its scratch folder."""
        if self._process is not None:
            # Nothing of it is kept, so nothing is lost by not waiting for its idle connections.
            stop_group(self._process.pid, patience_seconds=1.5)
            self._process.wait(timeout=5)
            self._process = None
        _discard(self._scratch)


def _discard(folder: Path) -> None:
    """Have a folder gone at once; its many thousand files are deleted in the background."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-{os.getpid()}-{time.monotonic_ns()}"))
    old = [str(path) for path in folder.parent.glob(f"{folder.name}-*")]
    if old:
        # The shell leaves at once; `rm` goes on without a parent to wait for it.
        subprocess.run(["sh", "-c", 'rm -rf "$@" >/dev/null 2>&1 &', "sh", *old], check=False)  # noqa: S607 - as found
