"""What the rules about announcements and versions of the API refuse (upstage/12, 12-2)."""

from django.utils.translation import gettext_lazy as _

from accounts.errors.terms import NoticeTooShort
from upstage_console.kernel.errors import Conflict, Gone, NotFound, Refusal


class NotAnnouncedBefore(Refusal):
    """Planned maintenance is announced before it begins."""

    code = "notice_required"
    message = _("Planned maintenance is announced before it begins; %(starts_at)s has passed.")
    rests_on = ("upstage/12.2",)


class NotBegun(Refusal):
    """An outage is reported once it has begun."""

    code = "not_begun"
    message = _("An outage is reported once it has begun; %(starts_at)s lies ahead.")
    rests_on = ("upstage/12.2",)


class Published(Conflict):
    """A published post stays as it is; what was wrong is corrected by an addition."""

    code = "published"
    message = _("What is published is never changed: add a correction instead.")


class NotPublished(Conflict):
    """Only what is published can be corrected or ended."""

    code = "not_published"
    message = _("This is a draft; it has not been published.")


class UnknownApiVersion(NotFound):
    """No such version of the API."""

    code = "unknown_api_version"
    message = _("%(service)s has no API version “%(version)s”.")


class ApiNoticeTooShort(NoticeTooShort):
    """The end of an API version was announced too late (rules.md, I-3)."""

    rests_on = ("upstage/12-2.4",)


class ApiVersionEnded(Gone):
    """The version of the API has ended; the answer points to what follows it."""

    code = "api_version_ended"
    message = _("Version %(version)s of this API ended on %(ended_on)s. What follows it: %(successor)s")
    rests_on = ("upstage/12-2.4",)
