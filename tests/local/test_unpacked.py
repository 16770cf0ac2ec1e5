"""What functions are made of is unpacked once on this machine, and is what was built."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest

from infra.local.lean_ministack import UnpackedOnce


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def zipped(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(f"python/{name}.py", text)
    return path


def unpacked(path: Path, to: Path) -> Path:
    to.mkdir()
    with UnpackedOnce(path) as made:
        made.extractall(to)
    return to


def test_the_second_process_finds_the_first_one_s_files(tmp_path: Path) -> None:
    first = unpacked(zipped(tmp_path / "1.zip", a="A = 1", b="B = 2"), tmp_path / "one")
    again = zipped(tmp_path / "2.zip", a="A = 1", b="B = 2")
    with UnpackedOnce(again) as made:
        assert made.namelist() == [], "nothing is left to be looked at"
    second = unpacked(again, tmp_path / "two")
    assert (second / "python" / "b.py").read_text() == "B = 2"
    assert second.resolve() == first.resolve()


def test_what_was_built_anew_is_unpacked_anew(tmp_path: Path) -> None:
    unpacked(zipped(tmp_path / "1.zip", a="A = 1"), tmp_path / "one")
    new = zipped(tmp_path / "2.zip", a="A = 2")
    with UnpackedOnce(new) as made:
        assert made.namelist() == ["python/a.py"]
    assert (unpacked(new, tmp_path / "two") / "python" / "a.py").read_text() == "A = 2"


def test_one_file_of_it_is_unpacked_as_ever(tmp_path: Path) -> None:
    path = zipped(tmp_path / "1.zip", a="A = 1", b="B = 2")
    with UnpackedOnce(path) as made:
        made.extractall(tmp_path / "one", ["python/a.py"])
    assert [one.name for one in (tmp_path / "one" / "python").iterdir()] == ["a.py"]
    assert not (tmp_path / "one").is_symlink()
