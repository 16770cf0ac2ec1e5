"""`saldo risk …` and `saldo credit-data …`: what the API does, and the provider asked at once."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.edge.v1 import credit_data
from saldo.edge.v1 import credit_data_answers as render
from saldo.edge.v1.credit_data_answers import CompanyAnswer, RiskAnswer
from saldo.store import EVER, fed_keys
from saldo_cli.commands._common import cloud_of, creditor_of, ordered
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_PAGE = 100


def risk_list(options: Namespace, out: Output) -> int:
    """List accounts by risk."""
    order = ordered(options)
    items: list[RiskAnswer] = []
    cursor: str | None = None
    while len(items) < options.limit:
        asked = credit_data.RiskQuery(
            list=options.section, cursor=cursor, limit=min(_PAGE, options.limit - len(items))
        )
        page = credit_data.risk_list(order, asked)
        items += page["items"]
        cursor = page["cursor"]
        if cursor is None:
            break
    if out.as_json:
        out.json(items)
        return OK
    rows = [
        (
            one["risk_class"],
            one["account"],
            one["name"],
            str(one["points"]),
            ", ".join(f"{o['source']} {o['value']}" for o in one["outside"]),
            _sums(one["open"]),
            _sums(one["overdue"]),
            "insolvent" if one["insolvency"] else "",
        )
        for one in items
    ]
    heads = ("class", "account", "name", ">score", "others", ">open", ">overdue", "")
    out.table("", heads, rows)
    return OK


def risk_show(options: Namespace, out: Output) -> int:
    """Show an account's risk."""
    found = credit_data.of_account(ordered(options), options.account)
    risk = found["risk"]
    lines: list[str] = []
    if risk is None:
        lines.append("Nothing is known yet: the next night looks at it.")
    else:
        lines.append(
            f"Class {risk['risk_class']} ({risk['decided']}). Own score {risk['points']} of 100, "
            f"from {risk['known']} paid invoices."
        )
        lines += [
            f"  {one['name']}: -{one['risk']} of {one['most']} ({one['figure']})"
            for one in risk["parts"]
        ]
    for report in found["reports"]:
        score, limit, notice = report["score"], report["limit"], report["insolvency"]
        said = [
            f"score {score['value']} ({score['scale']})" if score else "",
            f"limit {limit['amount']} {limit['currency']}" if limit else "",
            f"insolvency: {notice['kind']} on {notice['on']}" if notice else "",
            report["state"] or "",
        ]
        told = ", ".join(one for one in said if one)
        lines.append(escape(f"{report['source']}, {report['as_of']}: {told}"))
    out.result(found, *lines)
    return OK


def risk_refresh(options: Namespace, out: Output) -> int:
    """Look at every account anew."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    looked = changed = 0
    for keys in fed_keys(services.store, Account, creditor.id, *EVER, limit=_PAGE):
        for _, account, *_ in keys:
            looked += 1
            changed += services.risk_keeper.refresh(creditor.id, account)
    services.risk_summer.refresh_creditor(
        creditor, local_day(services.clock.now(), creditor.time_zone)
    )
    out.result({"looked": looked, "changed": changed}, f"{looked} accounts, {changed} changed.")
    return OK


def take_file(options: Namespace, out: Output) -> int:
    """Take a file; 1 if any of its rows was refused."""
    if not options.file.is_file():
        raise UsageProblem(f"There is no file {str(options.file)!r}.")
    said = _json(options.map) if options.map else None
    order = ordered(options)
    columns = credit_data.columns_for(order, options.source, said)
    found = order.services.credit_files.take(
        order.creditor.id, options.source, options.file.read_bytes(), columns, order.by
    )
    told = ", ".join(f"{count} {name}" for name, count in sorted(found.counts.items()))
    lines = [f"{told or 'No rows'}."]
    if found.unknown:
        lines.append(escape(f"No account has: {', '.join(found.unknown)}"))
    lines += [
        escape(f"Line {one.line}, {one.account}: {one.text}")
        for one in found.rows
        if one.outcome == "refused"
    ]
    rows = [
        {"line": one.line, "account": one.account, "status": one.outcome, "text": one.text}
        for one in found.rows
    ]
    out.result(
        {"counts": found.counts, "unknown_accounts": list(found.unknown), "rows": rows}, *lines
    )
    return REFUSED if found.counts.get("refused") or found.unknown else OK


def columns(options: Namespace, out: Output) -> int:
    """Show, keep or forget what a source's columns mean."""
    order = ordered(options)
    if options.none or options.map:
        said = None if options.none else _json(options.map)
        credit_data.set_rules(order, {"columns": {options.source: said}})
    kept = credit_data.rules(order)["columns"].get(options.source)
    out.result(kept, json.dumps(kept, indent=2, ensure_ascii=False) if kept else "Nothing is kept.")
    return OK


