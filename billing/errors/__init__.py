"""What billing refuses."""

from django.utils.translation import gettext_lazy as _

from billing.enums import Failure
from billing.errors.liability import (
    BaseNeedsReason,
    CapExceeded,
    NothingClaimed,
    NothingLate,
    Outdated,
    PenaltyAboveLimit,
    WaiverWaits,
)
from billing.errors.prices import (
    FreeWhileTried,
    MoreThanThePrice,
    NoSuchAddOn,
    NoSuchPrice,
    NotAgreedToPay,
    NoTrialOffered,
    PriceInUse,
    PromotionOver,
    TooEarlyToAgree,
    TrialUsed,
)
from billing.errors.refunds import (
    AlreadyRefunded,
    BalanceAboveLimit,
    CreditsExpired,
    CreditsUsed,
    DecidedAlready,
    NothingLeft,
    NothingProposed,
    NotRefundable,
    RefundUnderReview,
)
from billing.errors.usage import (
    ArchiveDiffers,
    BadQuantity,
    BadTime,
    FutureEvent,
    IdConflict,
    MalformedEvent,
    NoObject,
    NoQuantity,
    NotLess,
    NotUsageFile,
    OldEvent,
    RejectedEvent,
    UnknownAddOn,
    UnknownKey,
    UnknownMember,
    UnknownMeter,
    UnknownService,
    Unpriced,
    UsageArchived,
)
from upstage_console.kernel.errors import Conflict, Invalid, Refusal

__all__ = [
    "AlreadyRefunded",
    "BalanceAboveLimit",
    "CreditsExpired",
    "CreditsUsed",
    "DecidedAlready",
    "NotRefundable",
    "NothingLeft",
    "NothingProposed",
    "RefundUnderReview",
    "ArchiveDiffers",
    "BadQuantity",
    "BadTime",
    "BaseNeedsReason",
    "CapExceeded",
    "FreeWhileTried",
    "FutureEvent",
    "IdConflict",
    "MalformedEvent",
    "MoreThanThePrice",
    "NoObject",
    "NoQuantity",
    "NoSuchAddOn",
    "NoSuchPrice",
    "NoTrialOffered",
    "NotAgreedToPay",
    "NotLess",
    "NotUsageFile",
    "NothingClaimed",
    "NothingLate",
    "OldEvent",
    "Outdated",
    "PenaltyAboveLimit",
    "PriceInUse",
    "PromotionOver",
    "RejectedEvent",
    "TooEarlyToAgree",
    "TrialUsed",
    "UnknownAddOn",
    "UnknownKey",
    "UnknownMember",
    "UnknownMeter",
    "UnknownService",
    "Unpriced",
    "UsageArchived",
    "WaiverWaits",
]


class NoPaymentMethod(Refusal):
    """Paid use needs a registered means of payment."""

    code = "no_payment_method"
    message = _("Register a payment method first; registering one concludes the agreement on paid services.")
    rests_on = ("upstage/9.2", "upstage/15.2", "upstage/17.1")


class UnpaidFees(Refusal):
    """While fees are past their due day, no credits can be bought."""

    code = "unpaid_fees"
    message = _("Invoice %(number)s was due on %(due_on)s and is not paid (%(due)s %(currency)s); pay it first.")
    rests_on = ("upstage/15.1",)


class SpendingLimitReached(Refusal):
    """The member's own hard limit on a month's spending; no clause of the terms asks for it."""

    code = "spending_limit"
    message = _(
        "This would bring the month's spending to %(total)s; the member's own limit is %(limit)s. Nothing was used."
    )


class SoftAboveHard(Invalid):
    """A warning that would come after everything has stopped."""

    code = "soft_above_hard"
    message = _("You would never be told at %(soft)s: spending stops at %(hard)s.")


class PurchaseUnavailable(Refusal):
    """Paying is impossible for technical, institutional or security reasons."""

    code = "purchase_unavailable"
    message = _("Credits cannot be bought at the moment: %(reason)s")
    rests_on = ("upstage/15.1",)


class TierTwice(Invalid):
    """Two lines of a table of bonus tiers begin at the same amount."""

    code = "tier_twice"
    message = _("Two tiers begin at %(minimum)s %(currency)s in the same mode.")
    rests_on = ("upstage/15.2",)


class PaymentDeclined(Refusal):
    """The gateway said no; nothing was charged."""

    code = "payment_declined"
    message = _("The payment was declined (%(failure)s); nothing was charged.")
    rests_on = ("upstage/19",)

    def __str__(self) -> str:
        failure = Failure.in_words(str(self.facts.get("failure", "")))
        return str(self.message) % {"failure": failure}


