"""What stopping a contract's service refuses (rift/4.4, 7.3)."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import NoticeTooShort
from contracts.errors.contracts import NotInForce
from upstage_console.kernel.errors import Conflict


class NoGroundToSuspend(Conflict):
    """Nothing is unpaid past its due day, or no received demand is uncured."""

    code = "no_ground"
    message = _("“%(contract)s” gives no ground to stop its service now.")
    rests_on = ("rift/4.4", "rift/7.3")


class SuspensionTooSoon(NoticeTooShort):
    """The firm is told a number of clear days before its service is limited (rift/7.3)."""

    message = _("The service may be limited from %(earliest)s at the earliest.")
    rests_on = ("rift/7.3",)


class NoticeNeeded(Conflict):
    """No service is stopped without the earlier notice, nor before the day that it names (rift/7.3)."""

    code = "notice_required"
    message = _("A written notice is needed first, and the day that it names.")
    rests_on = ("rift/7.3",)


class ServiceSuspended(NotInForce):
    """While the whole service stands still nothing is begun that would use more of it (rift/4.4, 7.3)."""

    code = "service_suspended"
    message = _(
        "The service of “%(contract)s” has been suspended since %(since)s: %(ground)s. This opens again as soon as its "
        "ground is gone."
    )
    rests_on = ("rift/7.3",)


class NotSuspended(Conflict):
    """Nothing of the service stands still."""

    code = "not_suspended"
    message = _("The service of “%(contract)s” is not stopped.")
    rests_on = ("rift/7.3",)
