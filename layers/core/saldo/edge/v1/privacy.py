"""Orders about personal data, and the audit log: what is asked, what is answered."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.audit.model import AuditEntry
from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.privacy import model
from saldo.privacy.model import ErasureState, KeptAs, Why
from saldo.privacy.retention import ANYWHERE, rule_of, rules

LISTED_MAX: Final = 100

_Account = Annotated[Number, Field(description="The account's number.")]
_Id = Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]


class AuditQuery(Query):
    """Which entries: the newest, or those before one; or those about an account."""

    account: Annotated[
        Number | None, Field(description="Entries about this account alone, of one month.")
    ] = None
    month: Annotated[
        str | None,
        Field(pattern=r"^\d{4}-\d{2}$", description="Of `account`; default: this one (UTC)."),
    ] = None
    what: Annotated[
        str,
        Field(
            max_length=60,
            description="Of `account`: types that begin so, such as `access.`: who looked.",
        ),
    ] = ""
    before: Annotated[
        int | None, Field(ge=1, description="Entries below this number: the last one's, to go on.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=LISTED_MAX, description="So many entries at most.")] = 50


class ExportOrder(Body):
    """Everything that is held about an account is to be put into a file."""

    account: _Account
    id: _Id


class ExportQuery(Query):
    """One export of an account."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[Number, Field(description="The export's id.")]


class ErasureOrder(Body):
    """What is held about an account is to be erased, as far as the law lets it go."""

    account: _Account
    id: _Id
    why: Annotated[
        Why,
        Field(
            description="`asked`: by the person (art. 17 GDPR); `expired`: nobody needs it any "
            "more; `mistake`: it should never have come here."
        ),
    ] = "asked"


class ErasureLift(Body):
    """An order to erase that is taken back."""

    account: _Account


class ErasureQuery(Query):
    """Whose order."""

    account: Annotated[
        Number | None, Field(description="The account's number. Default: orders that wait.")
    ] = None


class Entry(TypedDict):
    """One entry of the audit log."""

    number: int
    at: Annotated[_Instant, Field(description="When it happened.")]
    kept_at: Annotated[_Instant, Field(description="When it came into the log.")]
    what: Annotated[str, Field(description="The type of the event.")]
    by: Annotated[str, Field(description="Who did it; empty where nobody did.")]
    account: Annotated[str, Field(description="`~`: the creditor as a whole.")]
    on: Annotated[str, Field(description="What it is about, such as `invoice:RE-1`.")]
    event: Annotated[str, Field(description="The id of the event, which has the words.")]
    digest: str
    before: Annotated[str, Field(description="The hash of the entry before.")]
    hash: str


class Entries(TypedDict):
    """Entries of the audit log."""

    items: Annotated[list[Entry], Field(description="The last one first.")]
    head: Annotated[int, Field(description="The number of the log's last entry.")]


class Export(TypedDict):
    """A file of everything that is held about an account."""

    account: str
    id: str
    state: Literal["asked", "ready"]
    asked_at: _Instant
    ready_at: _Instant | None
    sha256: str
    size_bytes: int
    records: int
    files: int
    url: Annotated[
        str | None, Field(description="Fetches the file for five minutes; null until it is ready.")
    ]


class KeptPart(TypedDict):
    """What had to stay, why, and until when."""

    kept_as: Annotated[
        KeptAs, Field(description="`claim`: it is still owed; the others by the creditor's law.")
    ]
    records: int
    until: Annotated[str | None, Field(description="The last day; null: until nothing is owed.")]
    law: str


class ErasureStatus(TypedDict):
    """An order to erase, and how far it was carried out."""

    account: str
    id: str
    why: Why
    by: str
    state: Annotated[
        ErasureState,
        Field(
            description="`restricted`: the rest waits for its day and serves nothing else; "
            "`erased`: nothing is left; `lifted`: taken back."
        ),
    ]
    asked_at: _Instant
    changed_at: _Instant
    next_at: Annotated[_Instant | None, Field(description="When it is looked at again.")]
    kept: list[KeptPart]
    scrubbed: Annotated[int, Field(description="Records whose personal fields were erased.")]
    removed: Annotated[int, Field(description="Records that were removed.")]
    files: Annotated[int, Field(description="Files whose bytes were forgotten.")]
    events: Annotated[int, Field(description="Events whose words were erased.")]


class ErasureList(TypedDict):
    """Orders to erase."""

    items: Annotated[
        list[ErasureStatus],
        Field(description=f"At most {LISTED_MAX}, the next to be looked at first."),
    ]


class Rule(TypedDict):
    """How long something is kept, by the law of a country."""

    country: Annotated[str, Field(description="`*`: any other.")]
    kept_as: KeptAs
    years: Annotated[int, Field(description="Full ones, from the end of the calendar year.")]
    law: str
    source: str
    applies: Annotated[bool, Field(description="It is the one that holds for you.")]


class Retention(TypedDict):
    """The retention schedule."""

    country: str
    items: list[Rule]


