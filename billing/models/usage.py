"""Usage as it comes in: events by month, the batches they arrived in, and what is not settled yet (upstage/2.7, 8.3).

What comes in is only added to: batches never wait for one another. A settlement takes the tallies away in turn and
makes charges of them (models/charges.py).
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Meter, Price, Service
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class UsageBatch(models.Model):
    """Events that arrived together and were stored and rated in one transaction; settled once, later or at once."""

    public_id = PublicIdField(prefix="ub")
    key = models.CharField(_("key"), max_length=200, help_text=_("where it came from"))
    at = models.DateTimeField(_("taken at"))
    events = models.PositiveIntegerField(_("events"))
    amount = models.JSONField(_("amounts"), default=dict, help_text=_("by currency"))
    moved = models.TextField(
        _("moved"), blank=True, help_text=_("months of use that were closing, and where they go instead")
    )
    settlement = models.ForeignKey(
        "billing.Settlement", models.PROTECT, null=True, related_name="taken", db_constraint=False, db_index=False,
        verbose_name=_("settlement"),
    )  # fmt: skip

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage batch")
        verbose_name_plural = _("usage batches")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(settlement__isnull=True), name="usage_batch_unsettled")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="as_it_came", exclude=["settlement"]),
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.settlement_id IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class UsageEvent(models.Model):
    """One use of a service, rated at the price of its own time.

    Partitioned by KST month and keyed by time first, which keeps inserts at the end of the index. References are kept
    by the invariants instead of by foreign keys in the database, which would cost more than the insert itself.
    """

    pk = models.CompositePrimaryKey("occurred_at", "member_id", "event_id")
    occurred_at = models.DateTimeField(_("used at"))
    member = models.ForeignKey(
        "accounts.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    event_id = models.CharField(_("id"), max_length=120)
    meter = models.ForeignKey(Meter, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    price = models.ForeignKey(Price, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    batch = models.ForeignKey(UsageBatch, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    dimensions = models.JSONField(_("dimensions"), null=True)
    steps = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=6), null=True, verbose_name=_("quantity by step"),
        help_text=_("of a price with steps"),
    )  # fmt: skip

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage event")
        verbose_name_plural = _("usage events")
        ordering = ["-occurred_at"]
        triggers = append_only()

    def __str__(self) -> str:
        return self.event_id


class UsageTally(models.Model):
    """What a batch adds to one hour of a member, by meter, price and key, until a settlement takes it away.

    Inserted and deleted, never changed; references are kept by the invariants, as with events. The key begins with the
    member, for the balance; a settlement reads most of the table, and needs no index by batch.
    """

    pk = models.CompositePrimaryKey("member_id", "batch_id", "number")
    batch = models.ForeignKey(UsageBatch, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    number = models.IntegerField(_("number"))
    member = models.ForeignKey(
        "accounts.Member", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    hour = models.DateTimeField(_("hour"))
    billing_month = models.DateField(_("billing month"))
    meter = models.ForeignKey(Meter, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    price = models.ForeignKey(Price, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    events = models.PositiveIntegerField(_("events"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    latest = models.DateTimeField(_("used last"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsettled usage")
        verbose_name_plural = _("unsettled usage")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.hour}"


class UsageImport(models.Model):
    """A file of usage that was (or is being) imported: who its requests were shared out to, once and for all."""

    sha256 = models.CharField(_("hash"), max_length=64)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("service"))
    name = models.CharField(_("file"), max_length=200)
    members = ArrayField(models.BigIntegerField(), verbose_name=_("members"))
    requests = models.PositiveIntegerField(_("requests"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported file of usage")
        verbose_name_plural = _("imported files of usage")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["sha256", "service"], name="usage_import_once")]

    def __str__(self) -> str:
        return self.name
