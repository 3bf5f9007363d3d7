"""Words of support: its days, its cases and their clocks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SupportDays(models.TextChoices):
    """On which days the support calendar is open."""

    BUSINESS = "business", _("business days")
    ALL = "all", _("every day")


class Severity(models.TextChoices):
    """How much a case stops: what is agreed for each stands in the contract."""

    CRITICAL = "critical", _("critical")
    MAJOR = "major", _("major")
    MINOR = "minor", _("minor")
    QUESTION = "question", _("question")


class CaseAbout(models.TextChoices):
    """What a case is about: support of the service, or the contract itself."""

    SERVICE = "service", _("the service")
    INVOICE = "invoice", _("an invoice or a payment")
    SUSPENSION = "suspension", _("the suspension of the service")


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", pgettext_lazy("case", "open")
    RESPONDED = "responded", _("answered")
    PAUSED = "paused", _("waiting for the customer")
    RESOLVED = "resolved", _("resolved")


class CaseEventKind(models.TextChoices):
    """What happens to a case; its clocks are read off these."""

    OPEN = "open", _("opened")
    RESPOND = "respond", _("answered")
    PAUSE = "pause", _("waiting for the customer")
    RESUME = "resume", _("taken up again")
    RESOLVE = "resolve", _("resolved")
    REOPEN = "reopen", _("opened again")
    MESSAGE = "message", _("message")
    WAIVE = "waive", _("breach waived")


class Metric(models.TextChoices):
    """What is timed."""

    RESPONSE = "response", _("answer")
    RESOLUTION = "resolution", _("fix")


class ClockVerdict(models.TextChoices):
    """How a clock stands."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    BREACHED = "breached", _("missed")
    WAIVED = "waived", _("waived")


CASE_MOVES: dict[str, frozenset[str]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.RESPONDED, CaseStatus.PAUSED, CaseStatus.RESOLVED}),
    CaseStatus.RESPONDED: frozenset({CaseStatus.PAUSED, CaseStatus.RESOLVED}),
    CaseStatus.PAUSED: frozenset({CaseStatus.OPEN, CaseStatus.RESPONDED, CaseStatus.RESOLVED}),
    CaseStatus.RESOLVED: frozenset({CaseStatus.RESPONDED}),
}
"""Resuming leads back to where the case was before its pause; a case that is opened again has been answered."""