def audit(order: Ordered, asked: AuditQuery) -> Entries:
    """Return entries of the creditor's chain."""
    chain, creditor = order.services.audit_chain, order.creditor.id
    if asked.account is None:
        found = chain.newest(creditor, asked.limit, asked.before)
    else:
        now = order.services.clock.now()
        month = asked.month.replace("-", "") if asked.month else now.strftime("%Y%m")
        found = chain.of_account(creditor, asked.account, month, asked.limit, asked.what)
    return {"items": [entry(one) for one in found], "head": chain.head(creditor).number}


def entry(found: AuditEntry) -> Entry:
    """Render an entry."""
    return {
        "number": found.number,
        "at": iso_instant(found.at),
        "kept_at": iso_instant(found.kept_at),
        "what": found.what,
        "by": found.by,
        "account": found.account,
        "on": found.on,
        "event": found.event,
        "digest": found.digest,
        "before": found.before,
        "hash": found.hash,
    }


def ask_export(order: Ordered, body: Any) -> tuple[Export, bool]:
    """Order an export, and tell whether it was new. Raises Invalid or AccountUnknown."""
    sent = read(ExportOrder, body)
    services, creditor = order.services, order.creditor
    known = services.store.get(model.PrivacyExport, creditor.id, sent.account, sent.id)
    made = services.privacy_exports.ask(creditor, sent.account, sent.id, order.by)
    return export(made, None), known is None


def one_export(order: Ordered, asked: ExportQuery) -> Export:
    """Return an export, with an address once it is ready, which is noted as a look.

    Raises ExportUnknown or FilesBusy.
    """
    exports, creditor = order.services.privacy_exports, order.creditor.id
    found = exports.of(creditor, asked.account, asked.id)
    if found.state != "ready":
        return export(found, None)
    url = exports.address(creditor, found.account, found.id)
    order.services.access_log.viewed(creditor, found.account, order.by, "export")
    return export(found, url)


def export(found: model.PrivacyExport, url: str | None) -> Export:
    """Render an export."""
    return {
        "account": found.account,
        "id": found.id,
        "state": found.state,
        "asked_at": iso_instant(found.asked_at),
        "ready_at": iso_instant(found.ready_at) if found.ready_at else None,
        "sha256": found.sha256,
        "size_bytes": found.size_bytes,
        "records": found.records,
        "files": found.files,
        "url": url,
    }


def ask_erasure(order: Ordered, body: Any) -> tuple[ErasureStatus, bool]:
    """Order an erasure, and tell whether it was new. Raises what `Erasures.ask` does."""
    sent = read(ErasureOrder, body)
    services, creditor = order.services, order.creditor
    before = services.store.get(model.Erasure, creditor.id, sent.account)
    made = services.erasures.ask(creditor, sent.account, sent.id, sent.why, order.by)
    is_new = before is None or before.state == "lifted"
    return erasure(made, creditor.country), is_new


def lift_erasure(order: Ordered, body: Any) -> ErasureStatus:
    """Take an order back. Raises what `Erasures.lift` does."""
    sent = read(ErasureLift, body)
    lifted = order.services.erasures.lift(order.creditor, sent.account, order.by)
    return erasure(lifted, order.creditor.country)


def erasures(order: Ordered, account: str | None) -> ErasureList:
    """Return one account's order, or those that wait; raise AccountUnknown or ErasureUnknown."""
    services, creditor = order.services, order.creditor
    if account is not None:
        reads.account(services.store, creditor.id, account)
        found = [services.erasures.of(creditor.id, account)]
    else:
        found = [*islice(services.erasures.waiting(creditor.id), LISTED_MAX)]
    return {"items": [erasure(one, creditor.country) for one in found]}


def erasure(found: model.Erasure, country: str) -> ErasureStatus:
    """Render an order."""
    return {
        "account": found.account,
        "id": found.id,
        "why": found.why,
        "by": found.by,
        "state": found.state,
        "asked_at": iso_instant(found.asked_at),
        "changed_at": iso_instant(found.changed_at),
        "next_at": iso_instant(found.next_at) if found.next_at else None,
        "kept": [_kept(one, country) for one in found.kept],
        "scrubbed": found.scrubbed,
        "removed": found.removed,
        "files": found.files,
        "events": found.events,
    }


def _kept(part: model.Kept, country: str) -> KeptPart:
    law = "Art. 17 (3) (e) GDPR" if part.kept_as == "claim" else rule_of(country, part.kept_as).law
    return {
        "kept_as": part.kept_as,
        "records": part.records,
        "until": part.until.isoformat() if part.until else None,
        "law": law,
    }


def retention(country: str) -> Retention:
    """Return the retention schedule, and what of it holds for a creditor in `country`."""
    known = any(one.country == country for one in rules())
    return {
        "country": country,
        "items": [
            {
                "country": one.country,
                "kept_as": one.kept_as,
                "years": one.years,
                "law": one.law,
                "source": one.source,
                "applies": one.country == (country if known else ANYWHERE),
            }
            for one in rules()
        ],
    }
