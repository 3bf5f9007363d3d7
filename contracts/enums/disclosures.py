"""Words of demands of authorities for data of customers (rift/11.3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DemandBasis(TextChoices):
    """What an authority rests its demand on; a mere wish is no basis."""

    WARRANT = "warrant", _("warrant of a court")
    COURT_ORDER = "court_order", _("order of a court")
    STATUTE = "statute", _("demand under a statute")


class DisclosedData(TextChoices):
    """What may be asked for, as finely as it can be given."""

    FIRM = "firm", _("name, number and address of the firm")
    CONTACTS = "contacts", _("contacts")
    DOCUMENTS = "documents", _("documents of contracts")
    INVOICES = "invoices", _("invoices and tax invoices")
    PAYMENTS = "payments", _("payments")
    USERS = "users", _("users and their accounts")
    ACCESS_LOGS = "access_logs", _("access logs")
    USAGE = "usage", _("figures of use")
    CASES = "cases", _("support cases")
    CALL_RECORDS = "call_records", _("records of calls")
    CONTENT = "content", _("content of conversations")


class DisclosureStatus(TextChoices):
    """How a demand stands."""

    PROPOSED = "proposed", _("to be decided")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    DROPPED = "dropped", _("no longer demanded")
    RELEASED = "released", _("given out")


DISCLOSURE_MOVES: dict[str, frozenset[str]] = {
    DisclosureStatus.PROPOSED: frozenset(
        {DisclosureStatus.APPROVED, DisclosureStatus.REFUSED, DisclosureStatus.DROPPED}
    ),
    DisclosureStatus.APPROVED: frozenset({DisclosureStatus.RELEASED, DisclosureStatus.DROPPED}),
}
