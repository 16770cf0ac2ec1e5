"""What nobody would type, sent to every screen, part and act of the console: it is refused on a
page, and never brings one down.

CI takes a sample by seed (SALDO_PAGES_SEED); the long run takes all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from saldo.adapters.dynamo.kinds import BY_RECORD
from saldo.adapters.dynamo.row_kind import KeyTooLong
from saldo.worklist.notes import Note
from tests.books import ACCOUNT, CREDITOR
from tests.browser.settings import SEED
from tests.functions.clerk import CONSOLE, Clerk, Office
from tests.functions.test_console_roles import _places
from tests.pictures.console import sample_office

_SHARE = 0.12

_NAMES = (
    "number account id invoice invoices payment note case mail done view q with from before after "
    "cursor group month what show whose kind later state reason text amount amount0 account0 "
    "invoices0 credit0 currency on until day first last first_on parts deadline agreed credit_by "
    "owner outcome whom task item to cover collector person closed_day calls_day promised_week "
    "sales branch policy follow_up source handed_to pinned email name role language branches why "
    "write_off refund title body roles every hour formats query report columns by period ages idle "
    "shaped other learn spam with_document absence take fetch told part as reference paid return "
    "region dimension limit sort same"
)
FIELDS = _NAMES.split()

NASTY: dict[str, Any] = {
    "long": "x" * 10_000,
    "digits": "9" * 200,
    "superscript": "²",
    "arabic digits": "١٢",
    "nul": "a\x00b",
    "controls": "\x1b[2J\u202egnp.exe\u2028\ufeff",
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\n<p>",
    "tag": "<script>alert(1)</script>\"'><img src=x onerror=1>",
    "template": "{{ 7*7 }}{% raw %}${7*7}",
    "surrogate": "%ED%A0%80",
    "emoji": "\U0001f600" * 60,
    "way out": "../../../../etc/passwd",
    "first year": "0001-01-01",
    "last year": "9999-12-31",
    "month zero": "000001-0",
    "no month": "0000-00",
    "sign": "-1",
    "nan": "NaN",
    "infinity": "1e999",
    "bracket": "//[",
    "tilde": "~",
    "star": "*",
    "hash": "#|:;,",
    "many": [str(number) for number in range(100)],
    "true": "True",
    "json": '{"a": [1, null]}',
}


def _cases() -> Iterator[Any]:
    chance = random.Random(f"{SEED} nasty")
    for place in _places():
        for name in NASTY:
            marks = () if chance.random() < _SHARE else pytest.mark.long
            yield pytest.param(place.method, place.path, name, id=f"{place}-{name}", marks=marks)


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Office, Clerk, str]]:
    with sample_office() as made:
        clerk = made.clerk()
        yield made, clerk, clerk.open("accounts").csrf


@pytest.mark.parametrize(("method", "path", "name"), list(_cases()))
def test_nothing_that_is_typed_brings_a_page_down(
    opened: tuple[Office, Clerk, str], method: str, path: str, name: str
) -> None:
    office, clerk, key = opened
    office.open()
    value = NASTY[name]
    every = dict.fromkeys(FIELDS, value) if name not in ("many", "long") else {}
    of_account = {**dict.fromkeys(FIELDS[:40], value), "number": ACCOUNT, "account": ACCOUNT}
    for fields in ([every] if every else []) + [of_account]:
        if method == "GET":
            few = dict(list(fields.items())[:40]) if name in ("long", "many") else fields
            clerk.open(f"{CONSOLE}/at/{CREDITOR}/{path}?{urlencode(few, doseq=True)}")
        else:
            back = f"at/{CREDITOR}/{path}?number={ACCOUNT}"
            clerk.send(path, **{**fields, "form": key, "back": back})
        assert clerk.status < 500, f"{path} {clerk.status} {clerk.said[-200:]}"
        assert "<script>alert" not in clerk.html
        assert "set-cookie" not in clerk.headers


@pytest.mark.parametrize("name", ["bracket", "long", "nul", "way out", "tag", "lines", "emoji"])
def test_no_way_back_brings_a_refusal_down(opened: tuple[Office, Clerk, str], name: str) -> None:
    office, clerk, key = opened
    office.open()
    for back in (NASTY[name], f"at/{CREDITOR}/account?number={ACCOUNT}&x={NASTY[name]}"):
        clerk.send("account/note", form=key, number=ACCOUNT, text="", back=back)
        assert clerk.status < 500, clerk.said[-200:]
    many = f"at/{CREDITOR}/account?number={ACCOUNT}&" + "&".join(f"a{n}=1" for n in range(150))
    clerk.send("account/note", form=key, number=ACCOUNT, text="", back=many)
    assert clerk.status == 400


def test_more_fields_than_any_page_has_are_refused(opened: tuple[Office, Clerk, str]) -> None:
    office, clerk, key = opened
    office.open()
    clerk.send("account/note", form=key, **{f"f{number}": "x" for number in range(230)})
    assert clerk.status == 413
    clerk.open(f"{CONSOLE}/at/{CREDITOR}/account?" + "&".join(f"a{n}=1" for n in range(300)))
    assert clerk.status < 500


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("account/plan", {"parts": "36", "first_on": "9999-12-31"}),
        ("account/promise", {"on": "9999-12-31"}),
        ("account/hold", {"reason": "x", "kind": "other", "until": "9999-12-31"}),
        ("account/write-off", {"invoice": "RE-2026-4701", "amount": "²", "reason": "x"}),
        ("reports/save", {"title": "x", "query": "report=cash", "every": "month", "on": "²"}),
        ("reports/save", {"title": "x", "query": "&".join(f"a={n}" for n in range(300))}),
        ("disputes/settle", {"id": "R-1", "agreed": "1", "credit_note": "1",
                             "credit_by": "9999-12-31"}),
    ],
)  # fmt: skip
def test_what_is_nearly_right_is_refused_on_the_page(
    opened: tuple[Office, Clerk, str], action: str, typed: dict[str, str]
) -> None:
    office, clerk, key = opened
    office.open()
    own = {"number": ACCOUNT, "account": ACCOUNT, "id": "X-1", "invoices": "RE-2026-4701"}
    back = f"at/{CREDITOR}/account?number={ACCOUNT}"
    clerk.send(action, **{**own, **typed, "form": key, "back": back})
    assert 400 <= clerk.status < 500, f"{clerk.status} {clerk.said[-200:]}"


@pytest.mark.parametrize(
    "address",
    [
        "reports?report=aging&ages=%C2%B2",
        "reports?report=unattended&idle=%C2%B2",
        f"account/history?number={ACCOUNT}&before=000001-x",
        f"account/history?number={ACCOUNT}&before=000101-x",
        "bank?from=" + "9" * 199,
    ],
)
def test_no_address_that_is_nearly_right_brings_a_page_down(
    opened: tuple[Office, Clerk, str], address: str
) -> None:
    office, clerk, _ = opened
    office.open()
    clerk.open(f"{CONSOLE}/at/{CREDITOR}/{address}")
    assert clerk.status < 500, clerk.said[-200:]


def test_what_an_address_asks_for_in_vain_is_said_and_is_no_fault_of_ours(
    opened: tuple[Office, Clerk, str],
) -> None:
    office, clerk, _ = opened
    office.open()
    clerk.open(f"{CONSOLE}/at/{CREDITOR}/cash?step=fortnight")
    assert clerk.status == 400
    assert "cannot be worked out" in clerk.said
    assert "on our side" not in clerk.said


def test_a_name_that_the_table_cannot_keep_is_refused() -> None:
    kind = BY_RECORD[Note]
    assert len(kind.sk((CREDITOR, ACCOUNT, "N" * 200))) < 1024
    with pytest.raises(KeyTooLong):
        kind.sk((CREDITOR, ACCOUNT, NASTY["emoji"] * 4))
    with pytest.raises(KeyTooLong):
        kind.pk((CREDITOR, NASTY["emoji"] * 4, "N"))
