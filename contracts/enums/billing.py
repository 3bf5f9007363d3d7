"""Words of fees that change, of users, of breaches and of ends of contracts (rift/6, 7, 15)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SeatRole(TextChoices):
    """What somebody of a customer may do under a contract (rift/2.3)."""

    ADMINISTRATOR = "administrator", _("administrator")
    USER = "user", _("user")


class InvoiceStanding(TextChoices):
    """How an invoice of a contract stands on a day."""

    ISSUED = "issued", _("issued")
    OVERDUE = "overdue", _("overdue")
    PARTLY_PAID = "partly_paid", _("partly paid")
    PAID = "paid", _("paid")


class BreachStatus(TextChoices):
    """What became of a demand to cure; whether its time is over is told by the day (rift/15.2)."""

    RUNNING = "running", _("to be cured")
    CURED = "cured", _("cured")
    UNCURED = "uncured", _("not cured in time")


BREACH_MOVES: dict[str, frozenset[str]] = {BreachStatus.RUNNING: frozenset({BreachStatus.CURED})}


class EndReason(TextChoices):
    """Why a contract is terminated (rift/3.4, 7.3, 15.2, 15.3)."""

    BREACH = "breach", _("material breach that was not cured (15.2)")
    DELINQUENCY = "delinquency", _("delinquent twice or more (7.3)")
    TERMS = "terms", _("disagrees with changed terms (3.4)")
    REQUEST = "request", _("on the customer's request (15.3)")


class ByTwoStatus(TextChoices):
    """What one person proposes another decides."""

    PROPOSED = "proposed", _("proposed")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


BY_TWO_MOVES: dict[str, frozenset[str]] = {
    ByTwoStatus.PROPOSED: frozenset({ByTwoStatus.DONE, ByTwoStatus.DROPPED}),
}
