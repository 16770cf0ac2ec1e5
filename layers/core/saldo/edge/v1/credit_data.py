"""Credit data and risk over the API: reports in, lists of accounts out, companies, rules."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from saldo.accounts.service import AccountUnknown
from saldo.credit_data.book import PAGE_MAX
from saldo.credit_data.columns import ColumnsNotValid, ReportColumns, columns_from
from saldo.credit_data.files import ROWS_MAX_IN_A_CALL
from saldo.credit_data.ports import Told
from saldo.credit_data.report import (
    AgencyScore,
    CompanyState,
    Cover,
    CoverDecision,
    Insolvency,
    InsolvencyKind,
)
from saldo.credit_data.rules import REFRESH_DAYS_MAX, REQUESTS_MONTH_MAX
from saldo.credit_data.scales import points_of
from saldo.edge.v1 import credit_data_answers as render
from saldo.edge.v1 import reads
from saldo.edge.v1.credit_data_answers import (
    AccountRiskAnswer,
    CompanyAnswer,
    CreditDataRulesAnswer,
    ReportsTakenAnswer,
    ReportTaken,
    RiskListAnswer,
)
from saldo.edge.v1.fields import PRINTABLE, Currency, Day, Decimals, Flag, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.errors import Refusal
from saldo.money import Money, parse_amount

RECORDS_MAX: Final = 250
"""Each new one is a transaction and a look, and an answer has 29 seconds."""

FILE_CHARACTERS_MAX: Final = 2_000_000

_Text = Annotated[str, StringConstraints(strict=True, max_length=200), PRINTABLE]
_Source = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40), PRINTABLE]


class RiskQuery(Query):
    """Which list, and where in it."""

    list: Annotated[
        str,
        Field(
            max_length=20,
            description="`all`, `number`, `class-A` to `class-E`, `insolvent`, `falling` (ten "
            "points in three months), or `overdue-EUR` and the like: most money first.",
        ),
    ] = "all"
    cursor: Annotated[
        str | None, Field(max_length=400, description="From the page before; ask until it is null.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="Accounts per page.")] = 50


class _Score(Body):
    value: Annotated[_Text, Field(description="As the agency writes it.")]
    scale: Annotated[_Text, Field(description="`A-E`, `creditreform-index`, `0-100`, `600-100` …")]
    meaning: Annotated[_Text, Field(description="The agency's words for it.")] = ""


class _Money(Body):
    amount: Annotated[Decimals, Field(description="At least 0.", examples=["12500.00"])]
    currency: Annotated[Currency, Field(description="ISO 4217.")]


class _Cover(_Money):
    decision: Annotated[CoverDecision, Field(description="What the insurer decided.")] = "granted"
    valid_until: Annotated[Day | None, Field(description="The last day; null: no end.")] = None


class _Insolvency(Body):
    kind: Annotated[InsolvencyKind, Field(description="What was noticed.")]
    on: Annotated[Day, Field(description="Since when.")]
    court: Annotated[_Text, Field(description="At which court.")] = ""
    number: Annotated[_Text, Field(description="Its file number there.")] = ""


class CreditReportRecord(Body):
    """What a source says about an account; what it says nothing about is left out."""

    account: Annotated[Number, Field(description="The account's number.")]
    source: Annotated[_Source, Field(description="Who says so: one report per source is kept.")]
    as_of: Annotated[Day, Field(description="Of which day it is.")]
    reference: Annotated[_Text, Field(description="The source's id of the report.")] = ""
    company: Annotated[_Text, Field(description="The source's id of the company.")] = ""
    score: Annotated[_Score | None, Field(description="A score.")] = None
    limit: Annotated[_Money | None, Field(description="A recommended limit.")] = None
    cover: Annotated[_Cover | None, Field(description="Insurance.")] = None
    insolvency: Annotated[_Insolvency | None, Field(description="A notice.")] = None
    state: Annotated[CompanyState | None, Field(description="As registers have it.")] = None


class CreditReportsOrder(Body):
    """Reports, each taken by itself."""

    reports: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=RECORDS_MAX,
            description="Each with `account`, `source`, `as_of` and what the source says: `score`, "
            "`limit`, `cover`, `insolvency`, `state`. See the example.",
        ),
    ]


class CreditFileOrder(Body):
    """A file of an agency or insurer, as text, and what its columns mean."""

    source: Annotated[_Source, Field(description="Who says so.")]
    text: Annotated[
        str,
        StringConstraints(strict=True, min_length=1, max_length=FILE_CHARACTERS_MAX),
        Field(description="The file: separated values with a line that names the columns."),
    ]
    columns: Annotated[
        dict[str, Any] | None,
        Field(
            description="`fields` (field: column), `scale`, `currency`, `as_of`, `words` … "
            "Default: what the rules say of the source."
        ),
    ] = None


class CompanyIdsOrder(Body):
    """By which numbers an account is known, in place of those before."""

    account: Annotated[Number, Field(description="The account's number.")]
    vat: Annotated[_Text, Field(description="VAT number with its country.")] = ""
    register_number: Annotated[_Text, Field(description="In the company register.")] = ""
    registry: Annotated[_Text, Field(description="Which register: a court in Germany.")] = ""
    duns: Annotated[_Text, Field(description="D-U-N-S number.")] = ""


class CompanyDecision(Body):
    """Which of the proposed companies an account is."""

    account: Annotated[Number, Field(description="The account's number.")]
    company: Annotated[
        _Text | None, Field(description="The provider's id; null: none of its companies.")
    ]


class CreditWish(Body):
    """What the provider is asked in the coming night."""

    account: Annotated[Number, Field(description="The account's number.")]
    ask: Annotated[
        Literal["search", "report"],
        Field(description="`search`: which company it is; `report`: what is said about it."),
    ]


class CreditDataRulesOrder(Body):
    """What changes of the rules; what is left out stays."""

    provider: Annotated[_Text | None, Field(description='Whom to ask; "": nobody.')] = None
    automatic: Annotated[Flag | None, Field(description="Ask by itself, night by night.")] = None
    requests_month: Annotated[
        int | None, Field(ge=0, le=REQUESTS_MONTH_MAX, description="At most, in a month.")
    ] = None
    refresh_days: Annotated[
        int | None, Field(ge=1, le=REFRESH_DAYS_MAX, description="Ask anew after so many days.")
    ] = None
    hold_on_insolvency: Annotated[
        Flag | None, Field(description="A notice of insolvency keeps reminders back at once.")
    ] = None
    columns: Annotated[
        dict[str, Any] | None,
        Field(description="By source what its files' columns mean; null takes a source out."),
    ] = None


def risk_list(order: Ordered, asked: RiskQuery) -> RiskListAnswer:
    """Return a page of accounts; raise RiskListUnknown or CursorNotValid."""
    known = order.services.credit_data
    page = known.page(order.creditor.id, asked.list, asked.limit, asked.cursor)
    return {
        "items": [render.risk(one) for one in page.sheets],
        "cursor": page.cursor,
        "sums": render.sums(known.sums(order.creditor.id)),
    }


def of_account(order: Ordered, account: str) -> AccountRiskAnswer:
    """Return the risk of an account with its reports; raise AccountUnknown."""
    reads.account(order.services.store, order.creditor.id, account)
    found = order.services.credit_data.of(order.creditor.id, account)
    return {
        "risk": render.risk(found.sheet) if found.sheet is not None else None,
        "reports": [render.report(one) for one in found.reports],
    }


def take(order: Ordered, body: Any) -> ReportsTakenAnswer:
    """Take reports one by one; each tells what became of it. Raises Invalid for the whole."""
    sent = read(CreditReportsOrder, body)
    results: list[ReportTaken] = []
    for line, one in enumerate(sent.reports, 1):
        account = one.get("account") if isinstance(one.get("account"), str) else ""
        done: ReportTaken = {
            "account": str(account),
            "status": "refused",
            "line": line,
            "code": "",
            "text": "",
        }
        try:
            record = read(CreditReportRecord, one)
            taken = order.services.credit_reports.take(
                order.creditor.id, record.account, record.source, told_of(record), order.by
            )
            done["status"] = taken.outcome
        except Refusal as refusal:
            is_unknown = isinstance(refusal, AccountUnknown)
            done["status"] = "unknown-account" if is_unknown else "refused"
            done["code"], done["text"] = refusal.code, refusal.detail
        results.append(done)
    return render.counted(results)


def take_file(order: Ordered, body: Any) -> ReportsTakenAnswer:
    """Take a file; raises Invalid, TableNotReadable, ColumnsNotValid or ReportFileTooLarge."""
    sent = read(CreditFileOrder, body)
    columns = columns_for(order, sent.source, sent.columns)
    found = order.services.credit_files.take(
        order.creditor.id,
        sent.source,
        sent.text.encode(),
        columns,
        order.by,
        rows_max=ROWS_MAX_IN_A_CALL,
    )
    return render.counted(
        [
            {
                "account": one.account,
                "status": one.outcome,
                "line": one.line,
                "code": one.code,
                "text": one.text,
            }
            for one in found.rows
        ]
    )


def columns_for(order: Ordered, source: str, said: Any) -> ReportColumns:
    """Return what the columns of a file mean: as is said, else by the rules for its source.

    Raises ColumnsNotValid.
    """
    if said is None:
        said = order.services.credit_providers.rules(order.creditor.id).columns.get(source)
    if said is None:
        raise ColumnsNotValid(f"Nobody said what the columns of {source!r} mean.").at("/columns")
    return columns_from(said)


def company(order: Ordered, account: str) -> CompanyAnswer:
    """Return which company an account is; raise AccountUnknown."""
    reads.account(order.services.store, order.creditor.id, account)
    return _company(order, account)


def set_ids(order: Ordered, body: Any) -> CompanyAnswer:
    """Keep an account's numbers. Raises Invalid, AccountUnknown or CreditDataBusy."""
    sent = read(CompanyIdsOrder, body)
    order.services.credit_providers.set_ids(
        order.creditor.id,
        sent.account,
        order.by,
        vat=sent.vat,
        register_number=sent.register_number,
        register=sent.registry,
        duns=sent.duns,
    )
    return _company(order, sent.account)


