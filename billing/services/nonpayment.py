"""Fees that stay unpaid: told first, then use is suspended, and given back in the moment all is paid (upstage/18.2)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus, RestrictionKind, SanctionKind, SanctionStatus
from accounts.models import Member, Notice, Restriction, Sanction
from accounts.queries import standing
from accounts.rules.sanctions import DAYS_AFTER_UNPAID_NOTICE, UNPAID, may_suspend_unpaid
from accounts.services import debts, notices, restoring, restrictions
from accounts.services.notices import Letter
from accounts.services.restrictions import Limit
from billing.enums import FEES, FeeObjectionStatus, InvoiceKind, InvoiceStatus
from billing.models import FeeObjection, Invoice
from billing.queries.debts import unpaid
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction

CLAUSES = ("upstage/18.2", "upstage/26.1.1")
MEMBERS_AT_A_TIME = 1000
WHY_KO = "안내한 뒤에도 요금이 납부되지 않아 이용을 정지했습니다. 밀린 요금을 모두 내면 바로 다시 쓸 수 있습니다."
PAID = "밀린 요금을 모두 냈습니다."
WHY_EN = "Fees stayed unpaid after a notice, so use is suspended. Once all that is due is paid, it is open again."


def _overdue(at: datetime) -> QuerySet[Invoice]:
    """Fees that are past their due day, of members who are still members."""
    late = Invoice.objects.filter(status=InvoiceStatus.ISSUED, kind__in=FEES, due_on__lt=kst_date(at))
    return late.filter(member__status=MemberStatus.ACTIVE).order_by("pk")


def _undisputed(at: datetime) -> QuerySet[Invoice]:
    """Those that nobody's objection waits for an answer about: while one does, use goes on (upstage/20.3)."""
    to_charges = FeeObjection.objects.filter(
        status=FeeObjectionStatus.UNDER_REVIEW, member=OuterRef("member"), charge__owed__gt=0,
        charge__billing_month=OuterRef("month"), charge__currency=OuterRef("currency"),
    )  # fmt: skip
    undisputed = _overdue(at).exclude(objections__status=FeeObjectionStatus.UNDER_REVIEW)
    return undisputed.exclude(Exists(to_charges), kind=InvoiceKind.MONTHLY)


@enforces("upstage/18.2")
def tell(*, at: datetime) -> int:
    """Tell of each invoice once its due day is over, once; returns how many were told."""
    letters, told = _letters(at), 0
    while batch := list(islice(letters, MEMBERS_AT_A_TIME)):
        with transaction.atomic():
            told += notices.notify_all(batch, at=at)
    return told


def _letters(at: datetime) -> Iterator[Letter]:
    """The letters that are still to go out; whoever has one is passed over."""
    known = Notice.objects.filter(about="unpaid", member__in=_overdue(at).order_by().values("member"))
    told = set(known.values_list("key", flat=True))
    for invoice in _rounds(_overdue(at)).iterator():
        if _key(invoice) in told:
            continue
        text = notices.compose(
            _("Invoice %(number)s is unpaid"),
            _("Invoice %(number)s is past its due day. Still unpaid in %(days)s days, use is suspended."),
            number=invoice.number,
            days=DAYS_AFTER_UNPAID_NOTICE,
        )
        yield Letter(invoice.member_id, "unpaid", text, _key(invoice), clauses=CLAUSES)


