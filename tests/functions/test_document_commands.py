"""The commands about files that come in, over a table and buckets (moto), as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import boto3
import pytest
from moto import mock_aws

from functions.ingest import app
from infra.table import table_definition
from saldo.accounts.api_keys import ALL_SCOPES
from saldo.adapters.dynamo.store import DynamoStore
from saldo.wiring import install
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common, uploads
from saldo_cli.lambda_http import FunctionHttp, HttpFunction
from saldo_cli.main import main
from tests.books import CREDITOR, Books
from tests.incoming import DEBTOR, about, einvoice, open_debtor, over

REGION, URL = "eu-central-1", "https://pay.example"


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        for name in ("files", "bay"):
            boto3.client("s3", REGION).create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": URL,
            "AccountQueueUrl": "x",
            "SendQueueUrl": "x",
            "FilesBucketName": "files",
            "IntakeBucketName": "bay",
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        books = Books(DynamoStore("saldo", REGION))
        open_debtor(books)
        install(cloud.services)
        http = FunctionHttp({URL: [HttpFunction(app.app, app.handler)]})
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        monkeypatch.setattr(uploads, "KeepAliveTransport", lambda: _Wire(http))
        secret, _ = books.accounts.create_key(CREDITOR, "ERP", ALL_SCOPES)
        monkeypatch.setenv("SALDO_API_KEY", secret)
        yield books
        install(None)


class _Wire:
    """The API in this process, and S3's address for forms."""

    def __init__(self, http: FunctionHttp) -> None:
        self._http = http

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def request(self, method: str, url: str, headers: Any, body: bytes | None) -> Any:
        if url.startswith(URL):
            return self._http.request(method, url, headers, body)
        self.form = body
        return 204, {}, b""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()  # metrics of the function
    code = main([*arguments, "--json"])
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if not line.startswith(('{"_aws', '{"level'))]
    return code, json.loads("\n".join(lines))


def test_documents_are_sent_and_told_one_by_one(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "7.xml").write_bytes(einvoice())
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7")
    code, sent = run(capsys, "document", "push", *map(str, sorted(tmp_path.iterdir())))
    assert (code, [one["state"] for one in sent]) == (1, ["taken", "refused"])
    assert books.invoice_now("RE-7", DEBTOR).open_minor == 11900
    code, shown = run(capsys, "upload", "show", sent[0]["id"])
    assert (code, shown["found"]["number"], shown["name"]) == (0, "RE-7", "7.xml")
    main(["upload", "show", sent[1]["id"]])
    assert "no.pdf is refused" in capsys.readouterr().out


def test_a_large_file_goes_to_an_address_of_its_own(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    large = tmp_path / "big.csv"
    large.write_bytes(b"a;b\n" * 1_100_000)
    code, sent = run(capsys, "document", "push", str(large))
    assert (code, sent[0]["state"]) == (0, "received")
    code, shown = run(capsys, "upload", "show", sent[0]["id"])
    assert (code, shown["name"], shown["document"]) == (0, "big.csv", None)


def test_what_waits_is_listed_and_helped_along(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    note = tmp_path / "g.xml"
    note.write_bytes(einvoice("G-1", DEBTOR, about("RE-6"), *over("19.00"), kind="381"))
    run(capsys, "document", "push", str(note))
    code, waiting = run(capsys, "upload", "list")
    assert (code, [one["code"] for one in waiting]) == (0, ["preceding-unknown"])
    books.push(books.invoice("RE-5", account=DEBTOR))
    code, done = run(capsys, "upload", "again", waiting[0]["id"], "--invoice", "RE-5")
    assert (code, done["state"]) == (0, "taken")
    assert run(capsys, "upload", "list") == (0, [])
    assert books.invoice_now("RE-5", DEBTOR).open_minor == 10000


def test_how_documents_are_taken_is_shown_and_set(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    set_ = ("--seller", "DE123456789", "--create-accounts", "on", "--due-days", "14")
    code, rules = run(capsys, "intake", "set", *set_, "--mail-domain", "Acme.example")
    assert code == 0
    assert rules["sellers"] == ["DE123456789"]
    assert (rules["create_accounts"], rules["due_days"]) == (True, 14)
    assert rules["mail_domains"] == ["acme.example"]
    assert run(capsys, "intake", "show") == (0, rules)
    local = run(capsys, "intake", "address")[1]["local_part"]
    assert local.startswith("invoices-")
    assert run(capsys, "intake", "show")[1]["has_address"]
    run(capsys, "intake", "address", "--close")
    assert not run(capsys, "intake", "show")[1]["has_address"]
    assert main(["intake", "set", "--mail-domain", "no domain"]) == 1
    assert main(["intake", "set"]) == 2


def test_a_buyer_is_named_and_found(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, link = run(capsys, "intake", "buyer", "customer-number", "K 99", DEBTOR)
    assert (code, link["account"]) == (0, DEBTOR)
    (tmp_path / "7.xml").write_bytes(einvoice("RE-7", "K99"))
    assert run(capsys, "document", "push", str(tmp_path / "7.xml"))[0] == 0
    assert main(["intake", "buyer", "vat-id", "NL1", "nobody"]) == 1
