"""What cannot be done with statements and entries, and why."""

from __future__ import annotations

from saldo.errors import Conflict, Invalid, NotFound, Unavailable


class BankAccountUnknown(NotFound):
    """The statement is of an account that is not the creditor's, as far as is known."""

    code = "bank-account-unknown"


class BankAccountNotValid(Invalid):
    """What was set for a bank account cannot be."""

    code = "bank-account-not-valid"


class BankEntryUnknown(NotFound):
    """There is no such entry."""

    code = "bank-entry-unknown"


class BankEntryBusy(Unavailable):
    """The entry, or what it pays, keeps changing; what was begun goes on by itself."""

    code = "bank-entry-busy"


class EntryNotWaiting(Conflict):
    """The entry waits for nobody: it is matched, or ignored, or returned."""

    code = "entry-not-waiting"


class NoProposal(Conflict):
    """There is no proposal to accept: say which account and invoices the money is for."""

    code = "no-proposal"


class ProposalChanged(Conflict):
    """Something else is proposed by now than what was seen: look again before accepting it."""

    code = "proposal-changed"


class PartsNotValid(Invalid):
    """The parts are more than the entry has, or are none."""

    code = "parts-not-valid"


class MoneyUsed(Conflict):
    """Some of the money was refunded, charged back or used since: it cannot be taken back whole."""

    code = "money-used"


class NothingToReverse(Conflict):
    """Nothing of the entry stands anywhere."""

    code = "nothing-to-reverse"


class ReturnNotPossible(Conflict):
    """The entry took no money, or the payment brought less than was taken."""

    code = "return-not-possible"


class ReturnChargePaid(Conflict):
    """The charge for the return was paid since: the return cannot be taken back whole."""

    code = "return-charge-paid"


class NoRefundProposed(Conflict):
    """No refund of the entry is proposed, or it was decided about already."""

    code = "no-refund-proposed"


class RefundLapsed(Conflict):
    """The credit that would have been given back was used meanwhile, all or some of it."""

    code = "refund-lapsed"


class StatementRefused(Invalid):
    """A part of the statement could not be read: nothing of it is booked."""

    code = "statement-refused"
