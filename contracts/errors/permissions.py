"""What is refused where permission is missing, or not needed (rift/10.2, 14, 19)."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import NoticeTooShort
from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed


class WrittenConsentNeeded(NotAllowed):
    """Rights and duties go to nobody without the company's prior written consent (rift/19)."""

    code = "written_consent_needed"
    message = _("Without prior written consent nothing of the contract goes to %(to)s.")
    rests_on = ("rift/19",)


class Covered(Conflict):
    """What was approved is no breach (rift/10.2)."""

    code = "covered"
    message = _("This is approved: %(to)s, %(service)s.")
    rests_on = ("rift/10.2",)


class ServiceNotNamed(Invalid):
    """An approval of resale, lease or delegation names the service it is for (rift/10.2)."""

    code = "service_not_named"
    message = _("Name the service that goes to the third party.")
    rests_on = ("rift/10.2",)


class ProofNeeded(Invalid):
    """A consent that staff write down says how the customer gave it (rift/14.1)."""

    code = "proof_needed"
    message = _("Say how the customer consented, and what proves it.")
    rests_on = ("rift/14.1",)


class SuccessionTooSoon(NoticeTooShort):
    """Customers are told before another takes the company's place (rift/19)."""

    message = _("Customers are told beforehand; it takes effect on %(earliest)s at the earliest.")
    rests_on = ("rift/19",)
