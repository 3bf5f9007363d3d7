"""What waits, as pages show it: a sentence, where to go, until when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.queries.matters import Matter, Waits, matters_of
from contracts.queries.people import Access
from contracts.services import signing_links


@dataclass(frozen=True)
class Waiting:
    """One line of what waits."""

    text: str
    url: str
    on: date | None
    contract: Any


def waiting_of(accesses: Sequence[Access]) -> list[Waiting]:
    """What waits under these contracts, the nearest first."""
    return [_line(one) for one in matters_of(accesses)]


def _line(one: Matter) -> Waiting:
    text, url = LINES[one.kind](one)
    return Waiting(text, url, one.on, one.contract)


def _signature(one: Matter) -> tuple[str, str]:
    return _("Sign “%(what)s”") % {"what": one.row.signing.document.title}, signing_links.address(one.row)


def _invoice(one: Matter) -> tuple[str, str]:
    url = reverse("contract-invoice", args=[one.contract.public_id, one.row.number])
    return _("Pay invoice %(number)s") % {"number": one.row.number}, url


def _claim(one: Matter) -> tuple[str, str]:
    month = f"{one.row.month:%Y-%m}"
    url = reverse("contract-service-level", args=[one.contract.public_id, month])
    return _("Claim the credit for %(month)s") % {"month": month}, url


def _case(one: Matter) -> tuple[str, str]:
    url = reverse("contract-case", args=[one.contract.public_id, one.row.public_id])
    return _("Answer us about “%(case)s”") % {"case": one.row.subject}, url


def _delivery(one: Matter) -> tuple[str, str]:
    url = reverse("contract-deliverables", args=[one.contract.public_id])
    return _("Inspect “%(what)s”") % {"what": one.row.deliverable.name}, url


def _minutes(one: Matter) -> tuple[str, str]:
    url = reverse("contract-meetings", args=[one.contract.public_id])
    return _("Confirm the minutes of “%(what)s”") % {"what": one.row.meeting.title}, url


def _reference(one: Matter) -> tuple[str, str]:
    url = reverse("contract-requests", args=[one.contract.public_id])
    return _("Tell us whether we may show this: %(what)s") % {"what": one.row.get_kind_display()}, url


def _cure(one: Matter) -> tuple[str, str]:
    return _("Cure: %(what)s") % {"what": one.row.what}, reverse("contract", args=[one.contract.public_id])


def _end(one: Matter) -> tuple[str, str]:
    text = _("The term of “%(contract)s” ends; nothing renews it by itself") % {"contract": one.contract.title}
    return text, reverse("contract", args=[one.contract.public_id])


LINES: Final[Mapping[Waits, Callable[[Matter], tuple[str, str]]]] = {
    Waits.SIGNATURE: _signature, Waits.INVOICE: _invoice, Waits.CLAIM: _claim, Waits.CASE: _case, Waits.CURE: _cure,
    Waits.DELIVERY: _delivery, Waits.MINUTES: _minutes, Waits.REFERENCE: _reference, Waits.END: _end,
}  # fmt: skip
