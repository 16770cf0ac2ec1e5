"""Documents by mail: what is attached to a mail to a creditor's address is taken.

Whoever knows the address can write there, and anybody can write any sender: so the address bears a
token, the sender's domain must be one that the creditor named, and the mail service must have found
that the mail really comes from there (DMARC, RFC 7489; or SPF of the same domain where it publishes
no policy). Nobody gets an answer by mail: an answer to a forged sender is another's nuisance.

Whoever pays may write there too, if they are a contact of an account, but only what a payment of
theirs is for: what they send is taken as a remittance advice or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from typing import Final

from saldo.intake.desk import Arrival, ReceivingDesk
from saldo.intake.model import SOURCE_DEFAULT, Receipt
from saldo.intake.rules import IntakeRuleBook
from saldo.intake.words import one_line
from saldo.reminders.inbound.decoding import as_it_came, decoded

ATTACHMENTS_MAX: Final = 20
SENDER_NOT_ALLOWED: Final = "sender-not-allowed"
SENDER_NOT_PROVEN: Final = "sender-not-proven"
VIRUS_FOUND: Final = "virus-found"
NO_ATTACHMENT: Final = "no-attachment"
ATTACHMENTS_TOO_MANY: Final = "attachments-too-many"

_BODY_NAME: Final = "mail.txt"
_BODY_BYTES_MAX: Final = 1_000_000
_BEGIN: Final = 2_000
_FROM_MAX: Final = 4_000
_PASS: Final = "PASS"  # noqa: S105 - a verdict
_NOT_FILES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


@dataclass(frozen=True, slots=True)
class MailNotice:
    """What the mail service says of a mail: envelope, and verdicts by name ("dmarc", "spf",
    "dkim", "virus", "spam"), each PASS, FAIL, GRAY or PROCESSING_FAILED. `at` is when it came.
    """

    id: str
    recipients: tuple[str, ...]
    envelope_from: str
    verdicts: Mapping[str, str]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a mail carries."""

    name: str
    media_type: str
    data: bytes


class DocumentMails:
    """Takes mails to creditors' addresses for documents.

    `is_advice` tells by a mail's subject or words that it says what a payment is for;
    `advice_source` is the source that its files are then from. `is_payer(creditor, address)` tells
    whether an address is that of a contact of an account.
    """

    def __init__(
        self,
        desk: ReceivingDesk,
        rules: IntakeRuleBook,
        is_advice: Callable[[str], bool] = lambda _: False,
        advice_source: str = SOURCE_DEFAULT,
        is_payer: Callable[[str, str], bool] = lambda _creditor, _address: False,
    ) -> None:
        self._desk, self._rules = desk, rules
        self._is_advice, self._advice_source = is_advice, advice_source
        self._is_payer = is_payer

    def creditor_of(self, recipients: Sequence[str]) -> str | None:
        """Return whose address for documents a mail went to, None for other mail."""
        found = (self._rules.creditor_at(one) for one in recipients)
        return next((creditor for creditor in found if creditor), None)

    def take(self, notice: MailNotice, raw: bytes) -> list[Receipt]:
        """Take what a mail carries; none where it is not to an address for documents.

        A mail that is not let in, or carries nothing, has a receipt that says so. Raises FilesBusy,
        or what a taker cannot do now.
        """
        creditor = self.creditor_of(notice.recipients)
        if creditor is None:
            return []
        mail = as_it_came(raw)
        sender = sender_of(mail)
        whole = Arrival(creditor, _subject(mail), raw, "mail", sender or "?", mail=notice.id)
        files = list(attached(mail))
        words = body_of(mail)
        is_advice = self._is_advice(whole.name) or (not files and self._is_advice(words[:_BEGIN]))
        wrong = not_let_in(sender, notice, self._rules.of(creditor).mail_domains)
        if wrong is not None and not (is_advice and self._pays(creditor, sender, notice)):
            return [self._desk.refuse(whole, *wrong)]
        if is_advice and words.strip() and not files:
            files = [Attached(_BODY_NAME, "text/plain", words.encode())]
        if not files:
            return [self._desk.refuse(whole, NO_ATTACHMENT, "The mail carries no file.")]
        if len(files) > ATTACHMENTS_MAX:
            words = f"A mail carries at most {ATTACHMENTS_MAX} files."
            return [self._desk.refuse(whole, ATTACHMENTS_TOO_MANY, words)]
        return [
            self._desk.receive(
                Arrival(
                    creditor,
                    one.name,
                    one.data,
                    "mail",
                    sender,
                    self._advice_source if is_advice else SOURCE_DEFAULT,
                    media_type=one.media_type,
                    mail=notice.id,
                )
            )[0]
            for one in files
        ]

    def _pays(self, creditor: str, sender: str, notice: MailNotice) -> bool:
        """Tell whether a mail is proven to be from a contact of an account."""
        proven = not_let_in(sender, notice, (_domain(sender),)) is None
        return proven and self._is_payer(creditor, sender)


