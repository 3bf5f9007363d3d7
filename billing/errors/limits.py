"""What holds, corrections and a member's own limits refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


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


class CorrectionWaits(Conflict):
    """Another correction of the same use waits for a second person."""

    code = "correction_waits"
    message = _("A correction of this use already waits for approval.")
