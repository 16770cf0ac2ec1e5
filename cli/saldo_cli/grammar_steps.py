"""The commands about what helps: next best steps, effects, suggestions, comparisons by lot."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_number, by_whom, of_creditor


def add_steps(commands: Grammar) -> None:
    """Add `saldo steps …` and `saldo holdout …`."""
    _steps(
        commands.group(
            "steps", "see what helps, and agree to what figures speak for", "saldo steps effects"
        )
    )
    _holdout(
        commands.group(
            "holdout",
            "let friendly notices wait for a few accounts drawn by lot, to learn what they do",
            "saldo holdout set --share 10",
        )
    )


def _steps(group: Grammar) -> None:
    show = group.command(
        "show", "steps:show", "tell an account's next best step", "saldo steps show 10001"
    )
    show.add_argument("account", metavar="ACCOUNT", help="the account's number")
    effects = group.command(
        "effects",
        "steps:effects",
        "tell what steps do by lot, and what was only seen",
        "saldo steps effects",
    )
    suggestions = group.command(
        "suggestions",
        "steps:suggestions",
        "list the changes of policies that figures speak for",
        "saldo steps suggestions",
    )
    accept = group.command(
        "accept",
        "steps:accept",
        "agree to a suggestion: the policy's next version is in force; its effect is shown first",
        "saldo steps accept skip-stage:eu-default:1:friendly-notice: --yes",
    )
    accept.add_argument("--yes", action="store_true", help="you have seen the effect: do it")
    decline = group.command(
        "decline",
        "steps:decline",
        "decline a suggestion: it is not made again for 90 days",
        "saldo steps decline skip-stage:eu-default:1:friendly-notice: --reason 'They like it.'",
    )
    decline.add_argument("--reason", default="", metavar="TEXT", help="why not")
    verify = group.command(
        "verify",
        "steps:verify",
        "add up every step anew and tell which sums differ",
        "saldo steps verify",
    )
    for parser in (accept, decline):
        parser.add_argument("id", metavar="ID", help="the suggestion's id")
        by_whom(parser)
    for parser in (show, effects, suggestions, accept, decline, verify):
        of_creditor(parser)


def _holdout(group: Grammar) -> None:
    show = group.command(
        "show", "steps:show_holdout", "tell which comparison by lot runs", "saldo holdout show"
    )
    set_ = group.command(
        "set",
        "steps:set_holdout",
        "begin a comparison by lot, or end it with a share of 0",
        "saldo holdout set --share 10 --delay-days 7\n  saldo holdout set --share 0",
    )
    add = set_.add_argument
    add(
        "--share",
        type=a_number(0),
        metavar="PERCENT",
        help="so many of 100 accounts wait, 1 to 20; 0 ends it",
    )
    add("--delay-days", type=a_number(1), default=7, metavar="N", help="so long, 1 to 14 (7)")
    add(
        "--rest-months",
        type=a_number(1),
        default=6,
        metavar="N",
        help="no account comes to it again sooner, 1 to 24 (6)",
    )
    add(
        "--cost-of-money",
        action="append",
        metavar="CUR=PERCENT",
        help="what a year's wait for money costs, such as EUR=6.5; may be given again",
    )
    by_whom(set_)
    for parser in (show, set_):
        of_creditor(parser)
