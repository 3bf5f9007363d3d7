"""Rounds of signatures with their evidence, and approvals by e-mail (rift/4.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Language
from contracts.enums import Side, SignatureDeed, SigningStatus
from contracts.models.contracts import Contract, ContractFile
from contracts.models.customers import Customer
from contracts.models.documents import ContractDocument
from upstage_console.kernel.db import LockingQuerySet, PublicIdField


class Signing(models.Model):
    """A document put before both sides to be signed, in an order and until a day."""

    public_id = PublicIdField(prefix="sig")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="signings", verbose_name=_("customer"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="signings", verbose_name=_("contract"))
    document = models.ForeignKey(ContractDocument, models.PROTECT, related_name="signings", verbose_name=_("document"))
    sha256 = models.CharField(_("hash of what is shown"), max_length=64)
    status = models.CharField(_("status"), max_length=16, choices=SigningStatus, default=SigningStatus.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    sign_by = models.DateField(_("to be signed until"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of signatures")
        verbose_name_plural = _("rounds of signatures")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(status="open"), name="signing_one_open"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | ~Q(status="open") & Q(closed_at__isnull=False),
                name="signing_closed_at",
            ),
        ]
        indexes = [models.Index(fields=["sign_by"], condition=Q(status="open"), name="signing_open")]

    def __str__(self) -> str:
        return str(self.document)


class Signer(models.Model):
    """Who is asked to sign: somebody of the company, or a contact of the customer by a link of their own."""

    signing = models.ForeignKey(Signing, models.PROTECT, related_name="signers", verbose_name=_("round of signatures"))
    position = models.PositiveSmallIntegerField(_("position"))
    side = models.CharField(_("side"), max_length=16, choices=Side)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.KOREAN)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    declined_at = models.DateTimeField(_("declined at"), null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("signer")
        verbose_name_plural = _("signers")
        ordering = ["signing", "position"]
        constraints = [
            models.UniqueConstraint(fields=["signing", "position"], name="signer_position"),
            models.UniqueConstraint(fields=["signing", "side"], name="signer_one_of_a_side"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(declined_at__isnull=True), name="signer_one_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignatureEvent(models.Model):
    """What a signer did: when, from where, with what, and the hash of what was shown; added to, never changed."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    signer = models.ForeignKey(Signer, models.PROTECT, related_name="events", verbose_name=_("signer"))
    deed = models.CharField(_("what"), max_length=16, choices=SignatureDeed)
    at = models.DateTimeField(_("at"))
    ip = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    sha256 = models.CharField(_("hash of what was shown"), max_length=64)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    facts = models.JSONField(_("facts"), default=dict)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a signature")
        verbose_name_plural = _("events of signatures")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.signer}: {self.get_deed_display()}"


class EmailApproval(models.Model):
    """An approval by e-mail, filed with the raw message and bound to exactly one version of a document."""

    public_id = PublicIdField(prefix="eap")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    document = models.OneToOneField(
        ContractDocument, models.PROTECT, related_name="email_approval", verbose_name=_("document")
    )
    document_sha256 = models.CharField(_("hash of the version"), max_length=64)
    original = models.ForeignKey(ContractFile, models.PROTECT, related_name="+", verbose_name=_("message"))
    message_id = models.CharField(_("Message-ID"), max_length=998, blank=True)
    sender = models.CharField(pgettext_lazy("mail", "from"), max_length=320)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=998, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("filed by")
    )
    filed_at = models.DateTimeField(_("filed at"))

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval by e-mail")
        verbose_name_plural = _("approvals by e-mail")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "message_id"], condition=~Q(message_id=""), name="email_approval_message_once"
            )
        ]

    def __str__(self) -> str:
        return self.subject or self.sender
