"""What contracts, their customers and their conclusion refuse (rift/2.2, 4, 15.1)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed


class AlreadyRegistered(Conflict):
    """A firm with this number is a customer already."""

    code = "already_registered"
    message = _("%(name)s is registered with this business registration number already.")
    rests_on = ("rift/2.2",)


class CustomerEnded(Conflict):
    """No contract is made with a customer whose relation has ended."""

    code = "customer_ended"
    message = _("The relation with %(name)s has ended.")
    rests_on = ("rift/2.2",)


class ContractsRunning(Conflict):
    """A customer with contracts that are not over stays one."""

    code = "contracts_running"
    message = _("%(number)s contracts of %(name)s are not over.")
    rests_on = ("rift/2.2",)


class NoFees(Invalid):
    """A contract without a fee states nothing to pay (rift/7.1)."""

    code = "no_fees"
    message = _("A contract states at least one fee.")
    rests_on = ("rift/7.1",)


class UnderReview(Conflict):
    """While it is reviewed a contract is only read; it goes back to its drafter first (rift/4.2)."""

    code = "under_review"
    message = _("“%(contract)s” is no draft; what is under review is only read.")
    rests_on = ("rift/4.2",)


class NotConcluded(Conflict):
    """Nothing is used or billed under a contract that was not concluded (rift/4.1)."""

    code = "not_concluded"
    message = _("The contract “%(contract)s” has not been concluded.")
    rests_on = ("rift/4.1",)


class NotInForce(NotAllowed):
    """The contract has not begun, is suspended, has expired or was terminated (rift/15.1)."""

    code = "not_active"
    message = _("The contract “%(contract)s” is not in force on %(on)s: %(standing)s.")
    rests_on = ("rift/15.1",)


class SignedIsFinal(Conflict):
    """What was concluded, accepted or signed is amended by another document, never changed (rift/4.1)."""

    code = "signed_is_final"
    message = _("“%(what)s” is final; it is changed by another document that both sides agree to.")
    rests_on = ("rift/4.1",)
