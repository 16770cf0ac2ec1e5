"""What the local cloud is told that AWS reads elsewhere."""

from __future__ import annotations

import json
import re

from infra.local.deploy import taking_bytes
from infra.local.settings import ROOT


def test_each_api_takes_bytes_as_its_definition_says() -> None:
    template = (ROOT / "template.yaml").read_text("utf-8")
    told = taking_bytes(template)
    places = re.findall(r"StageName: \w+\n +BinaryMediaTypes: (.*)\n", told)
    assert places == ["['*/*']"] * template.count("Type: AWS::Serverless::Api")
    for name in ("api.json", "sandbox-api.json"):
        body = json.loads((ROOT / "infra" / name).read_text("utf-8"))
        assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert told.replace("      BinaryMediaTypes: ['*/*']\n", "") == template, "and nothing else"
