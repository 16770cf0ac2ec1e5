"""The words of a notice as they were handed over, kept so that they can be shown years later.

The secret of the pay link is cut out: whoever reads the books could pay, or look into an account,
as the debtor. What was cut is known by its fingerprint, so that the words and the debtor's own copy
prove each other: with the secret from the copy put back in, the notice's content hash results.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from saldo.ids import fingerprint
from saldo.messages.model import Rendered

LINK_CUT = "{secret-of-the-pay-link}"


@dataclass(frozen=True, slots=True)
class KeptWords:
    """One rendering of a notice; `content_hash` is that of what was handed over, secret and all.

    A notice whose sending began twice may have two: the one that left has the notice's own hash.
    `packed` is subject, text and HTML as JSON, deflated, in base64: some 3 KB for a mail.
    """

    creditor: str
    account: str
    notice: str
    content_hash: str
    link_hash: str
    packed: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.notice, self.content_hash)

    @property
    def parts(self) -> tuple[str, str, str]:
        """Subject, text and HTML, with LINK_CUT where the secret was."""
        subject, text, html = json.loads(zlib.decompress(b64decode(self.packed)))
        return subject, text, html


def hash_of(subject: str, text: str, html: str) -> str:
    """Return the content hash of a message: SHA-256 over its parts, set apart by a zero byte."""
    return hashlib.sha256(f"{subject}\0{text}\0{html}".encode()).hexdigest()


def kept_words(creditor: str, account: str, notice: str, said: Rendered, pay_url: str) -> KeptWords:
    """Return what is kept of a message that is about to be handed over."""
    secret = pay_url.rpartition("/")[2]
    parts = (said.subject, said.text, said.html)
    cut = [part.replace(secret, LINK_CUT) for part in parts]
    packed = zlib.compress(json.dumps(cut, ensure_ascii=False).encode(), 9)
    return KeptWords(
        creditor,
        account,
        notice,
        hash_of(*parts),
        fingerprint(secret),
        b64encode(packed).decode(),
    )


def proves(kept: KeptWords, secret: str) -> bool:
    """Tell whether a secret, read from the debtor's copy, shows that the copy says these words."""
    whole = [part.replace(LINK_CUT, secret) for part in kept.parts]
    return fingerprint(secret) == kept.link_hash and hash_of(*whole) == kept.content_hash
