"""The words for personal data: what is stored, exported, kept by law, destroyed (upstage/13, 21, 22)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DataSource(TextChoices):
    """Where stored content comes from; synchronous calls store nothing (upstage/22.4)."""

    ASYNC_INPUT = "async_input", _("asynchronous input")
    ASYNC_OUTPUT = "async_output", _("asynchronous output")
    CONSOLE = "console", _("console")


class RecordType(TextChoices):
    """What the law, or the terms, keep after a membership (upstage/21.1, 3.6)."""

    CONTRACT = "contract", _("contracts and withdrawal")
    PAYMENT = "payment", _("payment and supply")
    COMPLAINT = "complaint", _("complaints and disputes")
    ADVERTISING = "advertising", _("advertising")
    MEMBERSHIP = "membership", _("a lost membership")


class BatchStatus(TextChoices):
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved")
    EXECUTED = "executed", _("executed")
    DROPPED = "dropped", _("dropped")


class ExportStatus(TextChoices):
    REQUESTED = "requested", _("waiting")
    RUNNING = "running", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")


class Channel(TextChoices):
    """How advertising reaches a member (upstage/13)."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class CampaignStatus(TextChoices):
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    STOPPED = "stopped", _("stopped")


class IdentityKind(TextChoices):
    """By what a barred person is recognised (upstage/3.6)."""

    EMAIL = "email", _("e-mail address")
    PHONE = "phone", _("phone")
    BUSINESS_NUMBER = "business_number", _("business registration number")


BATCH_MOVES: dict[str, frozenset[str]] = {
    BatchStatus.PROPOSED: frozenset({BatchStatus.APPROVED, BatchStatus.DROPPED}),
    BatchStatus.APPROVED: frozenset({BatchStatus.EXECUTED, BatchStatus.DROPPED}),
}

EXPORT_MOVES: dict[str, frozenset[str]] = {
    ExportStatus.REQUESTED: frozenset({ExportStatus.RUNNING}),
    ExportStatus.RUNNING: frozenset({ExportStatus.READY, ExportStatus.FAILED}),
    ExportStatus.FAILED: frozenset({ExportStatus.RUNNING}),
    ExportStatus.READY: frozenset({ExportStatus.EXPIRED}),
}

CAMPAIGN_MOVES: dict[str, frozenset[str]] = {
    CampaignStatus.SENDING: frozenset({CampaignStatus.SENT, CampaignStatus.STOPPED}),
}
