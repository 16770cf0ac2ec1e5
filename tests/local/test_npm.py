"""What the npm registry gives is there whole or not at all, however many processes ask for it."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.npm import unpack
from infra.local.problems import Problem

_NPM = """#!/bin/sh
mkdir package && printf 'whole' > package/script.js && tar -czf made.tgz package
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program in npm's place."""
    place = tmp_path / "bin"
    place.mkdir()

    def put(text: str) -> None:
        (place / "npm").write_text(text)
        (place / "npm").chmod(0o755)

    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    put(_NPM)
    return put


@pytest.mark.usefixtures("npm")
def test_nobody_sees_a_package_that_is_half_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "axe" / "4"
    ordinary = tarfile.TarFile.extractall
    seen: list[bool] = []

    def looking(self: tarfile.TarFile, path: Path, **how: Any) -> None:
        ordinary(self, path, **how)
        seen.append(home.exists())

    monkeypatch.setattr(tarfile.TarFile, "extractall", looking)
    unpack("axe@4", home)
    assert seen == [False]
    assert (home / "package" / "script.js").read_text() == "whole"
    assert [one.name for one in home.parent.iterdir()] == ["4"], "nothing is left beside it"


@pytest.mark.usefixtures("npm")
def test_who_comes_second_takes_what_the_first_one_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "axe" / "4"
    ordinary = tarfile.TarFile.extractall

    def overtaken(self: tarfile.TarFile, path: Path, **how: Any) -> None:
        ordinary(self, path, **how)
        (home / "package").mkdir(parents=True)
        (home / "package" / "script.js").write_text("of the first")

    monkeypatch.setattr(tarfile.TarFile, "extractall", overtaken)
    unpack("axe@4", home)
    assert (home / "package" / "script.js").read_text() == "of the first"
    assert [one.name for one in home.parent.iterdir()] == ["4"]


def test_a_registry_that_does_not_answer_leaves_nothing(
    npm: Callable[[str], None], tmp_path: Path
) -> None:
    npm("#!/bin/sh\necho 'no such host' >&2\nexit 1\n")
    with pytest.raises(Problem, match="no such host"):
        unpack("axe@4", tmp_path / "axe" / "4")
    assert not (tmp_path / "axe" / "4").exists()
