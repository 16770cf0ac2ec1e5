"""A statement as the bank writes it: camt.053, version 8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Line:
    """A booking: minor units of EUR, below zero where money left. `label` is the story's alone."""

    day: date
    minor: int
    label: str
    name: str
    iban: str
    text: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    return_reason: str = ""


def statement(
    iban: str, number: int, first: date, last: date, opening_minor: int, lines: Sequence[Line]
) -> bytes:
    """Return a file with one statement of an account."""
    closing_minor = opening_minor + sum(line.minor for line in lines)
    body = "".join(_entry(line) for line in lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M{number}</MsgId><CreDtTm>{last}T23:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening_minor, first)}{_balance('CLBD', closing_minor, last)}"
        f"{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, minor: int, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(minor)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(minor: int) -> str:
    sign = "DBIT" if minor < 0 else "CRDT"
    major, cents = divmod(abs(minor), 100)
    return f'<Amt Ccy="EUR">{major}.{cents:02d}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _entry(line: Line) -> str:
    role = "Cdtr" if line.minor < 0 else "Dbtr"
    party = (
        f"<{role}><Pty><Nm>{escape(line.name)}</Nm></Pty></{role}>"
        f"<{role}Acct><Id><IBAN>{line.iban}</IBAN></Id></{role}Acct>"
    )
    structured = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{line.reference}</Ref></CdtrRefInf></Strd>"
    )
    words = f"<Ustrd>{escape(line.text)}</Ustrd>" if line.text else ""
    told = words + (structured if line.reference else "")
    ids = f"<EndToEndId>{line.end_to_end_id or 'NOTPROVIDED'}</EndToEndId>"
    why = f"<RtrInf><Rsn><Cd>{line.return_reason}</Cd></Rsn></RtrInf>"
    code = "RRTN" if line.return_reason else "ESCT"
    return (
        f"<Ntry>{_amount(line.minor)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd><NtryDtls><TxDtls><Refs>{ids}</Refs>{_amount(line.minor)}"
        f"<RltdPties>{party}</RltdPties>"
        f"{f'<RmtInf>{told}</RmtInf>' if told else ''}{why if line.return_reason else ''}"
        "</TxDtls></NtryDtls></Ntry>"
    )
