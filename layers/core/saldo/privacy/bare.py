"""Entries of the bank and mails without anybody's words: they stand under keys of their own."""

from __future__ import annotations

from dataclasses import replace

from saldo.bank_entries.model import BankEntry
from saldo.inbox.model import Mail
from saldo.statements.model import NOBODY, UNREFERENCED


def bare_entry(entry: BankEntry) -> BankEntry:
    """Return an entry of the bank without who paid and what they wrote; its codes stay."""
    refund = replace(entry.refund, name="", iban="", reason="") if entry.refund else None
    bare = replace(entry.entry, counterparty=NOBODY, references=UNREFERENCED, remittance="")
    portions = tuple(replace(one, reason="", undone_reason="") for one in entry.portions)
    return replace(
        entry, entry=bare, proposal=None, refund=refund, portions=portions, reason="", doing=None
    )


def bare_mail(mail: Mail) -> Mail:
    """Return a mail of which nothing is left but that one came, when, and how long it was."""
    files = tuple(replace(one, name="") for one in mail.files)
    return replace(
        mail,
        from_name="",
        from_address="",
        subject="",
        text="",
        to=(),
        because=(),
        references=(),
        message_id="",
        files=files,
    )
