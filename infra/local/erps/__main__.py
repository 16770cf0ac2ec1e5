"""A stand-in for an ERP behind a server on this machine, with a customer and an invoice in it.

    python -m infra.local.erps exact            # or snelstart, karmak

Prints its address, and what a connection to it is set up with. It runs until it is stopped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.erps import exact, karmak, snelstart
from infra.local.erps.fake import serve

CUSTOMER = "10001"
NUMBERS: dict[str, Any] = {"exact": 1001, "snelstart": "F-1001", "karmak": "K-1001"}


def made(system: str, now: Callable[[], datetime]) -> Any:
    """Return a stand-in with a customer and an invoice that is long due."""
    erp: Any = {"exact": exact.ExactErp, "snelstart": snelstart.SnelStartErp}.get(
        system, karmak.KarmakErp
    )(now=now)
    today = now().date()
    erp.customer(CUSTOMER, "Voorbeeld Example B.V.", "administratie@voorbeeld.example")
    due = today - timedelta(days=20)
    erp.invoice(NUMBERS[system], CUSTOMER, "119.00", due - timedelta(days=14), due)
    return erp


def settings_for(system: str, address: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the settings and the keys of a connection to a stand-in at an address."""
    if system == "exact":
        settings = {"base_url": address, "division": exact.DIVISION, "journal": "20"}
        settings["ledger_account"] = exact.guid("gl-debtors")
        keys = {"client_id": exact.CLIENT_ID, "client_secret": exact.CLIENT_SECRET}
        return settings, {**keys, "redirect_url": "https://app.example/back"}
    if system == "snelstart":
        settings = {"base_url": f"{address}/v2", "auth_url": f"{address}/token"}
        keys = {"subscription_key": snelstart.SUBSCRIPTION, "client_key": snelstart.KOPPELSLEUTEL}
        return {**settings, "journal": snelstart.JOURNAL}, keys
    return {"base_url": address}, {name.lower(): value for name, value in karmak.KEYS.items()}


def told(system: str, settings: dict[str, str], keys: dict[str, str]) -> str:
    """Return what is to be typed to connect to it."""
    set_up = " ".join(f"--setting {name}={value}" for name, value in settings.items())
    lines = [
        f"The part of the ERPs' secret: {json.dumps({f'CREDITOR/{system}': keys})}",
        f"saldo connector set {system} --system {system} {set_up}",
    ]
    if system == "exact":
        lines.append(f"saldo connector authorise {system} --code code-of-consent")
    return "\n".join([*lines, f"saldo connector run {system}"])


def main() -> None:
    """Serve a stand-in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=tuple(NUMBERS))
    parser.add_argument("--port", type=int, default=8099)
    options = parser.parse_args()
    address = f"http://127.0.0.1:{options.port}"
    erp = made(options.system, lambda: datetime.now(UTC))
    if options.system == "exact":
        erp.base_url = address
    print(told(options.system, *settings_for(options.system, address)), flush=True)
    with serve(erp, options.port) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
