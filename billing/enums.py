"""The words of billing, and the moves its states may make."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(TextChoices):
    """Kinds of individual services (upstage/8.1)."""

    API = "api", _("API")
    PLAYGROUND = "playground", _("Playground")


class AgreementMode(TextChoices):
    """How a member pays for what is used (upstage/17.1)."""

    PREPAID = "prepaid", _("prepaid")
    POSTPAID = "postpaid", _("postpaid")


class PaymentPurpose(TextChoices):
    PURCHASE = "purchase", _("purchase of credits")
    INVOICE = "invoice", _("invoice")


class PaymentStatus(TextChoices):
    CREATED = "created", _("created")
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


# The gateway is asked while a payment is pending; only what it said for certain moves it on.
PAYMENT_MOVES: dict[str, frozenset[str]] = {
    PaymentStatus.CREATED: frozenset({PaymentStatus.PENDING}),
    PaymentStatus.PENDING: frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.FAILED}),
}


class RepaymentStatus(TextChoices):
    CREATED = "created", _("created")
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


# As a payment: asked for while it is pending, and only what the gateway said for certain moves it on.
REPAYMENT_MOVES: dict[str, frozenset[str]] = {
    RepaymentStatus.CREATED: frozenset({RepaymentStatus.PENDING}),
    RepaymentStatus.PENDING: frozenset({RepaymentStatus.SUCCEEDED, RepaymentStatus.FAILED}),
}


class SetupStatus(TextChoices):
    BEGUN = "begun", _("begun")
    DONE = "done", pgettext_lazy("registration of a card", "done")
    FAILED = "failed", _("failed")


SETUP_MOVES: dict[str, frozenset[str]] = {SetupStatus.BEGUN: frozenset({SetupStatus.DONE, SetupStatus.FAILED})}


class EventAbout(TextChoices):
    """What a gateway tells of by itself."""

    CHARGE = "charge", _("payment")
    REFUND = "refund", _("repayment")
    SETUP = "setup", _("registration of a card")
    DISPUTE = "dispute", _("dispute")
    OTHER = "other", _("something else")


class EventOutcome(TextChoices):
    """What an event of a gateway did here."""

    APPLIED = "applied", _("applied")
    KNOWN = "known", _("known before")
    IGNORED = "ignored", _("nothing of ours")
    DIFFERS = "differs", _("does not fit; staff were asked")


class DisputeStatus(TextChoices):
    OPEN = "open", pgettext_lazy("dispute", "open")
    WON = "won", _("won")
    LOST = "lost", _("lost")


# A bank may decide once more, either way.
DISPUTE_MOVES: dict[str, frozenset[str]] = {
    DisputeStatus.OPEN: frozenset({DisputeStatus.WON, DisputeStatus.LOST}),
    DisputeStatus.WON: frozenset({DisputeStatus.LOST}),
    DisputeStatus.LOST: frozenset({DisputeStatus.WON}),
}


class LossAnswer(TextChoices):
    """What is done about money that a bank took back."""

    CREDITS_TAKEN = "credits_taken", _("its unused credits are taken back")
    CLAIMED = "claimed", _("it is claimed from the member")
    WRITTEN_OFF = "written_off", _("it is written off")


class PurchaseStatus(TextChoices):
    PENDING = "pending", _("pending")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")


PURCHASE_MOVES: dict[str, frozenset[str]] = {
    PurchaseStatus.PENDING: frozenset({PurchaseStatus.PAID, PurchaseStatus.FAILED}),
}


class PurchaseMode(TextChoices):
    """How credits are bought; each mode has tiers of its own (upstage/15.2)."""

    ONCE = "once", _("once")
    MONTHLY = "monthly", _("every month")
    ANNUAL = "annual", _("every year")


class TableStatus(TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("dropped")


TABLE_MOVES: dict[str, frozenset[str]] = {
    TableStatus.DRAFT: frozenset({TableStatus.PUBLISHED, TableStatus.DROPPED}),
}


class PlanStatus(TextChoices):
    """An auto-recharge runs until it is cancelled or the membership ends; after too many failures it waits."""

    ACTIVE = "active", pgettext_lazy("auto-recharge", "running")
    PAUSED = "paused", pgettext_lazy("auto-recharge", "paused")
    CANCELLED = "cancelled", pgettext_lazy("auto-recharge", "cancelled")
    ENDED = "ended", pgettext_lazy("auto-recharge", "ended with the membership")


PLAN_MOVES: dict[str, frozenset[str]] = {
    PlanStatus.ACTIVE: frozenset({PlanStatus.PAUSED, PlanStatus.CANCELLED, PlanStatus.ENDED}),
    PlanStatus.PAUSED: frozenset({PlanStatus.ACTIVE, PlanStatus.CANCELLED, PlanStatus.ENDED}),
}
LIVE_PLANS = (PlanStatus.ACTIVE, PlanStatus.PAUSED)


class CycleStatus(TextChoices):
    """One cycle is charged once, or not at all."""

    OPEN = "open", pgettext_lazy("cycle", "being charged")
    PAID = "paid", pgettext_lazy("cycle", "charged")
    FAILED = "failed", pgettext_lazy("cycle", "failed")
    STOPPED = "stopped", pgettext_lazy("cycle", "not charged")
    DROPPED = "dropped", pgettext_lazy("cycle", "given up")
    MISSED = "missed", pgettext_lazy("cycle", "passed over")


CYCLE_MOVES: dict[str, frozenset[str]] = {
    CycleStatus.OPEN: frozenset({CycleStatus.PAID, CycleStatus.FAILED, CycleStatus.STOPPED, CycleStatus.DROPPED}),
}


class StepKind(TextChoices):
    """What happens to an auto-recharge, as its history tells."""

    SET = "set", pgettext_lazy("auto-recharge", "switched on")
    CHANGED = "changed", pgettext_lazy("auto-recharge", "changed")
    RESUMED = "resumed", pgettext_lazy("auto-recharge", "taken up again")
    PAUSED = "paused", pgettext_lazy("auto-recharge", "paused")
    CANCELLED = "cancelled", pgettext_lazy("auto-recharge", "cancelled")
    ENDED = "ended", pgettext_lazy("auto-recharge", "ended with the membership")


class StepStatus(TextChoices):
    """A change waits where staff approve changes (upstage/15-3.1)."""

    WAITING = "waiting", _("waits for approval")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", _("not approved")
    WITHDRAWN = "withdrawn", _("replaced by a later one")


STEP_MOVES: dict[str, frozenset[str]] = {
    StepStatus.WAITING: frozenset({StepStatus.APPLIED, StepStatus.REFUSED, StepStatus.WITHDRAWN}),
}


class InvoiceKind(TextChoices):
    MONTHLY = "monthly", _("monthly")
    SINGLE = "single", _("single")
    CLAIM = "claim", _("penalty or damages")


FEES = (InvoiceKind.MONTHLY, InvoiceKind.SINGLE)
"""The invoices of service fees; a penalty and damages are invoiced apart from them (upstage/18.6, 25)."""


class InvoiceStatus(TextChoices):
    ISSUED = "issued", _("issued")
    PAID = "paid", _("paid")


INVOICE_MOVES: dict[str, frozenset[str]] = {InvoiceStatus.ISSUED: frozenset({InvoiceStatus.PAID})}


class TaxInvoiceStatus(TextChoices):
    """A tax invoice is prepared by the system, and issued by staff with the tax office's service."""

    PREPARED = "prepared", _("to be issued")
    ISSUED = "issued", pgettext_lazy("tax invoice", "issued")


