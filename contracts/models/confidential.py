"""Confidential information: its purpose, its end, who was given access, and the content while it is held (rift/11)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import SecretStatus, Side
from contracts.models.contracts import Contract
from contracts.models.customers import Customer
from upstage_console.kernel.db import LockingQuerySet, PublicIdField

HELD_OR_NOT = Q(status="held", closed_at__isnull=True) | ~Q(status="held") & Q(closed_at__isnull=False)


class ConfidentialItem(models.Model):
    """Something that one side entrusted to the other, for a purpose, until a day; the hash of a file outlives it."""

    public_id = PublicIdField(prefix="cfd")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="confidential_items", verbose_name=_("contract")
    )
    name = models.CharField(_("name"), max_length=200)
    belongs_to = models.CharField(_("belongs to"), max_length=16, choices=Side)
    purpose = models.CharField(_("purpose"), max_length=500)
    until_on = models.DateField(_("held until"))
    status = models.CharField(_("status"), max_length=16, choices=SecretStatus, default=SecretStatus.HELD)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("marked by")
    )
    marked_at = models.DateTimeField(_("marked at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("confidential information")
        verbose_name_plural = _("confidential information")
        ordering = ["-id"]
        permissions = [("mark_confidential", _("Can mark confidential information, give access to it, and end it"))]
        constraints = [
            models.CheckConstraint(condition=HELD_OR_NOT, name="confidential_closed_at"),
            models.CheckConstraint(
                condition=Q(file_name="", sha256="") | ~Q(file_name="") & ~Q(sha256=""), name="confidential_file"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="marked_once", exclude=["status", "file_name", "sha256", "closed_by", "closed_at"]
            ),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class ConfidentialContent(models.Model):
    """The file itself, while it is held; what is returned or destroyed leaves nothing here."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    item = models.OneToOneField(
        ConfidentialItem, models.PROTECT, related_name="content", verbose_name=_("confidential information")
    )
    content = models.BinaryField(_("content"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("content of confidential information")
        verbose_name_plural = _("contents of confidential information")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.item)


class ConfidentialAccess(models.Model):
    """Somebody of the company who may look at confidential information, until that is taken back."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    item = models.ForeignKey(
        ConfidentialItem, models.PROTECT, related_name="accesses", verbose_name=_("confidential information")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to whom")
    )  # fmt: skip
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"))
    ended_at = models.DateTimeField(_("taken back at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to confidential information")
        verbose_name_plural = _("accesses to confidential information")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "item", "person"], condition=Q(ended_at__isnull=True),
                name="confidential_access_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("given_at")), name="confidential_access_ended"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="given_once", exclude=["ended_at"]),
            pgtrigger.Protect(
                name="ended_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.person}"
