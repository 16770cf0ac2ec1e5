"""`python -m infra.local`: the local cloud from the command line."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from infra.local import build as building
from infra.local import demo, logs, replay, sizes
from infra.local import deploy as deploying
from infra.local.clients import Clients
from infra.local.cloud import earlier_run, forget_run, running_cloud
from infra.local.problems import Problem
from infra.local.processes import is_running, stop_group, stop_process
from infra.local.queues import queues, redrive
from infra.local.settings import Ports
from infra.local.steps import Steps

NOT_RUNNING = 3
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 with a plain sentence when not."""
    options = _grammar().parse_args(arguments)
    for number in ENDING:
        signal.signal(number, _interrupt)
    try:
        return HANDLERS[options.command](options, Ports.from_environment(), Steps(sys.stdout))
    except Problem as problem:
        print(f"\n{problem.sentence}", file=sys.stderr)
        if problem.remedy:
            print(problem.remedy, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def _grammar() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="start, deploy, put sample invoices in; until Ctrl-C")
    commands.add_parser("up", help="start and deploy, empty; until Ctrl-C")
    down = commands.add_parser("down", help="stop what another terminal started")
    down.add_argument("--quiet", action="store_true", help="say nothing when nothing runs")
    commands.add_parser("status", help="say what runs and where")
    commands.add_parser("build", help="build functions and layers")
    commands.add_parser("deploy", help="build and deploy into the running local cloud")
    commands.add_parser("sizes", help="unzipped sizes of functions and layers")
    commands.add_parser("replay", help="live through a receivables ledger on a deployed stack")
    log = commands.add_parser("logs", help="print what the functions logged")
    log.add_argument("function", nargs="?", default="", help="one function, such as pay")
    log.add_argument("--trouble", action="store_true", help="warnings and errors only")
    again = commands.add_parser("redrive", help="put dead letters back into their queue")
    again.add_argument("queue", help="name of the dead-letter queue")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End in order, whoever asks; asking again does not disturb the tidying up."""
    del number, frame
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def _demo(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    del options
    demo.run(ports, steps)
    return 0


def _up(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    del options
    with running_cloud(ports, steps=steps):
        steps.say(f"\nRunning: {ports.desk_url} has all addresses. Ctrl-C stops it.")
        threading.Event().wait()
    return 0


def _down(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    """Stop what another terminal started, also what an interrupted run left behind."""
    run = earlier_run(ports)
    if not run:
        if not options.quiet:
            steps.say("Nothing runs here.")
        return 0
    with steps.step("Stopping the local cloud"):
        if is_running(int(run["pid"]), "python"):
            stop_process(int(run["pid"]))
        if is_running(int(run["aws_pid"]), "ministack"):
            stop_group(int(run["aws_pid"]))
        forget_run(ports)
    return 0


def _status(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    """Say what runs; 3 when nothing does, for scripts."""
    del options
    run = earlier_run(ports)
    if not run or not is_running(int(run["pid"]), "python"):
        steps.say("Nothing runs here. `make demo` starts it.")
        return NOT_RUNNING
    steps.say(f"Running since {run['since']} (process {run['pid']}).")
    steps.say(f"  front desk   {ports.desk_url}")
    steps.say(f"  public       {ports.public_url}")
    steps.say(f"  AWS services {ports.aws_url}")
    steps.say(f"  deployed     {'yes' if deploying.Outputs(ports)() else 'not yet'}")
    for queue in queues(ports.aws_url):
        if queue.messages:
            steps.say(f"  {queue.name}: {len(queue.messages)} messages")
    return 0


def _build(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    del options
    with steps.step("Building functions and layers"):
        building.build(ports)
    return 0


def _deploy(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    _require_run(ports)
    _build(options, ports, steps)
    with steps.step("Deploying template.yaml"):
        deploying.deploy(ports)
    return 0


def _sizes(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    del options, ports
    sizes.show(steps)
    return 0


def _replay(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    del options, ports
    return replay.run(steps)


def _logs(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    _require_run(ports)
    logs.show(Clients(ports), steps, options.function, trouble=options.trouble)
    return 0


def _redrive(options: argparse.Namespace, ports: Ports, steps: Steps) -> int:
    _require_run(ports)
    names = [item.name for item in queues(ports.aws_url) if item.is_dead_letters]
    if options.queue not in names:
        there = "There are: " + ", ".join(names)
        raise Problem(f"There is no dead-letter queue '{options.queue}'.", there)
    steps.say(f"{redrive(Clients(ports), options.queue)} put back.")
    return 0


HANDLERS: dict[str, Callable[[argparse.Namespace, Ports, Steps], int]] = {
    "demo": _demo,
    "up": _up,
    "down": _down,
    "status": _status,
    "build": _build,
    "deploy": _deploy,
    "sizes": _sizes,
    "replay": _replay,
    "logs": _logs,
    "redrive": _redrive,
}


def _require_run(ports: Ports) -> None:
    run = earlier_run(ports)
    if not run or not is_running(int(run["pid"]), "python"):
        raise Problem("No local cloud runs on these ports.", "Start one with: make demo")


if __name__ == "__main__":
    sys.exit(main())
