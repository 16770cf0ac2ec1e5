"""Rows of the portal."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.portal.model import (
    PortalAddress,
    PortalGroup,
    PortalSession,
    PortalUser,
    SignInLink,
    StaffLink,
    StaffLinkEntry,
    Tally,
)

PORTAL = (
    RowKind(
        PortalGroup,
        "portal-group",
        "K#*#portal",
        1,
        "K",
        "Whose portal is this? One get, 1 RU per page, and one batch of its companies.",
    ),
    RowKind(
        PortalAddress,
        "portal-address",
        "K#*#portal-address",
        1,
        "K",
        "Which accounts has this address to do with? One query, 1 RU per page of the portal; put "
        "or deleted where an account's contacts change, 2 WU each.",
    ),
    RowKind(
        PortalUser,
        "portal-user",
        "A",
        2,
        "USER",
        "Whom did an account let in? One get, 1 RU, per account that somebody sees; one query.",
    ),
    RowKind(
        SignInLink,
        "sign-in-link",
        "K#*#sign-in",
        1,
        "K",
        "Whom does this link sign in? One get, 1 RU; forgotten within days.",
    ),
    RowKind(
        PortalSession,
        "portal-session",
        "K#*#portal-session",
        1,
        "K",
        "Who is signed in? One get, 1 RU per page; one put every five minutes. Forgotten in days.",
    ),
    RowKind(
        Tally,
        "tally",
        "K#*#tally",
        1,
        "T",
        "Was this done too often? One get and put, 1 RU and 1 WU; forgotten with its window.",
    ),
    RowKind(
        StaffLink,
        "staff-link",
        "K#*#staff-token",
        1,
        "K",
        "Whose invoices may this link ask about? One get, 1 RU per page.",
    ),
    RowKind(
        StaffLinkEntry,
        "staff-link-entry",
        "C",
        1,
        "STAFF",
        "Which links for staff did a creditor make? One query.",
    ),
)
