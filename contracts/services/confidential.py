"""Confidential information: marked with purpose and end, opened by who was given access, ended (rift/11.1, 11.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.notices import compose
from contracts.enums import SECRET_MOVES, SecretStatus, Side
from contracts.errors import NoAccessGiven, NoEvidence
from contracts.models import ConfidentialAccess, ConfidentialContent, ConfidentialItem
from contracts.services import drafting, files, letters
from contracts.services.files import Given
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidDates, NotFound, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSES: Final = ["rift/11.1", "rift/11.2"]
TASK: Final = "confidential_end"
WARNED_BEFORE: Final = timedelta(days=14)


@dataclass(frozen=True)
class Secret:
    """What is confidential, whose it is, what it may be used for, and until when it is held."""

    name: str
    belongs_to: Side
    purpose: str
    until_on: date


@enforces("rift/11.2")
@transaction.atomic
def mark(contract_id: str, given: Secret, *, reason: str, by: Any, at: datetime) -> ConfidentialItem:
    """Mark something as confidential; who marks it has access, and its end is waited for.

    Refuses `not_found`, `invalid` without a name or a purpose, `invalid_dates` for an end that has passed.
    """
    contract, today = drafting.locked(contract_id), kst_date(at)
    if not (is_visible(given.name) and is_visible(given.purpose)):
        raise Invalid
    if given.until_on < today:
        raise InvalidDates(facts={"starts_on": today, "ends_on": given.until_on}, clauses=CLAUSES)
    row: ConfidentialItem = ConfidentialItem.objects.create(
        customer_id=contract.customer_id, contract=contract, name=given.name.strip(), belongs_to=given.belongs_to,
        purpose=given.purpose.strip(), until_on=given.until_on, marked_by=audit.actor(by), marked_at=at,
    )  # fmt: skip
    _record("confidential.marked", row, reason, by, at, until=row.until_on)
    last = day_end(row.until_on)
    due.open_item(
        TASK, row, about=contract.customer, clause=CLAUSES[1], due_at=last, warn_at=last - WARNED_BEFORE, at=at,
        title_ko=f"비밀정보 반환·파기: {contract.title}, {row.name}",
        title_en=f"Return or destroy what is confidential: {contract.title}, {row.name}",
    )  # fmt: skip
    _give(row, audit.actor(by), by, at)
    return row


@enforces("rift/11.1")
@transaction.atomic
def keep(item_id: str, file: Given, *, reason: str, by: Any, at: datetime) -> ConfidentialItem:
    """Keep the file of what is confidential, with its hash; it is destroyed with it.

    Refuses `not_found`, `already_done` where there is one or nothing is held, `no_evidence` for an empty one.
    """
    row = _held(item_id)
    if row.sha256:
        raise AlreadyDone(clauses=CLAUSES)
    if not file.content:
        raise NoEvidence
    row.file_name, row.sha256 = file.name[:200], files.digest(file.content)
    row.save(update_fields=["file_name", "sha256"])
    ConfidentialContent.objects.create(customer_id=row.customer_id, item=row, content=file.content)
    _record("confidential.kept", row, reason, by, at, sha256=row.sha256)
    return row


@enforces("rift/11.1", "rift/11.2")
@transaction.atomic
def give_access(item_id: str, person: User, *, reason: str, by: Any, at: datetime) -> ConfidentialAccess:
    """Let somebody else of the staff look at it.

    Refuses `not_found`, `already_done`, `invalid` for who is no staff, `same_person`.
    """
    row = _held(item_id)
    if not (person.is_staff and person.is_active):
        raise Invalid
    if person == audit.actor(by):
        raise SamePerson(clauses=CLAUSES)
    if _open(row, person).exists():
        raise AlreadyDone(clauses=CLAUSES)
    _record("confidential.access_given", row, reason, by, at, user=str(person))
    return _give(row, person, by, at)


@enforces("rift/11.1")
@transaction.atomic
def take_access(item_id: str, person: User, *, reason: str, by: Any, at: datetime) -> None:
    """Take somebody's access back, at once. Refuses `not_found`, also for who has none."""
    row = _held(item_id)
    found = _open(row, person).locked().first()
    if found is None:
        raise NotFound
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    _record("confidential.access_taken", row, reason, by, at, user=str(person))


@enforces("rift/11.1")
@transaction.atomic
def open_file(item_id: str, *, by: Any, at: datetime) -> tuple[ConfidentialItem, bytes]:
    """The file, for who was given access; the look is written down.

    Refuses `no_access_given`, and `not_found` where no file is held.
    """
    row: ConfidentialItem = ConfidentialItem.objects.select_related("contract__customer").get_public(item_id)
    if not _open(row, by).exists():
        raise NoAccessGiven
    content = ConfidentialContent.objects.filter(item=row).first()
    if content is None:
        raise NotFound
    _record("confidential.opened", row, "", by, at, sha256=row.sha256)
    return row, bytes(content.content)


@enforces("rift/11.2")
@transaction.atomic
def close(item_id: str, to: SecretStatus, *, reason: str, by: Any, at: datetime) -> ConfidentialItem:
    """Write down that it was returned or destroyed: the content goes, all accesses end, and the firm is told.

    Refuses `not_found`, `already_done`.
    """
    row = _held(item_id)
    ConfidentialContent.objects.filter(item=row).delete()
    ConfidentialAccess.objects.filter(item=row, ended_at__isnull=True).update(ended_at=at)
    move(row, to, allowed=SECRET_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, closed_at=at,
         closed_by=audit.actor(by))  # fmt: skip
    _record(f"confidential.{to}", row, reason, by, at, sha256=row.sha256)
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=to)
    text = compose(
        _("Confidential information is %(done)s"), _("“%(name)s” (%(contract)s) is %(done)s. Nobody has access now."),
        done=SecretStatus(to).label, name=row.name, contract=row.contract.title,
    )  # fmt: skip
    key = f"confidential:{row.public_id}"
    letters.tell([letters.Letter(row.customer_id, row.contract_id, "confidential", text, key, CLAUSES)], at=at)
    return row


def _held(item_id: str) -> ConfidentialItem:
    found: ConfidentialItem = ConfidentialItem.objects.select_related("contract").get_public(item_id)
    drafting.locked(found.contract.public_id)
    row: ConfidentialItem = ConfidentialItem.objects.select_related("contract__customer").locked().get_public(item_id)
    if row.status != SecretStatus.HELD:
        raise AlreadyDone(clauses=CLAUSES)
    return row


def _open(row: ConfidentialItem, person: Any) -> Any:
    return row.accesses.filter(person=person, ended_at__isnull=True)


def _give(row: ConfidentialItem, person: Any, by: Any, at: datetime) -> ConfidentialAccess:
    made: ConfidentialAccess = ConfidentialAccess.objects.create(
        customer_id=row.customer_id, item=row, person=person, given_by=audit.actor(by), given_at=at
    )
    return made


def _record(action: str, row: ConfidentialItem, reason: str, by: Any, at: datetime, **facts: Any) -> None:
    audit.record(action, row, by=by, at=at, about=row.contract.customer, reason=reason, clauses=CLAUSES,
                 facts={"name": row.name, **facts})  # fmt: skip
