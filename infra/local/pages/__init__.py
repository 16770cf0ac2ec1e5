"""The front desk's pages: Jinja templates beside this file, and one style sheet."""

from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2
from werkzeug.wrappers import Response

FOLDER = Path(__file__).parent
NAVIGATION = (
    ("/mail", "Mailbox"),
    ("/sms", "Text messages"),
    ("/letters", "Letters"),
    ("/erp/webhooks", "ERP webhooks"),
    ("/dashboard", "Dashboard"),
    ("/queues", "Queues"),
    ("/api", "API"),
)


def moment(value: datetime) -> str:
    """An instant in this machine's time, to the second."""
    return value.astimezone().strftime("%d %b %Y, %H:%M:%S")


def duration(seconds: float) -> str:
    """A duration in its largest fitting unit."""
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moment, "duration": duration}
    environment.globals["navigation"] = NAVIGATION
    return environment


def page(name: str, here: str, **values: object) -> Response:
    """The page `name` as a response; `here` is its entry in the navigation."""
    html = _environment().get_template(name).render(here=here, **values)
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def style_sheet() -> bytes:
    """The one style sheet."""
    return (FOLDER / "style.css").read_bytes()


def picture() -> bytes:
    """The mark that stands in the bar and in the browser's tab."""
    return (FOLDER / "icon.svg").read_bytes()
