"""The inbox: who waits for an answer, mails that are nobody's yet, and answering them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.accounts.model import Account
from saldo.inbox.model import Mail, MailUnknown

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import (
        FILE_BYTES_MAX,
        Act,
        Back,
        Elsewhere,
        File,
        Page,
        Part,
        Screen,
        Shown,
        Visit,
        kept_file,
    )
    from functions.console.shown_inbox import (
        begun,
        colleagues,
        conversation,
        is_seen,
        recent,
        starters,
        waiting,
    )
else:  # in Lambda this folder is the root of the code
    from screen import (
        FILE_BYTES_MAX,
        Act,
        Back,
        Elsewhere,
        File,
        Page,
        Part,
        Screen,
        Shown,
        Visit,
        kept_file,
    )
    from shown_inbox import (
        begun,
        colleagues,
        conversation,
        is_seen,
        recent,
        starters,
        waiting,
    )

if TYPE_CHECKING:
    from saldo.inbox.service import ShownMail

STATES: Final = ("open", "mine", "triage", "recent")
SPOKEN: Final = ("de", "en", "nl", "fr")
_TEXT_MAX: Final = 4_000
_BYTES: Final = "application/octet-stream"


def show(visit: Visit) -> Shown:
    """Show a list: who waits, whose mails nobody knows, or the last mails of every state."""
    state = visit.query("state") if visit.query("state") in STATES else "open"
    values: dict[str, Any] = {
        "state": state,
        "states": [one for one in STATES if one != "triage" or visit.may("collect:write")],
        "waiting": [],
        "mails": [],
        "next": "",
    }
    if state in ("open", "mine"):
        values["waiting"] = waiting(visit, mine=state == "mine")
    elif state == "triage":
        visit.require("collect:write")
        values["mails"] = visit.services.inbox.triage(visit.creditor.id, 100)
    else:
        values["mails"], values["next"] = recent(visit, visit.query("before"))
    return Page("inbox.html", values)


def show_conversation(visit: Visit) -> Shown:
    """Show an account's conversation, with the form to answer."""
    shown = conversation(visit, visit.account(visit.query("number")))
    offered = starters(visit, shown)
    chosen = next((one for one in offered if one.id == visit.query("text")), None)
    values = {
        "c": shown,
        "offered": offered,
        "chosen": chosen,
        "begun": visit.typed("text") or begun(shown, chosen),
        "fresh_id": visit.fresh_id(),
        "people": colleagues(visit, shown.account) if visit.may("collect:write") else [],
    }
    return Page("inbox_conversation.html", values)


def show_mail(visit: Visit) -> Shown:
    """Show one mail: whose it might be, and what was found about it."""
    shown = _mail(visit, visit.query("id"))
    suggested = [
        account for number in shown.mail.suggested if (account := visit.seen(number)) is not None
    ]
    own = visit.seen_of(one.account for one in shown.mail.because)
    because = [one for one in shown.mail.because if one.account in own]
    return Page("inbox_mail.html", {"m": shown, "suggested": suggested, "because": because})


def _mail(visit: Visit, id_: str) -> ShownMail:
    """Return a mail that the user may see; raise MailUnknown."""
    shown = visit.services.inbox.get(visit.creditor.id, id_)
    if not is_seen(visit, shown.mail):
        raise MailUnknown(f"There is no mail {id_!r}.")
    return shown


def attachment(visit: Visit) -> Shown:
    """Give a file of a mail, never one that is suspicious."""
    mail = _mail(visit, visit.query("id")).mail
    part = visit.query("part")
    told, data = visit.services.inbox.attachment(
        visit.creditor.id, mail.id, int(part) if part.isdecimal() else 0
    )
    if len(data) <= FILE_BYTES_MAX:
        return File(told.name, _BYTES, data)
    if told.file and mail.account is not None:
        files = visit.services.files
        return kept_file(files, files.get(visit.creditor.id, mail.account, told.file))
    visit.require("collect:write")
    return _whole(visit, mail)  # it is in there, and only the mail lies where an address leads


def raw(visit: Visit) -> Shown:
    """Give a mail as it came."""
    return _whole(visit, _mail(visit, visit.query("id")).mail)


def _whole(visit: Visit, mail: Mail) -> Shown:
    inbox, name = visit.services.inbox, f"{mail.id}.eml"
    if mail.size > FILE_BYTES_MAX:
        return Elsewhere(inbox.address(visit.creditor.id, mail.id, name))
    return File(name, _BYTES, inbox.raw(visit.creditor.id, mail.id))


def file(visit: Visit) -> Shown:
    """Give a file of the account."""
    account = visit.account(visit.query("number"))
    files = visit.services.files
    found = files.get(visit.creditor.id, account.number, visit.query("id"))
    return kept_file(files, found)


def _conversation(account: Account) -> str:
    from urllib.parse import urlencode

    return f"inbox/conversation?{urlencode({'number': account.number})}"


