"""Implements `FileStore` in a bucket of its own, which encrypts and forgets by itself.

Nothing in it is public: bytes are read by a function that has checked who asks, or, where they are
more than a function can answer with, fetched at an address that this function signed for a minute.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from saldo.files.model import FilesBusy

_MISSING = frozenset({"NoSuchKey", "404"})


class S3Files:
    """The bucket `bucket`. `client` may retry: every call may be repeated."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, name: str, data: bytes, content_type: str) -> None:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=data,
                ContentType=content_type,
                ContentDisposition="attachment",
            )
        except (ClientError, BotoCoreError) as error:
            raise FilesBusy("The file could not be kept just now; try again.") from error

    def get(self, name: str) -> bytes | None:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=name)
            data: bytes = found["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise FilesBusy("The file could not be read just now; try again.") from error
        except BotoCoreError as error:
            raise FilesBusy("The file could not be read just now; try again.") from error
        return data

    def address(self, name: str, seconds: int, content_type: str, disposition: str) -> str | None:
        # An address is signed whether there is something or not, and S3's refusal is no page.
        try:
            self._client.head_object(Bucket=self._bucket, Key=name)
            address: str = self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": name,
                    "ResponseContentType": content_type,
                    "ResponseContentDisposition": disposition,
                    "ResponseCacheControl": "private, no-store",
                },
                ExpiresIn=seconds,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise FilesBusy("The file could not be read just now; try again.") from error
        except BotoCoreError as error:
            raise FilesBusy("The file could not be read just now; try again.") from error
        return address

    def delete(self, name: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name)
        except (ClientError, BotoCoreError) as error:
            raise FilesBusy("The file could not be forgotten just now; try again.") from error
