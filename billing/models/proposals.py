"""What one person proposes and another decides."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import ProposalStatus
from upstage_console.kernel.db import LockingQuerySet


class Proposal(models.Model):
    """Who proposes it, why, and who has decided; nobody is a second person to themselves, whatever code asks."""

    status = models.CharField(_("status"), max_length=16, choices=ProposalStatus, default=ProposalStatus.PROPOSED)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def about(self) -> Any:
        """Whom it concerns: a member, unless the table says otherwise."""
        return self.member  # type: ignore[attr-defined]


def by_two(name: str) -> list[models.CheckConstraint]:
    """The constraints of every proposal, under the name of its table."""
    return [
        models.CheckConstraint(
            condition=Q(status="proposed", decided_at__isnull=True)
            | ~Q(status="proposed") & Q(decided_at__isnull=False),
            name=f"{name}_decided",
        ),
        models.CheckConstraint(
            condition=~Q(status="approved") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
            name=f"{name}_by_two",
        ),
    ]
