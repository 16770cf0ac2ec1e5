"""`make demo`: everything from nothing to a pay link on the screen."""

import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from infra.local.cloud import Cloud, running_cloud
from infra.local.problems import Problem
from infra.local.settings import ROOT, VENV, Ports
from infra.local.steps import Steps

FIRST_STAGE = timedelta(days=2)  # of the sample creditor's policy, plain-2-18-34
SECRET_KEY = "webhook_secret"  # noqa: S105 - the name of a key in what the seed returns


def run(ports: Ports, steps: Steps) -> None:
    """Set up, start, deploy, put sample invoices in, say what to open, and stay until Ctrl-C."""
    steps.say("Saldo on this machine\n")
    set_up(steps)
    with running_cloud(ports, steps=steps) as cloud:
        with steps.step("Putting sample invoices in"):
            notes = seed(cloud)
            _let_a_night_pass(cloud)
        cloud.desk_state.notes.update(notes)
        _say_what_to_open(cloud, notes)
        threading.Event().wait()


def set_up(steps: Steps) -> None:
    """Make the environments of the local AWS and of SAM, both at once."""

    def make(venv: str, lock: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "infra" / "local" / "setup.sh"), venv, f"requirements/{lock}"]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)

    with steps.step("Setting up the local AWS and SAM"), ThreadPoolExecutor(2) as pool:
        wanted = ((".venv-cloud", "cloud.lock"), (".venv-sam", "sam.lock"))
        for done in pool.map(lambda pair: make(*pair), wanted):
            if done.returncode:
                raise Problem("An environment could not be set up.", done.stderr.strip())


def seed(cloud: Cloud) -> dict[str, str]:
    """Have `saldo demo seed` create the sample creditor, its accounts and invoices.

    It prints one JSON object: what is worth showing by its label, and under `webhook_secret` the
    secret that signs webhooks to `cloud.webhook_url`. Raises Problem when it fails.
    """
    command = [str(VENV / "bin" / "saldo"), "demo", "seed", "--public-url", cloud.public_url]
    command += ["--webhook-url", cloud.webhook_url, "--json"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=cloud.environment, cwd=ROOT
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-15:]
        raise Problem("The sample invoices could not be put in.", "\n".join(words))
    try:
        made: dict[str, object] = json.loads(done.stdout)
    except ValueError as error:
        raise Problem("`saldo demo seed` printed no JSON.", done.stdout[-2000:]) from error
    secret = made.pop(SECRET_KEY, None)
    if isinstance(secret, str):
        cloud.erp.add_secret(secret)
    return {label: str(value) for label, value in made.items()}


def _let_a_night_pass(cloud: Cloud) -> None:
    """Have forecasts and sums made that a night makes, without waiting for them."""
    name = cloud.outputs["ForesightSweepFunctionName"]
    cloud.clients.functions.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")


def _say_what_to_open(cloud: Cloud, notes: dict[str, str]) -> None:
    say = cloud.steps.say
    say("\nReady. Open:\n")
    addresses = {
        "front desk": cloud.desk_url,
        "mailbox": f"{cloud.desk_url}/mail",
        "dashboard": f"{cloud.desk_url}/dashboard",
        "API documentation": f"{cloud.public_url}/v1/docs",
        "webhooks to the ERP": cloud.webhook_url,
    }
    for label, value in (notes | addresses).items():
        say(f"  {label.replace('_', ' '):22} {value}")
    say("\nThe saldo command finds this cloud by itself. From another terminal:\n")
    due_on = date.fromisoformat(notes["due_on"])
    say(f"  .venv/bin/saldo run reminders --as-of {due_on + FIRST_STAGE}")
    say(f"  .venv/bin/saldo why {notes['invoice']}")
    say("\nCtrl-C stops everything.")
