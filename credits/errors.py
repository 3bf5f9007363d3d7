"""What credits refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


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
