"""What confidential information refuses (rift/11.1, 11.2)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import NotAllowed


class NoAccessGiven(NotAllowed):
    """Only who was given access looks at it, whatever else they may do (rift/11.1)."""

    code = "no_access_given"
    message = _("You were not given access to this.")
    rests_on = ("rift/11.1", "rift/11.2")
