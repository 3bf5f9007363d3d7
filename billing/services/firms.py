"""Firms with checked business registration numbers (rift/2.2, 7.2)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import Language
from accounts.errors import InvalidBusinessNumber
from accounts.rules.membership import is_business_number
from billing.models import Firm
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone

CLAUSES = ("rift/2.2", "rift/7.2")


@dataclass(frozen=True)
class FirmData:
    """What is known of a firm; the number with or without hyphens."""

    name: str
    business_number: str
    name_en: str = ""
    representative: str = ""
    address: str = ""
    business_type: str = ""
    business_item: str = ""
    invoice_email: str = ""
    language: str = Language.KOREAN


@enforces("rift/2.2", "rift/7.2")
def checked(number: str) -> str:
    """The ten digits of a business registration number. Refuses `invalid_business_number`."""
    if not is_business_number(number):
        raise InvalidBusinessNumber(facts={"number": number}, clauses=CLAUSES)
    return number.replace("-", "")


def register(data: FirmData, *, by: Any, at: datetime) -> Firm:
    """Write down a firm, in the caller's transaction.

    Refuses `invalid_business_number`, and `already_done` where a firm has this number.
    """
    require_transaction()
    number = checked(data.business_number)
    if Firm.objects.filter(business_number=number).exists():
        raise AlreadyDone(clauses=CLAUSES)
    firm: Firm = Firm.objects.create(**_values(data) | {"business_number": number}, registered_at=at)
    audit.record("firm.registered", firm, by=by, at=at, about=firm, clauses=CLAUSES, facts={"number": number})
    return firm


@transaction.atomic
def correct(firm_id: str, data: FirmData, *, reason: str, by: Any, at: datetime) -> Firm:
    """Correct what is known of a firm; documents that were written before stay as they are.

    Refuses `not_found`, `invalid_business_number`, and `already_done` where nothing changes or another firm has the
    number.
    """
    firm: Firm = Firm.objects.locked().get_public(firm_id)
    wanted = _values(data) | {"business_number": checked(data.business_number)}
    changed = {name: value for name, value in wanted.items() if getattr(firm, name) != value}
    others = Firm.objects.filter(business_number=wanted["business_number"]).exclude(pk=firm.pk)
    if not changed or others.exists():
        raise AlreadyDone(clauses=CLAUSES)
    for name, value in changed.items():
        setattr(firm, name, value)
    firm.save(update_fields=list(changed))
    audit.record("firm.corrected", firm, by=by, at=at, about=firm, reason=reason, clauses=CLAUSES, facts=changed)
    return firm


def _values(data: FirmData) -> dict[str, str]:
    return {name: value.strip() for name, value in asdict(data).items()}
