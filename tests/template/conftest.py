"""The templates as data, and as CloudFormation sees them after SAM's transform."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.cfn import ROOT, Template, load_template

TRANSLATE = """
import json, sys
from types import SimpleNamespace
from samtranslator.translator.transform import transform
print(json.dumps(transform(json.load(sys.stdin), {}, SimpleNamespace(load=dict))))
"""


@pytest.fixture(scope="session")
def template() -> Template:
    return load_template()


@pytest.fixture(scope="session")
def operations() -> Template:
    return load_template(ROOT / "infra" / "operations.json")


@pytest.fixture(scope="session")
def sam_environment() -> Path:
    """The bin folder of the environment that holds SAM's command line and its translator."""
    folder = ROOT / ".venv-sam" / "bin"
    if not (folder / "sam").exists():
        # `make test` makes it. A quick run by hand may do without, CI may not.
        if "CI" in os.environ:
            pytest.fail("SAM's command line is missing: make setup-cloud")
        pytest.skip("SAM's command line is not set up: make setup-cloud")
    return folder


@pytest.fixture(scope="session")
def translated(template: Template, sam_environment: Path) -> Template:
    """template.yaml after AWS::Include and the SAM transform, every condition left open."""
    included = _with_local_code(_include(copy.deepcopy(template)))
    done = subprocess.run(
        [sam_environment / "python", "-c", TRANSLATE],
        input=json.dumps(included),
        env={**os.environ, "AWS_DEFAULT_REGION": "eu-central-1"},
        check=True,
        capture_output=True,
        text=True,
    )
    result: Template = json.loads(done.stdout)
    return result


def _include(node: Any) -> Any:
    if isinstance(node, list):
        return [_include(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "Fn::Transform" in node:
        path = ROOT / node["Fn::Transform"]["Parameters"]["Location"]
        return json.loads(path.read_text(encoding="utf-8"))
    return {key: _include(value) for key, value in node.items()}


def _with_local_code(template: Template) -> Template:
    """Stands in for `sam package`, which replaces folders by what it has uploaded."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in ("CodeUri", "ContentUri"):
            if name in properties:
                properties[name] = f"s3://bucket/{properties[name]}"
    return template
