"""What announcing changes of functions refuses (rift/16.1)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid


class AnnouncedTooLate(Invalid):
    """Customers are told a reasonable time before; where that is too short, what is urgent says why (rift/16.1)."""

    code = "announced_too_late"
    message = _("With the notice that is due this takes effect on %(earliest)s at the earliest.")
    rests_on = ("rift/16.1",)


class NobodyToTell(Conflict):
    """No contract that it touches is running."""

    code = "nobody_to_tell"
    message = _("There is no customer to tell.")
    rests_on = ("rift/16.1",)
