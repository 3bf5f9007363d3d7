"""Changes and stops of functions, told a reasonable time before to the customers they touch (rift/16.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose
from contracts.enums import ContractStatus, FunctionChangeKind
from contracts.errors import AnnouncedTooLate, NobodyToTell
from contracts.models import Contract, FunctionChange, FunctionChangeContract
from contracts.rules import announcements as rules
from contracts.services import letters
from upstage_console.kernel import audit, policy
from upstage_console.kernel.calendars import earliest_effective, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidDates
from upstage_console.kernel.wording import Phrase, is_visible

CLAUSE: Final = "rift/16.1"
SETTING: Final = "function_change_notice_days"
RUNNING: Final = (ContractStatus.CONCLUDED, ContractStatus.SUSPENDED)
HEADINGS: Final = {
    FunctionChangeKind.ADDED: _("“%(function)s” is added on %(on)s"),
    FunctionChangeKind.CHANGED: _("“%(function)s” changes on %(on)s"),
    FunctionChangeKind.STOPPED: _("“%(function)s” stops on %(on)s"),
}

policy.reading(
    SETTING,
    30,
    clause=CLAUSE,
    why_ko="기능의 변경·중단을 알린 날과 시행일 사이의 날수입니다. 약관의 ‘합리적인 기간’을 30일로 봅니다.",
    why_en="Clear days between the notice and a change or stop of a function: the terms' “reasonable time” is 30 days.",
    valid=lambda value: type(value) is int and 1 <= value <= 365,
)


@dataclass(frozen=True)
class Change:
    """What becomes of which function, from which day, what it means, and why it is urgent where it is."""

    kind: FunctionChangeKind
    function: Phrase
    what: Phrase
    effective_on: date
    urgency: str = ""


@enforces(CLAUSE)
@transaction.atomic
def announce(change: Change, contract_ids: Sequence[int], *, reason: str, by: Any, at: datetime) -> FunctionChange:
    """Tell the customers of these contracts (none named: of all that run) that a function changes or stops.

    Refuses `invalid` without words in both languages, `invalid_dates` for a day that has passed, `announced_too_late`
    for a shorter notice that names no urgency, and `nobody_to_tell`.
    """
    _check(change, at)
    touched = Contract.objects.filter(status__in=RUNNING, ends_on__gte=kst_date(at))
    contracts = list((touched.filter(pk__in=contract_ids) if contract_ids else touched).locked())
    if not contracts:
        raise NobodyToTell
    row = _written(change, contracts, by, at)
    facts = {"name": change.function.ko, "effective_on": change.effective_on, "told": row.told}
    audit.record("function_change.announced", row, by=by, at=at, reason=change.urgency or reason, clauses=[CLAUSE],
                 facts=facts)  # fmt: skip
    _tell(row, contracts, at)
    return row


def _check(change: Change, at: datetime) -> None:
    said = (change.function.ko, change.function.en, change.what.ko, change.what.en)
    if not all(map(is_visible, said)):
        raise Invalid
    today, days = kst_date(at), policy.value(SETTING, at=at)
    if change.effective_on < today:
        raise InvalidDates(facts={"starts_on": today, "ends_on": change.effective_on}, clauses=[CLAUSE])
    must_wait = change.kind != FunctionChangeKind.ADDED and not is_visible(change.urgency)
    if must_wait and not rules.is_in_time(today, change.effective_on, days):
        raise AnnouncedTooLate(facts={"earliest": earliest_effective(today, days)})


def _written(change: Change, contracts: Sequence[Contract], by: Any, at: datetime) -> FunctionChange:
    row: FunctionChange = FunctionChange.objects.create(
        kind=change.kind, function_ko=change.function.ko, function_en=change.function.en, what_ko=change.what.ko,
        what_en=change.what.en, effective_on=change.effective_on, urgency=change.urgency.strip()[:500],
        announced_by=audit.actor(by), announced_at=at, told=len({one.customer_id for one in contracts}),
    )  # fmt: skip
    FunctionChangeContract.objects.bulk_create(
        FunctionChangeContract(customer_id=one.customer_id, contract=one, change=row) for one in contracts
    )
    return row


@enforces(CLAUSE)
@transaction.atomic
def call_off(change_id: str, *, reason: str, by: Any, at: datetime) -> FunctionChange:
    """It does not happen; the same customers are told. Refuses `not_found`, and `already_done` from its day on."""
    row: FunctionChange = FunctionChange.objects.locked().get_public(change_id)
    if row.called_off_at is not None or row.effective_on <= kst_date(at):
        raise AlreadyDone(clauses=[CLAUSE])
    row.called_off_at, row.call_off_reason = at, reason[:500]
    row.save(update_fields=["called_off_at", "call_off_reason"])
    audit.record("function_change.called_off", row, by=by, at=at, reason=reason, clauses=[CLAUSE],
                 facts={"name": row.function_ko})  # fmt: skip
    text = compose(
        _("Called off: %(function)s"), _("What you were told for %(on)s does not happen."),
        function=Phrase(row.function_ko, row.function_en), on=row.effective_on,
    )  # fmt: skip
    told = dict.fromkeys(row.contracts.order_by("pk").values_list("customer_id", flat=True))
    key = f"function_change:{row.public_id}:called_off"
    letters.tell([letters.Letter(one, None, "function_change", text, key, [CLAUSE]) for one in told], at=at)
    return row


def _tell(row: FunctionChange, contracts: Sequence[Contract], at: datetime) -> None:
    mine: dict[int, list[str]] = {}
    for one in contracts:
        mine.setdefault(one.customer_id, []).append(one.title)
    key = f"function_change:{row.public_id}"
    told = [
        letters.Letter(holder, None, "function_change", _text(row, titles), key, [CLAUSE])
        for holder, titles in mine.items()
    ]
    letters.tell(told, at=at)


def _text(row: FunctionChange, titles: Sequence[str]) -> Text:
    return compose(
        HEADINGS[FunctionChangeKind(row.kind)], _("%(what)s\n\nIt touches: %(contracts)s"),
        function=Phrase(row.function_ko, row.function_en), on=row.effective_on, contracts=", ".join(titles),
        what=Phrase(row.what_ko, row.what_en),
    )  # fmt: skip
