"""Memberships that nobody uses: told in time, then restricted, and awake again at once (upstage/26.2).

Each run finds what is due at its instant and works in batches, so it can be killed and repeated: who has been told or
restricted is not found again.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus, RestrictionKind
from accounts.models import Member, Notice, Restriction
from accounts.rules import dormancy
from accounts.services import activity, notices, restrictions
from accounts.services.notices import Letter, Text
from accounts.services.restrictions import Limit
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone

CLAUSES: Final = ("upstage/26.2",)
ABOUT: Final = "dormancy"
AT_A_TIME = 1000

WHY_KO: Final = "1년 동안 로그인도 API 이용도 없어 휴면 상태입니다. 본인 확인을 하면 바로 다시 이용할 수 있습니다."
WHY_EN: Final = (
    "Nobody logged in or used the API for a year, so the account is dormant. "
    "Confirm who you are, and you can use it again at once."
)
AWAKE: Final = "로그인하여 본인 확인을 마쳤습니다."

Step = Callable[[Sequence[Member], datetime], int]
Due = Callable[[QuerySet[Member], datetime], QuerySet[Member]]


@enforces("upstage/26.2")
def run(*, at: datetime) -> tuple[int, int]:
    """Restrict whom the notice has warned and nobody used since, and tell whose year ends soon; how many of each.

    A member is told once for each period without use. Where the notice goes out late, the restriction waits for it.
    """
    today = kst_date(at)
    restricted = _in_batches(_restrict, _to_restrict, dormancy.latest_idle_day(today), at)
    return restricted, _in_batches(_tell, _to_tell, dormancy.latest_idle_day_to_tell(today), at)


@enforces("upstage/26.2")
@transaction.atomic
def wake(member_id: int, *, by: Any, at: datetime) -> Member:
    """Lift dormancy at once: the member logged in and confirmed who they are. Refuses with `already_done`."""
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    if not restrictions.lift_kind(member, RestrictionKind.DORMANT, why=AWAKE, clauses=CLAUSES, by=by, at=at):
        raise AlreadyDone
    activity.note_use([member.pk], at=at)
    return member


def _in_batches(step: Step, due: Due, last_day: date, at: datetime) -> int:
    """Take a step with one batch of idle members after another, in the order of the keys, each in its transaction."""
    idle, total, after = _idle_since(last_day), 0, 0
    while keys := list(idle.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        with transaction.atomic():
            total += step(_locked(due(idle.filter(pk__in=keys), at)), at)
        after = keys[-1]
    return total


def _locked(members: QuerySet[Member]) -> Sequence[Member]:
    """Whoever logs in at this moment is left to the next run, which finds them awake."""
    return list(members.order_by("pk").select_for_update(skip_locked=True, of=("self",), no_key=True))


def _to_tell(idle: QuerySet[Member], _at: datetime) -> QuerySet[Member]:
    return _awake(idle, Q(told_at__isnull=True))


def _to_restrict(idle: QuerySet[Member], at: datetime) -> QuerySet[Member]:
    return _awake(idle, Q(told_at__lt=day_end(dormancy.latest_notice_day(kst_date(at)))))


def _idle_since(last_day: date) -> QuerySet[Member]:
    """Active members last used on this day or before; without any use, the day of acceptance counts."""
    never = Q(last_used_on__isnull=True, accepted_at__lt=day_end(last_day))
    idle = Member.objects.filter(Q(last_used_on__lte=last_day) | never, status=MemberStatus.ACTIVE)
    accepted_on = TruncDate("accepted_at", tzinfo=KST)
    last_use = Coalesce("last_used_on", accepted_on, output_field=DateField())
    period = Concat(Value(f"{ABOUT}:"), Cast("last_use", TextField()), output_field=TextField())
    return idle.annotate(last_use=last_use).annotate(period=period)


def _awake(idle: QuerySet[Member], told_when: Q) -> QuerySet[Member]:
    """Those without dormancy of whom this is so: `told_at` is when they were told in this period without use, if ever.

    A value of one row, unlike EXISTS, is looked up by index for each member of the batch, whatever the planner believes
    about the tables.
    """
    told = Notice.objects.filter(member=OuterRef("pk"), key=OuterRef("period")).order_by()
    found = idle.alias(told_at=Subquery(told.values("at")[:1]), dormancy=Subquery(_dormancy().values("pk")[:1]))
    return found.filter(told_when, dormancy__isnull=True)


def _dormancy() -> QuerySet[Restriction]:
    """One that holds, or that was lifted by staff: a period without use makes nobody dormant twice."""
    of_this_period = Q(lifted_at__isnull=True) | Q(starts_at__gt=OuterRef("last_use"))
    found = Restriction.objects.filter(of_this_period, member=OuterRef("pk"), kind=RestrictionKind.DORMANT)
    return found.order_by()


def _tell(members: Sequence[Member], at: datetime) -> int:
    today = kst_date(at)
    texts = cache(lambda last_use: _text(last_use, today))
    letters = [
        Letter(member.pk, ABOUT, texts(member.last_use), member.period, clauses=CLAUSES)  # type: ignore[attr-defined]
        for member in members
    ]
    return notices.notify_all(letters, at=at)


def _text(last_use: date, today: date) -> Text:
    return notices.compose(
        _("Your account becomes dormant on %(dormant_on)s"),
        _(
            "You last used the console on %(last_use)s. After a year without a log-in or use of the API an account is "
            "dormant: from %(dormant_on)s on, use is restricted. Log in before that day and nothing changes. Your "
            "credits stay, with their own dates."
        ),
        last_use=last_use,
        dormant_on=dormancy.dormant_after_notice(last_use, today),
    )


def _restrict(members: Sequence[Member], at: datetime) -> int:
    limit = Limit(
        kind=RestrictionKind.DORMANT,
        clauses=CLAUSES,
        why_ko=WHY_KO,
        why_en=WHY_EN,
        starts_at=day_start(kst_date(at)),
    )
    return restrictions.lay_all(members, limit, by=None, at=at)
