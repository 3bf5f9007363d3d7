"""What the documents of a business show beside its name and number (upstage/6.1)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.models import BusinessProfile
from upstage_console.kernel import audit

FIELDS = ("representative", "address", "business_type", "business_item", "tax_email")


@transaction.atomic
def state(*, member_id: int, given: dict[str, str], by: Any, at: datetime) -> BusinessProfile:
    """Write down the business data of a member; documents that were written before stay as they are."""
    member = Member.objects.filter(pk=member_id).locked().get()
    values = {name: given.get(name, "").strip() for name in FIELDS}
    row, _ = BusinessProfile.objects.update_or_create(member=member, defaults=values | {"updated_at": at})
    audit.record(
        "business_profile.set", member, by=by, at=at, about=member, facts={"given": sorted(filter(values.get, values))}
    )
    return row
