"""Words of service levels: why something stood still, how that is treated, what becomes of a credit."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OutageCause(models.TextChoices):
    """Why a service stood still."""

    UNPLANNED = "unplanned", _("unplanned")
    PLANNED = "planned", _("planned maintenance")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    THIRD_PARTY = "third_party", _("third party's outage")
    CUSTOMER = "customer", _("caused by the customer")


class Treatment(models.TextChoices):
    """What an outage does to the availability of a month, and why."""

    COUNTED = "counted", _("counts")
    LATE_NOTICE = "late_notice", _("counts: announced too late")
    TOO_SHORT = "too_short", _("shorter than the agreed minimum")
    ANNOUNCED = "announced", _("out of scope: announced in time")
    FORCE_MAJEURE = "force_majeure", _("out of scope: force majeure")
    THIRD_PARTY = "third_party", _("out of scope: third party")
    CUSTOMER = "customer", _("out of scope: caused by the customer")


class ServiceCreditStatus(models.TextChoices):
    """The way of a credit for a shortfall."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    APPLIED = "applied", pgettext_lazy("service credit", "applied")
    LAPSED = "lapsed", _("lapsed")
    DROPPED = "dropped", _("dropped")


CREDIT_MOVES: dict[str, frozenset[str]] = {
    ServiceCreditStatus.PROPOSED: frozenset(
        {ServiceCreditStatus.APPROVED, ServiceCreditStatus.LAPSED, ServiceCreditStatus.DROPPED}
    ),
    ServiceCreditStatus.APPROVED: frozenset({ServiceCreditStatus.APPLIED, ServiceCreditStatus.LAPSED}),
}


class Compatibility(models.TextChoices):
    """What a release means for what customers built on the one before (rift/8.3)."""

    COMPATIBLE = "compatible", _("compatible")
    ACTION_NEEDED = "action_needed", _("something to do")
    BREAKING = "breaking", _("not compatible")
