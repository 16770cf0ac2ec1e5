"""The pool of those who sign in: nobody tries passwords past us, and few may touch it."""

from __future__ import annotations

from typing import Any

from infra.cfn import Template, resources
from saldo.adapters.memory.identity import PASSWORD_LENGTH_MIN


def _of(template: Template, name: str) -> dict[str, Any]:
    return dict(template["Resources"][name]["Properties"])


def _may(template: Template, role: str) -> set[str]:
    """Return what a role may do with the pool."""
    return {
        action
        for policy in resources(template, "AWS::IAM::ManagedPolicy").values()
        if {"Ref": role} in policy.get("Roles", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Resource"] == {"Fn::GetAtt": ["UserPool", "Arn"]}
        for action in statement["Action"]
    }


def test_passwords_are_checked_by_calls_that_iam_allows_alone(template: Template) -> None:
    client = _of(template, "UserPoolClient")
    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert not client.get("AllowedOAuthFlowsUserPoolClient")


def test_nobody_signs_up_and_nobody_resets_a_password_past_our_pages(template: Template) -> None:
    pool = _of(template, "UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    (mechanism,) = pool["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert mechanism["Name"] == "admin_only"
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}


def test_passwords_are_as_long_as_our_pages_say(template: Template) -> None:
    policy = _of(template, "UserPool")["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == PASSWORD_LENGTH_MIN
    assert policy["RequireLowercase"] and policy["RequireUppercase"] and policy["RequireNumbers"]
    assert not policy["RequireSymbols"], "our pages do not ask for any"


def test_people_outlive_the_stack(template: Template) -> None:
    pool = template["Resources"]["UserPool"]
    assert (pool["DeletionPolicy"], pool["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert pool["Properties"]["DeletionProtection"] == {
        "Fn::If": ["IsProtected", "ACTIVE", "INACTIVE"]
    }


def test_the_console_alone_checks_and_sets_passwords(template: Template) -> None:
    passwords = {
        "cognito-idp:AdminInitiateAuth",
        "cognito-idp:AdminRespondToAuthChallenge",
        "cognito-idp:AdminSetUserPassword",
    }
    assert passwords < _may(template, "ConsoleRole")
    roles = {role for role in template["Resources"] if _may(template, role)}
    assert roles == {"ConsoleRole", "IngestRole"}
    assert not passwords & _may(template, "IngestRole")
    assert not any("Delete" in action for action in _may(template, "ConsoleRole"))


def test_who_may_change_people_is_told_of_the_pool_and_of_the_queue_for_mail(
    template: Template,
) -> None:
    for name, function in resources(template, "AWS::Serverless::Function").items():
        told = function.get("Environment", {}).get("Variables", {})
        role = function["Role"]["Fn::GetAtt"][0]
        assert ("SALDO_USER_POOL" in told) == bool(_may(template, role)), name
        if "SALDO_USER_POOL" in told:
            assert "SALDO_SEND_QUEUE" in told


def test_no_client_checks_passwords_for_whoever_knows_its_id(template: Template) -> None:
    clients = resources(template, "AWS::Cognito::UserPoolClient")
    assert set(clients) == {"UserPoolClient", "DirectoryClient"}
    for client in clients.values():
        # Left out, Cognito allows SRP, by which anybody tries passwords.
        assert client["ExplicitAuthFlows"] in (
            ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
            ["ALLOW_REFRESH_TOKEN_AUTH"],
        )


def test_the_directory_leads_back_to_our_page_and_by_code_alone(template: Template) -> None:
    client = _of(template, "DirectoryClient")
    assert template["Resources"]["DirectoryClient"]["Condition"] == "HasDirectory"
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["SupportedIdentityProviders"] == [{"Ref": "ConsoleDirectory"}]
    (back,) = client["CallbackURLs"]
    for address in back["Fn::If"][1:]:
        assert address["Fn::Sub"].endswith("/console/sign-in/callback")
