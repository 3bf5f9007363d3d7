"""Mandatory information that is missing: asked for, and paid services closed until it is given (upstage/6.1)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import RestrictionKind, RestrictionScope
from accounts.errors import MissingInformation
from accounts.models import Member, Restriction
from accounts.queries import restrictions_of
from accounts.rules.membership import ASKABLE
from accounts.services import members, notices, restrictions
from accounts.services.members import Application, require_active
from accounts.services.restrictions import Limit
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Invalid, NotFound
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.wording import Phrase

CLAUSES = ("upstage/6.1",)
KIND = "information"
FOLLOW_UP_AFTER_BUSINESS_DAYS = 10
"""The terms name no time for giving it; after this many days staff look at it again."""


def missing_of(member: Member) -> list[str]:
    """The facts staff can ask this member for: those that are empty."""
    return [name for name in ASKABLE[member.kind] if not getattr(member, name)]


def open_question(member_id: int, *, at: datetime) -> Restriction | None:
    """The question that waits for its answer, if any; its facts name what is missing."""
    return restrictions_of(member_id, at=at).filter(kind=RestrictionKind.INFORMATION).first()


@enforces("upstage/6.1")
@transaction.atomic
def ask(member_id: int, *, fields: Collection[str], reason: str, by: Any, at: datetime) -> Restriction:
    """Ask a member for mandatory information that is missing; until it is given, paid services alone are closed.

    Refuses `not_active`, `invalid` where nothing of it is missing, `already_done` while a question is open.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    require_active(member)
    asked = [name for name in missing_of(member) if name in fields]
    if not asked or set(asked) != set(fields):
        raise Invalid
    what = named(asked)
    limit = Limit(
        kind=RestrictionKind.INFORMATION,
        clauses=CLAUSES,
        why_ko=f"다음 필수 정보가 없습니다: {what.ko}. 계정에서 입력하면 유료 서비스를 바로 다시 쓸 수 있습니다.",
        why_en=f"This mandatory information is missing: {what.en}. Give it under “Account”, and paid services open.",
        starts_at=at,
        scope=RestrictionScope.PAID,
        facts={"missing": asked, "reason": reason},
    )
    row = restrictions.lay(member, limit, by=by, at=at)
    _tell(member, row, at)
    _follow_up(member, row, at)
    return row


@enforces("upstage/6.1", "upstage/9.1")
@transaction.atomic
def give(member_id: int, *, values: Mapping[str, Any], by: Any, at: datetime) -> Member:
    """Give what was asked for; the restriction is lifted in the same transaction.

    Refuses `not_found` where nothing is asked, `missing_information`, `under_14`, `invalid_business_number`,
    `registration_barred`.
    """
    member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    question = open_question(member_id, at=at)
    if question is None:
        raise NotFound
    asked = list(question.facts["missing"])
    lacking = [name for name in asked if not values.get(name)]
    if lacking:
        raise MissingInformation(facts={"missing": ", ".join(lacking)}, clauses=CLAUSES)
    for name in asked:
        setattr(member, name, values[name])
    members.check(Application.of(member), on=kst_date(at))
    member.save(update_fields=asked)
    audit.record(
        "member.information_given", member, by=by, at=at, about=member, clauses=CLAUSES, facts={"fields": asked}
    )
    settle(member, by=by, at=at)
    return member


@transaction.atomic
def settle(member: Member, *, by: Any, at: datetime) -> bool:
    """Lift the restriction where nothing that was asked for is missing any more, however it was given."""
    question = open_question(member.pk, at=at)
    if question is None or any(not getattr(member, name) for name in question.facts["missing"]):
        return False
    restrictions.lift(question, why="given", clauses=CLAUSES, by=by, at=at)
    due.close_item(KIND, question.public_id, by=by, at=at, outcome="given")
    text = notices.compose(
        _("Paid services are open again"),
        _("You gave the information that was missing. You can use paid services again."),
    )
    key = f"given:{question.public_id}"
    notices.notify(member_id=member.pk, about="restored", text=text, key=key, at=at, clauses=CLAUSES)
    return True


def named(fields: Collection[str]) -> Phrase:
    """What is missing, in both languages."""
    known = [NAMES[name] for name in fields]
    return Phrase(", ".join(one.ko for one in known), ", ".join(one.en for one in known))


NAMES = {
    "phone": Phrase("전화번호", "phone"),
    "born_on": Phrase("생년월일", "date of birth"),
    "business_number": Phrase("사업자등록번호", "business registration number"),
}


def _tell(member: Member, row: Restriction, at: datetime) -> None:
    text = notices.compose(
        _("Information is missing"),
        _(
            "This mandatory information is missing: %(what)s. Until you give it, paid services are closed; everything "
            "else stays open. Give it under “Account”, and paid services open at once."
        ),
        what=named(row.facts["missing"]),
    )
    key = f"information:{row.public_id}"
    notices.notify(member_id=member.pk, about=KIND, text=text, key=key, at=at, clauses=CLAUSES)


def _follow_up(member: Member, row: Restriction, at: datetime) -> None:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), FOLLOW_UP_AFTER_BUSINESS_DAYS)
    due.open_item(
        KIND,
        row,
        title_ko=f"빠진 정보 확인: {member.name}",
        title_en=f"Missing information of {member.name}",
        clause=CLAUSES[0],
        due_at=day_end(last),
        warn_at=day_end(last),
        at=at,
        about=member,
    )
