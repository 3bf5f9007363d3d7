"""Barring who lost the membership from registering again, for two years (upstage/3.3.1, 3.6)."""

from datetime import date, datetime

from django.conf import settings

from accounts.errors import RegistrationBarred
from accounts.models import BarredIdentity, Member, Sanction
from accounts.rules import identities
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction


@enforces("upstage/3.6")
def bar(sanction: Sanction, *, until: date) -> int:
    """Keep the keyed hashes of the member's e-mail address, phone and business number, in the caller's transaction."""
    require_transaction()
    member: Member = sanction.member
    found = _digests(email=member.user.email, phone=member.phone, business_number=member.business_number)
    rows = [BarredIdentity(sanction=sanction, kind=kind, digest=digest, until=until) for kind, digest in found.items()]
    return len(BarredIdentity.objects.bulk_create(rows))


def lift(sanction: Sanction, *, at: datetime) -> int:
    """Lift the bars of a decision that was overturned; returns how many."""
    return BarredIdentity.objects.filter(sanction=sanction, lifted_at__isnull=True).update(lifted_at=at)


@enforces("upstage/3.3.1", "upstage/3.6")
def require_free(*, on: date, email: str = "", phone: str = "", business_number: str = "") -> None:
    """Refuse `registration_barred` where one of these belongs to somebody who lost the membership."""
    found = _digests(email=email, phone=phone, business_number=business_number)
    standing = BarredIdentity.objects.filter(digest__in=found.values(), until__gte=on, lifted_at__isnull=True)
    last = standing.order_by("-until").values_list("until", flat=True).first()
    if last is not None:
        raise RegistrationBarred(facts={"until": last})


def _digests(**facts: str) -> dict[str, bytes]:
    return identities.digests(facts, settings.IDENTITY_HASH_KEY)
