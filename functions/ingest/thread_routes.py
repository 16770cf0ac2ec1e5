"""The routes about what payers asked, the creditor's answers, and messages by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/threads")
def get_threads() -> Response:
    """List what payers asked."""
    from saldo.edge.v1 import threads

    order = ordered("collection:read")
    return answer(threads.listed(order, query(threads.ThreadsQuery).account))


@route("POST", "/v1/threads/reply")
def post_reply() -> Response:
    """Answer a payer."""
    from saldo.edge.v1 import threads

    made, is_new = threads.reply(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/threads/close")
def close_thread() -> Response:
    """Say that nothing is to be answered."""
    from saldo.edge.v1 import threads

    return answer(threads.close(ordered("collection:write"), body()))


@route("GET", "/v1/accounts/messages")
def get_messages() -> Response:
    """List whom one can write to, and what was written by hand."""
    from saldo.edge.v1 import written
    from saldo.edge.v1.requests import AccountQuery

    order = ordered("collection:read")
    return answer(written.listed(order, query(AccountQuery).account))


@route("POST", "/v1/accounts/messages/preview")
def post_message_preview() -> Response:
    """Show how a message would look."""
    from saldo.edge.v1 import written

    return answer(written.look(ordered("collection:read"), body()))


@route("POST", "/v1/accounts/messages/letter")
def post_letter_proof() -> Response:
    """Show how a letter would be printed."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import written

    made = written.proof(ordered("collection:read"), body())
    return file_answer(made, "application/pdf", "letter.pdf")


@route("GET", "/v1/accounts/messages/letter")
def get_letter() -> Response:
    """Return a letter as it was printed."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import written

    found = written.letter(ordered("collection:read"), query(written.LetterQuery))
    return file_answer(found, "application/pdf", "letter.pdf")


@route("POST", "/v1/accounts/messages")
def post_message() -> Response:
    """Write to a debtor."""
    from saldo.edge.v1 import written

    made, is_new = written.write(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)
