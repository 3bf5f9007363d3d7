"""What credits refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import AlreadyDone, Conflict, Invalid, Refusal


class InsufficientCredits(Refusal):
    """A use larger than what is there; nothing was burned."""

    code = "insufficient_credits"
    message = _("%(available)s of credits can be used, and %(amount)s is needed; nothing was used.")
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
    message = _("The hold is for %(held)s, and %(amount)s was to be captured; nothing was used.")
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


class PromotionClosed(Conflict):
    """A promotion gives and takes members in while it is open and its period runs."""

    code = "promotion_closed"
    message = _("“%(name)s” runs from %(first)s to the end of %(last)s, and not now.")
    rests_on = ("upstage/18.5",)


class PromotionUsedUp(Conflict):
    """The budget of a promotion is used up, or what is left is too little for one more member."""

    code = "promotion_used_up"
    message = _("The budget of “%(name)s” is used up.")
    rests_on = ("upstage/18.5",)


class NotForJoining(Conflict):
    """Staff give this promotion; nobody joins it by themselves."""

    code = "not_for_joining"
    message = _("“%(name)s” is given by us; it cannot be joined.")
    rests_on = ("upstage/18.5",)


class NotADraftPromotion(Conflict):
    """What an open promotion promises is kept: it can be ended, not changed."""

    code = "promotion_open"
    message = _("“%(name)s” is open: it can be ended, not changed.")
    rests_on = ("upstage/18.5",)


class NobodyToGive(Conflict):
    """A handout that would reach nobody."""

    code = "nobody_to_give"
    message = _("There is nobody to give it to.")


class CountNotTyped(Invalid):
    """Many are given something at once: the person types how many."""

    code = "count_not_typed"
    message = _("%(count)s members would receive it: type this number to confirm.")


class HandoutRuns(Conflict):
    """One handout of a promotion at a time."""

    code = "handout_runs"
    message = _("Another handout of “%(name)s” is not done yet.")


class CorrectionWaits(Conflict):
    """One correction of a charge at a time."""

    code = "correction_waits"
    message = _("A correction of this charge waits for a second person already.")


class ChargeOwes(Conflict):
    """A charge that credits did not cover is corrected by its usage, so that the invoice says the same."""

    code = "charge_owes"
    message = _("%(owed)s of this charge is owed: correct its usage instead.")
    rests_on = ("upstage/20.3",)
