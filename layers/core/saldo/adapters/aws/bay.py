"""Implements `Bay` in a bucket that keeps versions and tells a queue of every new object.

Source of the form: Amazon S3 API Reference, "POST Policy": the signature holds the sender to one
key and to a size; the key's value decides whose upload it is, so nobody can send into another's.
"""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from saldo.files.model import FilesBusy
from saldo.intake.bay import Form

_MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class S3Bay:
    """The bucket `bucket`. `client` may retry: every call may be repeated."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def get(self, name: str, version: str = "") -> bytes | None:
        try:
            found = self._client.get_object(**self._of(name, version))
            data: bytes = found["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise FilesBusy("The file could not be read just now; try again.") from error
        except BotoCoreError as error:
            raise FilesBusy("The file could not be read just now; try again.") from error
        return data

    def put(self, name: str, data: bytes, content_type: str) -> None:
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=name, Body=data, ContentType=content_type
            )
        except (ClientError, BotoCoreError) as error:
            raise FilesBusy("The file could not be kept just now; try again.") from error

    def move(self, name: str, version: str, to: str) -> None:
        try:
            # Tags would need a right of their own, and say nothing here.
            self._client.copy_object(
                Bucket=self._bucket,
                Key=to,
                CopySource=self._of(name, version),
                TaggingDirective="REPLACE",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return
            raise FilesBusy("The file could not be moved just now; try again.") from error
        except BotoCoreError as error:
            raise FilesBusy("The file could not be moved just now; try again.") from error
        self.remove(name, version)

    def remove(self, name: str, version: str = "") -> None:
        try:
            self._client.delete_object(**self._of(name, version))
        except (ClientError, BotoCoreError) as error:
            raise FilesBusy("The file could not be forgotten just now; try again.") from error

    def form(self, name: str, seconds: int, bytes_max: int) -> Form:
        made = self._client.generate_presigned_post(
            Bucket=self._bucket,
            Key=name,
            Conditions=[["content-length-range", 1, bytes_max]],
            ExpiresIn=seconds,
        )
        return Form(made["url"], made["fields"])

    def _of(self, name: str, version: str) -> dict[str, str]:
        named = {"Bucket": self._bucket, "Key": name}
        return {**named, "VersionId": version} if version else named
