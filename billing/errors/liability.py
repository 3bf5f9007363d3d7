"""What penalties, liability and relief refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


class PenaltyAboveLimit(Refusal):
    """A penalty is so many times the fees at most."""

    code = "penalty_above_limit"
    message = _("A penalty is at most %(most)s times the fees; %(factor)s is more.")
    rests_on = ("upstage/18.6",)


class CapExceeded(Refusal):
    """More than what is payable would be paid."""

    code = "cap_exceeded"
    message = _("%(amount)s is more than the %(left)s that are still payable.")
    rests_on = ("upstage/24.5",)


class NothingLate(Conflict):
    """There is no late fee of that amount to waive."""

    code = "nothing_to_waive"
    message = _("%(amount)s cannot be waived: the late fee that is owed is %(late_fee)s.")
    rests_on = ("upstage/18.2",)


class WaiverWaits(Conflict):
    """Another waiver of the same invoice waits for a second person."""

    code = "waiver_waits"
    message = _("A waiver of this invoice's late fee already waits for approval.")


class NothingClaimed(Conflict):
    """A claim of nothing is not invoiced."""

    code = "nothing_claimed"
    message = _("There is nothing to claim: the amount is 0.")
    rests_on = ("upstage/18.6",)


class BaseNeedsReason(Invalid):
    """An entered base stands beside the one that was rated, so it says why."""

    code = "base_needs_reason"
    message = _("The system rated %(rated)s; say why another amount is the base.")


class Outdated(Conflict):
    """What the worksheet counted is not so any more."""

    code = "worksheet_outdated"
    message = _("Counted again, %(now)s would be payable instead of %(then)s; fill in a new worksheet.")
