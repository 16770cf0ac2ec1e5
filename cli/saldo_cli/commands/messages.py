"""`saldo message …`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo.edge.v1 import written as render
from saldo.edge.v1.money import Ordered
from saldo.inbox.model import ReplyTextUnknown
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def list_all(options: Namespace, out: Output) -> int:
    """List whom one can write to, and what was written."""
    order = _order(options)
    found = render.listed(order, options.account)
    lines = ["[bold]Addresses[/]"]
    for one in found["recipients"]:
        why_not = f" (not: {one['why_not']})" if one["why_not"] else ""
        lines.append(f"  {one['channel']} {escape(one['to'])} {escape(one['name'])}{why_not}")
    lines += ["[bold]Texts to begin with[/]"]
    lines += [f"  {one['id']}: {escape(one['title'])}" for one in found["starters"]]
    lines += ["[bold]Written[/]"] if found["items"] else ["Nothing was written by hand."]
    for sent in found["items"]:
        said = sent["subject"] or sent["text"].partition("\n")[0][:60]
        lines.append(
            f"  {sent['at'][:10]} {sent['channel']} to {escape(sent['to'])}, {sent['state']}: "
            f"{escape(said)}"
        )
    out.result(found, *lines)
    return OK


def preview(options: Namespace, out: Output) -> int:
    """Show a message as it would leave."""
    order = _order(options)
    body = _body(options, order)
    look = render.look(order, body)
    printed = []
    if options.out:
        options.out.write_bytes(render.proof(order, body))
        printed = [f"As it would be printed: {escape(str(options.out))}."]
    parts = f", {look['parts']} parts" if look["parts"] else ""
    out.result(
        look,
        f"By {look['channel']} to {escape(look['to'])}{parts}, {look['price']} {look['currency']} "
        "(assumed).",
        *_warned(look["cautions"]),
        *printed,
        "",
        f"[bold]{escape(look['subject'])}[/]",
        escape(look["text"]),
    )
    return OK


def send(options: Namespace, out: Output) -> int:
    """Write to a debtor."""
    order = _order(options)
    body = _body(options, order)
    cautions = render.look(order, body)["cautions"]
    made, is_new = render.write(order, body)
    told = "It leaves" if is_new else "It was written before, and leaves once"
    later = f", not before {made['leaves_at'][:16]} UTC" if made["leaves_at"] > made["at"] else ""
    out.result(made, *_warned(cautions), f"{told}: {made['id']} to {escape(made['to'])}{later}.")
    return OK


def _order(options: Namespace) -> Ordered:
    services = cloud_of(options).services
    by = who(options) if hasattr(options, "by") else "cli"
    return Ordered(services, creditor_of(options, services), by, by_person=True)


def _body(options: Namespace, order: Ordered) -> dict[str, Any]:
    text, subject = options.text, options.subject
    if options.with_text:
        offered = render.listed(order, options.account)["starters"]
        found = next((one for one in offered if one["id"] == options.with_text), None)
        if found is None:
            known = ", ".join(one["id"] for one in offered)
            raise ReplyTextUnknown(f"There is no text {options.with_text!r}. Known: {known}.")
        text, subject = found["text"], subject or found["subject"]
    return {
        "account": options.account,
        "id": options.id or new_id(order.services),
        "channel": options.channel,
        "subject": subject,
        "text": text,
        "invoices": list(dict.fromkeys(options.invoice)),
        "with_documents": options.document,
        **({"to": options.to} if options.to else {}),
    }


def _warned(cautions: list[render.Caution]) -> list[str]:
    return [
        f"[yellow]Mind[/]: {one['kind']} on {escape(one['invoice'] or 'the account')}."
        for one in cautions
    ]
