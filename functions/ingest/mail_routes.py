"""The routes about payers' mails, and the creditor's answers."""

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


@route("GET", "/v1/mails")
def get_mails() -> Response:
    """List what payers wrote."""
    from saldo.edge.v1 import mails

    return answer(mails.listed(ordered("collection:read"), query(mails.MailsQuery)))


@route("GET", "/v1/mails/attachment")
def get_mail_file() -> Response:
    """Return a file of a mail."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import mails

    file, data = mails.attachment(ordered("collection:read"), query(mails.MailPart))
    return file_answer(data, "application/octet-stream", file.name)


@route("GET", "/v1/mails/raw")
def get_raw_mail() -> Response:
    """Return a mail as it came."""
    from saldo.edge.files import kept_answer
    from saldo.edge.v1 import mails

    order = ordered("collection:read")
    mail = query(mails.MailWhole).id
    inbox, creditor = order.services.inbox, order.creditor.id
    name = f"{mail}.eml"
    return kept_answer(
        inbox.get(creditor, mail).mail.size,
        "application/octet-stream",
        name,
        lambda: inbox.raw(creditor, mail),
        lambda: inbox.address(creditor, mail, name),
    )


@route("POST", "/v1/mails/reply")
def post_mail_reply() -> Response:
    """Answer a mail."""
    from saldo.edge.v1 import mails

    made, is_new = mails.reply(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/mails/file")
def file_mail() -> Response:
    """Say whose a mail is."""
    from saldo.edge.v1 import mails

    return answer(mails.file(ordered("collection:write"), body()))


@route("POST", "/v1/mails/assign")
def assign_mail() -> Response:
    """Say who sees to a mail."""
    from saldo.edge.v1 import mails

    return answer(mails.assign(ordered("collection:write"), body()))


@route("POST", "/v1/mails/close")
def close_mail() -> Response:
    """Say that nothing is to be done about a mail."""
    from saldo.edge.v1 import mails

    return answer(mails.close(ordered("collection:write"), body()))


@route("POST", "/v1/mails/reopen")
def reopen_mail() -> Response:
    """Open a mail again."""
    from saldo.edge.v1 import mails

    return answer(mails.reopen(ordered("collection:write"), body()))


@route("GET", "/v1/reply-texts")
def get_reply_texts() -> Response:
    """List the texts to answer with."""
    from saldo.edge.v1 import mails

    return answer(mails.reply_texts(ordered("collection:read"), query(mails.ReplyTextsQuery)))


@route("PUT", "/v1/reply-texts")
def put_reply_text() -> Response:
    """Keep a text to answer with."""
    from saldo.edge.v1 import mails

    return answer(mails.put_reply_text(ordered("collection:write"), body()))
