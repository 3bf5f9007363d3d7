"""Staff correct credits: with a reason, and above a setting with a second person (upstage/20.3, 2.8).

A proposal is tried out before it is written: what cannot be corrected is refused at once, not when somebody approves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from credits.enums import CORRECTION_MOVES, CorrectionKind, CorrectionStatus
from credits.errors import ChargeOwes, CorrectionWaits
from credits.models import Correction, Debt, Lot
from credits.queries.corrections import lapsed_of
from credits.services import accounts, correcting, taking_out
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound, SamePerson
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import money

NAME_OF_SETTING: Final = "credit_correction_of_one_person"
TASK: Final = "credit_correction"
DECIDE_WITHIN: Final = timedelta(days=3)
"""The terms name no time for the second person; this is the console's own."""
CLAUSES: Final = {CorrectionKind.RESTORE: ("upstage/20.3",), CorrectionKind.TAKE_BACK: ("upstage/2.8",)}
TOLD: Final = {
    CorrectionKind.RESTORE: (
        _("%(amount)s credits were restored"),
        _("A charge was corrected: %(amount)s went back to the credits it had used, with their own last day. "
          "Reason: %(reason)s"),
    ),
    CorrectionKind.TAKE_BACK: (
        _("%(amount)s credits were taken back"),
        _("%(amount)s credits had come in by mistake and were taken back. Reason: %(reason)s"),
    ),
}  # fmt: skip
TOLD_OF_LAPSED: Final = (
    _("%(amount)s credits were restored, %(lapsed)s of them to credits that had expired"),
    _("A charge was corrected: %(amount)s went back to the credits it had used. The last day of %(lapsed)s of them had "
      "passed, so that they expired at once. Reason: %(reason)s"),
)  # fmt: skip


policy.reading(
    NAME_OF_SETTING,
    {"KRW": 100_000, "USD": 100},
    clause="upstage/20.3",
    why_ko="약관은 정정을 누가 하는지 정하지 않습니다. 이 금액을 넘는 정정은 다른 사람의 승인이 필요합니다.",
    why_en="The terms do not say who corrects. A correction above this amount needs the approval of somebody else.",
    valid=policy.are_amounts,
)


@dataclass(frozen=True)
class Wanted:
    """What shall be corrected: so much of a charge, or so much of a lot that came in by mistake."""

    kind: CorrectionKind
    amount: Decimal
    charge: UUID | None = None
    lot_id: str = ""


@enforces("upstage/20.3", "upstage/2.8")
@transaction.atomic
def propose(
    member_id: int, wanted: Wanted, *, reason: str, by: Any, at: datetime, key: str | None = None
) -> Correction:
    """Correct a member's credits at once, or above the setting propose it to a second person.

    What one person has corrected before of the same charge or lot counts, so that parts are no way around the second.
    The same `key` corrects once, and answers with the first correction.

    Refuses `not_found`, `correction_waits` (the charge has an open proposal), and what the correction itself refuses:
    `invalid_amount`, `correction_too_large`, `credits_expired`, `insufficient_credits`, and `charge_owes` for a charge
    that credits did not cover: its usage is corrected instead, so that the invoice says the same.
    """
    accounts.lock(member_id)
    first: Correction | None = Correction.objects.filter(member=member_id, key=key, key__isnull=False).first()
    if first is not None:
        return first
    lot = Lot.objects.filter(member_id=member_id).get_public(wanted.lot_id) if wanted.lot_id else None
    member = Member.objects.select_related("user").get(pk=member_id)
    waiting = Correction.objects.filter(member=member, charge=wanted.charge, status=CorrectionStatus.PROPOSED)
    if wanted.charge is not None and waiting.exists():
        raise CorrectionWaits
    _try_out(member_id, wanted, by=by, at=at, reason=reason)
    row = Correction.objects.create(
        member=member, key=key, kind=wanted.kind, charge=wanted.charge, lot=lot, amount=wanted.amount, reason=reason,
        proposed_by=audit.actor(by), proposed_at=at,
        needs_second=needs_second_person(
            wanted.amount + _corrected_alone(member, wanted.charge, lot), member.currency, at=at
        ),
    )  # fmt: skip
    if row.needs_second:
        _ask_for_second(row, by=by, at=at)
        return row
    return _carry_out(row, by=by, at=at, reason=reason)


@enforces("upstage/20.3", "upstage/2.8")
@transaction.atomic
def approve(correction_id: str, *, reason: str, by: Any, at: datetime) -> Correction:
    """Carry out a proposed correction, as the second person.

    Refuses `same_person`, what the states do not allow, and what the correction itself refuses by now.
    """
    row = _locked(correction_id)
    if row.needs_second and row.proposed_by == audit.actor(by):
        raise SamePerson(clauses=CLAUSES[CorrectionKind(row.kind)])
    return _carry_out(row, by=by, at=at, reason=reason)


