"""What buying and paying refuse (upstage/15, 17, 19)."""

from django.utils.translation import gettext_lazy as _

from billing.enums import Failure
from upstage_console.kernel.errors import Conflict, Invalid, Refusal


class NoPaymentMethod(Refusal):
    """Paid use needs a registered means of payment."""

    code = "no_payment_method"
    message = _("Register a payment method first; registering one concludes the agreement on paid services.")
    rests_on = ("upstage/9.2", "upstage/15.2", "upstage/17.1")


class UnpaidFees(Refusal):
    """While fees are past their due day, no credits can be bought."""

    code = "unpaid_fees"
    message = _("Invoice %(number)s was due on %(due_on)s and is not paid (%(due)s); pay it first.")
    rests_on = ("upstage/15.1",)


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


class OwedAgain(Conflict):
    """What a bank took back of an invoice's payment needs no answer: the invoice owes it again."""

    code = "owed_again"
    message = _("The invoice owes this money again. To let it go, credit the invoice or waive its late fee.")
    rests_on = ("upstage/18.2",)


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
