"""What the books know about a mail: whose creditor it is for, and what says which account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import Accounts
from saldo.creditor_reference import is_reference
from saldo.inbox.addresses import creditors_in, notices_in, sent_id
from saldo.inbox.model import Ground, GroundKind, KnownSender, SentMail
from saldo.inbox.reading import ReadMail
from saldo.intake.mails import MailNotice, not_let_in
from saldo.invoices.model import NumberTaken, OpenItem
from saldo.matching import mentions
from saldo.matching.spelling import Grade, spellings
from saldo.portal.model import PortalAddress, address_hash
from saldo.reminders.model import Notice, NoticeRef
from saldo.reminders.references import KIND, PaymentReference
from saldo.store import Store

_LOOKED_AT: Final = 8_000
_CANDIDATES_MAX: Final = 80
_ITEMS_MAX: Final = 300
_SHORT: Final = 6
"""Fewer digits than this say nothing by themselves: they may be a street number or a year."""

_TOKEN: Final = re.compile(r"(?<![\w@./\-])[A-Za-z0-9](?:[\w./\-]{1,38}[A-Za-z0-9])(?![\w@])")
_DAY: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d\d){1,2}|\d{4}-\d\d-\d\d|\d+[.,]\d\d")
_RF: Final = re.compile(
    r"(?<![A-Za-z0-9])RF[ ]?\d\d(?:[ ]?[A-Z0-9]{1,4}){1,6}(?![A-Za-z0-9])", re.I
)
_LABEL: Final = re.compile(
    r"(?:\bRE|\bRG|Rechnung\w*|Rech?\.?|invoices?|inv\.?|factuur\w*|fact\.?|factures?|Beleg)"
    r"[ \-]{0,2}(?:Nr\.?|No\.?|number|Nummer|n°|numéro|#)?[ :.\-]{0,3}$",
    re.IGNORECASE,
)
_LABEL_LENGTH: Final = 30
_PREFIX: Final = re.compile(r"(?<![^\W_])([A-Za-z]{2,4}) $")
"""Some write numbers with a blank: "RE 4711"."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the books say about a mail. `notice` is the one that it answers, None for none."""

    grounds: tuple[Ground, ...]
    numbers: tuple[tuple[str, str], ...]
    """Invoices that it names, each with its account, in the order of the mail."""
    notice: Notice | None
    is_proven: bool