TAX_INVOICE_MOVES: dict[str, frozenset[str]] = {
    TaxInvoiceStatus.PREPARED: frozenset({TaxInvoiceStatus.ISSUED}),
}


class LineKind(TextChoices):
    USAGE = "usage", _("usage")
    ADJUSTMENT = "adjustment", _("late usage of an earlier month")
    FEE = "fee", _("fee")
    CLAIM = "claim", _("penalty or damages")


class NoRefund(TextChoices):
    """Why the rules refund nothing of a purchase; the codes are those of refusals (upstage/16)."""

    ABOVE_LIMIT = "balance_above_limit", _("the balance is above the limit")
    USED = "credits_used", _("its credits are used")
    EXPIRED = "credits_expired", _("its credits have expired")
    NOTHING_LEFT = "nothing_left", _("nothing is left")


class ArchiveStatus(TextChoices):
    SEALED = "sealed", _("being exported")
    EXPORTED = "exported", _("exported and verified")
    ARCHIVED = "archived", _("archived")
    DESTROYED = "destroyed", _("destroyed")


# A file that is not what was written goes back to be written anew, as long as the table still has the rows.
ARCHIVE_MOVES: dict[str, frozenset[str]] = {
    ArchiveStatus.SEALED: frozenset({ArchiveStatus.EXPORTED}),
    ArchiveStatus.EXPORTED: frozenset({ArchiveStatus.ARCHIVED, ArchiveStatus.SEALED}),
    ArchiveStatus.ARCHIVED: frozenset({ArchiveStatus.DESTROYED}),
}


class CorrectionStatus(TextChoices):
    PROPOSED = "proposed", _("proposed")
    APPLIED = "applied", _("applied")
    DROPPED = "dropped", _("dropped")


CORRECTION_MOVES: dict[str, frozenset[str]] = {
    CorrectionStatus.PROPOSED: frozenset({CorrectionStatus.APPLIED, CorrectionStatus.DROPPED}),
}


class ProposalStatus(TextChoices):
    """What one person proposes and another decides."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    DROPPED = "dropped", _("dropped")


PROPOSAL_MOVES: dict[str, frozenset[str]] = {
    ProposalStatus.PROPOSED: frozenset({ProposalStatus.APPROVED, ProposalStatus.DROPPED}),
}


class ClaimKind(TextChoices):
    """What the company claims of a member (upstage/18.6, 25)."""

    PENALTY = "penalty", _("penalty for improper use")
    DAMAGES = "damages", _("damages")


class HeadKind(TextChoices):
    """The parts of a claim against a member (upstage/25.2)."""

    PENALTY = "penalty", _("penalty")
    DAMAGE = "damage", _("damage")
    LEGAL_FEES = "legal_fees", _("legal fees")
    EXPENSES = "expenses", _("expenses")


class Fault(TextChoices):
    """How far the company is to blame; for the last two no limit holds (rules.md, I-6)."""

    ORDINARY = "ordinary", _("ordinary negligence")
    GROSS = "gross", _("gross negligence")
    INTENT = "intent", _("intent")
