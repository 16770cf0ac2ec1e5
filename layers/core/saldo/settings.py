"""Settings, read from the environment in one place and only when asked for.

Every name here is set by template.yaml; docs/deploy.md says what the owner may choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of one function. Empty texts mean "not set for this function"."""

    table: str = ""
    region: str = "eu-central-1"
    bus: str = ""
    public_url: str = ""
    job_queue: str = ""
    account_queue: str = ""
    account_dead_letters: str = ""
    send_queue: str = ""
    send_dead_letters: str = ""
    feedback_dead_letters: str = ""
    webhook_event_dead_letters: str = ""
    webhook_delivery_queue: str = ""
    webhook_delivery_dead_letters: str = ""
    relay_queue: str = ""
    relay_dead_letters: str = ""
    configuration_set: str = ""
    mail_from: str = ""
    letters_bucket: str = ""
    letter_queue: str = ""
    case_files_bucket: str = ""
    files_bucket: str = ""
    intake_bucket: str = ""
    intake_queue: str = ""
    intake_dead_letters: str = ""
    letter_dead_letters: str = ""
    inbound_dead_letters: str = ""
    inbound_domain: str = ""
    import_queue: str = ""
    import_dead_letters: str = ""
    audit_dead_letters: str = ""
    audit_bucket: str = ""
    privacy_queue: str = ""
    privacy_dead_letters: str = ""
    sandbox_url: str = ""
    sandbox_secrets: tuple[str, ...] = field(default=(), repr=False)
    provider_secret: str = ""
    erp_secret: str = ""
    connect_function: str = ""
    connector_dead_letters: str = ""
    work_dead_letters: str = ""
    foresight_dead_letters: str = ""
    user_pool: str = ""
    user_pool_client: str = ""
    directory_url: str = ""
    directory_client: str = ""
    directory_name: str = ""
    report_queue: str = ""
    report_dead_letters: str = ""
    is_local: bool = False


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; `SALDO_SANDBOX_SECRET` may hold two secrets, the new one first.

    `SALDO_PROVIDER_SECRET` is the ARN of the real providers' secret, `SALDO_ERP_SECRET`
    that of the ERPs', never their values. `SALDO_JOB_QUEUE` is the queue that calls the function.
    """

    def text(name: str) -> str:
        return environment.get(f"SALDO_{name}", "")

    return Settings(
        table=text("TABLE"),
        region=environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION", "eu-central-1"),
        bus=text("BUS"),
        public_url=text("PUBLIC_URL").rstrip("/"),
        job_queue=text("JOB_QUEUE"),
        account_queue=text("ACCOUNT_QUEUE"),
        account_dead_letters=text("ACCOUNT_DEAD_LETTERS"),
        send_queue=text("SEND_QUEUE"),
        send_dead_letters=text("SEND_DEAD_LETTERS"),
        feedback_dead_letters=text("FEEDBACK_DEAD_LETTERS"),
        webhook_event_dead_letters=text("WEBHOOK_EVENT_DEAD_LETTERS"),
        webhook_delivery_queue=text("WEBHOOK_DELIVERY_QUEUE"),
        webhook_delivery_dead_letters=text("WEBHOOK_DELIVERY_DEAD_LETTERS"),
        relay_queue=text("RELAY_QUEUE"),
        relay_dead_letters=text("RELAY_DEAD_LETTERS"),
        configuration_set=text("CONFIGURATION_SET"),
        mail_from=text("MAIL_FROM"),
        letters_bucket=text("LETTERS_BUCKET"),
        letter_queue=text("LETTER_QUEUE"),
        case_files_bucket=text("CASE_FILES_BUCKET"),
        files_bucket=text("FILES_BUCKET"),
        intake_bucket=text("INTAKE_BUCKET"),
        intake_queue=text("INTAKE_QUEUE"),
        intake_dead_letters=text("INTAKE_DEAD_LETTERS"),
        letter_dead_letters=text("LETTER_DEAD_LETTERS"),
        inbound_dead_letters=text("INBOUND_DEAD_LETTERS"),
        inbound_domain=text("INBOUND_DOMAIN"),
        import_queue=text("IMPORT_QUEUE"),
        import_dead_letters=text("IMPORT_DEAD_LETTERS"),
        audit_dead_letters=text("AUDIT_DEAD_LETTERS"),
        audit_bucket=text("AUDIT_BUCKET"),
        privacy_queue=text("PRIVACY_QUEUE"),
        privacy_dead_letters=text("PRIVACY_DEAD_LETTERS"),
        sandbox_url=text("SANDBOX_URL").rstrip("/"),
        sandbox_secrets=tuple(s for s in text("SANDBOX_SECRET").split() if s),
        provider_secret=text("PROVIDER_SECRET"),
        erp_secret=text("ERP_SECRET"),
        connect_function=text("CONNECT_FUNCTION"),
        connector_dead_letters=text("CONNECTOR_DEAD_LETTERS"),
        work_dead_letters=text("WORK_DEAD_LETTERS"),
        foresight_dead_letters=text("FORESIGHT_DEAD_LETTERS"),
        user_pool=text("USER_POOL"),
        user_pool_client=text("USER_POOL_CLIENT"),
        directory_url=text("DIRECTORY_URL").rstrip("/"),
        directory_client=text("DIRECTORY_CLIENT"),
        directory_name=text("DIRECTORY_NAME"),
        report_queue=text("REPORT_QUEUE"),
        report_dead_letters=text("REPORT_DEAD_LETTERS"),
        is_local=text("LOCAL") == "1",
    )
