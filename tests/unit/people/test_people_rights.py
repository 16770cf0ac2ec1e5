"""What each role may do, and at which creditor."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from saldo.people.model import Grant, User
from saldo.people.rights import (
    ALL_RIGHTS,
    RIGHTS_OF,
    ROLES,
    Right,
    grant_of,
    rights_of,
    sees_own_customers_only,
)
from saldo.people.totp import app_address, code_at


def somebody(*grants: Grant, state: str = "active") -> User:
    return User("u1", "clara@example.com", "Clara", state=state, grants=grants)  # type: ignore[arg-type]  # one of three


def test_every_role_has_rights_and_the_owner_has_all() -> None:
    assert set(RIGHTS_OF) == set(ROLES)
    assert RIGHTS_OF["owner"] == frozenset(ALL_RIGHTS)


def test_a_manager_lets_nobody_in_and_changes_no_bank_details() -> None:
    assert frozenset(ALL_RIGHTS) - RIGHTS_OF["manager"] == {
        "users:write",
        "settings:write",
        "bank-details:write",
        "privacy:write",
    }


def test_an_auditor_reads_everything_and_writes_nothing() -> None:
    assert RIGHTS_OF["auditor"] == {right for right in ALL_RIGHTS if right.endswith(":read")}
    assert "audit:read" in RIGHTS_OF["auditor"]


@pytest.mark.parametrize("right", ["money:refund", "money:write-off", "collect:manage"])
def test_a_collector_gives_no_money_away_and_steers_nobody(right: Right) -> None:
    assert right not in RIGHTS_OF["collector"]
    assert right in RIGHTS_OF["manager"]


def test_rights_end_at_the_creditor_that_granted_them() -> None:
    clara = somebody(Grant("musterwerk", "collector"))
    assert "collect:write" in rights_of(clara, "musterwerk")
    assert rights_of(clara, "musterwerk-leasing") == frozenset()


def test_a_grant_for_the_installation_holds_everywhere_but_where_another_was_given() -> None:
    clara = somebody(Grant("*", "owner"), Grant("musterwerk", "auditor"))
    assert rights_of(clara, "musterwerk-leasing") == RIGHTS_OF["owner"]
    assert rights_of(clara, "musterwerk") == RIGHTS_OF["auditor"]


@pytest.mark.parametrize("state", ["invited", "disabled"])
def test_who_is_not_active_may_nothing(state: str) -> None:
    clara = somebody(Grant("*", "owner"), state=state)
    assert grant_of(clara, "musterwerk") is None
    assert rights_of(clara, "musterwerk") == frozenset()


def test_sales_see_their_own_customers_alone() -> None:
    clara = somebody(Grant("musterwerk", "sales"), Grant("leasing", "manager"))
    assert sees_own_customers_only(clara, "musterwerk")
    assert not sees_own_customers_only(clara, "leasing")


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, SHA-1, the last six of the eight digits.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode().rstrip("=")
    assert code_at(secret, datetime.fromtimestamp(seconds, UTC)) == code


def test_an_app_reads_the_secret_and_whose_it_is() -> None:
    assert app_address("JBSWY3DPEHPK3PXP", "clara@example.com", "Saldo: Musterwerk") == (
        "otpauth://totp/Saldo%3A%20Musterwerk:clara@example.com"
        "?secret=JBSWY3DPEHPK3PXP&issuer=Saldo%3A+Musterwerk"
    )
