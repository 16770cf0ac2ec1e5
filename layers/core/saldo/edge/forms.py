"""The fields of a form, as they were sent; nothing of it is to be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from urllib.parse import parse_qs

from saldo.edge.form_key import FIELD
from saldo.errors import Invalid, TooLarge
from saldo.files.model import BYTES_MAX, FILES_MAX, FilesTooLarge, FilesTooMany

FIELDS_MAX: Final = 220
UPLOAD_FORM: Final = "multipart/form-data"
UPLOAD_BODY_MAX: Final = 6_000_000
"""More than Lambda takes: what is too large for us, yet came, is told on its own page."""

_VALUE_BYTES_MAX: Final = 64 * 1024


class FormNotReadable(Invalid):
    """The body is no form."""

    code = "form-not-readable"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: both `name` and `content_type` are only what the sender says."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and what was typed: `one` and `many` read them, cut to a length; `files` what was
    chosen.
    """

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    def one(self, name: str, most: int = 200) -> str:
        """Return the first value of a field without spaces around it, "" without one."""
        return next(iter(self.values.get(name, ())), "").strip()[:most]

    def many(self, name: str) -> tuple[str, ...]:
        """Return the values of a field, each once."""
        return tuple(dict.fromkeys(self.values.get(name, ())))

    def files(self, name: str) -> tuple[Upload, ...]:
        """Return the files that were chosen in a field, none where nobody chose one.

        Raises FilesTooMany or FilesTooLarge, over all fields: what was typed is read by then.
        """
        every = [one for found in self.uploads.values() for one in found]
        if len(every) > FILES_MAX:
            raise FilesTooMany(f"Choose at most {FILES_MAX} files.").at(f"/{name}")
        if sum(len(one.data) for one in every) > BYTES_MAX:
            raise FilesTooLarge("The files are too large together.").at(f"/{name}")
        return tuple(self.uploads.get(name, ()))

    @property
    def key(self) -> str:
        """The form's own key."""
        return self.one(FIELD)


def read_fields(body: bytes, content_type: str = "") -> Fields:
    """Return the fields of a form that was sent as application/x-www-form-urlencoded, or as
    multipart/form-data, as forms with files are.

    Line ends come as browsers send them, CR LF, and are read as LF. Raises TooLarge when there are
    more fields than any page has, or FormNotReadable.
    """
    if content_type.partition(";")[0].strip().lower() == UPLOAD_FORM:
        return _parts(body, content_type)
    text = body.decode("utf-8", "replace").replace("%0D%0A", "%0A")
    try:
        return Fields(parse_qs(text, max_num_fields=FIELDS_MAX))
    except ValueError as error:
        raise TooLarge(f"A form has at most {FIELDS_MAX} fields.") from error


def _parts(body: bytes, content_type: str) -> Fields:
    """Read multipart/form-data (RFC 7578), all of it in memory, each part and header bounded."""
    from multipart import (  # here alone: most forms have no files
        MultipartError,
        MultipartParser,
        ParserLimitReached,
        parse_options_header,
    )

    _, options = parse_options_header(content_type)
    values: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    try:
        for part in MultipartParser(
            BytesIO(body),
            options.get("boundary", ""),
            len(body),
            strict=True,
            part_limit=FIELDS_MAX,
            spool_limit=UPLOAD_BODY_MAX,  # nothing goes to a disk
            memory_limit=UPLOAD_BODY_MAX,
        ):
            if part.filename is None:
                text = part.raw[:_VALUE_BYTES_MAX].decode("utf-8", "replace")
                values.setdefault(part.name, []).append(text.replace("\r\n", "\n"))
            elif part.filename or part.size:  # a field where nobody chose a file has neither
                sent = Upload(part.filename, part.content_type or "", part.raw)
                uploads.setdefault(part.name, []).append(sent)
    except ParserLimitReached as error:
        raise TooLarge(f"A form has at most {FIELDS_MAX} fields.") from error
    except (MultipartError, UnicodeError, LookupError) as error:
        raise FormNotReadable("The form could not be read. Please send it again.") from error
    return Fields(values, uploads)
