"""A PDF with rows of words in columns, as a program would write it."""

from __future__ import annotations

_COLUMNS = (50, 250, 400)


def paper(*rows: tuple[str, ...]) -> bytes:
    """Return a PDF of one page whose words are each drawn by themselves, column by column."""
    drawn = [
        f"BT /F1 10 Tf {_COLUMNS[column]} {780 - 20 * line} Td ({row[column]}) Tj ET"
        for column in range(len(_COLUMNS))
        for line, row in enumerate(rows)
        if row[column]
    ]
    content = "\n".join(drawn).encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return made + head + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
