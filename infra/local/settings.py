"""Where the local cloud lives: ports, folders, credentials."""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".local" / "cloud"  # one folder in it per port base
VENV = ROOT / ".venv"
CLOUD_VENV = ROOT / ".venv-cloud"
SAM_VENV = ROOT / ".venv-sam"

HOST = "127.0.0.1"
REGION: Final = "eu-central-1"
ACCOUNT = "000000000000"
STACK = "saldo"
STAGE = "live"
ARTIFACTS_BUCKET = "saldo-local-artifacts"
MAIL_FROM = "billing@example.com"
INBOUND_DOMAIN = "replies.example.com"
SANDBOX_SECRET = "local-sandbox-secret-0001"  # noqa: S105 - signs play money on this machine only

PORT_BASE = "SALDO_PORT_BASE"
PORT_BASE_DEFAULT = 4580


@dataclass(frozen=True)
class Ports:
    """The local cloud's ports, all on 127.0.0.1, counted from one base."""

    public: int
    sandbox: int
    desk: int
    smtp: int
    aws: int

    @classmethod
    def from_base(cls, base: int) -> "Ports":
        """Five ports at `base` + 0, 1, 2, 18 and 19."""
        return cls(public=base, sandbox=base + 1, desk=base + 2, smtp=base + 18, aws=base + 19)

    @classmethod
    def from_environment(cls) -> "Ports":
        """The ports at SALDO_PORT_BASE.

        Raises Problem when the variable is no usable number.
        """
        text = os.environ.get(PORT_BASE, str(PORT_BASE_DEFAULT))
        if not text.isdigit() or not 1024 <= int(text) <= 65000:
            raise Problem(
                f"{PORT_BASE} is '{text}', which is no port number from 1024 to 65000.",
                f"Leave it out, or set it as in: {PORT_BASE}=5580 make demo",
            )
        return cls.from_base(int(text))

    def named(self) -> dict[str, int]:
        """Each port with what listens there."""
        return {
            "the public address": self.public,
            "the sandbox payment provider": self.sandbox,
            "the front desk (mailbox, dashboard)": self.desk,
            "the mail sink": self.smtp,
            "the local AWS": self.aws,
        }

    @property
    def folder(self) -> Path:
        """Where the cloud on these ports keeps its logs and its scratch files."""
        return STATE / str(self.public)

    @property
    def aws_url(self) -> str:
        """The one address of all AWS services."""
        return f"http://{HOST}:{self.aws}"

    @property
    def public_url(self) -> str:
        """What payers and ERPs call, standing for the custom domain."""
        return f"http://localhost:{self.public}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox payment provider's own address."""
        return f"http://localhost:{self.sandbox}"

    @property
    def desk_url(self) -> str:
        """Mailbox, text messages, dashboard, the ERP's webhook endpoint."""
        return f"http://localhost:{self.desk}"


def python_runtime() -> str:
    """The Lambda runtime's name of the Python that runs this: python3.11, 3.12 or 3.13."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def architecture() -> str:
    """This machine's processor as Lambda calls it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def client_environment(ports: Ports) -> dict[str, str]:
    """Environment that turns any AWS client to the local cloud, whatever the user has set up."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL") if name in os.environ}
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return kept | {
        "PATH": path,
        "AWS_ENDPOINT_URL": ports.aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "SAM_CLI_TELEMETRY": "0",
    }
