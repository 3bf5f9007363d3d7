"""What disclosures to authorities refuse (rift/11.3)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed, Refusal


class NoBasis(Invalid):
    """A demand names the statute or the court it rests on; without one nothing is given."""

    code = "no_basis"
    message = _("Name the authority, the number of its demand, and the statute or court it rests on.")
    rests_on = ("rift/11.3",)


class NotMinimal(Invalid):
    """Only what is needed is given: each kind of data says which of it, and why."""

    code = "not_minimal"
    message = _("Say of each kind of data which of it is given, and why that is needed: %(data)s.")
    rests_on = ("rift/11.3",)


class NothingGiven(Conflict):
    """Where all is withheld the demand is refused, not approved."""

    code = "nothing_given"
    message = _("Nothing is to be given; refuse the demand.")
    rests_on = ("rift/11.3",)


class NoticeMissing(Refusal):
    """The customer is told before data is given, unless the law forbids it."""

    code = "notice_required"
    message = _("Tell the customer first, or name the law that forbids it.")
    rests_on = ("rift/11.3",)


class NoticeBarred(NotAllowed):
    """The law still forbids telling the customer."""

    code = "notice_barred"
    message = _("The customer may not be told before the end of %(until)s.")
    rests_on = ("rift/11.3",)
