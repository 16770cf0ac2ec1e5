"""Reads CloudFormation templates, whose YAML has tags (`!Ref`, `!GetAtt`, `!Sub` …) of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """A safe loader that turns `!X y` into `{"Fn::X": y}`, as CloudFormation itself does."""


def _construct(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in {"Ref", "Condition"} else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if tag == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise yaml.YAMLError(f"{node.start_mark}: a tag on neither text, list nor mapping")
    return {name: value}


_Loader.add_multi_constructor("!", _construct)
# A version such as 2012-10-17 is a string to CloudFormation, never a date.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_template(path: Path = TEMPLATE) -> Template:
    """The template at `path` (YAML or JSON) as plain data, intrinsic functions in their long form.

    Raises yaml.YAMLError where it is no YAML.
    """
    # The loader is a SafeLoader: it makes plain data only.
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    if not isinstance(loaded, dict):
        raise yaml.YAMLError(f"{path} holds no mapping")
    return loaded


def resources(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type, such as "AWS::SQS::Queue": logical id -> properties."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def physical_suffix(name: dict[str, str] | str) -> str:
    """What follows the stack's name in a name like `!Sub ${AWS::StackName}-ingest`: "ingest"."""
    text = name["Fn::Sub"] if isinstance(name, dict) else name
    prefix = "${AWS::StackName}-"
    if not text.startswith(prefix):
        raise ValueError(f"{text} does not begin with the stack's name")
    return text.removeprefix(prefix)
