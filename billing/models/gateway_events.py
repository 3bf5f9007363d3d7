"""What gateways told us by themselves: each event once, however often and in whatever order it comes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import EventAbout, EventOutcome
from upstage_console.kernel.db import LockingQuerySet


class GatewayEvent(models.Model):
    """A signed message of a gateway: only what is needed of it, no data of card holders."""

    gateway = models.CharField(_("gateway"), max_length=16)
    event_id = models.CharField(_("id"), max_length=120)
    about = models.CharField(_("about"), max_length=16, choices=EventAbout)
    subject = models.CharField(_("subject"), max_length=64, blank=True, help_text=_("our own public id"))
    facts = models.JSONField(_("facts"), default=dict)
    deliveries = models.PositiveIntegerField(_("deliveries"), default=1)
    happened_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=EventOutcome, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a gateway")
        verbose_name_plural = _("events of gateways")
        ordering = ["-id"]
        permissions = [("apply_gatewayevent", _("Can apply events of gateways"))]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_once"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, outcome="") | Q(handled_at__isnull=False) & ~Q(outcome=""),
                name="gateway_event_handled",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(handled_at__isnull=True), name="gateway_event_waits"),
            models.Index(fields=["subject"], name="gateway_event_subject"),
        ]

    def __str__(self) -> str:
        return self.event_id
