"""What customers hear of demands of authorities for their data (rift/11.3)."""

from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import compose
from contracts.enums import DemandBasis, DisclosedData, DisclosureStatus
from contracts.models import Disclosure
from contracts.services import letters
from contracts.services.letters import Letter
from upstage_console.kernel.wording import LANGUAGES, Phrase

CLAUSES: Final = ["rift/11.3"]
GIVEN: Final = _(
    "Received on %(received)s, number %(reference)s, on the basis of a %(kind)s (%(basis)s). We give only this: "
    "%(given)s. Data that was demanded and is not given: %(withheld)s."
)
DROPPED: Final = _(
    "Received on %(received)s, number %(reference)s, on the basis of a %(kind)s (%(basis)s). It is no longer demanded, "
    "and nothing was given. What had been approved: %(given)s; what had not: %(withheld)s."
)


def told(row: Disclosure, *, at: datetime) -> None:
    """Tell the customer who demands what on which basis, and what is given of it."""
    body = DROPPED if row.status == DisclosureStatus.DROPPED else GIVEN
    text = compose(
        _("%(authority)s demands data of yours"), body, authority=row.authority, received=row.received_on,
        reference=row.reference, kind=DemandBasis(row.basis_kind).label, basis=row.basis,
        given=_listed(row, is_given=True), withheld=_listed(row, is_given=False),
    )  # fmt: skip
    letter = Letter(row.customer_id, row.contract_id, "disclosure", text, f"disclosure:{row.public_id}", CLAUSES)
    letters.tell([letter], at=at)


def _listed(row: Disclosure, *, is_given: bool) -> Phrase:
    """The kinds of data, each with which of it, in both languages."""
    said: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            named = [
                " – ".join(filter(None, [str(DisclosedData(one.data).label), one.extent]))
                for one in row.items.filter(is_given=is_given)
            ]
        said[language] = ", ".join(named) or "–"
    return Phrase(said["ko"], said["en"])
