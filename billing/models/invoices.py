"""Billing months, invoices and their lines (upstage/2.7, 18)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.enums import InvoiceKind, InvoiceStatus, LineKind
from billing.models.catalogue import Meter, Price
from billing.models.disputes import Dispute
from billing.models.payments import Payment
from upstage_console.kernel.db import AppendOnlyQuerySet, LockingQuerySet, PublicIdField, append_only
from upstage_console.kernel.wording import tongue, written


class BillingMonth(models.Model):
    """Guards one month: once closing has begun, what comes late goes on the next month that is open."""

    month = models.DateField(_("month"), unique=True)
    closing_at = models.DateTimeField(_("closing began at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("billing month")
        verbose_name_plural = _("billing months")
        permissions = [
            ("close_billingmonth", _("Can have a month closed")),
            ("export_accounts", _("Can take tables along for accountants")),
        ]
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="billing_month_first_day"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closing_at__isnull=False), name="billing_month_closing_first"
            ),
        ]

    def __str__(self) -> str:
        return written(self.month, "month", tongue(get_language()))


class InvoiceSeries(models.Model):
    """The last number given in a series; locked while numbers are given, so that none is left out."""

    code = models.CharField(_("series"), max_length=20, unique=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of invoices")
        verbose_name_plural = _("series of invoices")

    def __str__(self) -> str:
        return self.code


class IssuedInvoice(models.Model):
    """What every invoice is, whoever it is for: numbered without a gap, summed, and final but for being paid."""

    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("number"), max_length=32, unique=True)
    month = models.DateField(_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    rounding = models.DecimalField(_("rounded off"), max_digits=20, decimal_places=6)
    subtotal = models.DecimalField(_("subtotal"), max_digits=20, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=4)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    issued_at = models.DateTimeField(pgettext_lazy("invoice", "issued at"))
    issued_on = models.DateField(_("issued on"))
    status = models.CharField(_("status"), max_length=16, choices=InvoiceStatus, default=InvoiceStatus.ISSUED)
    paid_at = models.DateTimeField(_("paid at"), null=True)
    key = models.CharField(_("key"), max_length=120, null=True, help_text=_("the same key is issued once"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="%(class)s_sequence_once"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax")), name="%(class)s_total"),
            models.CheckConstraint(condition=Q(subtotal__gte=0, tax__gte=0), name="%(class)s_not_negative"),
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False) | ~Q(status="paid") & Q(paid_at__isnull=True),
                name="%(class)s_paid_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class IssuedLine(models.Model):
    """One part of an invoice, whoever it is for: a quantity at a price, and what of it is charged."""

    position = models.PositiveSmallIntegerField(_("position"))
    what_ko = models.CharField(_("what (Korean)"), max_length=200)
    what_en = models.CharField(_("what (English)"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=24, decimal_places=6)
    unit_price = models.DecimalField(_("price"), max_digits=28, decimal_places=12)
    per = models.PositiveIntegerField(_("per"), default=1)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    charged = models.DecimalField(_("charged"), max_digits=20, decimal_places=2)
    rounding = models.DecimalField(_("rounded off"), max_digits=20, decimal_places=6)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["invoice", "position"]

    def __str__(self) -> str:
        return str(self.what_en if tongue(get_language()) == "en" else self.what_ko)


class Invoice(IssuedInvoice):
    """What a member is charged; once issued, only being paid changes it."""

    public_id = PublicIdField(prefix="inv")
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="invoices", db_index=False, verbose_name=_("member")
    )
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, related_name="invoices", db_index=False, verbose_name=_("series")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=InvoiceKind)
    usage = models.DecimalField(_("usage"), max_digits=24, decimal_places=6, help_text=_("before credits"))
    credits_applied = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)
    due_on = models.DateField(_("due on"))

    class Meta(IssuedInvoice.Meta):
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        permissions = [
            ("issue_invoice", _("Can issue an invoice for one fee")),
            ("charge_fee", _("Can charge one fee to a member's card at once")),
        ]
        constraints = [
            *IssuedInvoice.Meta.constraints,
            models.UniqueConstraint(
                fields=["member", "month", "currency"], condition=Q(kind="monthly"), name="invoice_once_a_month"
            ),
            models.UniqueConstraint(fields=["member", "key"], name="invoice_once"),
            models.CheckConstraint(
                condition=Q(usage=F("credits_applied") + F("subtotal") + F("rounding")), name="invoice_adds_up"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due_after_issue"),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="invoice_of_member"),
            models.Index(fields=["due_on"], condition=Q(status="issued"), name="invoice_open"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="issued_is_final", exclude=["status", "paid_at"]),
        ]


class AgedDebt(Invoice):
    """An open invoice as the ageing report sees it; the report has its own permission."""

    class Meta:
        proxy = True
        verbose_name = _("aged debt")
        verbose_name_plural = _("ageing of debts")


class InvoiceLine(IssuedLine):
    """One part of an invoice: a meter at one price, what credits paid of it, and the rest, rounded down once."""

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("invoice")
    )
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=LineKind)
    month_of_use = models.DateField(_("month of use"))
    meter = models.ForeignKey(
        Meter, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("meter")
    )
    price = models.ForeignKey(
        Price, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("price")
    )
    steps = ArrayField(
        models.DecimalField(max_digits=24, decimal_places=6), null=True, verbose_name=_("quantity by step"),
        help_text=_("of a price with steps"),
    )  # fmt: skip
    credits = models.DecimalField(_("paid with credits"), max_digits=24, decimal_places=6)

    class Meta(IssuedLine.Meta):
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
            models.CheckConstraint(
                condition=Q(amount=F("credits") + F("charged") + F("rounding")), name="invoice_line_adds_up"
            ),
            models.CheckConstraint(condition=Q(rounding__gte=0, rounding__lt=1), name="invoice_line_rounded_down"),
        ]
        triggers = append_only()


class InvoicePayment(models.Model):
    """Money that settled (part of) an invoice: the principal first, then late fees (rules.md, I-5).

    What a bank took back of it in a dispute is a row of its own, below 0; and above 0 once it decided otherwise.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    member = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, related_name="settles", verbose_name=_("payment")
    )
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="moved", verbose_name=_("dispute"))
    principal = models.DecimalField(_("principal"), max_digits=20, decimal_places=2)
    late_fee = models.DecimalField(_("late fee"), max_digits=20, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of an invoice")
        verbose_name_plural = _("payments of invoices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, dispute__isnull=True, principal__gte=0, late_fee__gte=0)
                | Q(payment__isnull=True, dispute__isnull=False),
                name="invoice_payment_paid_or_disputed",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.payment_id or self.dispute_id}"
