"""What usage was charged: settlements, their charges, and the sums by hour and day (upstage/2.7, 8.3, 18.1).

An event is found again under its charge by its batch's settlement, member, meter, price, key and KST day; the charge's
id is the one the ledger of credits knows it by. So "which lots paid for this call" is one query.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import Meter, Price
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only


class Settlement(models.Model):
    """Batches of usage that were charged and burned together, in one transaction."""

    public_id = PublicIdField(prefix="stl")
    at = models.DateTimeField(_("settled at"))
    batches = models.PositiveIntegerField(_("batches"))
    events = models.PositiveBigIntegerField(_("events"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return self.public_id


class Charge(models.Model):
    """What settled uses cost a member, by meter, price, key and KST day: burned, and the rest owed.

    References are kept by the invariants, as with events: to look whether a meter is still there would lock its row for
    every charge of it, and two charges at once would write down who holds that lock.
    """

    public_id = PublicIdField(prefix="chg")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="charges", db_constraint=False, db_index=False,
        verbose_name=_("member"),
    )  # fmt: skip
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, related_name="charges", db_constraint=False, db_index=False,
        verbose_name=_("settlement"),
    )  # fmt: skip
    meter = models.ForeignKey(
        Meter, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("meter")
    )
    price = models.ForeignKey(
        Price, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("price")
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("API key"),
    )  # fmt: skip
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
                fields=["settlement", "member", "meter", "price", "api_key", "day"],
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


class UsageHour(models.Model):
    """The sum of a member's settled uses of one hour, by meter, price and key.

    References are kept by the invariants, as with events.
    """

    member = models.ForeignKey(
        "accounts.Member", models.DO_NOTHING, related_name="usage_hours", db_constraint=False, db_index=False,
        verbose_name=_("member"),
    )  # fmt: skip
    hour = models.DateTimeField(_("hour"))
    meter = models.ForeignKey(
        Meter, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, verbose_name=_("meter")
    )
    price = models.ForeignKey(
        Price, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, verbose_name=_("price")
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("API key"),
    )  # fmt: skip
    events = models.PositiveBigIntegerField(_("events"))
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage of an hour")
        verbose_name_plural = _("usage by hour")
        ordering = ["-hour"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "hour", "meter", "price", "api_key"], name="usage_hour_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour}"


class UsageDay(models.Model):
    """The sum of a member's charges of one KST day, by meter, price and key; written with them, so always exact.

    References are kept by the invariants: a day is the sum of its charges.
    """

    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="usage_days", db_constraint=False, db_index=False,
        verbose_name=_("member"),
    )  # fmt: skip
    day = models.DateField(_("day"))
    meter = models.ForeignKey(
        Meter, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("meter")
    )
    price = models.ForeignKey(
        Price, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("price")
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("API key"),
    )  # fmt: skip
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