@transaction.atomic
def drop(correction_id: str, *, reason: str, by: Any, at: datetime) -> Correction:
    """Do not carry out a proposed correction; the member is not told. Refuses what the states do not allow."""
    row = _locked(correction_id)
    move(row, CorrectionStatus.DROPPED, allowed=CORRECTION_MOVES, by=by, at=at, reason=reason,
         decided_by=audit.actor(by), decided_at=at)  # fmt: skip
    _note("correction.dropped", row, by=by, at=at, reason=reason)
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason)
    return row


def needs_second_person(amount: Decimal, currency: str, *, at: datetime) -> bool:
    """Whether a correction of so much is above what one person may do alone."""
    limits: dict[str, int] = policy.value(NAME_OF_SETTING, at=at)
    return amount > limits[currency]


def _corrected_alone(member: Member, charge: UUID | None, lot: Lot | None) -> Decimal:
    done = Correction.objects.filter(member=member, status=CorrectionStatus.DONE, needs_second=False)
    of_it: Decimal = done.filter(charge=charge, lot=lot).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return of_it


def _locked(correction_id: str) -> Correction:
    """The proposal, after the account of its member (members before what is theirs)."""
    found: Correction | None = Correction.objects.filter(public_id=correction_id).first()
    if found is None:
        raise NotFound
    accounts.lock(found.member_id)
    row: Correction = Correction.objects.select_related("member__user", "lot").locked().get_public(correction_id)
    return row


def _try_out(member_id: int, wanted: Wanted, *, by: Any, at: datetime, reason: str) -> None:
    with transaction.atomic():
        _correct(member_id, wanted, by=by, at=at, reason=reason)
        transaction.set_rollback(True)


def _correct(member_id: int, wanted: Wanted, *, by: Any, at: datetime, reason: str) -> None:
    clauses = CLAUSES[wanted.kind]
    if wanted.charge is not None:
        _require_paid(member_id, wanted.charge)
        correcting.correct(
            charge_id=wanted.charge, member_id=member_id, amount=wanted.amount, reason=reason, by=by, at=at,
            clauses=clauses,
        )  # fmt: skip
    else:
        taking_out.take_back(
            member_id=member_id, lot_id=wanted.lot_id, amount=wanted.amount, reason=reason, by=by, at=at,
            clauses=clauses,
        )  # fmt: skip


def _require_paid(member_id: int, charge: UUID) -> None:
    """What is owed stands on an invoice or will: that is corrected by its usage, so that both say the same."""
    owed = Debt.objects.filter(member_id=member_id, charge=charge).aggregate(owed=Sum("amount"))["owed"]
    if owed:
        raise ChargeOwes(facts=accounts.in_money(member_id, owed=owed))


def _carry_out(row: Correction, *, by: Any, at: datetime, reason: str) -> Correction:
    """Move first, so that a second run of the same decision is refused before anything is corrected."""
    kind = CorrectionKind(row.kind)
    move(row, CorrectionStatus.DONE, allowed=CORRECTION_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES[kind],
         decided_by=audit.actor(by), decided_at=at)  # fmt: skip
    wanted = Wanted(kind, row.amount, row.charge, row.lot.public_id if row.lot else "")
    _correct(row.member_id, wanted, by=by, at=at, reason=row.reason)
    _note("correction.done", row, by=by, at=at, reason=reason)
    if row.needs_second:
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=reason)
    lapsed = lapsed_of(row)
    subject, body = TOLD_OF_LAPSED if lapsed else TOLD[kind]
    amounts = {"amount": Money(row.amount, row.member.currency), "lapsed": Money(lapsed, row.member.currency)}
    text = notices.compose(subject, body, **amounts, reason=row.reason)
    notices.notify(
        member_id=row.member_id, about="credit_correction", text=text, key=f"correction:{row.public_id}", at=at,
        clauses=CLAUSES[kind],
    )  # fmt: skip
    return row


def _ask_for_second(row: Correction, *, by: Any, at: datetime) -> None:
    _note("correction.proposed", row, by=by, at=at, reason=row.reason)
    amounts = {language: money(row.amount, row.member.currency, language) for language in ("ko", "en")}
    due.open_item(
        TASK, row, about=row.member, clause=CLAUSES[CorrectionKind(row.kind)][0], at=at,
        title_ko=f"크레딧 정정 승인: {row.member.name} {amounts['ko']}",
        title_en=f"Decide on a correction of credits: {row.member.name}, {amounts['en']}",
        due_at=day_end(kst_date(at + DECIDE_WITHIN)), warn_at=at,
    )  # fmt: skip


def _note(action: str, row: Correction, *, by: Any, at: datetime, reason: str) -> None:
    facts = {"amount": row.amount, "charge": row.charge or "–", "lot": row.lot.public_id if row.lot else "–"}
    clauses = CLAUSES[CorrectionKind(row.kind)]
    audit.record(action, row, by=by, at=at, about=row.member, reason=reason, clauses=clauses, facts=facts)
