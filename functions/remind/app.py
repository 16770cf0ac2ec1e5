"""Reminders: the schedule's sweep, the planner, the sender and the mail service's feedback.

One module, seven handlers, each deployed as a function with a role of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from saldo.clock import parse_instant
from saldo.codec import decode
from saldo.edge.arrivals import mail_came
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.edge.ses_events import feedback_of
from saldo.edge.sms_events import sms_answer
from saldo.errors import Invalid
from saldo.events import correlation_id
from saldo.inbox.addresses import notices_in
from saldo.inbox.model import MailKind
from saldo.intake.mails import MailNotice
from saldo.messages.model import MailOutcomeUnknown, MailRejected
from saldo.people.links import PersonJob
from saldo.portal.sign_in import PortalJob
from saldo.reminders.fact import Fact
from saldo.reminders.inbound.classify import InboundKind
from saldo.reminders.model import Notice
from saldo.reminders.ports import PlanJob, SendJob
from saldo.watchers.model import WatchJob
from saldo.wiring import services

logger = Logger(service="remind")
metrics = Metrics(namespace="Saldo", service="remind")

_GREETING = "Successfully validated SNS topic"
"""SES posts this, in plain words, when a topic is connected; it is no news about a mail."""

_NAMED_MAX = 100
"""So many forgotten accounts are named in the log; what is wrong with them is one thing."""

_WRITTEN: dict[InboundKind, MailKind] = {
    "message": "message",
    "unsubscribe": "message",
    "auto-reply": "auto-reply",
}
"""What goes into the inbox: an unsubscription that fits none of our mails is for a person, too."""

_UNRESOLVED = "<aws.scheduler."
"""The local cloud's scheduler delivers its placeholders as they stand."""


