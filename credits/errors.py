"""What credits refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import AlreadyDone, Conflict, Invalid, Refusal


class InsufficientCredits(Refusal):
    """A use larger than what is there; nothing was burned."""

    code = "insufficient_credits"
    message = _("There are %(available)s credits, and %(amount)s are needed; nothing was used.")
    rests_on = ("upstage/15.3",)


class AlreadyExpired(Invalid):
    """Credits whose last day has passed when they would be given."""

    code = "credits_expired"
    message = _("Credits that end on %(expires_on)s cannot be given on %(today)s.")
    rests_on = ("upstage/15.4",)


class KeyTaken(Conflict):
    """The same key, but not the same credits."""

    code = "key_reused"
    message = _("The key “%(key)s” was used for other credits.")


class HoldExceeded(Refusal):
    """More than the hold allows; nothing was captured."""

    code = "hold_exceeded"
    message = _("The hold is for %(held)s credits, and %(amount)s were to be captured; nothing was used.")
    rests_on = ("upstage/15.3",)


class HoldEnded(AlreadyDone):
    """The hold was captured or released before, or its time is over."""

    message = _("This hold has ended: %(state)s.")
    rests_on = ("upstage/15.3",)


class CorrectionTooLarge(Refusal):
    """More than is left of what is to be undone; nothing was undone."""

    code = "correction_too_large"
    message = _("At most %(most)s can be undone, not %(amount)s; nothing was undone.")
    rests_on = ("upstage/20.3",)


class LotEnded(Conflict):
    """Credits whose last day has passed cannot be paid back or taken back."""

    code = "credits_expired"
    message = _("These credits ended on %(expires_on)s.")
    rests_on = ("upstage/15.4",)


class NotRefundable(Refusal):
    """Free credits are never paid back."""

    code = "not_refundable"
    message = _("Free credits are not paid back.")
    rests_on = ("upstage/16.1",)