class Finder:
    """Looks mails up. Every look is a bounded number of reads, whatever was written."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store, self._accounts = store, accounts

    def creditor_of(self, mail: ReadMail, notice: MailNotice) -> Creditor | None:
        """Return whom a mail is for; None where it went to nobody's address.

        By the address that it was delivered to; then by a mail of ours that it answers, which a
        mailbox of the creditor may have sent on; then by the creditor's own address for replies.
        """
        recipients = notice.recipients or mail.to
        for ref in self._refs(recipients):
            return self._accounts.creditor(ref.creditor)
        for creditor in creditors_in(recipients):
            found = self._store.get(Creditor, creditor)
            if found is not None:
                return found
        for sent in self._sent(mail):
            return self._accounts.creditor(sent.creditor)
        written = {one.lower() for one in (*recipients, *mail.to)}
        return next(
            (
                one
                for one in self._accounts.creditors()
                if one.reply_to and one.reply_to.lower() in written
            ),
            None,
        )

    def known(self, creditor: str, mail: ReadMail, notice: MailNotice) -> Known:
        """Return everything that says which account of a creditor a mail belongs to."""
        grounds: list[Ground] = []
        answered: tuple[str, str] | None = None
        for ref in self._refs((*notice.recipients, *mail.to)):
            if ref.creditor == creditor:
                grounds.append(Ground("token", ref.account, ref.notice))
                answered = answered or (ref.account, ref.notice)
        for sent in self._sent(mail):
            if sent.creditor == creditor:
                grounds.append(Ground("reference-header", sent.account, sent.message_id))
                answered = answered or (sent.account, sent.notice)
        is_proven = not_let_in(mail.from_address, notice, _domains(mail.from_address)) is None
        grounds += self._of_sender(creditor, mail.from_address, is_proven=is_proven)
        numbers = tuple(self._numbers(creditor, _looked_at(mail)))
        grounds += [Ground("number", account, number) for number, account in numbers]
        grounds += self._references(creditor, _looked_at(mail))
        found = self._store.get(Notice, creditor, *answered) if answered else None
        return Known(self._of_accounts_there(creditor, grounds), numbers, found, is_proven)

    def invoice_of(self, creditor: str, account: str, mail: ReadMail, known: Known) -> str | None:
        """Return which invoice of its account a mail is about, None where it is unsaid or several.

        A number spelt otherwise than ours counts if it is that of an open invoice of the account;
        last comes the one invoice of the notice that was answered.
        """
        named = list(dict.fromkeys(n for n, owner in known.numbers if owner == account))
        if not named:
            named = self._spelt(creditor, account, _looked_at(mail))
        if not named and known.notice is not None and known.notice.account == account:
            named = [item.invoice for item in known.notice.items]
        return named[0] if len(named) == 1 else None

    def _of_accounts_there(self, creditor: str, grounds: Sequence[Ground]) -> tuple[Ground, ...]:
        """Leave out what speaks for accounts that are gone: what found them outlives them."""
        named = list(dict.fromkeys((creditor, one.account) for one in grounds))[:_CANDIDATES_MAX]
        there = self._store.get_many(Account, named) if named else {}
        return tuple(one for one in dict.fromkeys(grounds) if (creditor, one.account) in there)

    def _refs(self, addresses: Sequence[str]) -> list[NoticeRef]:
        keys = [(one,) for one in notices_in(addresses)[:5]]
        found = self._store.get_many(NoticeRef, keys) if keys else {}
        return [found[key] for key in keys if key in found]

    def _sent(self, mail: ReadMail) -> list[SentMail]:
        keys = [(sent_id(one),) for one in mail.references]
        found = self._store.get_many(SentMail, keys) if keys else {}
        return [found[key] for key in keys if key in found]

    def _of_sender(self, creditor: str, address: str, *, is_proven: bool) -> Iterator[Ground]:
        if not address:
            return
        kind: GroundKind = "sender" if is_proven else "sender-unproven"
        for known in islice(self._store.list(KnownSender, creditor, address_hash(address)), 20):
            yield Ground(kind, known.account, address)
        looked = self._store.list(PortalAddress, address_hash(address), creditor)
        for one in islice(looked, 20):
            if one.source == "contact":
                yield Ground(kind, one.account, address)

    def _numbers(self, creditor: str, text: str) -> Iterator[tuple[str, str]]:
        written = list(dict.fromkeys(_numbers_in(text)))[:_CANDIDATES_MAX]
        keys = [(creditor, "invoice", number) for number in written]
        found = self._store.get_many(NumberTaken, keys) if keys else {}
        for key in keys:
            if key in found:
                yield found[key].number, found[key].account

    def _references(self, creditor: str, text: str) -> Iterator[Ground]:
        written = {"".join(one.upper().split()) for one in _RF.findall(text)}
        keys = [(creditor, KIND, one) for one in sorted(written) if is_reference(one)][:20]
        found = self._store.get_many(PaymentReference, keys) if keys else {}
        for one in found.values():
            yield Ground("rf", one.account, one.reference)

    def _spelt(self, creditor: str, account: str, text: str) -> list[str]:
        items = list(islice(self._store.list(OpenItem, creditor, account), _ITEMS_MAX))
        keys: dict[str, list[tuple[int, Grade]]] = {}
        for place, item in enumerate(items):
            for key, grade in spellings(item.number):
                keys.setdefault(key, []).append((place, grade))
        read = mentions.read(text, keys, [item.number for item in items])
        told = [one for one in read.mentions if len(one.items) == 1 and one.grade == "number"]
        return list(dict.fromkeys(items[one.items[0]].number for one in told))


def _numbers_in(text: str) -> Iterator[str]:
    """Yield what may be the number of an invoice: whole, with a digit, and no day or amount.

    Few digits alone count only behind a word for an invoice.
    """
    for found in _TOKEN.finditer(text):
        token = found[0]
        if not any(one.isdigit() for one in token) or _DAY.fullmatch(token):
            continue
        before = text[max(0, found.start() - _LABEL_LENGTH) : found.start()]
        if token.isdecimal() and len(token) < _SHORT and not _LABEL.search(before):
            continue
        yield token
        if token[0].isdecimal() and (prefix := _PREFIX.search(before)):
            yield f"{prefix[1]} {token}"


def _looked_at(mail: ReadMail) -> str:
    return f"{mail.subject}\n{mail.text}"[:_LOOKED_AT]


def _domains(address: str) -> tuple[str, ...]:
    return (address.rpartition("@")[2],) if "@" in address else ()
