"""Files as they come, harmless and hostile."""

from __future__ import annotations

import io
import zipfile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 60 + b"\xff\xd9"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 30
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 30
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
UBL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="urn:oasis:names:specification:ubl:'
    b'schema:xsd:Invoice-2"><ID>RE-1</ID></Invoice>'
)


def archive(name: str = "a.txt", content: bytes = b"hello", comment: bytes = b"") -> bytes:
    """Return a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, content)
        file.comment = comment
    return made.getvalue()


HARMLESS = {
    "application/pdf": PDF,
    "image/png": PNG,
    "image/jpeg": JPEG,
    "image/webp": WEBP,
    "image/heic": HEIC,
    "text/plain": "Grüße aus Köln – 3 < 4 & 5 > 4\r\n\tEnde.\n".encode(),
}
TEXTS = {
    "windows": "Grüße".encode("cp1252"),
    "marked": "\ufeffGrüße".encode(),
    "wide": "Grüße".encode("utf-16"),
}
HOSTILE = {
    "program": b"MZ\x90\x00" + b"\x00" * 200,
    "linux-program": b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "page-behind-blanks": b"\n\n   <HTML><body onload=alert(1)>",
    "picture-that-runs": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page-in-utf-16": "<html><script>alert(1)</script>".encode("utf-16"),
    "page-with-mark": b"\xef\xbb\xbf<script>alert(1)</script>",
    "php": b"<?php system($_GET['c']); ?>",
    "archive": archive(),
    "spreadsheet-with-macros": archive("xl/vbaProject.bin", b"\x00" * 50),
    "pdf-and-archive": PDF + archive("META-INF/MANIFEST.MF"),
    "pdf-and-archive-with-comment": PDF + archive(comment=b"%%EOF\n" * 40),
    "jpeg-and-archive": JPEG + archive("Evil.class"),
    "png-and-archive": PNG + archive(),
    "pdf-behind-html": b"<html><script>alert(1)</script>" + PDF,
    "pdf-cut-off": b"%PDF-1.7\n1 0 obj",
    "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 80,
    "old-office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 200,
    "gif": b"GIF89a" + b"\x00" * 20,
    "rtf-with-controls": b"{\\rtf1 \x01\x02}",
    "noise": bytes(range(256)),
    "xml": UBL,
}
HOSTILE_XML = {
    "many-laughs": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    b"<Invoice>&c;</Invoice>",
    "reads-files": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice>&b;</Invoice>',
    "styled": b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl" type="text/xsl"?><Invoice/>',
    "svg": HOSTILE["picture-that-runs"],
    "xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
    "xhtml-inside": b'<Invoice xmlns:h="http://www.w3.org/1999/xhtml"><h:script>1</h:script>'
    b"</Invoice>",
    "broken": b"<Invoice><ID></Invoice>",
    "and-archive": UBL + archive(),
}
NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "C:\\Users\\me\\Rechnung.pdf": "Rechnung.pdf",
    "rechnung.exe": "rechnung.exe.pdf",
    "Rechnung 2024/0815.PDF": "0815.pdf",
    "beleg\u202efdp.exe": "belegfdp.exe.pdf",
    "a\x00b\r\nSet-Cookie: x.pdf": "abSet-Cookie x.pdf",
    "<script>.pdf": "script.pdf",
    "Überweisung Köln.pdf": "Überweisung Köln.pdf",
    "": "file.pdf",
    "...": "file.pdf",
    ".htaccess": "htaccess.pdf",
    '";attachment="x.pdf': "attachment= x.pdf",
}
