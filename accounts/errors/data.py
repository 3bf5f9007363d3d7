"""What the rules about personal data and advertising refuse (upstage/13, 21, 22)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Refusal


class NoMarketingConsent(Refusal):
    """Advertising needs consent beforehand."""

    code = "no_marketing_consent"
    message = _("The member has not agreed to advertising.")
    rests_on = ("upstage/13",)


class NightTime(Refusal):
    """Between 21:00 and 08:00 only who agreed to that is written to."""

    code = "night_time"
    message = _("Between 21:00 and 08:00 Korean time this needs a separate consent; it is %(time)s.")
    rests_on = ("upstage/13",)


class NotMailed(Conflict):
    """A notice whose mail has not left yet."""

    code = "not_mailed"
    message = _("The mail of this notice has not left yet.")
    rests_on = ("upstage/27",)


class OnHold(Conflict):
    """A legal hold stands against destruction."""

    code = "on_hold"
    message = _("A legal hold stands against the destruction.")
    rests_on = ("upstage/21.1",)


class ChannelUnavailable(Conflict):
    """Nothing that would carry it is connected."""

    code = "channel_unavailable"
    message = _("No gateway for this channel is connected (%(channel)s); advertising goes by e-mail.")
    rests_on = ("upstage/13",)


class TooLargeToStore(Refusal):
    """One item has a bound."""

    code = "too_large_to_store"
    message = _("An item has at most %(most)s bytes.")


class OtherContent(Refusal):
    """The key stands for something else that was stored before."""

    code = "idempotency_mismatch"
    message = _("This key was used before to store something else.")


class DataBlocked(Conflict):
    """Access to the item is blocked."""

    code = "data_blocked"
    message = _("Access to this item is blocked: %(why)s")
    rests_on = ("upstage/22.9",)


class DataGone(Conflict):
    """The item has been destroyed, or is about to be."""

    code = "data_gone"
    message = _("This has been destroyed, as its time is over.")
    rests_on = ("upstage/22.5",)


class ExportRunning(Conflict):
    """One export at a time."""

    code = "export_running"
    message = _("An export is being made already; the page shows how far it is.")
    rests_on = ("upstage/6.5",)


class LinkExpired(Conflict):
    """The export is not there (any more)."""

    code = "link_expired"
    message = _("This export cannot be downloaded any more. You may ask for a new one.")
    rests_on = ("upstage/6.5",)
