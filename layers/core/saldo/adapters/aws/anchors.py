"""Implements `saldo.audit.ports.Anchors` in a bucket, whose lock keeps what lies there.

With S3 Object Lock nobody can change or remove an object until its day, the account's own
administrators included (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from saldo.audit.model import Anchor, number_text
from saldo.audit.ports import AnchorsBusy
from saldo.codec import decode, encode

_BUSY = "Where anchors are kept did not answer; later it will."


class S3Anchors:
    """The bucket `bucket`. `client` may retry: putting an anchor again changes nothing."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, anchor: Anchor) -> None:
        name = f"{_folder(anchor.creditor)}{number_text(anchor.number)}.json"
        body = json.dumps(encode(anchor), sort_keys=True).encode()
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=body,
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
            )
        except (ClientError, BotoCoreError) as error:
            raise AnchorsBusy(_BUSY) from error

    def of(self, creditor: str) -> Iterator[Anchor]:
        """Yield every version of every anchor: one that was put over another hides nothing."""
        try:
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=_folder(creditor)
            )
            for page in pages:
                for one in sorted(page.get("Versions", ()), key=lambda found: str(found["Key"])):
                    yield self._read(one["Key"], one["VersionId"])
        except (ClientError, BotoCoreError) as error:
            raise AnchorsBusy(_BUSY) from error

    def _read(self, name: str, version: str) -> Anchor:
        more = {} if version == "null" else {"VersionId": version}
        found = self._client.get_object(Bucket=self._bucket, Key=name, **more)
        return decode(Anchor, json.loads(found["Body"].read()))


def _folder(creditor: str) -> str:
    return f"anchors/{quote(creditor, safe='')}/"
