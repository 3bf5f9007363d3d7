"""What meetings and minutes refuse (rift/9.2)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid


class MinutesFinal(Conflict):
    """What both sides confirmed stays; a later meeting says otherwise."""

    code = "minutes_final"
    message = _("Both sides confirmed the minutes of “%(meeting)s”; they are final.")
    rests_on = ("rift/9.2",)


class NotHeld(Conflict):
    """Minutes are written of a meeting that has begun and was not called off."""

    code = "not_held"
    message = _("“%(meeting)s” has not taken place.")
    rests_on = ("rift/9.2",)


class NothingSaid(Invalid):
    """Minutes say something, and name who was there."""

    code = "nothing_said"
    message = _("Minutes name who was there and say what was talked about.")
    rests_on = ("rift/9.2",)
