"""Fees that stay unpaid: told first, then use is suspended, and given back in the moment all is paid (upstage/18.2)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus, RestrictionKind
from accounts.models import Member, Notice, Restriction
from accounts.rules.sanctions import DAYS_AFTER_UNPAID_NOTICE, may_suspend_unpaid
from accounts.services import notices, restrictions
from accounts.services.notices import Letter
from accounts.services.restrictions import Limit
from billing.enums import InvoiceStatus
from billing.models import Invoice
from billing.queries.debts import unpaid
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

CLAUSES = ("upstage/18.2", "upstage/26.1.1")
LETTERS_AT_A_TIME = 1000
WHY_KO = "안내한 뒤에도 요금이 납부되지 않아 이용을 정지했습니다. 밀린 요금을 모두 내면 바로 다시 쓸 수 있습니다."
WHY_EN = "Fees stayed unpaid after a notice, so use is suspended. Once all that is due is paid, it is open again."


def _overdue(at: datetime) -> QuerySet[Invoice]:
    """What is past its due day, of members who are still members."""
    late = Invoice.objects.filter(status=InvoiceStatus.ISSUED, due_on__lt=kst_date(at))
    return late.filter(member__status=MemberStatus.ACTIVE).order_by("pk")


@enforces("upstage/18.2")
def tell(*, at: datetime) -> int:
    """Tell of each invoice once its due day is over, once; returns how many were told."""
    letters, told = _letters(at), 0
    while batch := list(islice(letters, LETTERS_AT_A_TIME)):
        with transaction.atomic():
            told += notices.notify_all(batch, at=at)
    return told


def _letters(at: datetime) -> Iterator[Letter]:
    for invoice in _overdue(at).iterator():
        text = notices.compose(
            _("Invoice %(number)s is unpaid"),
            _("Invoice %(number)s is past its due day. Still unpaid in %(days)s days, use is suspended."),
            number=invoice.number,
            days=DAYS_AFTER_UNPAID_NOTICE,
        )
        yield Letter(invoice.member_id, "unpaid", text, _key(invoice), clauses=CLAUSES)


def _key(invoice: Invoice) -> str:
    return f"unpaid:{invoice.public_id}"


@enforces("upstage/18.2", "upstage/26.1.1")
def suspend(*, at: datetime) -> int:
    """Suspend use where an invoice is still unpaid so many days after its notice; returns how many members."""
    late = {_key(one): one.member_id for one in _overdue(at)}
    told = Notice.objects.filter(about="unpaid", key__in=late).values_list("key", "at")
    due = {late[key] for key, noticed in told if may_suspend_unpaid(kst_date(noticed), kst_date(at))}
    held = Restriction.objects.filter(member__in=due, kind=RestrictionKind.UNPAID, lifted_at__isnull=True)
    waiting = due - set(held.values_list("member", flat=True))
    return sum(_suspend_one(member_id, at) for member_id in sorted(waiting))


@transaction.atomic
def _suspend_one(member_id: int, at: datetime) -> bool:
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    held = member.restrictions.filter(kind=RestrictionKind.UNPAID, lifted_at__isnull=True).exists()
    if held or member.status != MemberStatus.ACTIVE or not unpaid(member_id, at).exists():
        return False
    limit = Limit(RestrictionKind.UNPAID, CLAUSES, WHY_KO, WHY_EN, starts_at=at)
    row = restrictions.lay(member, limit, by=None, at=at)
    text = notices.Text("요금 미납에 따른 이용 정지", "Use is suspended for unpaid fees", WHY_KO, WHY_EN)
    notices.notify(
        member_id=member_id, about="suspension", text=text, key=f"unpaid:{row.public_id}", at=at, clauses=CLAUSES
    )  # fmt: skip
    return True


@enforces("upstage/18.2")
def restore(member_id: int, *, by: Any, at: datetime) -> bool:
    """Give use back where nothing past its due day is unpaid any more, in the transaction of the payment."""
    if unpaid(member_id, at).exists():
        return False
    member = Member.objects.get(pk=member_id)
    why = "밀린 요금을 모두 냈습니다."
    if not restrictions.lift_kind(member, RestrictionKind.UNPAID, why=why, clauses=CLAUSES[:1], by=by, at=at):
        return False
    text = notices.compose(
        _("You can use the services again"), _("Everything due is paid, so use is open again. Thank you.")
    )
    key = f"paid:{at.isoformat()}"
    notices.notify(member_id=member_id, about="restored", text=text, key=key, at=at, clauses=CLAUSES[:1])
    return True
