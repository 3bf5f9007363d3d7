"""What is refused of refunds and objections (upstage/16, 20)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Refusal


class NotRefundable(Refusal):
    """The rules grant nothing of a purchase; the sentence shows the numbers that decided."""

    message = _("%(why)s")
    rests_on = ("upstage/16.1", "upstage/16.2")


class BalanceAboveLimit(NotRefundable):
    code = "balance_above_limit"


class CreditsUsed(NotRefundable):
    code = "credits_used"


class CreditsExpired(NotRefundable):
    code = "credits_expired"


class AlreadyRefunded(NotRefundable):
    code = "already_refunded"


class NothingLeft(NotRefundable):
    """No credits were bought, or what is left comes to no money."""

    code = "nothing_left"


class RefundUnderReview(Conflict):
    """One request is looked at at a time."""

    code = "refund_under_review"
    message = _("A request for a refund of %(on)s is still under review; its answer comes by %(until)s.")
    rests_on = ("upstage/20.3",)


class DecidedAlready(Conflict):
    """What is decided is decided."""

    code = "already_decided"
    message = _("This has been decided already.")
    rests_on = ("upstage/20.3",)


class NothingProposed(Conflict):
    """The second person agrees to what a first one proposed."""

    code = "nothing_proposed"
    message = _("Nobody has proposed to uphold this yet.")
    rests_on = ("upstage/20.3",)
