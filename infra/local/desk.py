"""The front desk: one small website for all that would arrive elsewhere.

Pages for people, and JSON for tests: `/mail.json`, `/mail/{id}.json`, `/erp/webhooks.json`,
`/sms.json`, `/letters.json`, `/notes.json` (what the demo prints).
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.clients import Clients
from infra.local.dashboard import Dashboard
from infra.local.erp import ANSWERS, ErpEndpoint
from infra.local.letters import PaperMail, content_of, paper_mail
from infra.local.mailbox import Mail, Mailbox
from infra.local.pages import page, picture, style_sheet
from infra.local.queues import Queue, queues, redrive
from infra.local.settings import HOST, Ports
from infra.local.sms import TextMessage, text_messages

MAILS_SHOWN = 200
RANGES = {
    "15m": (900, "15 minutes"),
    "1h": (3600, "1 hour"),
    "3h": (10_800, "3 hours"),
    "24h": (86_400, "24 hours"),
}
YOUNG_SECONDS = 1800  # until then the dashboard opens on the last 15 minutes

# A mail's markup is shown as it is, but runs nothing and loads nothing from elsewhere.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:"


@dataclass
class DeskState:
    """What the pages show; `notes` is what the demo found worth trying."""

    ports: Ports
    clients: Clients
    mailbox: Mailbox
    erp: ErpEndpoint
    refresh_metrics: Callable[[], None]
    outputs: Callable[[], dict[str, str]]
    notes: dict[str, str] = field(default_factory=dict)
    started_at: float = field(default_factory=time.time)


Answer = Callable[..., Response]

ROUTES = (
    ("GET", "/", "front"),
    ("GET", "/style.css", "style"),
    ("GET", "/icon.svg", "icon"),
    ("GET", "/notes.json", "notes"),
    ("GET", "/mail", "mail_list"),
    ("GET", "/mail.json", "mail_json"),
    ("GET", "/mail/<int:number>", "mail_view"),
    ("GET", "/mail/<int:number>.json", "mail_document"),
    ("GET", "/mail/<int:number>.eml", "mail_raw"),
    ("GET", "/mail/<int:number>/html", "mail_html"),
    ("GET", "/mail/<int:number>/files/<int:at>", "mail_file"),
    ("GET", "/sms", "sms_list"),
    ("GET", "/sms.json", "sms_json"),
    ("GET", "/letters", "letter_list"),
    ("GET", "/letters.json", "letter_json"),
    ("GET", "/letters/<path:name>", "letter_file"),
    ("GET", "/dashboard", "dashboard"),
    ("GET", "/queues", "queue_list"),
    ("POST", "/queues/<name>/redrive", "queue_redrive"),
    ("GET", "/api", "api"),
    ("GET", "/erp/webhooks", "webhooks"),
    ("POST", "/erp/webhooks", "webhook_take"),
    ("GET", "/erp/webhooks.json", "webhooks_json"),
    ("POST", "/erp/secrets", "webhook_secret"),
    ("POST", "/erp/settings", "webhook_settings"),
)


class Desk:
    """The website as a WSGI application, and the thread that serves it."""

    def __init__(self, state: DeskState) -> None:
        self.state = state
        rules = [Rule(path, methods=[method], endpoint=name) for method, path, name in ROUTES]
        self._routes = Map(rules, strict_slashes=False)
        self._server: BaseWSGIServer | None = None

    def start(self) -> None:
        """Serve on the desk's port until `stop`."""
        self._server = make_server(
            HOST, self.state.ports.desk, self, threaded=True, request_handler=_QuietHandler
        )
        threading.Thread(target=self._server.serve_forever, daemon=True, name="desk").start()

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            name, arguments = self._routes.bind_to_environ(environ).match()
            view: Answer = getattr(self, f"_{name}")
            response = view(request, **arguments)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    # Front

    def _front(self, request: Request) -> Response:
        del request
        state = self.state
        waiting = self._queues()
        return page(
            "front.html",
            "/",
            mails=len(state.mailbox.find()),
            texts=len(self._texts()),
            letters=len(self._paper()),
            webhooks=len(state.erp.deliveries()),
            dead=sum(queue.visible for queue in waiting if queue.is_dead_letters),
            public_url=state.ports.public_url,
            sandbox_url=state.ports.sandbox_url,
            aws_url=state.ports.aws_url,
            outputs=state.outputs(),
            notes=state.notes,
        )

    def _style(self, request: Request) -> Response:
        del request
        return Response(style_sheet(), mimetype="text/css")

    def _icon(self, request: Request) -> Response:
        del request
        return Response(picture(), mimetype="image/svg+xml")

    def _notes(self, request: Request) -> Response:
        del request
        return _json(self.state.notes)

    # Mail

    def _found(self, request: Request) -> list[Mail]:
        after = request.args.get("after", "0")
        return self.state.mailbox.find(
            to=request.args.get("to", ""),
            subject=request.args.get("subject", ""),
            after=int(after) if after.isdigit() else 0,
        )

    def _mail(self, number: int) -> Mail:
        mail = self.state.mailbox.get(number)
        if mail is None:
            raise NotFound("There is no mail of that number.")
        return mail

    def _mail_list(self, request: Request) -> Response:
        mails = self._found(request)[::-1]
        return page(
            "mailbox.html",
            "/mail",
            mails=mails[:MAILS_SHOWN],
            total=len(mails),
            to=request.args.get("to", ""),
            subject=request.args.get("subject", ""),
        )

    def _mail_json(self, request: Request) -> Response:
        return _json([mail.summary() for mail in self._found(request)])

    def _mail_view(self, request: Request, number: int) -> Response:
        mail = self._mail(number)
        views = [("html", "As seen"), ("text", "Plain text"), ("headers", "Headers")]
        if not mail.body("html"):
            views = views[1:]
        if mail.attachments:
            views.append(("files", f"Files ({len(mail.attachments)})"))
        view = request.args.get("view", views[0][0])
        return page("mail.html", "/mail", mail=mail, views=views, view=view)

    def _mail_document(self, request: Request, number: int) -> Response:
        del request
        return _json(self._mail(number).document())

    def _mail_raw(self, request: Request, number: int) -> Response:
        del request
        return Response(self._mail(number).raw, mimetype="message/rfc822")

    def _mail_html(self, request: Request, number: int) -> Response:
        del request
        body = self._mail(number).body("html")
        response = Response(f'<base target="_top">{body}', mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    def _mail_file(self, request: Request, number: int, at: int) -> Response:
        del request
        attachments = self._mail(number).attachments
        if not 1 <= at <= len(attachments):
            raise NotFound("That mail has no such file.")
        item = attachments[at - 1]
        response = Response(item.content, mimetype=item.content_type)
        response.headers.set("Content-Disposition", "attachment", filename=item.name)
        return response

    # Text messages, letters, dashboard, queues, API

    def _texts(self) -> list[TextMessage]:
        return text_messages(self.state.ports.aws_url)

    def _sms_list(self, request: Request) -> Response:
        del request
        return page("sms.html", "/sms", texts=self._texts())

    def _sms_json(self, request: Request) -> Response:
        texts = text_messages(self.state.ports.aws_url, request.args.get("to", ""))
        return _json([text.document() for text in texts])

    def _bucket(self) -> str:
        return self.state.outputs().get("LettersBucketName", "")

    def _paper(self, creditor: str = "") -> list[PaperMail]:
        bucket = self._bucket()
        return paper_mail(self.state.clients.s3, bucket, creditor) if bucket else []

    def _letter_list(self, request: Request) -> Response:
        mails = self._paper(request.args.get("creditor", ""))[::-1]
        return page("letters.html", "/letters", mails=mails[:MAILS_SHOWN], total=len(mails))

    def _letter_json(self, request: Request) -> Response:
        mails = self._paper(request.args.get("creditor", ""))
        return _json([mail.document() for mail in mails])

    def _letter_file(self, request: Request, name: str) -> Response:
        del request
        bucket = self._bucket()
        content = content_of(self.state.clients.s3, bucket, name) if bucket else None
        if content is None:
            raise NotFound("There is no such letter.")
        kind = "application/pdf" if name.endswith(".pdf") else "application/json"
        return Response(content, mimetype=kind)

    def _dashboard(self, request: Request) -> Response:
        usual = "15m" if time.time() - self.state.started_at < YOUNG_SECONDS else "1h"
        chosen = request.args.get("range", usual)
        seconds = RANGES.get(chosen, RANGES["1h"])[0]
        name = self.state.outputs().get("DashboardName", "")
        if name:
            self.state.refresh_metrics()
        widgets = Dashboard(self.state.clients, name).draw(seconds) if name else []
        ranges = [(key, label) for key, (_, label) in RANGES.items()]
        return page("dashboard.html", "/dashboard", widgets=widgets, ranges=ranges, range=chosen)

    def _queues(self) -> list[Queue]:
        return queues(self.state.ports.aws_url)

    def _queue_list(self, request: Request) -> Response:
        moved = request.args.get("moved", "")
        return page(
            "queues.html",
            "/queues",
            queues=self._queues(),
            now=time.time(),
            moved=int(moved) if moved.isdigit() else None,
        )

    def _queue_redrive(self, request: Request, name: str) -> Response:
        del request
        if name not in {queue.name for queue in self._queues() if queue.is_dead_letters}:
            raise NotFound("There is no such dead-letter queue.")
        moved = redrive(self.state.clients, name)
        return _to(f"/queues?moved={moved}")

    def _api(self, request: Request) -> Response:
        del request
        return _to(f"{self.state.ports.public_url}/v1/docs")

    # The ERP's endpoint

    def _webhooks(self, request: Request) -> Response:
        return page(
            "webhooks.html",
            "/erp/webhooks",
            url=request.base_url,
            secret_known=self.state.erp.secret_known,
            answer=self.state.erp.answer,
            answers=ANSWERS.items(),
            deliveries=self.state.erp.deliveries()[:MAILS_SHOWN],
        )

    def _webhooks_json(self, request: Request) -> Response:
        kind = request.args.get("type", "")
        deliveries = self.state.erp.deliveries()[::-1]
        return _json([item.document() for item in deliveries if not kind or item.type == kind])

    def _webhook_take(self, request: Request) -> Response:
        delivery = self.state.erp.take(dict(request.headers.items()), request.get_data())
        return Response(status=delivery.answered)

    def _webhook_secret(self, request: Request) -> Response:
        secret = request.get_json(silent=True)
        if not isinstance(secret, dict) or not isinstance(secret.get("secret"), str):
            return Response("Expected JSON: a secret.\n", status=400)
        try:
            self.state.erp.add_secret(secret["secret"])
        except ValueError:
            return Response("That is no signing secret.\n", status=400)
        return Response(status=204)

    def _webhook_settings(self, request: Request) -> Response:
        answer = request.form.get("answer", "")
        if not answer.isdigit() or int(answer) not in ANSWERS:
            return Response("Expected an answer of those offered.\n", status=400)
        self.state.erp.answer = int(answer)
        return _to("/erp/webhooks")


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Requests to the desk are no news."""


def _json(document: object) -> Response:
    return Response(json.dumps(document, indent=1), mimetype="application/json")


def _to(location: str) -> Response:
    response: Response = redirect(location, code=303)
    return response
