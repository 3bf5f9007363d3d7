"""What the demo's staff give, promise and correct: a trial that expires, promotions, a charge restored, a slip of the
hand that waits for a second person; and a hold that is open at the end of the story.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Member, User
from credits import queries
from credits.enums import CorrectionKind, EntryKind, PromotionStatus
from credits.queries.corrections import corrections_of
from credits.queries.promotions import grants_of, promotions_called
from credits.services import corrections, handouts, holds, joining, lots, promotions
from credits.services.corrections import Wanted
from credits.services.promotions import Offer
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.web.demo.people import MAIN

DAYS_OF_THE_TRIAL = 7
TRIAL, WINTER, AUTUMN, SLIP = Decimal(10_000), Decimal(10_000), Decimal(5_000), Decimal(150_000)
SLIPPED = "member02@demo.example"
GIVEN_TO = 12
SAYS = (
    (
        "행사 기간에 참여한 회원에게 무상 크레딧을 한 번 지급합니다.",
        "Members who join during the period receive free credits once.",
    ),
    (
        "지급된 크레딧은 유상 크레딧보다 먼저 차감되며 환불되지 않습니다.",
        "These credits are used before paid ones and are not refunded.",
    ),
    (
        "예산이 모두 쓰이면 행사 기간 중이라도 더 지급하지 않습니다.",
        "Once the budget is used up, no more are given, also within the period.",
    ),
)


def on_the_day(left: int, main: Member, staff: User, at: datetime) -> None:
    """What happens on a morning so many days before the end of the story."""
    if left == 55:
        _try_it(main, at)
    if left == 21:
        _open(_winter(at), staff, at)
    if left == 18:
        _join(main, at)
    if left == 6:
        _open(_trial_of_parsing(at), staff, at)
    if left == 5:
        _hand_out(staff, at)


def at_the_end(staff: User, *, at: datetime) -> None:
    """What stands there when the story ends: a draft, a correction, another that waits, a hold."""
    main = Member.objects.select_related("user").get(user__email=MAIN.email)
    if not promotions_called(_years_end(at).name_en).exists():
        promotions.draft(_years_end(at), by=staff, at=at - timedelta(days=1))
    _restore(main, staff, at - timedelta(hours=2))
    _slip(Member.objects.get(user__email=SLIPPED), staff, at - timedelta(hours=3))
    if not queries.holds(main.pk).exists():
        holds.place(
            member_id=main.pk, amount=Decimal(3_000), expires_at=at + timedelta(hours=6), by=main.user,
            at=at - timedelta(minutes=20), note="문서 파싱 대량 작업", key="demo",
        )  # fmt: skip


def _try_it(main: Member, at: datetime) -> None:
    """More than a week's use: what is left of it expires."""
    lots.grant(
        member_id=main.pk, amount=TRIAL, expires_on=kst_date(at) + timedelta(days=DAYS_OF_THE_TRIAL),
        reason="첫 주 체험", by=None, at=at, key="trial",
    )  # fmt: skip


def _winter(at: datetime) -> Offer:
    first = kst_date(at)
    return Offer(
        "겨울 맞이 크레딧", "Winter credits", "KRW", WINTER, Decimal(500_000), at, day_end(first + timedelta(days=45)),
        SAYS, valid_days=90,
    )  # fmt: skip


def _autumn(at: datetime) -> Offer:
    first = kst_date(at)
    return Offer(
        "단골 감사 크레딧", "Thanks for staying", "KRW", AUTUMN, Decimal(60_000), day_start(first),
        day_end(first + timedelta(days=14)), SAYS, expires_on=first + timedelta(days=60), is_open=False,
    )  # fmt: skip


def _trial_of_parsing(at: datetime) -> Offer:
    """Open to everybody, and not joined by the main member yet."""
    first = kst_date(at)
    return Offer(
        "문서 파싱 체험", "Try Document Parse", "KRW", AUTUMN, Decimal(400_000), at,
        day_end(first + timedelta(days=30)), SAYS, valid_days=30,
    )  # fmt: skip


def _years_end(at: datetime) -> Offer:
    """Too large for its author to open."""
    first = date(kst_date(at).year, 12, 1)
    return Offer(
        "연말 문서 AI 행사", "Year's end for document AI", "KRW", Decimal(20_000), Decimal(4_000_000), day_start(first),
        day_end(first + timedelta(days=60)), SAYS, valid_days=60,
    )  # fmt: skip


def _open(offer: Offer, staff: User, at: datetime) -> str:
    """Its public id."""
    row = promotions_called(offer.name_en).first() or promotions.draft(offer, by=staff, at=at, reason="겨울 행사")
    if row.status == PromotionStatus.DRAFT:
        promotions.open_(row.public_id, by=staff, at=at)
    return row.public_id


def _join(main: Member, at: datetime) -> None:
    winter = promotions_called("Winter credits").get()
    if not grants_of(main.pk).filter(promotion=winter).exists():
        joining.join(winter.public_id, member_id=main.pk, by=main.user, at=at)


def _hand_out(staff: User, at: datetime) -> None:
    """To a dozen and one abroad, who is refused; the budget is enough for twelve."""
    promotion_id = _open(_autumn(at), staff, at)
    if not promotions_called(_autumn(at).name_en).filter(handouts__isnull=False).exists():
        members = list(Member.objects.order_by("pk").values_list("pk", flat=True)[: GIVEN_TO + 3])
        handouts.begin(promotion_id, members=members, reason="오래 쓰신 회원", by=staff, at=at)
    handouts.hand_out(at=at)


def _restore(main: Member, staff: User, at: datetime) -> None:
    """A charge that was taken for a failed document, given back in whole."""
    if corrections_of(main.pk).exists():
        return
    lately = queries.entries(main.pk).filter(kind=EntryKind.USE, at__gt=at - timedelta(days=8))
    wrong = lately.order_by("amount").first()
    if wrong is not None and wrong.charge is not None:
        wanted = Wanted(CorrectionKind.RESTORE, -wrong.amount, charge=wrong.charge)
        corrections.propose(main.pk, wanted, reason="문서 파싱 장애로 실패한 호출", by=staff, at=at)


def _slip(member: Member, staff: User, at: datetime) -> None:
    """A nought too many; taking it back is more than one person may do."""
    if corrections_of(member.pk).exists():
        return
    lot = lots.grant(
        member_id=member.pk, amount=SLIP, expires_on=kst_date(at) + timedelta(days=90), reason="문의 보상",
        by=staff, at=at, key="slip",
    )  # fmt: skip
    wanted = Wanted(CorrectionKind.TAKE_BACK, SLIP * 9 / 10, lot_id=lot.public_id)
    seen = at + timedelta(minutes=10)
    corrections.propose(member.pk, wanted, reason="15,000원에 0이 하나 더 붙음", by=staff, at=seen)
