"""A stand-in for Exact Online: one division, its customers, receivables and bank entries.

It keeps what is publicly told of the real one: access of 600 s that is not renewed before 570 s, a
refresh token that works once, 60 calls a minute and 5,000 a day told in headers, pages of 60 (1,000
where changes are read by timestamp), a filter that such reading must have, and a lock of an hour
after ten errors of an endpoint.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from infra.local.erps.fake import Answer, Asked, FakeErp, Refused, Window, json_answer

BASE_URL = "https://start.exactonline.example"
DIVISION = "123456"
CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET = "app", "app-secret", "app-webhook-secret"
_NAMES = UUID("6f2f3a1e-0000-4000-8000-000000000000")
_PAGE, _SYNC_PAGE = 60, 1000
_FILTER = re.compile(r"Timestamp gt (\d+)L")
_BY_DESCRIPTION = re.compile(r"Description eq '([^']*)'")
_BY_NUMBER = re.compile(r"InvoiceNumber eq (\d+)")
_ACCOUNT = re.compile(r"crm/Accounts\(guid'([0-9a-f-]+)'\)")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def guid(name: str) -> str:
    """The id that a thing of that name has."""
    return str(uuid5(_NAMES, name))


@dataclass
class ExactErp(FakeErp):
    """One division of Exact Online."""

    base_url: str = BASE_URL
    code: str = "code-of-consent"
    refresh: str = ""
    access: str = ""
    renewed_at: datetime | None = None
    renewals: int = 0
    stamp: int = 100
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    receivables: dict[int, dict[str, Any]] = field(default_factory=dict)
    deleted: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    subscriptions: list[dict[str, str]] = field(default_factory=list)
    post: Callable[[str, bytes], int] | None = None
    minute: Window = field(default_factory=lambda: Window(60, _MINUTE))
    day: Window = field(default_factory=lambda: Window(5000, _DAY))

    # What people do in Exact.

    def customer(self, code: str, name: str, email: str | None = None, **more: Any) -> None:
        """Keep a customer."""
        self.stamp += 1
        self.accounts[code] = {
            "Timestamp": self.stamp,
            "ID": guid(f"account-{code}"),
            "Code": code.rjust(18),
            "Name": name,
            "Email": email,
            "Country": "NL",
            "Language": "NL",
            "Status": "C",
            "Blocked": False,
            **more,
        }

    def invoice(self, number: int, code: str, amount: str, issued: date, due: date) -> None:
        """Book an invoice."""
        account = self.accounts[code]
        self.receivables[number] = {
            "HID": 9000 + number,
            "Id": guid(f"receivable-{number}"),
            "AccountId": account["ID"],
            "AccountCode": account["Code"],
            "AccountName": account["Name"],
            "Amount": Decimal(amount),
            "CurrencyCode": "EUR",
            "Description": f"Factuur {number}",
            "DueDate": _date(due),
            "EntryNumber": 20260000 + number,
            "InvoiceDate": _date(issued),
            "InvoiceNumber": number,
            "YourRef": None,
        }

    def paid_at_the_bank(self, number: int, amount: str) -> None:
        """Match a bank transfer with an invoice."""
        self.receivables[number]["Amount"] -= Decimal(amount)

    def delete(self, number: int) -> None:
        """Delete an invoice."""
        self.stamp += 1
        gone = self.receivables.pop(number)
        self.deleted.append(
            {"Timestamp": self.stamp, "EntityType": 10, "EntityKey": gone["Id"], "ID": gone["Id"]}
        )

    def open_of(self, number: int) -> Decimal:
        """What stands open of an invoice."""
        found = self.receivables.get(number)
        return found["Amount"] if found else Decimal(0)

    def call(self, topic: str, key: str) -> bytes:
        """Return the body of the call that tells of a change."""
        content = json.dumps(
            {
                "Topic": topic,
                "Action": "Update",
                "Division": int(DIVISION),
                "Key": guid(key),
                "ExactOnlineEndpoint": f"{self.base_url}/api/v1/{DIVISION}/…",
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        digest = hmac.new(WEBHOOK_SECRET.encode(), content, hashlib.sha256).hexdigest().upper()
        return b'{"Content":' + content + b',"HashCode":"' + digest.encode() + b'"}'

    # What the interface does.

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/api/oauth2/token":
            return json_answer(200, self._token(asked.form()))
        endpoint = asked.path.removeprefix(f"/api/v1/{DIVISION}/").partition("(")[0]
        if self.errors[endpoint] > 10:
            raise Refused(429, {"error": {"message": {"value": "Key locked: too many errors"}}})
        try:
            self._check(asked)
            document = self._resource(asked, endpoint)
        except Refused as refused:
            if refused.status in (400, 401, 403, 404):
                self.errors[endpoint] += 1
            raise
        headers = {
            "x-ratelimit-minutely-limit": "60",
            "x-ratelimit-minutely-remaining": str(self.minute.left),
            "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": str(self.day.left),
        }
        if document is None:
            return 204, headers, b""
        return json_answer(201 if asked.method == "POST" else 200, document, headers)

    def _token(self, form: dict[str, str]) -> dict[str, str]:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refused(401, {"error": "invalid_client"})
        now = self.now()
        if form.get("grant_type") == "authorization_code":
            if not self.code or form.get("code") != self.code:
                raise Refused(400, {"error": "invalid_grant"})
            self.code = ""
        elif not self.refresh or form.get("refresh_token") != self.refresh:
            raise Refused(400, {"error": "invalid_grant"})
        elif self.renewed_at is not None and now - self.renewed_at < timedelta(seconds=570):
            raise Refused(400, {"error": "access_token not expired"})
        self.renewals += 1
        self.refresh, self.access = f"refresh-{self.renewals}", f"access-{self.renewals}"
        self.renewed_at = now
        return {
            "access_token": self.access,
            "token_type": "bearer",
            "expires_in": "600",
            "refresh_token": self.refresh,
        }

    def _check(self, asked: Asked) -> None:
        now = self.now()
        if not self.minute.spend(now):
            raise Refused(429, {"error": {"message": {"value": "Too many requests"}}})
        if not self.day.spend(now):
            raise Refused(429, {"error": {"message": {"value": "Too many requests today"}}})
        is_over = self.renewed_at is None or now - self.renewed_at >= timedelta(seconds=600)
        if is_over or asked.headers.get("authorization") != f"Bearer {self.access}":
            raise Refused(401, {"error": {"message": {"value": "Unauthorized"}}})

    def _resource(self, asked: Asked, endpoint: str) -> Any:
        if asked.method == "GET":
            return self._list(asked, endpoint)
        if asked.method == "POST" and endpoint == "financialtransaction/BankEntries":
            return self._bank_entry(asked.json())
        if asked.method == "POST" and endpoint == "webhooks/WebhookSubscriptions":
            return self._subscription(asked.json())
        if asked.method == "PUT" and (match := _ACCOUNT.search(asked.path)):
            for account in self.accounts.values():
                if account["ID"] == match[1]:
                    account.update(asked.json())
                    return None
        raise Refused(404, {"error": {"message": {"value": "Resource not found"}}})

    def _list(self, asked: Asked, endpoint: str) -> Any:
        if endpoint in ("sync/CRM/Accounts", "sync/Deleted"):
            match = _FILTER.fullmatch(asked.query.get("$filter", ""))
            if match is None:
                raise Refused(400, {"error": {"message": {"value": "A filter is mandatory"}}})
            found = list(self.accounts.values()) if "Accounts" in endpoint else self.deleted
            rows = sorted(
                (one for one in found if one["Timestamp"] > int(match[1])),
                key=lambda one: int(one["Timestamp"]),
            )
            return self._page(asked, rows, _SYNC_PAGE)
        if endpoint == "read/financial/ReceivablesList":
            rows = [one for one in self.receivables.values() if one["Amount"]]
            rows.sort(key=lambda one: (one["InvoiceNumber"], one["HID"]))
            if match := _BY_NUMBER.fullmatch(asked.query.get("$filter", "")):
                rows = [one for one in rows if one["InvoiceNumber"] == int(match[1])]
            return self._page(asked, rows, _PAGE)
        if endpoint == "financialtransaction/BankEntryLines":
            match = _BY_DESCRIPTION.fullmatch(asked.query.get("$filter", ""))
            if match is None:
                raise Refused(400, {"error": {"message": {"value": "A filter is mandatory"}}})
            return self._page(
                asked, [one for one in self.lines if one["Description"] == match[1]], _PAGE
            )
        if endpoint == "webhooks/WebhookSubscriptions":
            return self._page(asked, list(self.subscriptions), _PAGE)
        raise Refused(404, {"error": {"message": {"value": "Resource not found"}}})

    def _subscription(self, wanted: dict[str, str]) -> Any:
        """Subscribe to a topic, once the address answered an empty call."""
        if self.post is not None and self.post(wanted["CallbackURL"], b"") != 200:
            told = "Invalid: Post to callback URL endpoint failed"
            raise Refused(400, {"error": {"message": {"value": told}}})
        made = {"ID": guid(wanted["Topic"]), **wanted}
        self.subscriptions.append(made)
        return {"d": made}

    def _page(self, asked: Asked, rows: list[dict[str, Any]], size: int) -> Any:
        start = int(asked.query.get("$skiptoken", "0"))
        selected = [name for name in asked.query.get("$select", "").split(",") if name]
        shown = [
            {
                name: float(value) if isinstance(value, Decimal) else value
                for name, value in row.items()
                if not selected or name in selected
            }
            for row in rows[start : start + size]
        ]
        page: dict[str, Any] = {"results": shown}
        if start + size < len(rows):
            kept = "".join(f"{k}={v}&" for k, v in asked.query.items() if k != "$skiptoken")
            page["__next"] = f"{self.base_url}{asked.path}?{kept}$skiptoken={start + size}"
        return {"d": page}

    def _bank_entry(self, entry: dict[str, Any]) -> Any:
        if not entry.get("JournalCode") or not entry.get("BankEntryLines"):
            raise Refused(400, {"error": {"message": {"value": "Mandatory: JournalCode"}}})
        id_ = guid(f"entry-{len(self.lines)}")
        for line in entry["BankEntryLines"]:
            if not line.get("GLAccount"):
                raise Refused(400, {"error": {"message": {"value": "Mandatory: GLAccount"}}})
            if "OurRef" in line:
                row = self.receivables.get(line["OurRef"])
                if row is None or row["AccountId"] != line.get("Account"):
                    raise Refused(400, {"error": {"message": {"value": "Unknown: OurRef"}}})
                row["Amount"] -= Decimal(str(line["AmountFC"]))
            self.lines.append({**line, "EntryID": id_})
        return {"d": {"EntryID": id_, "JournalCode": entry["JournalCode"]}}


def _date(day: date) -> str:
    return f"/Date({(day - date(1970, 1, 1)).days * 86_400_000})/"
