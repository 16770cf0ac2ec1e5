"""Answers to text messages: the words that end them, and that let them come again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from saldo.accounts.model import Creditor
from saldo.accounts.service import Accounts
from saldo.reminders.channels.addresses import e164
from saldo.reminders.optouts import OptOuts, OptOutUnknown, keyword_of, subject_of

Did = Literal["stopped", "started", "left"]


class InboundSms:
    """Takes answers at least once each. An answer that is no keyword is left for people."""

    def __init__(self, accounts: Accounts, opt_outs: OptOuts) -> None:
        self._accounts, self._opt_outs = accounts, opt_outs

    def take(self, sender: str, number: str, text: str) -> list[tuple[str, Did]]:
        """Do what an answer from `sender` to our `number` asks; return it per creditor.

        Several creditors may send from one number: a STOP to it ends the messages of them all, for
        whoever wrote it cannot tell them apart.
        """
        means, who = keyword_of(text), e164(sender)
        if means is None or who is None:
            return []
        done: list[tuple[str, Did]] = []
        for creditor in self._of_number(number):
            if means == "stop":
                self._opt_outs.give(creditor.id, "sms", purpose="all", by="keyword", address=who)
                done.append((creditor.id, "stopped"))
                continue
            try:
                self._opt_outs.take_back(creditor.id, "sms", subject_of(who), "keyword")
            except OptOutUnknown:
                done.append((creditor.id, "left"))
            else:
                done.append((creditor.id, "started"))
        return done

    def _of_number(self, number: str) -> Iterator[Creditor]:
        ours = e164(number)
        for creditor in self._accounts.creditors():
            if ours is not None and e164(creditor.sms_from or "") == ours:
                yield creditor
