"""What customers were told, when, and on which clause."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import AppendOnlyQuerySet, PublicIdField, append_only


class CustomerNotice(models.Model):
    """A message to a customer in both languages, kept as it was sent to each of its contacts."""

    public_id = PublicIdField(prefix="cnt")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="notices", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="notices", verbose_name=_("contract")
    )
    about = models.CharField(_("about"), max_length=32)
    key = models.CharField(_("key"), max_length=120, help_text=_("the same notice goes out once"))
    subject_ko = models.CharField(_("subject (Korean)"), max_length=200)
    subject_en = models.CharField(_("subject (English)"), max_length=200)
    body_ko = models.TextField(_("text (Korean)"))
    body_en = models.TextField(_("text (English)"))
    clauses = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("clauses"))
    at = models.DateTimeField(_("at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to a customer")
        verbose_name_plural = _("notices to customers")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="customer_notice_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.subject_ko
