"""References: asked for, consented to with scope and end, withdrawn; what was shown is then taken down (14.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.enums import REFERENCE_MOVES, ReferenceKind, ReferenceStatus, Side
from contracts.errors import ProofNeeded
from contracts.models import ReferencePermission
from contracts.queries.permissions import is_shown
from contracts.queries.sides import side_of
from contracts.queries.standing import require_concluded
from contracts.services import deadlines, drafting, permission_letters
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSE: Final = "rift/14.1"
CLAUSES: Final = [CLAUSE, "rift/13.2"]
TASK: Final = "reference_removal"


@dataclass(frozen=True)
class Wish:
    """What the company would like to show of a customer: what, where and what for, until when."""

    kind: ReferenceKind
    scope: str
    until_on: date


@enforces(CLAUSE)
@transaction.atomic
def ask(contract_id: str, wish: Wish, *, by: Any, at: datetime, reason: str = "") -> ReferencePermission:
    """Ask a customer for consent; nothing is shown before it is given.

    Refuses `not_found`, `not_concluded`, `invalid_dates` for an end that is over.
    """
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    if wish.until_on < kst_date(at):
        raise InvalidDates(facts={"starts_on": kst_date(at), "ends_on": wish.until_on}, clauses=[CLAUSE])
    row: ReferencePermission = ReferencePermission.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=wish.kind, scope=wish.scope.strip(),
        until_on=wish.until_on, asked_by=audit.actor(by), asked_at=at,
    )  # fmt: skip
    _told("asked", row, by, at, reason)
    permission_letters.reference(
        row,
        _("May we show this? %(kind)s"),
        _("For “%(contract)s” we ask for your consent: %(scope)s, until the end of %(until)s. Without it nothing is "
          "shown, and you can withdraw it at any time."),
        "asked",
        at=at,
    )  # fmt: skip
    return row


@enforces(CLAUSE, "rift/13.2")
@transaction.atomic
def grant(reference_id: str, *, by: Any, at: datetime, answer: str = "") -> ReferencePermission:
    """The customer consents; `answer` are its conditions or, where staff write it down, what proves it.

    Refuses `not_found`, `already_done`, `not_allowed` for what was answered otherwise, `proof_needed`, `invalid_dates`
    once the end is over.
    """
    row = _taken(reference_id)
    side = side_of(row.contract, by, at=at)
    if side == Side.COMPANY and not is_visible(answer):
        raise ProofNeeded
    if row.until_on < kst_date(at):
        raise InvalidDates(facts={"starts_on": kst_date(at), "ends_on": row.until_on}, clauses=[CLAUSE])
    _answer(row, ReferenceStatus.GRANTED, side, answer, by, at)
    _open_removal(row, at)
    permission_letters.reference(
        row, _("Consent written down: %(kind)s"),
        _("For “%(contract)s”: %(scope)s, until the end of %(until)s. You can withdraw it at any time."), "granted",
        at=at,
    )  # fmt: skip
    return row


@transaction.atomic
def decline(reference_id: str, *, by: Any, at: datetime, answer: str = "") -> ReferencePermission:
    """The customer does not consent. Refuses `not_found`, `already_done`, `not_allowed`."""
    row = _taken(reference_id)
    _answer(row, ReferenceStatus.DECLINED, side_of(row.contract, by, at=at), answer, by, at)
    return row


@transaction.atomic
def drop(reference_id: str, *, reason: str, by: Any, at: datetime) -> ReferencePermission:
    """The company no longer asks. Refuses `not_found`, `already_done`, `not_allowed`."""
    row = _taken(reference_id)
    _answer(row, ReferenceStatus.DROPPED, None, reason, by, at)
    return row


@enforces(CLAUSE, "rift/13.2")
@transaction.atomic
def withdraw(reference_id: str, *, by: Any, at: datetime, reason: str = "") -> ReferencePermission:
    """The customer withdraws its consent: from now on nothing is shown, and staff take down what is.

    Refuses `not_found`, `already_done`, `not_allowed` for what was not granted.
    """
    row = _taken(reference_id)
    was_shown = is_shown(row, on=kst_date(at))
    move(row, ReferenceStatus.WITHDRAWN, allowed=REFERENCE_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         withdrawn_at=at)  # fmt: skip
    _told("withdrawn", row, by, at, reason)
    if was_shown:
        DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).update(
            due_at=deadlines.last_instant("reference_removal_days", on=kst_date(at), at=at), warn_at=at
        )
    permission_letters.reference(
        row, _("Consent withdrawn: %(kind)s"), _("For “%(contract)s” we take this down: %(scope)s."), "withdrawn", at=at
    )
    return row


def _open_removal(row: ReferencePermission, at: datetime) -> None:
    """What was shown is taken down after the end of the consent."""
    last = deadlines.last_instant("reference_removal_days", on=row.until_on, at=at)
    due.open_item(
        TASK, row, about=row.contract.customer, clause=CLAUSE, due_at=last, at=at,
        warn_at=day_end(row.until_on), title_ko=f"표시 삭제: {row.contract.title}, {row.scope[:60]}",
        title_en=f"Take down: {row.contract.title}, {row.scope[:60]}",
    )  # fmt: skip


def _answer(
    row: ReferencePermission, to: ReferenceStatus, side: Side | None, answer: str, by: Any, at: datetime
) -> None:  # fmt: skip
    move(row, to, allowed=REFERENCE_MOVES, by=by, at=at, reason=answer[:500], clauses=CLAUSES, answered_at=at,
         answered_by=audit.actor(by), answered_side=side or "", answer=answer)  # fmt: skip
    _told(to.value, row, by, at, answer[:500])


def _told(what: str, row: ReferencePermission, by: Any, at: datetime, reason: str) -> None:
    audit.record(f"reference.{what}", row, by=by, at=at, about=row.contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"kind": row.kind, "title": row.scope[:120], "until": row.until_on})  # fmt: skip


def _taken(reference_id: str) -> ReferencePermission:
    found: ReferencePermission = ReferencePermission.objects.select_related("contract").get_public(reference_id)
    drafting.locked(found.contract.public_id)
    rows = ReferencePermission.objects.select_related("contract__customer__firm")
    row: ReferencePermission = rows.locked().get_public(reference_id)
    return row
