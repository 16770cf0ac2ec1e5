"""Who a payer is, by the name that a bank carries."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from saldo.matching.learning import taught, untaught
from saldo.matching.model import Learnt, Paid
from saldo.matching.names import is_same, is_similar, normal
from saldo.statements.model import Party
from tests.unit.matching.cases import entry, item, only

_CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "matching" / "company-names-emm"


@pytest.mark.parametrize(
    "written",
    [
        "MUELLER & SOEHNE GMBH & CO. KG",
        "Muller Sohne",
        "Söhne + Müller GmbH & Co KG",
        "Müller und Söhne G.m.b.H. u. Co. K.G.",
    ],
)
def test_umlauts_legal_forms_and_order_do_not_matter(written: str) -> None:
    assert is_same(written, "Müller & Söhne GmbH & Co. KG")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Moorbach Gartenbau UG (haft", "Moorbach Gartenbau UG (haftungsbeschränkt)"),
        ("Transport Kersenbloesem V.O", "Transport Kersenbloesem V.O.F."),
        ("Gesellschaft für Fördertech", "Gesellschaft für Fördertechnik und Hallenbau mbH"),
        ("Riversde Textiles Ltd", "Riverside Textiles Limited"),
    ],
)
def test_a_cut_or_mistyped_name_is_similar(written: str, known: str) -> None:
    assert is_similar(written, known)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordlicht Nord Logistik GmbH", "Nordlicht West Logistik GmbH"),
        ("Matanga B.V.", "Matanga Advies B.V."),
        ("", "Example Tools Ltd"),
    ],
)
def test_sisters_are_not_similar(one: str, other: str) -> None:
    assert not is_similar(one, other)


def test_pairs_of_the_public_corpus_are_told_apart() -> None:
    file = _CORPUS / "namepairs.csv"
    if not file.exists() and not os.environ.get("CI"):
        pytest.skip("the corpus is not here")
    with file.open(encoding="utf-8", newline="") as source:
        pairs = list(csv.DictReader(source))
    assert len(pairs) == 100
    wrong = [
        (pair["gt_name"], pair["name"])
        for pair in pairs
        if pair["correct"] != "True" and is_similar(pair["gt_name"], pair["name"])
    ]
    assert wrong == []
    same = [pair["name"] for pair in pairs if is_same(pair["gt_name"], pair["name"])]
    assert same == ["H. Roosendaal Beheer B.V.", "Bokali B.V."]


def test_an_accepted_match_teaches_and_its_reversal_takes_back() -> None:
    first = entry(11900, name="Inh. Bäcker Meister", iban="DE89 3704 0044 0532 0130 00")
    once = taught(Learnt(), first, "10001")
    twice = taught(once, first, "10001")
    assert twice.ibans == {"DE89370400440532013000": {"10001": 2}}
    assert only(first, [item("RE-2026-004711", 11900)], learnt=once).confidence == "likely"
    assert untaught(twice, first, "10001") == once
    assert untaught(once, first, "10001") == Learnt()
    assert taught(Learnt(), entry(100), "10001") == Learnt()


def test_an_account_number_that_is_no_iban_is_known_like_one() -> None:
    deposit = replace(entry(11900), counterparty=Party("", "", "021000021", "000 123 456"))
    learnt = Learnt(ibans={"000123456": {"10001": 1}})
    found = only(deposit, [item("RE-2026-004711", 11900)], learnt=learnt)
    assert (found.confidence, found.evidence[0].field) == ("likely", "counterparty.account")


def test_an_earlier_payment_names_its_iban() -> None:
    iban = "DE89370400440532013000"
    old = item("A-1", 500, open_minor=0, paid=(Paid("p", 500, date(2026, 9, 1), iban),))
    found = only(entry(11900, iban=iban), [old, item("RE-2026-004711", 11900)])
    assert found.confidence == "likely"
    assert found.evidence[0].name == "iban-paid-before"


def test_what_was_learnt_names_the_account() -> None:
    invoice = item("RE-2026-004711", 11900)
    unknown = entry(11900, name="Inh. Bäcker Meister", iban="DE89370400440532013000")
    assert only(unknown, [invoice]).confidence == "open"
    by_iban = Learnt(ibans={"DE89370400440532013000": {"10001": 2}})
    by_name = Learnt(names={normal("Inh. Bäcker Meister"): {"10001": 1}})
    unlearnt = Learnt(ibans={"DE89370400440532013000": {"10001": 0}})
    assert only(unknown, [invoice], learnt=by_iban).confidence == "likely"
    assert only(unknown, [invoice], learnt=by_name).confidence == "likely"
    assert only(unknown, [invoice], learnt=unlearnt).confidence == "open"
