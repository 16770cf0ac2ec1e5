"""Field 86 of MT940: what banks put into it, by country and bank.

- Germany, Austria: "166?00GUTSCHRIFT?20EREF+…?30BIC?31IBAN?32NAME", subfields after one character
  and two digits, SEPA's own fields inside ?20 to ?29 (DFÜ agreement, appendix 3, chapter 8). Polish
  banks use the same with ">" and without the code in front.
- Netherlands: "/TRTP/…/IBAN/…/NAME/…/REMI/…" and, at Rabobank, "/EREF/…/BENM//NAME/…/REMI/…";
  ING's "/CNTP/IBAN/BIC/NAME/CITY/"; Knab's "REK: …/NAAM: …".
- Anything else is words.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from saldo.adapters.bank.fields import comma_amount, said, shaped_iban
from saldo.creditor_reference import is_reference
from saldo.statements.findings import Unreadable
from saldo.statements.model import NOBODY, UNREFERENCED, Money, Party, References

_CODED: Final = re.compile(r"(\d{3})?([?>@+~&%^])(?=\d\d)", re.ASCII)
_SEPA: Final = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|BREF|RREF|RTRN|PURP|IBAN|BIC)\+"
)
_SLASHED: Final = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|CSID|MARF|BENM|ORDP|ISDT|RTRN|CNTP|ADDR|ID|PREF|SVCL|PURP"
    r"|ULTC|ULTD|ULTB|INIT|RREF|TRCD|OCMT|CHGS|EXCH|BUSP)/"
)
_KNAB: Final = re.compile(r"REK: *([A-Z0-9]+) */NAAM: *(.*)", re.DOTALL)
_STRUCTURED: Final = re.compile(r"(?:STRD/CUR|STRD)/?([A-Z0-9]+)?/?")
_REASONS: Final = re.compile(
    r"\b(AC0[146]|AC13|AG0[12]|AM0[45]|BE0[15]|CNOR|DNOR|DUPL|ED05|FF0[15]|FOCR|FRAD|MD0[1267]"
    r"|MS0[23]|RC01|RR0[1-4]|SL01|TECH|TM01)\b"
)
_MONEY: Final = re.compile(r"(?:([A-Z]{3}) *)?([\d.]*\d(?:,\d*)?)(?: *([A-Z]{3}))?", re.ASCII)
_INTO: Final = {
    **{f"{number:02d}": f"{number:02d}" for number in range(100)},
    **{str(number): "2" for number in (*range(20, 30), *range(60, 64))},
    "33": "32",
}.get
"""Where a subfield's text goes: most are their own. Looked up once for each."""

_RETURNS: Final = frozenset({"108", "109", "159"})
"""GVC of returned debits (business, core) and returned transfers."""


class Details(NamedTuple):
    """What field 86 says."""

    party: Party = NOBODY
    references: References = UNREFERENCED
    remittance: str = ""
    gvc: str = ""
    posting_text: str = ""
    purpose: str = ""
    return_reason: str = ""
    charges: tuple[Money, ...] = ()
    original: Money | None = None
    exchange_rate: str = ""


def split(text: str, bank: str = "", customer: str = "") -> Details:
    """Return what `text`, a whole field 86 with its lines, says; `bank` and `customer` are the
    references of its field 61.
    """
    if not text:
        return Details(references=_references("", bank, customer))
    match = _CODED.match(text)
    if match:
        return _coded(text.replace("\n", ""), match, bank, customer)
    if text[:1] == "/" and _SLASHED.match(text):
        return _slashed(text.replace("\n", ""), bank, customer)
    references = _references("", bank, customer)
    knab = _KNAB.search(text)
    if knab:
        iban = shaped_iban(knab[1])
        party = Party(knab[2].replace("\n", "").strip(), iban, "", "" if iban else knab[1])
        return Details(party, references, _words(text[: knab.start()]))
    return Details(NOBODY, references, _words(text))


def _references(reference: str, bank: str, customer: str) -> References:
    """Return what identifies a payment whose field 86 says no more than a creditor reference."""
    if not (reference or bank or customer):
        return UNREFERENCED
    return References(creditor_reference=reference, bank=bank, customer=customer)


def _words(text: str) -> str:
    return " ".join(text.split())


