"""What several commands need."""

from __future__ import annotations

import getpass
import os
from argparse import Namespace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.wiring import Services
from saldo_cli.cloud import Cloud, open_cloud
from saldo_cli.problems import UsageProblem

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered


def cloud_of(options: Namespace) -> Cloud:
    """Return the stack that the options name; raise Unreachable."""
    return open_cloud(options.stack)


def creditor_of(options: Namespace, services: Services) -> Creditor:
    """Return the creditor that is meant: the one named, else the only one there is.

    Raises CreditorUnknown or UsageProblem.
    """
    named = options.creditor or os.environ.get("SALDO_CREDITOR")
    if named:
        return services.accounts.creditor(named)
    found = list(islice(services.accounts.creditors(), 2))
    if not found:
        raise UsageProblem("There is no creditor yet.", "Add one: saldo creditor create")
    if len(found) > 1:
        raise UsageProblem(
            "Several creditors are there: say which one is meant.",
            "With --creditor ID or SALDO_CREDITOR; saldo creditor list shows them.",
        )
    return found[0]


def who(options: Namespace) -> str:
    """Return who gives the order, as the books keep it."""
    return str(getattr(options, "by", None) or f"cli:{_login()}")


def ordered(options: Namespace) -> Ordered:
    """Return what is ordered for which creditor by whom, as the API's functions take it."""
    from saldo.edge.v1.money import Ordered  # the API's models take a moment to import

    services = cloud_of(options).services
    return Ordered(services, creditor_of(options, services), who(options))


def new_id(services: Services) -> str:
    """Return an id for an order that named none."""
    return services.ids.ulid(services.clock.now())


def day_of(named: date | None, services: Services, creditor: Creditor) -> date:
    """Return the day of a fact: the one named, else today at the creditor's place.

    Raises UsageProblem when it has not come yet.
    """
    today = local_day(services.clock.now(), creditor.time_zone)
    if named is not None and named > today:
        raise UsageProblem(f"{named} has not come: today is {today}.")
    return named or today


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
