"""What CloudFormation and Lambda would refuse, found before they do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from infra.cfn import ROOT, Template, resources

TEMPLATES = ["template.yaml", "infra/operations.json"]

# AWS's limits.
RESOURCES_MAX = 500
PARAMETERS_MAX = 200
TEMPLATE_BYTES_MAX = 1_000_000
FUNCTION_POLICY_BYTES_MAX = 20_480
ROLE_POLICIES_CHARACTERS_MAX = 10_240
ENVIRONMENT_BYTES_MAX = 4_096


def test_the_stack_has_room_to_grow(translated: Template, operations: Template) -> None:
    assert len(translated["Resources"]) < RESOURCES_MAX * 0.7
    assert len(operations["Resources"]) < RESOURCES_MAX / 2
    assert len(translated["Parameters"]) < PARAMETERS_MAX
    assert len(json.dumps(translated)) < TEMPLATE_BYTES_MAX / 2


def test_a_functions_policy_does_not_grow_with_its_routes(translated: Template) -> None:
    statements: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for permission in resources(translated, "AWS::Lambda::Permission").values():
        function = json.dumps(permission["FunctionName"])
        statements[function] += 1
        # A statement as Lambda keeps it: sid, effect, principal, condition around our ARN.
        sizes[function] += 400 + len(json.dumps(permission))
    assert statements
    assert max(statements.values()) == 1
    assert max(sizes.values()) < FUNCTION_POLICY_BYTES_MAX / 4


def test_inline_policies_of_a_role_fit(translated: Template) -> None:
    for logical_id, role in resources(translated, "AWS::IAM::Role").items():
        characters = len(json.dumps(role.get("Policies", []), separators=(",", ":")))
        # Half, as `!GetAtt Table.Arn` grows to the whole ARN.
        assert characters < ROLE_POLICIES_CHARACTERS_MAX / 2, logical_id


def test_environments_fit(translated: Template) -> None:
    for logical_id, function in resources(translated, "AWS::Lambda::Function").items():
        size = len(json.dumps(function["Environment"]["Variables"]))
        assert size < ENVIRONMENT_BYTES_MAX / 2, logical_id


def test_sam_makes_no_role_behind_our_back(template: Template, translated: Template) -> None:
    assert set(resources(translated, "AWS::IAM::Role")) == set(
        resources(template, "AWS::IAM::Role")
    )


def test_every_resource_of_the_sandbox_is_optional(template: Template) -> None:
    for logical_id, resource in template["Resources"].items():
        if logical_id.startswith("Sandbox"):
            assert resource.get("Condition") == "WithSandbox", logical_id
    assert template["Parameters"]["SandboxProvider"]["Default"] == "false"


def test_the_stack_deploys_without_answering_anything(template: Template) -> None:
    assert [name for name, given in template["Parameters"].items() if "Default" not in given] == []
    assert [
        name for name, given in template["Parameters"].items() if "Description" not in given
    ] == []


def test_cfn_lint_finds_nothing() -> None:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [cfn_lint, "--regions", "eu-central-1", "--template", *TEMPLATES],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_sam_validate_finds_nothing(sam_environment: Path) -> None:
    done = subprocess.run(
        [sam_environment / "sam", "validate", "--lint", "--region", "eu-central-1"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_linter_is_told_to_overlook_has_a_reason() -> None:
    # A suppression is a comment or a Metadata block; either stands beside a reason, or not at all.
    for name in TEMPLATES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for found in re.finditer(r"cfn-lint|ignore_checks", text):
            line = text[: found.start()].count("\n") + 1
            before = text.splitlines()[line - 2] if line > 1 else ""
            assert before.strip().startswith("#"), f"{name}:{line}: a suppression without a reason"
    assert not (ROOT / ".cfnlintrc").exists()


def test_the_owners_page_explains_every_parameter(template: Template) -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([A-Za-z]+)`", row.split("|")[1])}
    assert explained == set(template["Parameters"])
