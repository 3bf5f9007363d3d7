"""Words of documents and signatures (rift/2.4, 4.1, 5.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaperKind(TextChoices):
    """The kinds of documents a contract is made of (rift/2.4)."""

    CHANGE_ORDER = "change_order", _("change order")
    SOW = "sow", _("statement of work")
    ORDER = "order", _("order form")
    MSA = "msa", _("master services agreement")
    QUOTE = "quote", _("quote")
    NDA = "nda", _("non-disclosure agreement")
    JOINT_PROJECT = "joint_project", _("joint project agreement")


class DocumentStatus(TextChoices):
    """How far a document has come."""

    DRAFT = "draft", _("draft")
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    SIGNED = "signed", _("signed by both")
    SUPERSEDED = "superseded", _("superseded")
    VOIDED = "voided", _("voided")


DOCUMENT_MOVES: dict[str, frozenset[str]] = {
    DocumentStatus.DRAFT: frozenset({DocumentStatus.OFFERED, DocumentStatus.SUPERSEDED, DocumentStatus.VOIDED}),
    DocumentStatus.OFFERED: frozenset(
        {DocumentStatus.ACCEPTED, DocumentStatus.SIGNED, DocumentStatus.SUPERSEDED, DocumentStatus.VOIDED}
    ),
}
"""What was accepted or signed is final: it is amended by another document, never moved again."""

LIVE_DOCUMENTS = (DocumentStatus.DRAFT, DocumentStatus.OFFERED)
BINDING_DOCUMENTS = (DocumentStatus.ACCEPTED, DocumentStatus.SIGNED)


class SowPart(TextChoices):
    """What a statement of work states (rift/5.2)."""

    FUNCTION = "function", _("function")
    SERVICE_LEVEL = "service_level", _("service level")
    STAFFING = "staffing", _("staffing")
    DELIVERABLE = "deliverable", _("deliverable")
    MILESTONE = "milestone", _("milestone")
    SECURITY = "security", _("security requirement")
    RATE = "rate", _("rate")


class SigningStatus(TextChoices):
    """A round of signatures."""

    OPEN = "open", pgettext_lazy("signing", "open")
    COMPLETED = "completed", _("signed by both")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    VOIDED = "voided", pgettext_lazy("signing", "withdrawn")


SIGNING_MOVES: dict[str, frozenset[str]] = {
    SigningStatus.OPEN: frozenset(
        {SigningStatus.COMPLETED, SigningStatus.DECLINED, SigningStatus.EXPIRED, SigningStatus.VOIDED}
    ),
}


class Side(TextChoices):
    """The two sides of a contract."""

    COMPANY = "company", _("company")
    CUSTOMER = "customer", _("customer")


class SignatureDeed(TextChoices):
    """What happened in a round of signatures."""

    SENT = "sent", _("asked to sign")
    OPENED = "opened", _("opened")
    SIGNED = "signed", _("signed")
    DECLINED = "declined", _("declined")
