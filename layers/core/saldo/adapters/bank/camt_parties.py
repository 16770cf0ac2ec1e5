"""Who is on the other side of a camt transaction."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from saldo.adapters.bank.fields import shaped_iban
from saldo.statements.model import Party

_NOBODY: Final = Party()


def counterparty(
    parties: Element | None,
    agents: Element | None,
    own_iban: str,
    *,
    is_in: bool,
    is_back: bool,
) -> Party:
    """Return the payer of what comes in, the payee of what goes out.

    What comes back (`is_back`: a returned debit or transfer) names the parties as the payment that
    comes back did, so it is the other way round. A side that has our own account is never it.
    """
    sides = ("Dbtr", "Cdtr") if is_in != is_back else ("Cdtr", "Dbtr")
    for side in sides:
        found = _side(parties, agents, side)
        if found != _NOBODY and not (own_iban and found.iban == own_iban):
            return found
    return _NOBODY


def creditor_id(parties: Element | None) -> str:
    """Return the SEPA creditor identifier, if the creditor has one."""
    person = _person(parties, "Cdtr")
    if person is None:
        return ""
    identity = person.find("Id")
    private = None if identity is None else identity.find("PrvtId")
    if private is None:
        return ""
    found = private.find("Othr")
    return _text(private if found is None else found, "Id")


def _side(parties: Element | None, agents: Element | None, side: str) -> Party:
    person = _person(parties, side)
    name = _text(person, "Nm")
    if not name:
        name = _text(_person(parties, f"Ultmt{side}"), "Nm")
    iban = account = ""
    if parties is not None:
        holder = parties.find(f"{side}Acct")
        identity = None if holder is None else holder.find("Id")
        if identity is not None:
            iban = shaped_iban(_text(identity, "IBAN"))
            if not iban:
                account = _other(identity)
    bank = None if agents is None else agents.find(f"{side}Agt")
    institution = None if bank is None else bank.find("FinInstnId")
    bic = _text(institution, "BICFI") or _text(institution, "BIC")
    if not (name or iban or account or bic):
        return _NOBODY
    return Party(name, iban, bic, account)


def _other(identity: Element) -> str:
    for tag in ("Othr", "PrtryAcct"):
        found = identity.find(tag)
        if found is not None:
            return _text(found, "Id")
    return _text(identity, "BBAN") or _text(identity, "IBAN")


def _person(parties: Element | None, side: str) -> Element | None:
    """Return a party; from version 8 on it lies one deeper, in Pty (or Agt, for banks)."""
    if parties is None:
        return None
    found = parties.find(side)
    if found is None:
        return None
    inner = found.find("Pty")
    if inner is not None:
        return inner
    agent = found.find("Agt")
    institution = None if agent is None else agent.find("FinInstnId")
    return found if institution is None else institution


def _text(element: Element | None, name: str) -> str:
    if element is None:
        return ""
    found = element.find(name)
    return "" if found is None or found.text is None else found.text.strip()
