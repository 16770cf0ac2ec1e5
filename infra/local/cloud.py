"""The whole local cloud: start it, deploy into it, look into it, stop it.

    with running_cloud() as cloud:
        cloud.public_url, cloud.outputs["TableName"], cloud.wait_for_mail(to="...")

`make demo`, the end-to-end tests and the deployed replay all stand on this.
"""

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from infra.local import build as building
from infra.local import deploy as deploying
from infra.local.clients import Clients
from infra.local.desk import Desk, DeskState
from infra.local.erp import Delivery, ErpEndpoint
from infra.local.feedback import Feedback
from infra.local.inbound import Inbound
from infra.local.letters import PaperMail, paper_mail
from infra.local.mailbox import Mail, Mailbox
from infra.local.ministack import MiniStack
from infra.local.observer import Observer
from infra.local.problems import Problem
from infra.local.processes import is_running, port_is_free, stop_group
from infra.local.proxy import ProxyServer
from infra.local.settings import PORT_BASE, STACK, Ports, client_environment
from infra.local.sms import TextMessage, text_messages
from infra.local.smtp import smtp_sink
from infra.local.steps import Steps
from infra.local.traffic import Traffic

Found = TypeVar("Found")
TEST_BASES = range(4680, 6680, 100)


class Cloud:
    """A running local cloud with the template deployed; made by `running_cloud`."""

    def __init__(self, ports: Ports, steps: Steps) -> None:
        self.ports = ports
        self.steps = steps
        self.clients = Clients(ports)
        self.mailbox = Mailbox()
        self.erp = ErpEndpoint()
        self._outputs = deploying.Outputs(ports)
        self._traffic = Traffic()
        self._feedback = Feedback(self.mailbox, self._publish)
        Inbound(self.mailbox, self._lay_mail, self._tell_of_mail)
        self._observer = Observer(self.clients, self._traffic, self._feedback)
        self.desk_state = DeskState(
            ports, self.clients, self.mailbox, self.erp, self.refresh_metrics, self._outputs
        )

    # Addresses

    @property
    def public_url(self) -> str:
        """Where payers and ERPs call."""
        return self.ports.public_url

    @property
    def sandbox_url(self) -> str:
        """The sandbox payment provider's address."""
        return self.ports.sandbox_url

    @property
    def desk_url(self) -> str:
        """Mailbox, dashboard and the ERP's endpoint."""
        return self.ports.desk_url

    @property
    def webhook_url(self) -> str:
        """The endpoint that stands for the ERP's."""
        return f"{self.ports.desk_url}/erp/webhooks"

    @property
    def aws_url(self) -> str:
        """AWS_ENDPOINT_URL."""
        return self.ports.aws_url

    @property
    def outputs(self) -> dict[str, str]:
        """The deployed stack's outputs."""
        return self._outputs()

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables under which `saldo` and any AWS client talk to this cloud."""
        return client_environment(self.ports)

    # What arrived

    def wait_for_mail(
        self, to: str = "", subject: str = "", after: int = 0, seconds: float = 30.0
    ) -> Mail:
        """The first mail above number `after` to that address with these words in the subject.

        Raises TimeoutError, naming what did arrive, when none comes within `seconds`.
        """
        found = _until(lambda: self.mailbox.find(to, subject, after), seconds)
        if found:
            return found[0]
        arrived = [f"{mail.recipients}: {mail.subject}" for mail in self.mailbox.find(after=after)]
        raise TimeoutError(f"no mail to '{to}' about '{subject}'; arrived: {arrived}")

    def wait_for_text(self, to: str, seconds: float = 30.0) -> TextMessage:
        """The latest text message to that number, or TimeoutError."""
        found = _until(lambda: text_messages(self.aws_url, to), seconds)
        if found:
            return found[-1]
        arrived = [text.to for text in text_messages(self.aws_url)]
        raise TimeoutError(f"no text message to '{to}'; arrived at: {arrived}")

    def wait_for_letter(self, creditor: str, seconds: float = 30.0) -> PaperMail:
        """The latest letter of a creditor in the outbox, or TimeoutError."""
        s3, bucket = self.clients.s3, self.outputs["LettersBucketName"]
        found = _until(lambda: paper_mail(s3, bucket, creditor), seconds)
        if found:
            return found[-1]
        raise TimeoutError(f"no letter of '{creditor}'")

    def wait_for_webhook(self, event_type: str, seconds: float = 30.0) -> Delivery:
        """The first delivery of that event type to the ERP's endpoint, or TimeoutError."""

        def matching() -> list[Delivery]:
            return [item for item in self.erp.deliveries() if item.type == event_type]

        found = _until(matching, seconds)
        if found:
            return found[-1]
        arrived = [item.type for item in self.erp.deliveries()]
        raise TimeoutError(f"no webhook '{event_type}'; arrived: {arrived}")

    def refresh_metrics(self) -> None:
        """Bring CloudWatch's metrics up to date now, instead of within some seconds."""
        self._observer.observe_once()

    # Deploying

    def deploy(self, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Build and deploy (again); returns the outputs."""
        with self.steps.step("Building functions and layers"):
            building.build(self.ports)
        with self.steps.step("Deploying template.yaml"):
            return deploying.deploy(self.ports, parameters)

    # Parts

    def _publish(self, event: str) -> None:
        topic = self.outputs.get("FeedbackTopicArn")
        if topic:
            self.clients.sns.publish(TopicArn=topic, Message=event)

    def _lay_mail(self, key: str, raw: bytes) -> str:
        bucket = self.outputs.get("InboundBucketName", "")
        if bucket:
            self.clients.s3.put_object(Bucket=bucket, Key=key, Body=raw)
        return bucket

    def _tell_of_mail(self, notice: str) -> None:
        self.clients.sns.publish(TopicArn=self.outputs["InboundTopicArn"], Message=notice)

    def _proxy(self, port: int, output: str, api_name: str) -> ProxyServer:
        def api_id() -> str:
            return self.outputs.get(output, "")

        return ProxyServer(port, self.ports.aws, api_id, self._traffic.observer(api_name))

    def start(self, stack: ExitStack) -> None:
        """Start every part, each stopped by `stack` in reverse order. Nothing is deployed yet."""
        self.ports.folder.mkdir(parents=True, exist_ok=True)
        _clear_earlier(self.ports, self.steps)
        _check_ports(self.ports)
        self._outputs.forget()
        with self.steps.step("Starting the local AWS"):
            aws = MiniStack(self.ports)
            stack.callback(aws.stop)
            aws.start()
            stack.callback(forget_run, self.ports)
            _remember_run(self.ports, aws.pid)
        sink = smtp_sink(self.mailbox, self.ports.smtp)
        sink.start()
        stack.callback(sink.stop)
        desk = Desk(self.desk_state)
        desk.start()
        stack.callback(desk.stop)
        for port, output, name in (
            (self.ports.public, "ApiId", STACK),
            (self.ports.sandbox, "SandboxApiId", f"{STACK}-sandbox"),
        ):
            proxy = self._proxy(port, output, name)
            proxy.start()
            stack.callback(proxy.stop)
        self._feedback.start()
        stack.callback(self._feedback.stop)
        self._observer.start()
        stack.callback(self._observer.stop)


@contextmanager
def running_cloud(
    ports: Ports | None = None,
    parameters: Mapping[str, str] | None = None,
    steps: Steps | None = None,
) -> Iterator[Cloud]:
    """A fresh local cloud with the template built and deployed, stopped at the end.

    `ports` default to those of SALDO_PORT_BASE; tests take `free_ports()` and can run beside a
    demo. `parameters` override those of the stack. Raises Problem when something is in the way.
    """
    chosen = ports or Ports.from_environment()
    with ExitStack() as stack:
        cloud = Cloud(chosen, steps or Steps.silent())
        cloud.start(stack)
        cloud.deploy(parameters)
        _wake(cloud.sandbox_url)
        yield cloud


def free_ports() -> Ports:
    """Ports on which nothing listens, away from the demo's.

    Raises Problem when none of the bases that are tried is free.
    """
    for base in TEST_BASES:
        _stop_orphan(Ports.from_base(base))
    for base in TEST_BASES:
        ports = Ports.from_base(base)
        if all(port_is_free(port) for port in ports.named().values()):
            return ports
    raise Problem("No free ports were found for a local cloud.", f"Name them: {PORT_BASE}=5580")


def _wake(sandbox_url: str) -> None:
    """Start the sandbox's function: who pays waits ten seconds for its first answer, which a cold
    start on a busy machine may take longer for.
    """
    with suppress(OSError):  # refused, as it should be; what counts is that somebody was there
        address = f"{sandbox_url}/payments/none"
        urllib.request.urlopen(address, timeout=120).close()  # noqa: S310 - our own, by http


def _until(look: Callable[[], list[Found]], seconds: float) -> list[Found]:
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _check_ports(ports: Ports) -> None:
    taken = {what: port for what, port in ports.named().items() if not port_is_free(port)}
    if taken:
        named = ", ".join(f"{port} ({what})" for what, port in taken.items())
        other = ports.public + 1000
        raise Problem(
            f"Another program uses port {named}." if len(taken) == 1 else f"In use: {named}.",
            f"Stop that program, or take other ports: {PORT_BASE}={other} make demo",
        )


def _clear_earlier(ports: Ports, steps: Steps) -> None:
    run = earlier_run(ports)
    if run and is_running(int(run["pid"]), "py"):
        raise Problem(
            f"Saldo's local cloud runs here already (process {run['pid']}, since {run['since']}).",
            "Stop it with Ctrl-C in its terminal, or with: make down",
        )
    if _stop_orphan(ports):
        steps.say("An earlier run ended half-way; its local AWS was stopped.")


def _stop_orphan(ports: Ports) -> bool:
    """Stop the local AWS of a run that was killed; whether there was one."""
    run = earlier_run(ports)
    if not run or is_running(int(run["pid"]), "py"):
        return False
    orphaned = is_running(int(run["aws_pid"]), "ministack")
    if orphaned:
        stop_group(int(run["aws_pid"]))
    forget_run(ports)
    return orphaned


def earlier_run(ports: Ports) -> dict[str, str]:
    """What the last run on these ports wrote about itself, {} when it ended in order."""
    try:
        run: dict[str, str] = json.loads((ports.folder / "running.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return run


def _remember_run(ports: Ports, aws_pid: int) -> None:
    since = datetime.now(UTC).astimezone().strftime("%H:%M")
    run = {"pid": str(os.getpid()), "aws_pid": str(aws_pid), "since": since}
    (ports.folder / "running.json").write_text(json.dumps(run))


def forget_run(ports: Ports) -> None:
    """Note that nothing runs on these ports any more."""
    (ports.folder / "running.json").unlink(missing_ok=True)
