"""What a customer wants changed: asked for in writing, answered with a change order or with a reason (rift/5.2, 7.1).

Asking changes nothing: prices, functions and numbers change by a document to which both sides agreed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from contracts.enums import WISH_MOVES, DocumentStatus, PaperKind, WishStatus, WishTopic
from contracts.models import ChangeWish, Contract, ContractDocument
from contracts.queries.month_fees import last_day_of
from contracts.queries.standing import require_not_suspended
from contracts.services import changing, deadlines, drafting, letters
from contracts.services.changing import NewAmount
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, NotFound
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/5.2"
TASK: Final = "change_wish"
OFFERED: Final = (DocumentStatus.OFFERED, DocumentStatus.ACCEPTED, DocumentStatus.SIGNED)


@dataclass(frozen=True)
class Wish:
    """What is to change, in the customer's words; of a fee, which one; from which day."""

    topic: WishTopic
    text: str
    fee: int | None = None
    wanted_on: date | None = None


@enforces(CLAUSE)
@transaction.atomic
def ask(contract_id: str, wish: Wish, *, by: Any, at: datetime, reason: str = "") -> ChangeWish:
    """The customer asks for a change order; it becomes a task at the desk.

    Refuses `not_found`, also for a fee the contract does not have, `not_concluded`, `not_active` once the contract is
    over, `service_suspended`, `invalid_dates` for a day that is over or after the term, `already_done` where the same
    is asked for.
    """
    contract = changing.going(contract_id, at)
    require_not_suspended(contract, on=kst_date(at))
    _require_day(contract, wish.wanted_on, at)
    fee = changing.fee_of(contract, position=wish.fee) if wish.fee is not None else None
    text = wish.text.strip()
    if contract.change_wishes.filter(status=WishStatus.ASKED, topic=wish.topic, fee=fee, text=text).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    row: ChangeWish = ChangeWish.objects.create(
        customer_id=contract.customer_id, contract=contract, topic=wish.topic, fee=fee, text=text,
        wanted_on=wish.wanted_on, asked_by=audit.actor(by), asked_at=at,
    )  # fmt: skip
    _note("asked", row, by, at, reason)
    due.open_item(
        TASK, row, about=contract.customer, clause=CLAUSE, warn_at=at, at=at,
        due_at=deadlines.last_instant("change_wish_days", on=kst_date(at), at=at),
        title_ko=f"변경 요청에 답변: {contract.title}", title_en=f"Answer a request for a change: {contract.title}",
    )  # fmt: skip
    return row


def _require_day(contract: Contract, wanted: date | None, at: datetime) -> None:
    last = last_day_of(contract)
    if wanted is not None and (wanted < kst_date(at) or (last is not None and wanted > last)):
        raise InvalidDates(facts={"starts_on": wanted, "ends_on": last}, clauses=[CLAUSE])


@enforces(CLAUSE)
@transaction.atomic
def offer(wish_id: str, change: NewAmount, *, answer: str, by: Any, at: datetime, reason: str = "") -> ChangeWish:
    """Answer with a change order of a fee, which is offered now. Refuses as `changing.offer_change`, `already_done`."""
    row = _taken(wish_id)
    _require_asked(row)
    made = changing.offer_change(row.contract.public_id, change, by=by, at=at, reason=reason)
    return _offered(row, made.document, answer, by, at, reason)


@enforces(CLAUSE)
@transaction.atomic
def offer_document(
    wish_id: str, document_id: str, *, answer: str, by: Any, at: datetime, reason: str = ""
) -> ChangeWish:
    """Answer with a change order of the contract that was offered. Refuses `not_found` for any other document."""
    row = _taken(wish_id)
    _require_asked(row)
    rows = ContractDocument.objects.filter(contract=row.contract, kind=PaperKind.CHANGE_ORDER, status__in=OFFERED)
    return _offered(row, rows.get_public(document_id), answer, by, at, reason)


@enforces(CLAUSE)
@transaction.atomic
def decline(wish_id: str, *, answer: str, by: Any, at: datetime, reason: str = "") -> ChangeWish:
    """Answer that nothing is changed, and why. Refuses `not_found`, `already_done`, `not_allowed`."""
    row = _taken(wish_id)
    _close(row, WishStatus.DECLINED, by, at, reason, answer=answer.strip())
    _tell(
        row, _("We do not change “%(contract)s” as you asked"), _("You asked: %(asked)s. Our reasons: %(answer)s."), at
    )
    return row


@transaction.atomic
def withdraw(wish_id: str, *, by: Any, at: datetime, reason: str = "") -> ChangeWish:
    """The customer no longer asks. Refuses `not_found`, `already_done`, `not_allowed` for what was answered."""
    row = _taken(wish_id)
    _close(row, WishStatus.WITHDRAWN, by, at, reason)
    return row


def _offered(
    row: ChangeWish, document: ContractDocument, answer: str, by: Any, at: datetime, reason: str
) -> ChangeWish:
    _close(row, WishStatus.OFFERED, by, at, reason, answer=answer.strip(), document=document)
    body = _(
        "You asked: %(asked)s. We offer “%(document)s”; it changes the contract once both sides agreed. %(answer)s"
    )
    _tell(row, _("A change order of “%(contract)s” is offered to you"), body, at)
    return row


def _require_asked(row: ChangeWish) -> None:
    if row.status != WishStatus.ASKED:
        raise AlreadyDone(clauses=[CLAUSE])


def _close(row: ChangeWish, to: WishStatus, by: Any, at: datetime, reason: str, **facts: Any) -> None:
    move(row, to, allowed=WISH_MOVES, by=by, at=at, reason=reason[:500], clauses=[CLAUSE], closed_at=at,
         closed_by=audit.actor(by), **facts)  # fmt: skip
    _note(to.value, row, by, at, reason)
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=to.value)


def _note(what: str, row: ChangeWish, by: Any, at: datetime, reason: str) -> None:
    facts = {"topic": row.topic, "wanted_on": row.wanted_on}
    audit.record(f"change_wish.{what}", row, by=by, at=at, about=row.contract.customer, reason=reason[:500],
                 clauses=[CLAUSE], facts=facts)  # fmt: skip


def _tell(row: ChangeWish, subject: Any, body: Any, at: datetime) -> None:
    known = {"contract": row.contract.title, "asked": row.text, "answer": row.answer,
             "document": row.document.title if row.document else ""}  # fmt: skip
    key = f"wish:{row.public_id}:{row.status}"
    letters.tell([letters.Letter(row.customer_id, row.contract_id, "contract", notices.compose(subject, body, **known),
                                 key, [CLAUSE])], at=at)  # fmt: skip


def _taken(wish_id: str) -> ChangeWish:
    found = ChangeWish.objects.select_related("contract").filter(public_id=wish_id).first()
    if found is None:
        raise NotFound
    drafting.locked(found.contract.public_id)
    row: ChangeWish = ChangeWish.objects.select_related("contract__customer__firm").locked().get_public(wish_id)
    return row
