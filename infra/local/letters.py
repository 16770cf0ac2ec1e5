"""What lies in the letters' bucket, as a print service or a postal service finds it there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_FOLDERS = {"letter": "Letter", "registered": "Registered"}


@dataclass(frozen=True)
class PaperMail:
    """A PDF on its way, with what the manifest or the slip beside it says.

    `about` is the letter's entry in its manifest (`manifest`), or the slip of a registered one;
    empty while a letter waits for the next batch.
    """

    file: str
    kind: str
    creditor: str
    made_at: datetime
    manifest: str = ""
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def to(self) -> tuple[str, ...]:
        """The lines of the address, or the one address."""
        to = self.about.get("to", [])
        return (to,) if isinstance(to, str) else tuple(to)

    def document(self) -> dict[str, object]:
        """What tests need, as JSON."""
        return {
            "file": self.file,
            "kind": self.kind,
            "creditor": self.creditor,
            "made_at": self.made_at.isoformat(),
            "manifest": self.manifest,
            "about": self.about,
        }


def paper_mail(s3: S3Client, bucket: str, creditor: str = "") -> list[PaperMail]:
    """Every letter and registered mail in the bucket, or those of a creditor, oldest first."""
    made = {
        item["Key"]: item["LastModified"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for item in page.get("Contents", [])
    }
    entries = _entries(s3, bucket, [name for name in made if "/manifests/" in name])
    found = []
    for name, made_at in made.items():
        folder, _, rest = name.partition("/")
        owner = rest.partition("/")[0]
        if not name.endswith(".pdf") or folder not in _FOLDERS or creditor not in ("", owner):
            continue
        manifest, about = entries.get(name, ("", {}))
        slip = f"{name.removesuffix('.pdf')}.json"
        if slip in made:
            manifest, about = slip, _json(s3, bucket, slip)
        found.append(PaperMail(name, _FOLDERS[folder], owner, made_at, manifest, about))
    return sorted(found, key=lambda one: (one.made_at, one.file))


def content_of(s3: S3Client, bucket: str, name: str) -> bytes | None:
    """The file of that name, None if there is none."""
    try:
        return s3.get_object(Bucket=bucket, Key=name)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None


def _entries(
    s3: S3Client, bucket: str, manifests: list[str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """What manifests say of each file: the manifest's name and the entry."""
    return {
        entry["file"]: (name, entry)
        for name in manifests
        for entry in _json(s3, bucket, name)["letters"]
    }


def _json(s3: S3Client, bucket: str, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(content_of(s3, bucket, name) or b"{}")
    return document