def decide(order: Ordered, body: Any) -> CompanyAnswer:
    """Say which company an account is. Raises what `Providers.agree` does."""
    sent = read(CompanyDecision, body)
    providers, creditor = order.services.credit_providers, order.creditor.id
    if sent.company is None:
        providers.refuse(creditor, sent.account, order.by)
    else:
        providers.agree(creditor, sent.account, sent.company, order.by)
    return _company(order, sent.account)


def want(order: Ordered, body: Any) -> CompanyAnswer:
    """Have the provider asked in the coming night. Raises what `Providers.want` does."""
    sent = read(CreditWish, body)
    order.services.credit_providers.want(order.creditor.id, sent.account, sent.ask, order.by)
    return _company(order, sent.account)


def rules(order: Ordered) -> CreditDataRulesAnswer:
    """Return the rules with the month's requests."""
    providers, creditor = order.services.credit_providers, order.creditor.id
    return render.rules(providers.rules(creditor), providers.budget.made(creditor))


def set_rules(order: Ordered, body: Any) -> CreditDataRulesAnswer:
    """Change rules. Raises Invalid, CreditDataRulesNotValid or CreditDataBusy."""
    sent = read(CreditDataRulesOrder, body)
    changes = {name: value for name, value in sent.model_dump().items() if value is not None}
    order.services.credit_providers.set_rules(order.creditor.id, changes, order.by)
    return rules(order)


