"""Bank statements: which were taken, where one is missing, and taking one from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from saldo.errors import Invalid

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Page, Screen, Shown, Visit
    from functions.console.shown_statements import bank_accounts
    from functions.console.statement_faults import why_refused
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Page, Screen, Shown, Visit
    from shown_statements import bank_accounts
    from statement_faults import why_refused


class NoFile(Invalid):
    """No file was chosen."""

    code = "no-file-chosen"


class FileRefused(Invalid):
    """The file is no statement that can be taken."""

    code = "statement-file-refused"


def show(visit: Visit) -> Shown:
    """Show the bank accounts with their last statements, and where one is missing."""
    return Page("statements.html", {"accounts": bank_accounts(visit)})


def upload(visit: Visit) -> Shown:
    """Take a statement from a file."""
    files = visit.fields.files("file")
    if not files:
        raise NoFile("Choose a file.").at("/file")
    told = "bank-statement-unchanged"
    for one in files:
        outcome = visit.services.statement_files.push(
            visit.creditor.id, one.data, visit.by, visit.form("account")
        )
        if outcome.state == "refused":
            raise FileRefused(f"{one.name}: {outcome.text}").told(
                file=one.name, why=why_refused(visit.t, outcome.code, outcome.text)
            )
        told = "bank-statement-taken" if outcome.state == "taken" else told
    return Back("statements", told)


SCREEN: Final = Screen("statements", "bank:read", show, acts={"upload": Act("bank:write", upload)})