def sweep(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Queue every account that is due; `scheduled_time` is the run's instant.

    `creditor` limits the run to one creditor, and is the only way to run one that has no schedule.
    """
    token = correlation_id.set(str(getattr(context, "aws_request_id", "") or event.get("id", "")))
    try:
        at = _instant(event.get("scheduled_time"))
        creditor = event.get("creditor")
        queued = services().run.sweep(at, str(creditor) if creditor else None)
    finally:
        correlation_id.reset(token)
    logger.info("swept", extra={"at": at.isoformat(), "queued": queued})
    count(metrics, "AccountsQueued", queued)
    flush(metrics)
    return {"at": at.isoformat(), "queued": queued}


def plan_accounts(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Plan accounts: jobs of a sweep, and facts that the bus tells."""
    del context
    return each_message(
        event, services(), services().settings.account_dead_letters, logger, metrics, _plan_one
    )


def _plan_one(body: dict[str, Any], receives: int) -> None:
    del receives
    if "detail-type" not in body:
        _plan(_job(PlanJob, body))
        return
    detail = body.get("detail")
    if not isinstance(detail, dict) or not {"creditor", "account", "data"} <= detail.keys():
        raise MessageNotReadable("The event lacks creditor, account or data.")
    correlation_id.set(str(detail.get("correlation", "")))
    creditor, account = str(detail["creditor"]), str(detail["account"])
    at = _instant(detail.get("timestamp"))
    fact = Fact(
        str(body["detail-type"]), creditor, account, str(detail.get("id")), detail["data"], at
    )
    for notice in services().payer_messages.tell(fact):
        logger.info("told of money", extra={"notice": notice.id, "text": notice.message})
    _plan(PlanJob(creditor, account, "fact", since=at))


def _plan(job: PlanJob) -> None:
    done = services().run.plan_account(job)
    logger.info(
        "planned", extra={"phase": job.phase, "claimed": len(done.claimed), "held": done.held}
    )


def send(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send claimed notices."""
    del context
    return each_message(
        event, services(), services().settings.send_dead_letters, logger, metrics, _send_one
    )


def _send_one(body: dict[str, Any], receives: int) -> None:
    del receives
    if "portal" in body:
        _send_portal_mail(_job(PortalJob, body))
        return
    if "person" in body:
        _send_person_mail(_job(PersonJob, body))
        return
    if "watch" in body:
        _send_watch_mail(_job(WatchJob, body))
        return
    notice = services().sender.send(_job(SendJob, body))
    if notice is not None:
        logger.info("notice", extra={"notice": notice.id, "state": notice.state})
        _count(notice)


def _send_portal_mail(job: PortalJob) -> None:
    """Send a link to sign in, or an invitation; what the log tells is the same for who is unknown.

    Sent twice it is two links that each work once: what may have left is not asked for again.
    """
    try:
        services().portal_mails.send(job)
    except (MailRejected, MailOutcomeUnknown) as refusal:
        logger.warning("portal mail", extra={"code": refusal.code})
    logger.info("portal mail", extra={"kind": job.kind, "portal": job.portal})


def _send_person_mail(job: PersonJob) -> None:
    """Send one of our people a link; known and unknown look alike here, too."""
    try:
        services().people_mails.send(job)
    except (MailRejected, MailOutcomeUnknown) as refusal:
        logger.warning("mail to our people", extra={"code": refusal.code})
    logger.info("mail to our people", extra={"kind": job.kind})


def _send_watch_mail(job: WatchJob) -> None:
    """Send a watcher their news, or one of our people their list; what was begun is not repeated
    but where it surely did not leave.
    """
    try:
        sent = services().watch_mails.send(job)
    except (MailRejected, MailOutcomeUnknown) as refusal:
        logger.warning("mail to a watcher", extra={"code": refusal.code})
        return
    if sent is not None:
        logger.info("mail to a watcher", extra={"watch": job.watch or "morning"})


def _count(notice: Notice) -> None:
    name = {"sent": "NoticesSent", "failed": "NoticesFailed"}.get(notice.state)
    if name is None:
        return
    stage = _stage(notice)
    with single_metric(
        name=name,
        unit=MetricUnit.Count,
        value=1,
        namespace="Saldo",
        default_dimensions={"service": "remind"},
    ) as metric:
        if name == "NoticesSent":
            metric.add_dimension(name="stage", value=stage)
            metric.add_dimension(name="channel", value=notice.channel)


def _stage(notice: Notice) -> str:
    """Return what kind of message it is, as a dimension: never an id, which would make as many
    metrics as there are payments.
    """
    if not notice.tells_of_money:
        return notice.step
    return "paid" if notice.message == "payment-received" else notice.message


def feedback(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take what SES tells about mail that left (SES event publishing, by SNS and SQS)."""
    del context
    told = [r for r in event["Records"] if not r["body"].startswith(_GREETING)]
    return each_message(
        {"Records": told},
        services(),
        services().settings.feedback_dead_letters,
        logger,
        metrics,
        _feedback_one,
    )


def _feedback_one(body: dict[str, Any], receives: int) -> None:
    del receives
    for told in feedback_of(body):
        notice = services().feedback.record(told)
        if notice is None:
            continue
        _count_bad(notice)


def _count_bad(notice: Notice) -> None:
    name = {"bounced": "Bounces", "complained": "Complaints"}.get(notice.state)
    if name is None:
        return
    count(metrics, name)
    if services().accounts.creditor(notice.creditor).mail_stopped_at is not None:
        logger.error("mail is stopped", extra={"creditor": notice.creditor})
        count(metrics, "MailStopped")


def inbound(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take mail that SES put into a bucket, and what people answer to text messages.

    Source: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
    """
    del context
    told = [r for r in event["Records"] if not r["body"].startswith(_GREETING)]
    return each_message(
        {"Records": told},
        services(),
        services().settings.inbound_dead_letters,
        logger,
        metrics,
        _inbound_one,
    )


def _inbound_one(body: dict[str, Any], receives: int) -> None:
    del receives
    answered = sms_answer(body)
    if answered is not None:
        done = services().inbound_sms.take(answered.sender, answered.number, answered.text)
        logger.info("text message answered", extra={"done": [did for _, did in done]})
        count(metrics, "SmsAnswers")
        return
    came = mail_came(body)
    if came is not None and services().intake_rules.is_for_documents(came.notice.recipients):
        services().document_queue.pass_on(body)
        logger.info("inbound mail", extra={"kind": "document"})
        count(metrics, "InboundMails")
        return
    try:
        action = body["receipt"]["action"]
        bucket, key = str(action["bucketName"]), str(action["objectKey"])
    except (KeyError, TypeError) as error:
        raise MessageNotReadable(f"The message is no mail that came in: {error!r}.") from error
    raw = services().inbound_bucket(bucket).get(key)
    if raw is None:
        return  # kept so long that the bucket forgot it
    replied_to = notices_in(came.notice.recipients if came is not None else ())
    taken = services().inbound_mails.take(raw, replied_to[0] if replied_to else None)
    logger.info("inbound mail", extra={"kind": taken.kind, "notice": taken.notice})
    count(metrics, "InboundMails")
    if came is not None and taken.kind in _WRITTEN and not taken.moved:
        _post(came.notice, raw, _WRITTEN[taken.kind])


def _post(notice: MailNotice, raw: bytes, kind: MailKind) -> None:
    """Put what somebody wrote into the inbox."""
    mail = services().inbound_post.take(notice, raw, kind)
    if mail is None:
        logger.warning("mail for nobody", extra={"recipients": len(notice.recipients)})
        count(metrics, "MailsForNobody")
        return
    logger.info("mail", extra={"mail": mail.id, "state": mail.state, "why": mail.why})
    count(metrics, "MailsInTriage" if mail.state == "triage" else "MailsTaken")


def tidy(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Queue forgotten claims again, mark lost sends unknown, and gauge what still waits."""
    del event, context
    found = services().sender.tidy()
    metrics.add_metric(
        name="OldestUnsentNoticeSeconds", unit=MetricUnit.Seconds, value=found["oldest_seconds"]
    )
    count(metrics, "NoticesUnknown", found["unknown"])
    flush(metrics)
    logger.info("tidied", extra=found)
    return found


def forgotten(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Look for what everybody forgot (by schedule, at night): wake accounts with open items that
    nobody looks at any more, and warn of rates of interest that nobody has brought up to date.
    """
    del context
    missing = _missing_rates(_instant(event.get("scheduled_time")).date())
    found = woken = 0
    for account in services().forgotten.wake():
        found, woken = found + 1, woken + account.woken
        if found <= _NAMED_MAX:
            logger.error(
                "forgotten account",
                extra={
                    "creditor": account.creditor,
                    "account": account.account,
                    "woken": account.woken,
                },
            )
    count(metrics, "AccountsForgotten", found)
    flush(metrics)
    logger.info("looked for forgotten accounts", extra={"found": found, "woken": woken})
    return {"found": found, "woken": woken, "rates_missing": missing}


def _missing_rates(today: date) -> int:
    """Return of how many rates of interest the row of this half-year is missing, and count them.

    Until it is there, interest is reckoned by the row before, and every line says so. Rates that
    nobody has confirmed are only named in the log: they are there.
    """
    from saldo.law.rates import stale_rates  # once a night, in one of eight functions

    stale = stale_rates(today)
    for rate in stale:
        logger.warning(
            "rate of interest", extra={"table": rate.table, "code": rate.code, "do": rate.sentence}
        )
    missing = sum(rate.code == "missing" for rate in stale)
    count(metrics, "RatesMissing", missing)
    return missing


def _job(kind: type[Any], body: dict[str, Any]) -> Any:
    try:
        return decode(kind, body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MessageNotReadable(f"The message is no {kind.__name__}: {error}.") from error


def _instant(text: Any) -> datetime:
    if text is None or (isinstance(text, str) and text.startswith(_UNRESOLVED)):
        return services().clock.now()
    try:
        return parse_instant(str(text))
    except ValueError as error:
        raise Invalid(f"scheduled_time is no instant: {error}.") from error
