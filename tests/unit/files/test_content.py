"""What a file is, is said by its bytes: names and announced types are anybody's."""

from __future__ import annotations

import pytest

from saldo.files.content import clean_name, kind_of
from saldo.files.model import FileEmpty, FileKindNotTaken
from tests.unit.files.hostile import (
    HARMLESS,
    HOSTILE,
    HOSTILE_XML,
    NAMES,
    PDF,
    TEXTS,
    UBL,
    archive,
)


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_people_send_is_taken_for_what_it_is(kind: str) -> None:
    assert kind_of(HARMLESS[kind]) == kind


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_taken_however_it_was_written(name: str) -> None:
    assert kind_of(TEXTS[name]) == "text/plain"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_run_or_hide_something_is_refused(name: str) -> None:
    with pytest.raises(FileKindNotTaken, match="Only PDF"):
        kind_of(HOSTILE[name])


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_xml_that_does_more_than_say_something_is_no_invoice(name: str) -> None:
    with pytest.raises(FileKindNotTaken):
        kind_of(HOSTILE_XML[name], xml=True)


def test_an_electronic_invoice_is_taken_as_such_alone() -> None:
    assert kind_of(UBL, xml=True) == "application/xml"
    assert kind_of(PDF, xml=True) == "application/pdf"


def test_nothing_is_no_file() -> None:
    with pytest.raises(FileEmpty):
        kind_of(b"")


def test_a_pdf_with_an_archive_inside_is_a_pdf() -> None:
    """Electronic invoices carry files; only what ends where the file ends opens as an archive."""
    inside = PDF.replace(b"trailer", archive() + b"\ntrailer")
    assert kind_of(inside) == "application/pdf"


@pytest.mark.parametrize("name", NAMES)
def test_names_are_harmless_and_say_what_the_file_is(name: str) -> None:
    assert clean_name(name, "application/pdf") == NAMES[name]


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("ä" * 500 + ".jpeg", "image/jpeg").endswith("ä.jpeg")
    assert len(clean_name("ä" * 500 + ".jpeg", "image/jpeg")) == 120
