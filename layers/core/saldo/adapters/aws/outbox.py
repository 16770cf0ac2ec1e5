"""Implements `Outbox` and `Shelf` in a bucket, from which a print service or an ERP fetches.

The bucket encrypts by itself; the lifecycle rule of the template empties it.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from saldo.reminders.channels.port import ChannelBusy

_MISSING = frozenset({"NoSuchKey", "404"})


class S3Outbox:
    """The bucket `bucket`. `client` may retry: putting a file again changes nothing."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Put a file. What failed may always be put again, so every failure is ChannelBusy."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=name, Body=content, ContentType=content_type
            )
        except (ClientError, BotoCoreError) as error:
            raise ChannelBusy("The outbox could not be written to.") from error

    def get(self, name: str) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        body: bytes = answer["Body"].read()
        return body

    def delete(self, name: str) -> None:
        """Forget a file; what is not there is forgotten already. Raises ChannelBusy."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name)
        except (ClientError, BotoCoreError) as error:
            raise ChannelBusy("The file could not be forgotten just now.") from error

    def link(self, name: str, seconds: int, save_as: str) -> str:
        """Return an address that downloads a file for so long, signed with our own rights."""
        address: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": name,
                "ResponseContentDisposition": f'attachment; filename="{save_as}"',
            },
            ExpiresIn=seconds,
        )
        return address
