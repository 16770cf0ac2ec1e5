"""Alarms of the business: are invoices taken, payments booked, notices sent and told of?"""

from __future__ import annotations

from infra import metrics
from infra.alarm import HOUR, MINUTE, Alarm


def business_alarms() -> list[Alarm]:
    """Every alarm that looks at Saldo's own metrics of money and mail, in a stable order."""
    return [*_invoices(), *_money(), *_notices(), *_webhooks(), *_connections(), *_people()]


def _invoices() -> list[Alarm]:
    return [
        Alarm(
            name="invoices-refused",
            metric=metrics.saldo("ingest", "InvoicesRefused"),
            threshold=50,
            period_s=HOUR,
            means="Fifty invoices were refused within an hour.",
            do="The ERP got a reason for each; find the commonest and tell whoever runs the ERP.",
            section="Refused invoices",
        ),
    ]


def _money() -> list[Alarm]:
    return [
        Alarm(
            name="payments-failed",
            metric=metrics.saldo("pay", "PaymentsFailed"),
            threshold=10,
            period_s=HOUR,
            means="Ten payments failed within an hour.",
            do="A refused card is ordinary; many at once point at the payment provider.",
            section="Payments and callbacks",
        ),
        Alarm(
            name="callbacks-refused",
            metric=metrics.saldo("pay", "CallbacksRefused"),
            threshold=5,
            means="Five callbacks were refused within five minutes.",
            do="The provider's secret may have changed, or somebody is trying to forge one.",
            section="Payments and callbacks",
        ),
        Alarm(
            name="payout-differences",
            metric=metrics.saldo("reconcile", "PayoutDifferences"),
            threshold=1,
            period_s=HOUR,
            means="A payout's lines differ from the books, or do not sum to it.",
            do="Look at the event payout.differs: it names every line and what is booked.",
            section="Payouts",
        ),
        Alarm(
            name="payouts-unanswered",
            metric=metrics.saldo("reconcile", "PayoutsUnanswered"),
            threshold=6,
            # Fetched every hour: a provider that is down for an hour is no news.
            period_s=24 * HOUR,
            means="A provider's payouts could not be read six times within a day.",
            do="Look at the log of payouts-fetch: a key lacks a right, or a report is too large.",
            section="Payouts",
        ),
        Alarm(
            name="ledger-differences",
            metric=metrics.saldo("reconcile", "LedgerDifferences"),
            threshold=1,
            period_s=HOUR,
            means="Postings and projections do not agree.",
            do="Run `saldo ledger verify` and look at what it names.",
            section="The books differ",
        ),
        Alarm(
            name="audit-findings",
            metric=metrics.saldo("audit", "AuditFindings"),
            threshold=1,
            period_s=HOUR,
            means="Something in the audit log or in an event is not as it was written.",
            do="Run `saldo audit verify` and look at what it names.",
            section="The audit log differs",
        ),
        Alarm(
            name="audit-events-late",
            metric=metrics.saldo("audit", "AuditEventsLate"),
            threshold=1,
            period_s=HOUR,
            means="Events had not reached the audit log by themselves, and were appended by night.",
            do="Look into the queue's dead letters for why.",
            section="The audit log differs",
        ),
        Alarm(
            name="figure-differences",
            metric=metrics.saldo("figures", "FigureDifferences"),
            threshold=1,
            period_s=HOUR,
            means="The figures of reports do not agree with the books.",
            do="Run `saldo report verify` and look at what it names, then `saldo report rebuild`.",
            section="The figures differ",
        ),
    ]


