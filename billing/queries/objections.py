"""Objections to fees, and what is left of what they are about (upstage/20.3)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from billing.enums import CorrectionStatus, FeeObjectionStatus
from billing.models import Charge, FeeObjection, Invoice, UsageCorrection
from upstage_console.kernel.calendars import kst_date

NOTHING = Decimal(0)


@dataclass(frozen=True)
class GivenBack:
    """What of a charge was given back."""

    lowered: Decimal
    restored: Decimal


def objections_of_member(member_id: int) -> QuerySet[FeeObjection]:
    """All objections of a member, the newest first."""
    rows: QuerySet[FeeObjection] = FeeObjection.objects.filter(member_id=member_id).select_related(
        "invoice", "charge__meter__service", "credit_note"
    )
    return rows.order_by("-id")


def objection_to(invoice: Invoice) -> FeeObjection | None:
    """The last objection to an invoice, or None."""
    found: FeeObjection | None = (
        FeeObjection.objects.filter(invoice=invoice).select_related("credit_note").order_by("-id").first()
    )
    return found


def open_objections() -> QuerySet[FeeObjection]:
    """Those that wait for their answer."""
    rows: QuerySet[FeeObjection] = FeeObjection.objects.filter(status=FeeObjectionStatus.UNDER_REVIEW)
    return rows


def objection_to_charge(charge: Charge) -> FeeObjection | None:
    """The objection to a charge, or None."""
    found: FeeObjection | None = FeeObjection.objects.filter(charge=charge).select_related("credit_note").first()
    return found


def charge_of_member(member_id: int, charge_id: str) -> Charge:
    """One charge by its public id; a stranger's is `not_found`."""
    rows = Charge.objects.filter(member_id=member_id).select_related("meter__service", "price", "api_key")
    found: Charge = rows.get_public(charge_id)
    return found


def corrections_of(charge: Charge) -> QuerySet[UsageCorrection]:
    """What was given back of a charge: for uses that were less, and for an objection."""
    made: QuerySet[UsageCorrection] = charge.corrections.filter(status=CorrectionStatus.APPLIED)
    return made


def sum_of(corrections: QuerySet[UsageCorrection]) -> Decimal:
    """What they give back together."""
    gone: Decimal = corrections.aggregate(sum=Sum(F("amount_before") - F("amount"), default=NOTHING))["sum"]
    return gone


def left_of_charge(charge: Charge) -> Decimal:
    """What corrections leave of a charge."""
    return charge.amount - sum_of(corrections_of(charge))


def left_after_objections(member_id: int, start: datetime, end: datetime) -> dict[int, Decimal]:
    """What is left of a member's charges for uses of that time of which an objection gave something back, by key."""
    found = Charge.objects.filter(
        member=member_id,
        day__gte=kst_date(start),
        day__lt=kst_date(end),
        objections__status=FeeObjectionStatus.APPROVED,
    )
    return {charge.pk: left_of_charge(charge) for charge in found}


def given_back(objection: FeeObjection) -> GivenBack:
    """What an upheld objection to a charge gave back: what is no longer owed, and the credits."""
    made = UsageCorrection.objects.filter(objection=objection, status=CorrectionStatus.APPLIED)
    sums = made.aggregate(lowered=Sum("lowered", default=NOTHING), restored=Sum("restored", default=NOTHING))
    return GivenBack(**sums)
