"""The providers' keys: read by those who need them, and named in no environment by value."""

from __future__ import annotations

import json

from infra.cfn import Template, resources


def test_only_who_speaks_to_providers_may_read_their_keys(template: Template) -> None:
    policies = {
        key: json.dumps(resource)
        for key, resource in template["Resources"].items()
        if "secretsmanager:" in json.dumps(resource)
    }
    assert set(policies) == {"ProviderSecretPolicy", "ErpSecretPolicy"}
    policy = template["Resources"]["ProviderSecretPolicy"]
    assert policy["Condition"] == "HasProviderSecret"
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Resource"] == {"Ref": "ProviderSecretArn"}


def test_who_is_told_of_the_secret_may_read_it_and_nobody_else(template: Template) -> None:
    told = {
        function["Role"]["Fn::GetAtt"][0]
        for function in resources(template, "AWS::Serverless::Function").values()
        if "SALDO_PROVIDER_SECRET" in function.get("Environment", {}).get("Variables", {})
    }
    roles = template["Resources"]["ProviderSecretPolicy"]["Properties"]["Roles"]
    assert {role["Ref"] for role in roles} == told
    assert "PayRole" in told


def test_only_who_asks_erps_may_read_their_keys(template: Template) -> None:
    policy = template["Resources"]["ErpSecretPolicy"]
    assert policy["Condition"] == "HasErpSecret"
    roles = policy["Properties"]["Roles"]
    asking = ("ConnectRun", "ConnectCalled", "ForesightSweep")
    assert roles == [{"Ref": f"{name}Role"} for name in asking]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Ref": "ErpSecretArn"}
    told = [
        name
        for name, function in resources(template, "AWS::Serverless::Function").items()
        if "SALDO_ERP_SECRET" in function.get("Environment", {}).get("Variables", {})
    ]
    assert told == [f"{name}Function" for name in asking]


def test_no_parameter_takes_a_providers_key(template: Template) -> None:
    # The sandbox's, which opens nothing, is the only secret that a deployment is given by value.
    hidden = [name for name, given in template["Parameters"].items() if given.get("NoEcho")]
    assert hidden == ["SandboxSecret"]