def _coded(text: str, match: re.Match[str], bank_reference: str, customer: str) -> Details:
    """Read subfields: ?00 the posting text, ?20 to ?29 and ?60 to ?63 what it is for, ?30 the bank,
    ?31 the account, ?32 and ?33 the name, ?34 the text key's extension.
    """
    gvc, mark = match[1] or "", match[2]
    fields = _subfields(text[match.end() :], mark)
    field = fields.get
    found = _SEPA.split(field("2", ""))
    account = field("31", "")
    party_iban = shaped_iban(account) if account else ""
    heading = field("00", "").strip()
    name, bank = field("32", "").strip(), field("30", "").strip()
    if len(found) == 1:
        words = found[0].strip()
        references = _references(_reference_in(words), bank_reference, customer)
        return Details(
            Party(name, party_iban, bank, "" if party_iban else account.strip()),
            references,
            said(words),
            gvc,
            heading,
            return_reason=_reason(words, field("34", "")) if gvc in _RETURNS else "",
        )
    told = dict(zip(found[1::2], found[2::2], strict=True)).get
    words = told("SVWZ", "").strip() or found[0].strip()
    if not party_iban and (iban := told("IBAN")):
        party_iban = shaped_iban(iban)
    # Asked for one by one, as nearly every entry has few of them.
    eref, mref, kref = told("EREF"), told("MREF"), told("KREF")
    charges = _money(coam) if (coam := told("COAM")) is not None else None
    return Details(
        Party(
            name, party_iban, bank or told("BIC", "").strip(), "" if party_iban else account.strip()
        ),
        References(
            said(eref) if eref else "",
            said(mref) if mref else "",
            told("CRED", "").replace(" ", ""),
            _reference_in(words),
            bank_reference,
            (said(kref) if kref else "") or customer,
        ),
        said(words),
        gvc,
        heading,
        told("PURP", ""),
        _reason(told("RTRN") or words, field("34", "")) if gvc in _RETURNS else "",
        (charges,) if charges else (),
        _money(oamt) if (oamt := told("OAMT")) is not None else None,
    )


def _reason(words: str, extension: str) -> str:
    """Return why an entry came back: the code in the words, else the text key's extension."""
    told = _REASONS.search(words)
    return told[1] if told else extension.strip()


def _subfields(text: str, mark: str) -> dict[str, str]:
    """Return what each subfield says; purposes are joined as "2", the two of the name as "32"."""
    found: dict[str, str] = {}
    into = ""
    for part in text.split(mark):
        known = _INTO(part[:2])
        if known is None:  # the mark itself within a text
            value = mark + part
        else:
            into, value = known, part[2:]
        if into in found:
            found[into] += value
        else:
            found[into] = value
    return found


def _slashed(text: str, bank_reference: str, customer: str) -> Details:
    pieces = _SLASHED.split(text)
    found: dict[str, str] = {}
    for tag, value in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(tag, value.strip().strip("/"))
    name, iban, bic = found.get("NAME", ""), found.get("IBAN", ""), found.get("BIC", "")
    if "CNTP" in found:
        parts = [*found["CNTP"].split("/"), "", "", ""]
        iban, bic, name = iban or parts[0], bic or parts[1], name or parts[2]
    words = found.get("REMI", "")
    reference = ""
    if words.startswith("STRD/"):
        reference = words.rsplit("/", 1)[-1]
    elif words.startswith("USTD/"):
        words = words.split("/", 1)[1].lstrip("/")
    known = shaped_iban(iban)
    return Details(
        Party(name, known, bic, "" if known else iban),
        References(
            said(found.get("EREF")),
            said(found.get("MARF")),
            found.get("CSID", ""),
            reference or _reference_in(words),
            bank_reference,
            said(found.get("PREF")) or customer,
        ),
        said(words),
        posting_text=found.get("TRTP", ""),
        purpose=found.get("PURP", ""),
        return_reason=found.get("RTRN", ""),
        exchange_rate=found.get("EXCH", ""),
    )


def _reference_in(words: str) -> str:
    """Return the words as a creditor reference where they are one and nothing else."""
    if words[:2].upper() == "RF" and is_reference(words):
        return words.replace(" ", "").upper()
    return ""


def _money(text: str) -> Money | None:
    """Read an amount of a SEPA field; None if it is none. Without a currency it is euros."""
    match = _MONEY.match(text.strip())
    if match is None:
        return None
    currency = match[1] or match[3] or "EUR"
    try:
        return Money(comma_amount(match[2].replace(".", ""), currency), currency)
    except Unreadable:
        return None
