"""How many transactions of bank statements one core reads in a second, per format.

    PYTHONPATH=layers/core:. .venv/bin/python bench/read_statements.py [transactions] [FOLDER]

The files are made here: one camt.053 and one MT940 statement with so many transactions, each with a
counterparty, an IBAN, an end-to-end id and a text, as German banks write them; an OFX and a CSV of
as many. With a FOLDER the libraries from PyPI that are in it (`bench/statement_libraries.py` says
which, and how they come there) read the same files in the same run, turn by turn with us.
Processor time; the highest memory use is that of the whole run.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.statement_libraries import READERS
from saldo.adapters.bank.read import read
from saldo.statements.csv_map import csv_map
from saldo.statements.model import Entry

_TIMES = 3
_ENDINGS = {"camt.053": "xml", "MT940": "sta", "OFX": "ofx", "CSV": "csv"}
_IBAN = "DE02120300000000202051"
_MAP = csv_map(
    {
        "account": _IBAN,
        "currency": "EUR",
        "columns": {
            "booked_on": "Tag", "amount": "Betrag", "name": "Name", "iban": "IBAN",
            "remittance": "Zweck", "end_to_end_id": "Kennung",
        },
        "days": "DMY",
        "decimal": ",",
    }
)  # fmt: skip


def camt(count: int) -> bytes:
    """A camt.053.001.08 with one entry per transaction."""
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">12.35</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>"
        f"<AcctSvcrRef>B{at:08}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        f"<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>E2E-{at}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Beispiel {at} GmbH</Nm>"
        f"</Pty></Dbtr><DbtrAcct><Id><IBAN>DE02500105170137075030</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>Rechnung RE-{at} vom 02.11.2026</Ustrd></RmtInf></TxDtls>"
        f"</NtryDtls></Ntry>"
        for at in range(count)
    )
    total = count * 1235
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
        "<MsgId>1</MsgId><CreDtTm>2026-11-20T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>"
        "<CreDtTm>2026-11-20T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{_IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', 0)}{_balance('CLBD', total)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, minor: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{minor // 100}.{minor % 100:02}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-20</Dt></Dt></Bal>"
    )


def mt940(count: int) -> bytes:
    """An MT940 with field 86 in the German structure."""
    lines = "".join(
        f":61:2611201120C12,35NTRFNONREF//B{at:08}\n"
        f":86:166?00GUTSCHRIFT?109300?20EREF+E2E-{at}?21SVWZ+Rechnung RE-{at}?22 vom 02.11.2026"
        f"?30MARKDEF1?31DE02500105170137075030?32Beispiel {at} GmbH\n"
        for at in range(count)
    )
    total = count * 1235
    return (
        f":20:STARTUMS\n:25:{_IBAN}\n:28C:1/1\n:60F:C261119EUR0,00\n{lines}"
        f":62F:C261120EUR{total // 100},{total % 100:02}\n-\n"
    ).encode()


def ofx(count: int) -> bytes:
    """An OFX 1.02, elements without ends."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261120<TRNAMT>12.35<FITID>B{at:08}"
        f"<NAME>Beispiel {at} GmbH<MEMO>Rechnung RE-{at} vom 02.11.2026</STMTTRN>\n"
        for at in range(count)
    )
    return (
        "OFXHEADER:100\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR"
        f"<BANKACCTFROM><ACCTID>{_IBAN}</BANKACCTFROM><BANKTRANLIST>\n{rows}</BANKTRANLIST>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


def csv(count: int) -> bytes:
    """A CSV as German banks write it."""
    rows = "".join(
        f"20.11.2026;12,35;Beispiel {at} GmbH;DE02500105170137075030;Rechnung RE-{at};E2E-{at}\n"
        for at in range(count)
    )
    return f"Tag;Betrag;Name;IBAN;Zweck;Kennung\n{rows}".encode("cp1252")


def ours(data: bytes, mapping: Any = None) -> int:
    """Return how many entries this project reads."""
    return sum(isinstance(row, Entry) for row in read(BytesIO(data), mapping))


def theirs(library: str, folder: Path, file: Path, count: int) -> str:
    """Return what a library makes of a file, measured in a process of its own."""
    if not (folder / library.partition(" ")[0]).is_dir():
        return "is not in the folder"
    script = Path(__file__).with_name("statement_libraries.py")
    command = [sys.executable, str(script), library, str(folder), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"could not read it: {done.stderr.strip().splitlines()[-1:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    found = "" if told["found"] == count else f", but found {told['found']:,} of {count:,}"
    return f"{told['rate']:9,.0f} transactions/s ({told['version']}){found}"


def measure(what: Callable[[], int], count: int) -> float:
    """Return transactions per second, the best of three times."""
    best = float("inf")
    for _ in range(_TIMES):
        begun = time.process_time()
        found = what()
        best = min(best, time.process_time() - begun)
        assert found == count, f"{found} of {count}"
    return count / best


def peak_kilobytes(file: Path, mapping: Any = None) -> int:
    """Return the most memory that reading a file takes, entries let go as they come."""
    tracemalloc.start()
    with file.open("rb") as source:
        for _ in read(source, mapping):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak // 1000


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    libraries = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with TemporaryDirectory() as folder:
        for name, make in (("camt.053", camt), ("MT940", mt940), ("OFX", ofx), ("CSV", csv)):
            data = make(count)
            mapping = _MAP if name == "CSV" else None
            file = Path(folder) / f"{name}.{_ENDINGS[name]}"
            file.write_bytes(data)
            rates = [measure(lambda data=data, mapping=mapping: ours(data, mapping), count)]
            for library in READERS.get(name, ()) if libraries else ():
                print(f"{name:9} {library:27} {theirs(library, libraries, file, count)}")
                rates.append(measure(lambda data=data: ours(data), count))
            peak = peak_kilobytes(file, mapping)
            print(f"{name:9} {'saldo':27} {max(rates):9,.0f} transactions/s, at most {peak:,} kB")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB")


if __name__ == "__main__":
    main()