def _company(order: Ordered, account: str) -> CompanyAnswer:
    known, creditor = order.services.credit_data, order.creditor.id
    provider = order.services.credit_providers.rules(creditor).provider
    link = known.link(creditor, account, provider) if provider else None
    return render.company(known.ids(creditor, account), link, provider)


def told_of(record: CreditReportRecord) -> Told:
    """Return what a record says; raise what is wrong with an amount."""
    score, cover, insolvency = record.score, record.cover, record.insolvency
    return Told(
        record.as_of,
        record.reference,
        record.company,
        AgencyScore(score.value, score.scale, score.meaning, points_of(score.value, score.scale))
        if score
        else None,
        _amount(record.limit, "/limit/amount") if record.limit else None,
        Cover(
            _amount(cover, "/cover/amount").minor,
            cover.currency,
            cover.decision,
            cover.valid_until,
        )
        if cover
        else None,
        Insolvency(insolvency.kind, insolvency.on, insolvency.court, insolvency.number)
        if insolvency
        else None,
        record.state,
    )


def _amount(sent: _Money, place: str) -> Money:
    try:
        minor = parse_amount(sent.amount, sent.currency)
    except Refusal as refusal:
        raise refusal.at(place)  # noqa: B904 - the same refusal, only pointing
    return Money(minor, sent.currency)
