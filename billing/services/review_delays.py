"""Reviews that take longer than seven business days: the member is told why (upstage/20.3)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Notice
from accounts.services import notices
from accounts.services.notices import Letter
from billing.enums import FeeObjectionStatus, RefundOrigin, RefundStatus
from billing.errors import DecidedAlready
from billing.models import FeeObjection, Refund
from billing.services import objection_letters
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Invalid
from upstage_console.kernel.wording import Phrase

CLAUSES = ("upstage/20.3",)
MEMBERS_AT_A_TIME = 1000
REASON_KO = "검토할 기록이 많아 더 확인하고 있습니다."
REASON_EN = "There are more records to check than we expected."

Reviewed = Refund | FeeObjection


@enforces("upstage/20.3")
def tell(*, at: datetime) -> int:
    """Tell everybody whose review is not over at the end of its last day, once; returns how many were told."""
    letters, told = _letters(at), 0
    while batch := list(islice(letters, MEMBERS_AT_A_TIME)):
        with transaction.atomic():
            told += notices.notify_all(batch, at=at)
    return told


def _letters(at: datetime) -> Iterator[Letter]:
    late: Iterator[Reviewed] = chain(_late_refunds(at), _late_objections(at))
    for row in late:
        yield Letter(row.member_id, "review_delayed", _text(row), key_of(row), clauses=CLAUSES)


def _late_refunds(at: datetime) -> QuerySet[Refund]:
    rows = Refund.objects.filter(status=RefundStatus.UNDER_REVIEW, review_by__lt=kst_date(at))
    return _untold(rows.exclude(origin=RefundOrigin.STAFF))


def _late_objections(at: datetime) -> QuerySet[FeeObjection]:
    rows = FeeObjection.objects.filter(status=FeeObjectionStatus.UNDER_REVIEW, review_by__lt=kst_date(at))
    return _untold(rows.select_related("invoice", "charge__meter__service", "credit_note"))


def _untold(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever has the notice is passed over."""
    told = Notice.objects.filter(about="review_delayed", member__in=rows.order_by().values("member"))
    keys = set(told.values_list("key", flat=True))
    names = [name.removeprefix("review_delayed:") for name in keys]
    prefix = rows.model._meta.get_field("public_id").prefix
    return rows.exclude(public_id__in=[name for name in names if name.startswith(f"{prefix}_")]).order_by("pk")


def key_of(row: Reviewed) -> str:
    """One notice of delay for each review."""
    return f"review_delayed:{row.public_id}"


def _text(row: Reviewed) -> notices.Text:
    reason = Phrase(row.delay_reason or REASON_KO, row.delay_reason or REASON_EN)
    if isinstance(row, FeeObjection):
        return objection_letters.text(row, "late", reason=reason)
    return notices.compose(
        _("Our answer to your request for a refund is late"),
        _("You asked for a refund on %(asked)s; we promised an answer by %(until)s. It takes longer. %(reason)s"),
        asked=kst_date(row.requested_at), until=row.review_by, reason=reason,
    )  # fmt: skip


@transaction.atomic
def give_reason(row: Reviewed, *, reason: str, by: Any, at: datetime) -> Reviewed:
    """Write down why a review takes longer: the notice of delay says it. Refuses `invalid`, `already_decided`."""
    Member.objects.filter(pk=row.member_id).locked().get()
    row.refresh_from_db()
    if row.decided_at is not None:
        raise DecidedAlready
    if not reason.strip():
        raise Invalid
    row.delay_reason = reason
    row.save(update_fields=["delay_reason"])
    audit.record("review.delay_explained", row, by=by, at=at, about=row.member, reason=reason, clauses=CLAUSES)
    return row