def _notices() -> list[Alarm]:
    stuck = "Stuck notices"
    return [
        Alarm(
            name="notices-late",
            metric=metrics.saldo("remind", "OldestUnsentNoticeSeconds", "Maximum"),
            threshold=HOUR,
            # Measured every 15 minutes: a shorter period would be silent in between.
            period_s=30 * MINUTE,
            means="A notice was claimed an hour ago and has not been sent.",
            do="Look at the send queue and at SES's sending limits.",
            section=stuck,
        ),
        Alarm(
            name="notices-unknown",
            metric=metrics.saldo("remind", "NoticesUnknown"),
            threshold=1,
            means="Nobody can tell whether a notice was sent; it is not sent again by itself.",
            do="Look for it in SES, then decide.",
            section=stuck,
        ),
        Alarm(
            name="accounts-forgotten",
            metric=metrics.saldo("remind", "AccountsForgotten"),
            threshold=1,
            period_s=HOUR,
            means="An account with open items had no next action; it has been woken.",
            do="See which in the log of `remind-forgotten`, and find what wrote past the rules.",
            section="Forgotten accounts",
        ),
        Alarm(
            name="rates-missing",
            metric=metrics.saldo("remind", "RatesMissing"),
            threshold=1,
            # Looked at once a night: the alarm stands until the next one.
            period_s=24 * HOUR,
            means="A rate of interest of this half-year is missing; the one before is used.",
            do="Run `saldo law rates --check`, add the row that it names, and deploy.",
            section="Missing rates of interest",
        ),
        Alarm(
            name="notices-failed",
            metric=metrics.saldo("remind", "NoticesFailed"),
            threshold=5,
            period_s=HOUR,
            means="The mail service refused five notices within an hour.",
            do="See SES's reason in the log: sender not verified, account paused, limit reached.",
            section="Refused mail",
        ),
        Alarm(
            name="mail-bounces",
            metric=metrics.mail("Reputation.BounceRate"),
            threshold=0.05,
            period_s=HOUR,
            means="More than 5% of the mails bounce; at 10% SES may stop us.",
            do="Stop sending, find the source of the bad addresses, then go on.",
            section="Bounces and complaints",
        ),
        Alarm(
            name="mail-complaints",
            metric=metrics.mail("Reputation.ComplaintRate"),
            threshold=0.001,
            period_s=HOUR,
            means="More than 0.1% of the mails were marked as spam; at 0.5% SES may stop us.",
            do="Stop sending and look at what was sent to whom.",
            section="Bounces and complaints",
        ),
        Alarm(
            name="mail-stopped",
            metric=metrics.saldo("remind", "MailStopped"),
            threshold=1,
            means="The circuit breaker stopped a creditor's mail: too much of it came back.",
            do="Clean the addresses, then `saldo sending resume`.",
            section="Mail is stopped",
        ),
    ]


def _webhooks() -> list[Alarm]:
    return [
        Alarm(
            name="webhooks-failed",
            metric=metrics.saldo("reconcile", "WebhooksFailed"),
            threshold=20,
            period_s=HOUR,
            means="Twenty attempts to deliver a webhook failed within an hour.",
            do="The ERP's endpoint is down or refuses; attempts go on with growing gaps.",
            section="Webhooks fail",
        ),
    ]


def _connections() -> list[Alarm]:
    section = "Connections to ERPs"
    return [
        Alarm(
            name="connections-failed",
            metric=metrics.saldo("connect", "ConnectionsFailed"),
            threshold=3,
            # Tried again within minutes at first: one silence is no news.
            period_s=HOUR,
            means="An ERP did not answer, refused us or talked nonsense three times in an hour.",
            do="Run `saldo connector status`: it says which, since when and why.",
            section=section,
        ),
        Alarm(
            name="erp-orders-refused",
            metric=metrics.saldo("connect", "ErpOrdersRefused"),
            threshold=1,
            period_s=HOUR,
            means="An ERP will not book a settlement, or cannot stop deliveries.",
            do="`saldo connector status` lists them with the ERP's reason; a person books them.",
            section=section,
        ),
        Alarm(
            name="erp-records-unread",
            metric=metrics.saldo("connect", "ErpRecordsUnread"),
            threshold=20,
            period_s=HOUR,
            means="Records of an ERP cannot be taken: they are not owed here.",
            do="The log of `connect-run` names the reason of each.",
            section=section,
        ),
    ]


def _people() -> list[Alarm]:
    return [
        Alarm(
            name="sign-ins-refused",
            metric=metrics.saldo("console", "SignInsRefused"),
            threshold=100,
            period_s=HOUR,
            means="A hundred sign-ins to the console were refused within an hour.",
            do="Somebody tries passwords, or the user pool does not answer: the log says which.",
            section="Sign-ins to the console",
        ),
    ]
