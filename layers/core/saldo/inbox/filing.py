"""A mail entered into its account's conversation, with those of its files that pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from saldo.accounts.model import Creditor
from saldo.files.model import FileKindNotTaken, FilesTooLarge
from saldo.files.service import Files
from saldo.inbox.model import Mail, MailFile
from saldo.inbox.reading import ReadFile
from saldo.store import Write
from saldo.threads.model import ThreadEntry
from saldo.threads.service import Threads, Words

PAYER = "payer"
KEPT_FILES_MAX = 10
"""As many become files of the account; the mail itself has them all."""


def keep_files(files: Files, mail: Mail, read: Sequence[ReadFile]) -> Mail:
    """Keep a mail's harmless files as files of its account; return the mail with their ids.

    What counts is what was said of them when the mail came. Keeping the same again changes nothing.
    Raises FilesBusy.
    """
    assert mail.account is not None, "only what was put to an account is filed"
    judged = {one.part: one for one in mail.files}
    kept: list[MailFile] = []
    for one in read:
        file = judged.get(one.file.part, one.file)
        if file.verdict == "ok" and sum(bool(each.file) for each in kept) < KEPT_FILES_MAX:
            try:
                stored = files.keep(
                    mail.creditor,
                    mail.account,
                    "mail",
                    file.name,
                    file.content_type,
                    one.data,
                    PAYER,
                    mail.invoice,
                    mail.id,
                )
            except (FileKindNotTaken, FilesTooLarge):
                kept.append(file)  # it stays in the mail, and can be saved from there
                continue
            file = replace(file, file=stored.id)
        kept.append(file)
    return replace(mail, files=tuple(kept))


def enter(threads: Threads, creditor: Creditor, mail: Mail, beside: Sequence[Write]) -> ThreadEntry:
    """Enter what a mail says into its account's conversation, in one transaction with `beside`.

    A mail without words says its subject. Raises AccountUnknown or ThreadBusy.
    """
    assert mail.account is not None, "only what was put to an account is filed"
    words = Words(
        mail.id,
        mail.text.strip() or mail.subject.strip() or "…",
        PAYER,
        mail.invoice,
        tuple(dict.fromkeys(one.file for one in mail.files if one.file)),
        mail.id,
    )
    return threads.take_mail(creditor, mail.account, words, beside)
