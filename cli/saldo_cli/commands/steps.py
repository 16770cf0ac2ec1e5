"""`saldo steps` and `saldo holdout`: what helps, and how that is learnt."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.accounts.service import account_in
from saldo.edge.v1 import policies
from saldo.edge.v1 import steps as shown
from saldo.money import AmountNotReadable, AmountTooPrecise, decimals_of, parse_amount
from saldo.steps.said import StepSpeech
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_TWO_DECIMALS = "EUR"
"""Percentages are written as amounts of two decimals are."""


def show(options: Namespace, out: Output) -> int:
    """Tell an account's next best step."""
    services, creditor = _of(options)
    account_in(services.store, creditor.id, options.account)
    services.step_keeper.refresh(creditor.id, options.account)
    found = services.step_book.advice(creditor.id, options.account)
    document = shown.step(options.account, found)
    out.result(document)
    if found is None:
        out.say(document["why"])
        return OK
    speech = StepSpeech()
    out.say(f"[bold]{escape(speech.short(found.best))}[/]")
    out.say(escape(document["why"]))
    if document["pays"]:
        out.say(escape(document["pays"]))
    rows = [(speech.what(one), speech.known(one)) for one in found.candidates]
    out.table("\nWhat could be done", ("step", "what is known of it"), rows)
    return OK


def effects(options: Namespace, out: Output) -> int:
    """Tell what steps do by lot, and what was only seen."""
    services, creditor = _of(options)
    told, speech = services.step_book.comparison(creditor.id), StepSpeech()
    seen = [one for one in services.step_book.seen(creditor.id) if one.tally.count]
    out.result(
        {
            "comparison": told.id if told else None,
            "effects": [shown.effect(one) for one in (told.effects if told else ())],
            "correlations": [shown.correlation(one) for one in seen],
        }
    )
    if told is None:
        out.say("No comparison by lot has told anything yet: what steps do is not known.")
    else:
        rows = [
            (e.step, e.channel, str(e.found.count), str(e.found.other), speech.effect(e.found))
            for e in told.effects
        ]
        head = ("stage", "by", ">sent", ">waited", "effect")
        out.table("Effects, told by lot (days sooner, 95 %)", head, rows)
    if seen:
        table = [
            (
                one.step,
                speech.value(one.part, one.value) if one.value else "all",
                str(one.tally.count),
                f"{one.tally.mean_days or 0:.1f}",
                f"{one.within_a_week.value:.0%}",
            )
            for one in seen
        ]
        head = ("step", "", ">cases", ">days", ">in a week")
        out.table("\nCorrelations: no effects, whoever the steps were taken with", head, table)
    return OK


def suggestions(options: Namespace, out: Output) -> int:
    """List the suggestions."""
    services, creditor = _of(options)
    found, speech = services.suggestions.all(creditor.id), StepSpeech()
    out.result({"items": [shown.suggestion(one) for one in found]})
    if not found:
        out.say("No figures speak for a change.")
        return OK
    rows = [
        (
            one.id,
            speech.suggestion(one),
            speech.word(f"basis.{one.basis}"),
            _numbers(one.evidence),
            one.state,
        )
        for one in found
    ]
    out.table("Suggestions", ("id", "what", "by", "days sooner, cases", "state"), rows)
    return OK


def _numbers(evidence: dict[str, Any]) -> str:
    days = evidence.get("days_tenths")
    cases = f"{evidence.get('count', 0)} and {evidence.get('other', 0)}"
    if not days:
        return cases
    value, low, high = (one / 10 for one in days)
    return f"{value:.1f} ({low:.1f} … {high:.1f}), {cases}"


def accept(options: Namespace, out: Output) -> int:
    """Agree to a suggestion; 1 when its effect was only shown."""
    services, creditor = _of(options)
    tried = policies.trial(services.suggestions.preview(creditor, options.id))
    if not options.yes:
        out.result(dict(tried))
        out.say(
            f"{tried['policy']} version {tried['version']} instead of {tried['instead_of']}: "
            f"{tried['changed']} of {tried['open_items']} open items go on differently, "
            f"{tried['repeats']} would be told again, {tried['skips']} never told something."
        )
        out.say("Nothing was changed. Do it with --yes.")
        return REFUSED
    done = services.suggestions.accept(creditor, options.id, who(options))
    out.result({**shown.suggestion(done.suggestion), "changed": tried["changed"]})
    out.say(f"{escape(done.policy)} version {done.number} is in force.")
    return OK


def decline(options: Namespace, out: Output) -> int:
    """Decline a suggestion."""
    services, creditor = _of(options)
    done = services.suggestions.decline(creditor.id, options.id, who(options), options.reason)
    out.result(dict(shown.suggestion(done)))
    out.say("Declined: it is not suggested again for 90 days.")
    return OK


def verify(options: Namespace, out: Output) -> int:
    """Add up every step anew; 1 where a sum differs."""
    services, creditor = _of(options)
    with out.progress("Adding up"):
        found = services.step_proof.differences(creditor.id)
    out.result(
        {
            "differences": [
                {"sheet": list(d.sheet), "cell": d.cell, "kept": d.kept, "found": d.found}
                for d in found
            ]
        }
    )
    if not found:
        out.say("Every sum is what the steps come to.")
        return OK
    rows = [("/".join(d.sheet[1:]), d.cell, str(d.kept[0]), str(d.found[0])) for d in found]
    out.table("Sums that differ", ("sheet", "cell", ">kept", ">steps"), rows)
    return REFUSED


def show_holdout(options: Namespace, out: Output) -> int:
    """Tell which comparison runs."""
    services, creditor = _of(options)
    _tell_holdout(services, creditor.id, out)
    return OK


def set_holdout(options: Namespace, out: Output) -> int:
    """Begin or end a comparison, say what money costs."""
    services, creditor = _of(options)
    if options.share is None and not options.cost_of_money:
        raise UsageProblem("Say a --share, or --cost-of-money.")
    if options.cost_of_money:
        cost = dict(map(_cost, options.cost_of_money))
        services.step_book.say_cost(creditor.id, cost, who(options))
    if options.share == 0:
        services.hold_outs.end(creditor.id, who(options))
    elif options.share is not None:
        services.hold_outs.begin(
            creditor.id,
            options.share,
            who(options),
            delay_days=options.delay_days,
            rest_months=options.rest_months,
        )
    _tell_holdout(services, creditor.id, out)
    return OK


def _cost(text: str) -> tuple[str, int]:
    code, _, percent = text.partition("=")
    try:
        decimals_of(code)
        return code, parse_amount(percent, _TWO_DECIMALS)
    except (AmountNotReadable, AmountTooPrecise) as problem:
        raise UsageProblem(f"{text!r} is no cost of money.", "Such as EUR=6.5") from problem


def _tell_holdout(services: Services, creditor: str, out: Output) -> None:
    running = services.accounts.creditor(creditor).hold_out
    cost = services.step_book.cost_of_money(creditor)
    out.result(dict(shown.told_hold_out(running, cost)))
    if running is None:
        out.say("No comparison by lot runs: every notice goes on its day.")
    else:
        out.say(
            f"Since {running.since} friendly notices wait {running.delay_days} days for "
            f"{running.share_percent} % of accounts, each once in {running.rest_months} months."
        )


def _of(options: Namespace) -> tuple[Services, Creditor]:
    services = cloud_of(options).services
    return services, creditor_of(options, services)
