"""The words for credits and what moves them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LotKind(TextChoices):
    FREE = "free", _("free")
    PAID = "paid", pgettext_lazy("credits", "paid")


class LotSource(TextChoices):
    PURCHASE = "purchase", _("purchase")
    BONUS = "bonus", _("bonus")
    GRANT = "grant", _("grant")


class EntryKind(TextChoices):
    PURCHASE = "purchase", _("purchase")
    BONUS = "bonus", _("bonus")
    GRANT = "grant", _("grant")
    USE = "use", _("use")
    EXPIRY = "expiry", _("expiry")
    VOID = "void", pgettext_lazy("credits", "void")
    CORRECTION = "correction", _("correction")
    REFUND = "refund", _("refund")
    BONUS_END = "bonus_end", _("end of a bonus")


class HoldState(TextChoices):
    """A hold is open and then, once, ended; the database knows no other move."""

    OPEN = "open", pgettext_lazy("hold", "open")
    CAPTURED = "captured", pgettext_lazy("hold", "captured")
    RELEASED = "released", pgettext_lazy("hold", "released")
    EXPIRED = "expired", pgettext_lazy("hold", "expired")
    VOID = "void", pgettext_lazy("credits", "void")


# What brings credits in, and what takes them out: the sign of every entry (a constraint holds it). A correction goes
# either way.
COMES_IN = (EntryKind.PURCHASE, EntryKind.BONUS, EntryKind.GRANT)
GOES_OUT = (EntryKind.USE, EntryKind.EXPIRY, EntryKind.VOID, EntryKind.REFUND, EntryKind.BONUS_END)


class PromotionStatus(TextChoices):
    """A promotion that is open runs from its first instant to its last, whatever jobs have run."""

    DRAFT = "draft", _("draft")
    OPEN = "open", pgettext_lazy("promotion", "open")
    ENDED = "ended", _("ended early")
    DROPPED = "dropped", _("dropped")


PROMOTION_MOVES: dict[str, frozenset[str]] = {
    PromotionStatus.DRAFT: frozenset({PromotionStatus.OPEN, PromotionStatus.DROPPED}),
    PromotionStatus.OPEN: frozenset({PromotionStatus.ENDED}),
}


class HandoutStatus(TextChoices):
    RUNNING = "running", _("being given")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


HANDOUT_MOVES: dict[str, frozenset[str]] = {
    HandoutStatus.RUNNING: frozenset({HandoutStatus.DONE, HandoutStatus.STOPPED})
}


class WhyNot(TextChoices):
    """Why a promotion gives nothing to a member; `credits_promotion_verdicts` decides in this order."""

    LEFT = "left", _("left")
    DISQUALIFIED = "disqualified", _("lost the membership")
    NO_MEMBER = "no_member", _("is not accepted as a member")
    OTHER_CURRENCY = "other_currency", _("has an account in another currency")
    HAS_IT = "has_it", _("has it already")
    BUDGET = "budget", _("the budget is used up")


class CorrectionKind(TextChoices):
    RESTORE = "restore", _("a charge wrongly taken")
    TAKE_BACK = "take_back", _("credits wrongly given")


class CorrectionStatus(TextChoices):
    PROPOSED = "proposed", _("proposed")
    DONE = "done", _("carried out")
    DROPPED = "dropped", _("not carried out")


CORRECTION_MOVES: dict[str, frozenset[str]] = {
    CorrectionStatus.PROPOSED: frozenset({CorrectionStatus.DONE, CorrectionStatus.DROPPED}),
}
