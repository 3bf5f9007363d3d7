"""Usage: events by month, what each batch of them charged, and the daily roll-up (upstage/2.7, 8.3, 18.1).

An event is found again under its charge by batch, member, meter, price, key and KST day; the charge's id is the one the
ledger of credits knows it by. So "which lots paid for this call" is one query.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Meter, Price, Service
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class UsageBatch(models.Model):
    """Events that arrived together and were stored, rated and burned in one transaction."""

    public_id = PublicIdField(prefix="ub")
    key = models.CharField(_("key"), max_length=200, help_text=_("where it came from"))
    at = models.DateTimeField(_("taken at"))
    events = models.PositiveIntegerField(_("events"))
    amount = models.JSONField(_("amounts"), default=dict, help_text=_("by currency"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage batch")
        verbose_name_plural = _("usage batches")
        ordering = ["-id"]
        triggers = append_only()

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

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage event")
        verbose_name_plural = _("usage events")
        ordering = ["-occurred_at"]
        triggers = append_only()

    def __str__(self) -> str:
        return self.event_id


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


class Charge(models.Model):
    """What the uses of one batch cost a member, by meter, price, key and KST day: burned, and the rest owed."""

    public_id = PublicIdField(prefix="chg")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="charges", verbose_name=_("member"))
    batch = models.ForeignKey(UsageBatch, models.PROTECT, related_name="charges", verbose_name=_("batch"))
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+", db_index=False, verbose_name=_("meter"))
    price = models.ForeignKey(Price, models.PROTECT, related_name="+", db_index=False, verbose_name=_("price"))
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("API key")
    )
    day = models.DateField(_("day"))
    billing_month = models.DateField(_("billing month"), help_text=_("the month whose invoice it goes on"))
    events = models.PositiveIntegerField(_("events"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    burned = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)
    owed = models.DecimalField(_("owed"), max_digits=24, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("charged at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ["-id"]
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["member", "batch", "meter", "price", "api_key", "day"],
                name="charge_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(amount=F("burned") + F("owed"), burned__gte=0, owed__gte=0), name="charge_adds_up"
            ),
            models.CheckConstraint(condition=Q(billing_month__day=1), name="charge_billing_month"),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="charge_of_member")]

    def __str__(self) -> str:
        return f"{self.public_id}"


class UsageDay(models.Model):
    """The sum of a member's charges of one KST day, by meter, price and key; written with them, so always exact."""

    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="usage_days", db_index=False, verbose_name=_("member")
    )
    day = models.DateField(_("day"))
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+", db_index=False, verbose_name=_("meter"))
    price = models.ForeignKey(Price, models.PROTECT, related_name="+", db_index=False, verbose_name=_("price"))
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("API key")
    )
    billing_month = models.DateField(_("billing month"))
    events = models.PositiveBigIntegerField(_("events"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    burned = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)
    owed = models.DecimalField(_("owed"), max_digits=24, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage of a day")
        verbose_name_plural = _("usage by day")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "day", "meter", "price", "api_key", "billing_month"],
                name="usage_day_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount=F("burned") + F("owed")), name="usage_day_adds_up"),
        ]
        indexes = [models.Index(fields=["billing_month", "member"], name="usage_day_month")]

    def __str__(self) -> str:
        return f"{self.day}"
