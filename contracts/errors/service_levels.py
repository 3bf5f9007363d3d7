"""Refusals of service levels."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


class InvalidLadder(Invalid):
    """Percentages lie between 0 and 100, and a lower availability never earns less."""

    code = "invalid_ladder"
    message = _("These are no steps of a ladder: percentages between 0 and 100, never less for a lower availability.")


class EvidenceNeeded(Invalid):
    """What leaves the scope is proven."""

    code = "evidence_needed"
    message = _("What does not count against availability needs evidence.")
    rests_on = ("rift/8.1", "rift/16.2")


class MonthNotOver(Refusal):
    """A month is measured once it is over."""

    code = "month_not_over"
    message = _("The month ends on %(ends_on)s; it is measured after that.")
    rests_on = ("rift/8.1",)


class NoServiceLevel(Refusal):
    """The contract promises no availability in this month."""

    code = "no_service_level"
    message = _("The contract promises no availability in this month.")
    rests_on = ("rift/8.1",)


class CreditSpent(Conflict):
    """More cannot be taken from a credit than is left of it."""

    code = "credit_spent"
    message = _("Only %(left)s is left of this credit.")
    rests_on = ("rift/8.1",)


class NotClaimed(Refusal):
    """The contract gives a credit only where it is claimed."""

    code = "not_claimed"
    message = _("The customer has to claim this credit until %(until)s, and has not yet.")
    rests_on = ("rift/8.1",)
