"""The `saldo` command: reads the command line, runs one command, answers with an exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module

from saldo.errors import Refusal
from saldo_cli.arguments import parser
from saldo_cli.output import Output
from saldo_cli.problems import INTERRUPTED, OK, REFUSED, UNREACHABLE, CommandProblem

Handler = Callable[[Namespace, Output], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; argparse's own exit is 2."""
    options = parser().parse_args(arguments)
    out = Output(as_json=options.json)
    try:
        code = _handler(options.handler)(options, out)
        sys.stdout.flush()
    except CommandProblem as problem:
        out.problem(problem.sentence, problem.remedy)
        return problem.exit_code
    except Refusal as refusal:
        where = f" (at {refusal.pointer})" if refusal.pointer else ""
        out.problem(f"{refusal.detail}{where}")
        return REFUSED
    except KeyboardInterrupt:
        out.problem("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads our output has seen enough; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        sentence = _unreachable(error)
        if sentence is None:
            raise
        out.problem(sentence, "Check AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL.")
        return UNREACHABLE
    return code


def _handler(name: str) -> Handler:
    """Import a command only when it is run: most of them need boto3, --help needs nothing."""
    module, function = name.split(":")
    handler: Handler = getattr(import_module(f"saldo_cli.commands.{module}"), function)
    return handler


def _unreachable(error: Exception) -> str | None:
    """Return a sentence for an error of AWS, None for one of ours."""
    module = type(error).__module__.partition(".")[0]
    if module not in ("botocore", "pynamodb", "boto3"):
        return None
    return f"AWS did not do what was asked: {str(error).rstrip('.')}."


if __name__ == "__main__":
    sys.exit(main())