def answer(visit: Visit) -> Shown:
    """Answer: the mail that was written last, else on the payer's page and by mail."""
    account = visit.account(visit.form("number"))
    invoice = visit.form("invoice") or None
    text, id_ = visit.form("text", _TEXT_MAX + 1), visit.sent_id()
    mail = visit.form("mail")
    if mail:
        from saldo.inbox.answering import Answer

        if _mail(visit, mail).mail.account != account.number:
            raise MailUnknown("The mail belongs to another account.")
        with_document = visit.form("with_document") == "yes"
        order = Answer(id_, text, visit.by, invoice, with_document=with_document, seen=_seen(visit))
        visit.services.mail_answers.answer(visit.creditor, mail, order)
    else:
        from saldo.threads.service import Words

        words = Words(id_, text, visit.by, invoice, seen=_seen(visit))
        visit.services.threads.answer(visit.creditor, account.number, words)
    return Back(_conversation(account), "mail-answered")


def _seen(visit: Visit) -> int | None:
    """Return how many entries the conversation had on the page that the form stood on."""
    seen = visit.form("seen", 9)
    return int(seen) if seen.isdecimal() else None


def close(visit: Visit) -> Shown:
    """Say that nothing is to be answered."""
    account = visit.account(visit.form("number"))
    visit.services.threads.close(visit.creditor.id, account.number, visit.by, seen=_seen(visit))
    return Back("inbox", "mail-closed")


def reopen(visit: Visit) -> Shown:
    """Say that something is to be answered after all."""
    account = visit.account(visit.form("number"))
    visit.services.threads.reopen(visit.creditor.id, account.number, visit.by)
    return Back(_conversation(account), "mail-reopened")


def assign(visit: Visit) -> Shown:
    """Take a conversation, give it to somebody, or to nobody."""
    account = visit.account(visit.form("number"))
    to = visit.form("to", 120) or None
    visit.services.threads.assign(visit.creditor.id, account.number, to, visit.by)
    return Back(_conversation(account), "mail-assigned" if to else "mail-unassigned")


def texts(visit: Visit) -> Shown:
    """Show the texts to answer with in a language, and one of them to be changed."""
    language = visit.query("language") if visit.query("language") in SPOKEN else visit.t.language
    offered = visit.services.reply_texts.offered(visit.creditor.id, language, visit.t.language)
    chosen = next((one for one in offered if one.id == visit.query("id")), None)
    values = {"language": language, "spoken": SPOKEN, "offered": offered, "chosen": chosen}
    return Page("inbox_texts.html", values)


def keep_text(visit: Visit) -> Shown:
    """Keep a text to answer with; without words it leaves the list."""
    from urllib.parse import urlencode

    language = visit.form("language", 2)
    visit.services.reply_texts.put(
        visit.creditor.id,
        visit.form("id", 40),
        language,
        visit.form("title", 100),
        visit.form("body", _TEXT_MAX + 1),
        visit.by,
    )
    return Back(f"inbox/texts?{urlencode({'language': language})}", "mail-text")


def put(visit: Visit) -> Shown:
    """Say which account a mail belongs to."""
    mail = _mail(visit, visit.form("id")).mail
    account = visit.account(visit.form("account") or visit.form("other"))
    learn = visit.form("learn") == "yes"
    visit.services.inbox.file(visit.creditor, mail.id, account.number, visit.by, learn=learn)
    return Back(_conversation(account), "mail-put")


def out(visit: Visit) -> Shown:
    """Take a mail out of the account where it stands by mistake, to say anew whose it is."""
    mail = _mail(visit, visit.form("id")).mail
    visit.services.inbox.take_out(visit.creditor.id, mail.id, visit.by)
    return Back(f"inbox/mail?id={mail.id}", "mail-out")


def end(visit: Visit) -> Shown:
    """Say that nothing is to be done about a mail, or that it is spam."""
    mail = _mail(visit, visit.form("id")).mail
    spam = visit.form("spam") == "yes"
    visit.services.inbox.close(visit.creditor.id, mail.id, visit.by, spam=spam)
    return Back("inbox?state=triage", "mail-spam" if spam else "mail-closed")


def again(visit: Visit) -> Shown:
    """Put a mail that was closed before people again."""
    mail = _mail(visit, visit.form("id")).mail
    visit.services.inbox.reopen(visit.creditor.id, mail.id, visit.by)
    return Back(f"inbox/mail?id={mail.id}", "mail-reopened")


SCREEN: Final = Screen(
    "inbox",
    "accounts:read",
    show,
    parts={
        "conversation": Part("accounts:read", show_conversation),
        "mail": Part("accounts:read", show_mail),
        "attachment": Part("accounts:read", attachment),
        "raw": Part("collect:write", raw),
        "file": Part("accounts:read", file),
        "texts": Part("collect:manage", texts),
    },
    acts={
        "answer": Act("collect:write", answer),
        "close": Act("collect:write", close),
        "reopen": Act("collect:write", reopen),
        "assign": Act("collect:write", assign),
        "put": Act("collect:write", put),
        "out": Act("collect:write", out),
        "end": Act("collect:write", end),
        "again": Act("collect:write", again),
        "text": Act("collect:manage", keep_text),
    },
)