def ids(options: Namespace, out: Output) -> int:
    """Show or set an account's numbers."""
    order = ordered(options)
    names = ("vat", "register_number", "registry", "duns")
    said = {name: getattr(options, name) for name in names}
    if any(value is not None for value in said.values()):
        known = credit_data.company(order, options.account)
        before: dict[str, Any] = {name: known[name] for name in names}  # type: ignore[literal-required]
        body = before | {name: value for name, value in said.items() if value is not None}
        _company(credit_data.set_ids(order, {"account": options.account, **body}), out)
    else:
        _company(credit_data.company(order, options.account), out)
    return OK


def search(options: Namespace, out: Output) -> int:
    """Ask which company an account is."""
    order = ordered(options)
    order.services.credit_providers.search(order.creditor.id, options.account, order.by)
    _company(credit_data.company(order, options.account), out)
    return OK


def agree(options: Namespace, out: Output) -> int:
    """Agree to a company, or to none."""
    if bool(options.company) == options.none:
        raise UsageProblem("Say which company it is, or --none.")
    body = {"account": options.account, "company": options.company}
    _company(credit_data.decide(ordered(options), body), out)
    return OK


def fetch(options: Namespace, out: Output) -> int:
    """Ask what is said about an account, now."""
    order = ordered(options)
    taken = order.services.credit_providers.fetch(order.creditor.id, options.account, order.by)
    made = order.services.credit_providers.budget.made(order.creditor.id)
    out.result(
        {"outcome": taken.outcome, "report": render.report(taken.report), "made": made.made},
        f"{taken.outcome}: {', '.join(taken.report.said.values())}. "
        f"{made.made} requests this month.",
    )
    return OK


def budget(options: Namespace, out: Output) -> int:
    """Show or change whom is asked, and how much."""
    order = ordered(options)
    names = ("provider", "requests_month", "refresh_days", "automatic", "hold_on_insolvency")
    body = {name: getattr(options, name) for name in names}
    body = {name: value for name, value in body.items() if value is not None}
    if body.get("provider") == "none":
        body["provider"] = ""
    found = credit_data.set_rules(order, body) if body else credit_data.rules(order)
    when = "at night, by itself" if found["automatic"] else "when a person orders it"
    lines = [
        (
            f"{found['provider'] or 'Nobody'} is asked {when}: {found['made']} of "
            f"{found['requests_month']} requests in {found['month']}, anew after "
            f"{found['refresh_days']} days."
        ),
        "A notice of insolvency "
        + ("keeps reminders back." if found["hold_on_insolvency"] else "is told, and holds none."),
    ]
    if found["why"]:
        lines.append(f"Paused until {found['paused_until']}: {found['why']}.")
    out.result(found, *lines)
    return OK


def _json(file: Path) -> Any:
    if not file.is_file():
        raise UsageProblem(f"There is no file {str(file)!r}.")
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as bad:
        raise UsageProblem(f"{file} is not JSON: {bad}.") from bad


def _company(found: CompanyAnswer, out: Output) -> None:
    lines = [
        (
            f"VAT {found['vat'] or '–'}, register {found['register_number'] or '–'} "
            f"{found['registry']}, D-U-N-S {found['duns'] or '–'}."
        )
    ]
    if found["state"] == "agreed":
        lines.append(f"At {found['provider']}: {found['company']} {found['name']}")
    lines += [
        f"Proposed: {one['id']} {one['name']} {one['city']} ({', '.join(one['matched_by'])})"
        for one in found["proposals"]
        if found["state"] == "proposed"
    ]
    out.result(found, *(escape(one) for one in lines))


def _sums(found: list[render.MoneyAnswer]) -> str:
    return ", ".join(f"{one['amount']} {one['currency']}" for one in found)
