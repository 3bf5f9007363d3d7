"""Refusals of support."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, Refusal


class InvalidHours(Invalid):
    """Hours of a day are told as `09:00-18:00`, and a calendar has some."""

    code = "invalid_hours"
    message = _("“%(hours)s” are no hours of a day.")


class NothingAgreed(Refusal):
    """The contract names no targets for this."""

    code = "nothing_agreed"
    message = _("The contract agrees nothing about this.")
    rests_on = ("rift/8.1",)


class NoBreach(Conflict):
    """Only a breach can be waived."""

    code = "no_breach"
    message = _("This target has not been missed.")


class CaseResolved(Conflict):
    """A case that is resolved is opened again before anything else happens to it."""

    code = "case_resolved"
    message = _("The case is resolved; open it again first.")