def _rounds(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """With how often a bank moved money of theirs: what is owed again is told again before it suspends."""
    return invoices.annotate(rounds=Count("payments", filter=Q(payments__dispute__isnull=False), distinct=True))


def _key(invoice: Any) -> str:
    return f"unpaid:{invoice.public_id}:{invoice.rounds}" if invoice.rounds else f"unpaid:{invoice.public_id}"


@debts.told_by
def told_at(member: Member, at: datetime) -> datetime | None:
    """When the member was first told of an invoice that is still unpaid; what was paid since allows nothing."""
    keys = [_key(invoice) for invoice in _rounds(unpaid(member.pk, at))]
    told = Notice.objects.filter(member=member, about="unpaid", key__in=keys, at__lte=at)
    first: datetime | None = told.order_by("at").values_list("at", flat=True).first()
    return first


@enforces("upstage/18.2", "upstage/26.1.1")
def suspend(*, at: datetime) -> int:
    """Suspend use where an invoice is still unpaid so many days after its notice; returns how many members.

    An invoice that an objection is open about, or a charge on it, suspends nobody.

    A batch of members is one transaction with a fixed number of statements; a repeat finds nobody.
    """
    waiting = sorted(_to_suspend(_undisputed(at), at))
    starts = range(0, len(waiting), MEMBERS_AT_A_TIME)
    return sum(_suspend(waiting[start : start + MEMBERS_AT_A_TIME], at) for start in starts)


def _to_suspend(unpaid_invoices: QuerySet[Invoice], at: datetime) -> set[int]:
    """Whose invoice is unpaid so many days after the notice of just that invoice, and who is not suspended already."""
    late = {_key(one): one.member_id for one in _rounds(unpaid_invoices)}
    told = Notice.objects.filter(about="unpaid", key__in=late).values_list("key", "at")
    due = {late[key] for key, noticed in told if may_suspend_unpaid(kst_date(noticed), kst_date(at))}
    held = Restriction.objects.filter(member__in=due, kind=RestrictionKind.UNPAID, lifted_at__isnull=True)
    return due - set(held.values_list("member", flat=True))


@transaction.atomic
def _suspend(member_ids: list[int], at: datetime) -> int:
    """Who has paid since, or is suspended already, is left alone: asked again once the members are locked."""
    locked = list(Member.objects.filter(pk__in=member_ids, status=MemberStatus.ACTIVE).locked())
    owing = _to_suspend(_undisputed(at).filter(member__in=member_ids), at)
    members = [member for member in locked if member.pk in owing]
    limit = Limit(RestrictionKind.UNPAID, CLAUSES, WHY_KO, WHY_EN, starts_at=at)
    restrictions.lay_all(members, limit, by=None, at=at)
    text = notices.Text("요금 미납에 따른 이용 정지", "Use is suspended for unpaid fees", WHY_KO, WHY_EN)
    key = f"unpaid:suspended:{kst_date(at)}"
    letters = [Letter(one.pk, "suspension", text, key, clauses=CLAUSES) for one in members]
    notices.notify_all(letters, at=at)
    return len(members)


@enforces("upstage/18.2", "upstage/26.4")
def restore(member_id: int, *, by: Any, at: datetime) -> bool:
    """Give use back where nothing past its due day is unpaid any more, in the transaction of the payment.

    A suspension by staff that rests on the unpaid fees ends as well, and one that was laid while the bank was asked.
    """
    require_transaction()
    member = Member.objects.filter(pk=member_id).locked().get()
    if unpaid(member_id, at).exists():
        return False
    measures = _measures(member, at)
    for measure in measures:
        restoring.lift(measure.pk, why=PAID, by=by, at=max(at, measure.starts_at))
    held = list(Restriction.objects.filter(member=member, kind=RestrictionKind.UNPAID, lifted_at__isnull=True))
    for one in held:
        restrictions.lift(one, why=PAID, clauses=CLAUSES[:1], by=by, at=max(at, one.starts_at))
    if held and member.status == MemberStatus.ACTIVE:
        _tell_restored(member, held[0], at)
    return bool(held or measures)


def _measures(member: Member, at: datetime) -> list[Sanction]:
    """The suspensions by staff whose ground was that fees are unpaid."""
    rows = Sanction.objects.filter(member=member, kind=SanctionKind.SUSPENSION, status=SanctionStatus.IN_FORCE)
    return list(rows.filter(ground__in=UNPAID).exclude(ends_at__lte=at).order_by("pk"))


def _tell_restored(member: Member, row: Restriction, at: datetime) -> None:
    if standing(member, at=max(at, row.starts_at)).restrictions:
        body = _("Everything due is paid, thank you. Another restriction still holds; under “Standing” you see which.")
        text = notices.compose(_("A restriction of your account has ended"), body)
    else:
        body = _("Everything due is paid, so use is open again. Thank you.")
        text = notices.compose(_("You can use the services again"), body)
    key = f"paid:{row.public_id}"
    notices.notify(member_id=member.pk, about="restored", text=text, key=key, at=at, clauses=CLAUSES[:1])