def not_let_in(sender: str, notice: MailNotice, domains: Sequence[str]) -> tuple[str, str] | None:
    """Return why a mail is not let in, as a code and a sentence; None if it is. Pure."""
    domain = _domain(sender)
    if not domain or domain not in domains:
        said = one_line(domain, 100) or "nobody"
        return SENDER_NOT_ALLOWED, f"Mail from {said} is not taken; the creditor names who may."
    if notice.verdicts.get("virus", _PASS) == "FAIL":
        return VIRUS_FOUND, "The mail service found a virus in the mail."
    dmarc, spf = notice.verdicts.get("dmarc", ""), notice.verdicts.get("spf", "")
    # GRAY: the domain publishes no policy; then SPF proves the envelope, if both name one domain.
    is_aligned = dmarc == "GRAY" and spf == _PASS and _domain(notice.envelope_from) == domain
    if dmarc != _PASS and not is_aligned:
        return SENDER_NOT_PROVEN, f"It is not proven that the mail comes from {domain}."
    return None


def sender_of(mail: Message) -> str:
    """Return the one address in From, "" where there is none or several. Pure."""
    written = mail.get_all("From", [])
    named = getaddresses([str(one)[:_FROM_MAX] for one in written[:2]])
    found = [address for _, address in named if address]
    return found[0].lower() if len(written) == 1 and len(found) == 1 else ""


def attached(mail: Message) -> Iterator[Attached]:
    """Yield the files of a mail: what has a name, but for pictures in its text and signatures."""
    for part in mail.walk():
        if part.is_multipart() or part.get_content_type() in _NOT_FILES:
            continue
        name = file_name(part)
        inline = part.get_content_disposition() == "inline" or part.get("Content-ID")
        if not name or (inline and part.get_content_maintype() == "image"):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield Attached(name, part.get_content_type(), data)


def body_of(mail: Message) -> str:
    """Return the words of a mail, plain if it has them, else those of its page as HTML. Pure."""
    found: dict[str, str] = {}
    for part in mail.walk():
        kind = part.get_content_type()
        if part.is_multipart() or kind not in ("text/plain", "text/html") or file_name(part):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and kind not in found:
            found[kind] = decoded(data[:_BODY_BYTES_MAX], part.get_content_charset() or "utf-8")
    return found.get("text/plain") or found.get("text/html", "")


def file_name(part: Message) -> str:
    """Return a part's file name in plain words, whatever way it is encoded."""
    header = EmailMessage(policy=policy.default)
    for name in ("Content-Type", "Content-Disposition"):
        if part.get(name):
            try:
                header[name] = str(part[name])
            except (ValueError, LookupError, TypeError):
                continue
    try:
        found = header.get_filename() or part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        found = ""
    return one_line(found, 200)


def _subject(mail: Message) -> str:
    return one_line(str(mail.get("Subject", "")), 200) or "mail"


def _domain(address: str) -> str:
    return address.strip().rstrip(">").rpartition("@")[2].lower() if "@" in address else ""
