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
