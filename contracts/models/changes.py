"""Changes of a contract that its customer asks for (rift/5.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.enums import WishStatus, WishTopic
from contracts.models.contracts import Contract, ContractFee
from contracts.models.customers import Customer
from contracts.models.documents import ContractDocument
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class ChangeWish(models.Model):
    """A request for a change order, and the answer; nothing changes before both sides agreed to the document."""

    public_id = PublicIdField(prefix="cwi")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="change_wishes", verbose_name=_("contract"))
    topic = models.CharField(_("what is to change"), max_length=16, choices=WishTopic)
    fee = models.ForeignKey(ContractFee, models.PROTECT, null=True, related_name="+", verbose_name=_("fee"))
    text = models.TextField(_("what is wanted"), max_length=4000)
    wanted_on = models.DateField(_("wanted from"), null=True)
    status = models.CharField(_("status"), max_length=16, choices=WishStatus, default=WishStatus.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    document = models.ForeignKey(
        ContractDocument, models.PROTECT, null=True, related_name="wishes", verbose_name=_("change order")
    )
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    closed_at = models.DateTimeField(_("answered at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a change order")
        verbose_name_plural = _("requests for change orders")
        ordering = ["-id"]
        permissions = [("answer_changewish", _("Can answer a customer's request for a change order"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked", closed_at__isnull=True) | ~Q(status="asked") & Q(closed_at__isnull=False),
                name="change_wish_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", document__isnull=False) | ~Q(status="offered") & Q(document__isnull=True),
                name="change_wish_document",
            ),
            models.CheckConstraint(condition=~Q(status="declined", answer=""), name="change_wish_declined_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.contract}"
