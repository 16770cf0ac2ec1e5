"""`saldo desk …`."""

from __future__ import annotations

import json
from argparse import Namespace

from saldo.edge.v1 import work_desks as render
from saldo.worklist.desk_model import AccountDesk, rules_from
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def show(options: Namespace, out: Output) -> int:
    """Show who looks after an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.desks.of(creditor, options.account)
    out.result(render.desk(found), _said(found))
    return OK


def put(options: Namespace, out: Output) -> int:
    """Say who looks after an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    kept = services.desks.put(
        creditor,
        options.account,
        who(options),
        collector=options.collector,
        sales=options.sales,
        branch=options.branch,
    )
    out.result(render.desk(kept), _said(kept))
    return OK


def rules(options: Namespace, out: Output) -> int:
    """Show or set the rules."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if options.file is None:
        out.json(render.rules_answer(services.desks.rules(creditor)))
        return OK
    try:
        data = json.loads(options.file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{options.file} cannot be read: {error}.") from error
    kept = services.desks.set_rules(rules_from(creditor, data), who(options))
    out.result(render.rules_answer(kept), f"{len(kept.rules)} rules are kept; lists follow soon.")
    return OK


def _said(desk: AccountDesk) -> str:
    return (
        f"{desk.account}: collector {desk.collector or 'nobody'}, sales {desk.sales or 'nobody'}, "
        f"branch {desk.branch or 'none'}"
    )