class CardRefused(Refusal):
    """The gateway does not take this card."""

    code = "card_refused"
    message = _("The payment gateway does not accept this card.")
    rests_on = ("upstage/17.1",)


class NotLost(Conflict):
    """Only what a bank has taken back is answered."""

    code = "not_lost"
    message = _("The bank has not taken this money back.")


class NoAnswerProposed(Conflict):
    """A second person approves what a first one proposed."""

    code = "no_answer_proposed"
    message = _("Nobody has proposed yet what is done about it.")


class CardWaits(Conflict):
    """The gateway or the bank is not done with the card yet."""

    code = "card_waits"
    message = _("The card is not confirmed yet. Go on where your bank or the gateway asks you to.")
    rests_on = ("upstage/17.1",)


class GatewayUnreachable(Refusal):
    """Nothing was asked of the gateway, or its answer was lost; nothing is registered."""

    code = "gateway_unreachable"
    message = _("The payment gateway does not answer. Nothing was registered; please try again in some minutes.")
    rests_on = ("upstage/17.1",)


class ForgedEvent(Invalid):
    """A message that no gateway of ours has signed, or that was signed too long ago."""

    code = "forged_event"
    message = _("The signature is not the gateway's, or too old.")


class UnreadableEvent(Invalid):
    """A signed message that does not read as one."""

    code = "unreadable_event"
    message = _("The message does not read as an event.")


class PaymentRunning(Conflict):
    """A payment for the same thing has no known outcome yet."""

    code = "payment_pending"
    message = _("A payment of this invoice is still being settled; its outcome is not known yet.")


class MoreThanPaid(Refusal):
    """Together no more of a payment goes back than was paid."""

    code = "more_than_paid"
    message = _("Of this payment %(left)s %(currency)s can still be paid back; %(amount)s cannot.")
    rests_on = ("upstage/20.4",)


class NothingToHold(Refusal):
    """A use that costs nothing needs no hold."""

    code = "nothing_to_hold"
    message = _("This costs nothing at the price of today, so there is nothing to hold.")
    rests_on = ("upstage/17.1",)


class HoldTooLong(Invalid):
    """A hold keeps credits from every other use, so it does not last."""

    code = "hold_too_long"
    message = _("A hold lasts from 1 to %(most)s seconds.")


class TooFewMembers(Refusal):
    """There are not as many active members as the requests should be shared out to."""

    code = "too_few_members"
    message = _("There are %(active)s active members; %(wanted)s are needed.")


class AmountTooLarge(Invalid):
    """More than is due, or no amount at all."""

    code = "invalid_amount"
    message = _("%(amount)s cannot be paid; %(due)s is due.")


class MonthNotOver(Refusal):
    """A month is closed once it is over."""

    code = "month_not_over"
    message = _("%(month)s is not over.")
    rests_on = ("upstage/2.7",)


class AlreadyInvoiced(Conflict):
    """What would be lowered is just being invoiced; once it is, a credit note takes it off."""

    code = "already_invoiced"
    message = _("%(month)s is just being invoiced, with %(owed)s %(currency)s owed for this use; try again shortly.")
    rests_on = ("upstage/18.1", "upstage/20.3")


class CreditTooLarge(Refusal):
    """More than is left of the invoice."""

    code = "credit_too_large"
    message = _("Only %(left)s (without tax) are left of invoice %(number)s.")
    rests_on = ("upstage/18.1", "upstage/20.3")


class NoDocuments(Refusal):
    """Files are made with a library that this machine lacks."""

    code = "no_documents"
    message = _("PDF files cannot be made on this machine; print the page instead.")


class DocumentDamaged(Conflict):
    """A file is not what was written: nobody is given something else instead."""

    code = "document_damaged"
    message = _("The file of this document was changed or lost after it was written. Please ask us for a copy.")


class TaxInvoiceIncomplete(Refusal):
    """The law wants numbers, names, representatives and addresses of both sides."""

    code = "tax_invoice_incomplete"
    message = _("This tax invoice lacks: %(missing)s. State it, and take the data anew.")


class ApprovalNumberInvalid(Invalid):
    """The tax office gives 24 letters and digits."""

    code = "invalid_approval_number"
    message = _("An approval number of the tax office has 24 letters and digits.")


class CreditWaits(Conflict):
    """Another credit note for the same invoice waits for a second person."""

    code = "credit_waits"
    message = _("A credit note for this invoice already waits for approval.")


class CorrectionWaits(Conflict):
    """Another correction of the same use waits for a second person."""

    code = "correction_waits"
    message = _("A correction of this use already waits for approval.")
