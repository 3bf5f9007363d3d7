"""What credit notes have in common, whoever they are for: numbered without a gap, negative, and never changed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from upstage_console.kernel.db import AppendOnlyQuerySet


class IssuedCredit(models.Model):
    """A negative invoice for part or all of one invoice, in a series of its own without gaps.

    Of `-total`, `off_principal` was still owed and is not any more, and `back_principal` was paid already and goes
    back.
    """

    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("number"), max_length=32, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    subtotal = models.DecimalField(_("subtotal"), max_digits=20, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=4)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=2)
    off_principal = models.DecimalField(_("taken off the debt"), max_digits=20, decimal_places=2)
    back_principal = models.DecimalField(_("paid before, goes back"), max_digits=20, decimal_places=2)
    cause = models.CharField(
        _("because of"), max_length=64, blank=True, help_text=_("public id of the correction or objection")
    )
    reason = models.CharField(_("reason"), max_length=500)
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    issued_at = models.DateTimeField(pgettext_lazy("invoice", "issued at"))
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


def of_credit(name: str, *, late: str) -> list[models.BaseConstraint]:
    """The constraints of every credit note under the name of its table; `late` names what late payment had cost."""
    goes_somewhere = Q(off_principal__gte=0, back_principal__gte=0)
    goes_somewhere &= Q(**{f"off_{late}__gte": 0, f"back_{late}__gte": 0})
    return [
        models.UniqueConstraint(fields=["series", "sequence"], name=f"{name}_sequence_once"),
        models.UniqueConstraint(fields=["invoice", "cause"], condition=~Q(cause=""), name=f"{name}_once"),
        models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax")), name=f"{name}_total"),
        models.CheckConstraint(condition=Q(subtotal__lte=0, tax__lte=0), name=f"{name}_negative"),
        models.CheckConstraint(
            condition=Q(total=-F("off_principal") - F("back_principal")) & goes_somewhere,
            name=f"{name}_goes_somewhere",
        ),
        models.CheckConstraint(condition=~Q(reason=""), name=f"{name}_has_a_reason"),
        models.CheckConstraint(
            condition=Q(approved_by__isnull=True) | Q(issued_by__isnull=True) | ~Q(approved_by=F("issued_by")),
            name=f"{name}_by_two",
        ),
    ]


class CreditedLine(models.Model):
    """What a credit note takes off one line of its invoice; all amounts are negative or 0, as on the document."""

    position = models.PositiveSmallIntegerField(_("position"))
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=6)
    charged = models.DecimalField(_("charged"), max_digits=20, decimal_places=2)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
