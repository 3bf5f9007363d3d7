"""Memberships that nobody uses: told in time, then restricted, and awake again at once (upstage/26.2).

Each run finds what is due at its instant and works in batches, so it can be killed and repeated: who has been told or
restricted is not found again.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, TextField, Value
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


@enforces("upstage/26.2")
def run(*, at: datetime) -> tuple[int, int]:
    """Restrict whom the notice has warned and nobody used since, and tell whose year ends soon; how many of each.

    A member is told once for each period without use. Where the notice goes out late, the restriction waits for it.
    """
    return _in_batches(_restrict, _to_restrict(at), at), _in_batches(_tell, _to_tell(at), at)


@enforces("upstage/26.2")
@transaction.atomic
def wake(member_id: int, *, by: Any, at: datetime) -> Member:
    """Lift dormancy at once: the member logged in and confirmed who they are. Refuses with `already_done`."""
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    if not restrictions.lift_kind(member, RestrictionKind.DORMANT, why=AWAKE, clauses=CLAUSES, by=by, at=at):
        raise AlreadyDone
    activity.note_use([member.pk], at=at)
    return member


def _in_batches(step: Step, members: QuerySet[Member], at: datetime) -> int:
    """Take a step with one batch after another, each in a transaction of its own, in the order of the keys."""
    total, after = 0, 0
    while after >= 0:
        with transaction.atomic():
            batch = _locked(members.filter(pk__gt=after))
            total += step(batch, at)
        after = batch[-1].pk if len(batch) == AT_A_TIME else -1
    return total


def _locked(members: QuerySet[Member]) -> Sequence[Member]:
    """The next batch; whoever logs in at this moment is left to the next run, which finds them awake."""
    return list(members.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:AT_A_TIME])


def _to_tell(at: datetime) -> QuerySet[Member]:
    idle = _idle_since(dormancy.latest_idle_day_to_tell(kst_date(at)))
    return idle.exclude(Exists(_notice_of_this_period())).exclude(Exists(_dormancy()))


def _to_restrict(at: datetime) -> QuerySet[Member]:
    today = kst_date(at)
    warned = _notice_of_this_period().filter(at__lt=day_end(dormancy.latest_notice_day(today)))
    return _idle_since(dormancy.latest_idle_day(today)).filter(Exists(warned)).exclude(Exists(_dormancy()))


def _idle_since(last_day: date) -> QuerySet[Member]:
    """Active members last used on this day or before; without any use, the day of acceptance counts."""
    never = Q(last_used_on__isnull=True, accepted_at__lt=day_end(last_day))
    idle = Member.objects.filter(Q(last_used_on__lte=last_day) | never, status=MemberStatus.ACTIVE)
    accepted_on = TruncDate("accepted_at", tzinfo=KST)
    last_use = Coalesce("last_used_on", accepted_on, output_field=DateField())
    period = Concat(Value(f"{ABOUT}:"), Cast("last_use", TextField()), output_field=TextField())
    return idle.annotate(last_use=last_use).annotate(period=period)


def _notice_of_this_period() -> QuerySet[Notice]:
    return Notice.objects.filter(member=OuterRef("pk"), key=OuterRef("period"))


def _dormancy() -> QuerySet[Restriction]:
    """One that holds, or that was lifted by staff: a period without use makes nobody dormant twice."""
    of_this_period = Q(lifted_at__isnull=True) | Q(starts_at__gt=OuterRef("last_use"))
    return Restriction.objects.filter(of_this_period, member=OuterRef("pk"), kind=RestrictionKind.DORMANT)


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
