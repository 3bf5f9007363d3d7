"""What invoicing, users, breaches, termination and compensation refuse (rift/6, 7, 15, 17)."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import TooManyKeys
from upstage_console.kernel.errors import Conflict, NotAllowed


class NothingToBill(Conflict):
    """No fee of the month comes to anything that was not billed before (rift/7.1)."""

    code = "nothing_to_bill"
    message = _("Nothing of “%(contract)s” is to be billed for this month yet.")
    rests_on = ("rift/7.1",)


class NotBillable(Conflict):
    """What is written of a contract cannot be made an invoice of; a run leaves it to somebody to look at (rift/7.1)."""

    code = "not_billable"
    message = _("“%(contract)s” cannot be billed as its data are (%(trouble)s); somebody has to look at it.")
    rests_on = ("rift/7.1",)


class MoneyNeedsTwo(NotAllowed):
    """Money goes out only where a second person agrees."""

    code = "second_person_needed"
    message = _("%(amount)s would go out; a second person has to approve it.")
    rests_on = ("rift/15.3",)


class SeatsExhausted(Conflict):
    """Every user that was ordered has a seat; more are ordered by a change order (rift/7.1)."""

    code = "seats_exhausted"
    message = _("All %(number)s seats that were ordered are taken.")
    rests_on = ("rift/6.1", "rift/7.1")


class LastAdministrator(Conflict):
    """Without an administrator nobody at the customer could manage the contract's users (rift/2.3)."""

    code = "last_administrator"
    message = _("“%(user)s” is the last administrator of this contract.")
    rests_on = ("rift/2.3", "rift/6.1")


class AdministratorNeeded(NotAllowed):
    """What the contract costs, its documents and its users are for the customer's administrators (rift/2.3)."""

    code = "administrator_needed"
    message = _("This is for administrators of the contract at your firm.")
    rests_on = ("rift/2.3", "rift/6.1")


class IssuedByStaff(NotAllowed):
    """Administrators are issued by the company, at the request of the person the customer named (rift/6.1)."""

    code = "issued_by_staff"
    message = _("We issue administrators at the request of the person your firm named for that; ask for it there.")
    rests_on = ("rift/6.1",)


class NobodyNamed(Conflict):
    """The customer has named nobody who may request administrators (rift/6.1)."""

    code = "nobody_named"
    message = _("The customer has named nobody who may request administrators.")
    rests_on = ("rift/6.1",)


class NotTheNamed(NotAllowed):
    """Somebody else is the one who may request administrators (rift/6.1)."""

    code = "not_the_named_contact"
    message = _("Only %(name)s may request administrators for your firm.")
    rests_on = ("rift/6.1",)


class TooManyContractKeys(TooManyKeys):
    """The contract has as many live keys as may be (rift/6.2)."""

    message = _("A contract may have %(limit)s live keys; revoke one first.")
    rests_on = ("rift/6.2",)


class OfTheCompany(NotAllowed):
    """Staff of the company see contracts at their desk, and hold no seat of a customer."""

    code = "staff_takes_no_seat"
    message = _("This address cannot have a seat.")
    rests_on = ("rift/6.1",)


class NotTerminable(Conflict):
    """The ground that is given does not let this side terminate now (rift/3.4, 7.3, 15.2)."""

    code = "not_terminable"
    message = _("“%(contract)s” cannot be terminated on this ground now.")
    rests_on = ("rift/15.2",)


class TerminationProposed(Conflict):
    """A termination is proposed: it is carried out or left before another is begun."""

    code = "termination_proposed"
    message = _("A termination is proposed and waits for a second person.")
    rests_on = ("rift/15.3",)


class NoticeGiven(Conflict):
    """The customer gave notice of termination for a breach, which can no longer be cured (rift/15.2)."""

    code = "notice_given"
    message = _("The customer gave notice of termination for this breach; it can no longer be cured.")
    rests_on = ("rift/15.2",)


class CureRunning(Conflict):
    """The other side still has time to cure the breach (rift/15.2)."""

    code = "cure_running"
    message = _("The breach may be cured until the end of %(until)s.")
    rests_on = ("rift/15.2",)


class AboveCap(Conflict):
    """More than the cumulative cap leaves, where the company was not grossly negligent (rift/17.3)."""

    code = "cap_exceeded"
    message = _("%(amount)s is more than the %(left)s that the cap leaves.")
    rests_on = ("rift/17.3",)
