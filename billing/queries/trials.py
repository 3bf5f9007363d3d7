"""Free trials as they are offered, and as members have them (upstage/17.2, 17.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from billing.models import Price, PricePromotion, PromotionJoined, Service, Trial, TrialOffer
from billing.rules import trials as rules
from billing.rules.steps import every
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.wording import LANGUAGES, Phrase, day, money


def days_offered(service: Service, on: date) -> int:
    """How many days of the service can be tried free by who begins on this KST day; 0 where none can."""
    return offers_on(on).get(service.pk, 0)


def offers_on(on: date) -> Mapping[int, int]:
    """The days that each service can be tried, by the service's key; one query."""
    rows = TrialOffer.objects.filter(effective_on__lte=on).order_by("service_id", "-effective_on", "-id")
    return {row.service_id: row.days for row in rows.distinct("service_id")}


@dataclass(frozen=True)
class TrialShown:
    """A member's trial with what can be done about it at an instant."""

    row: Trial
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.at >= self.row.ends_at

    @property
    def is_paid(self) -> bool:
        """Whether use is paid by now."""
        return self.row.paid_at is not None and self.row.paid_at <= self.at

    @property
    def days_left(self) -> int:
        """Whole days after today that are still free."""
        return max((self.row.ends_on - kst_date(self.at)).days, 0)

    @property
    def paid_from(self) -> date:
        """The day that was agreed to, or else the day after the last."""
        return kst_date(self.row.paid_at) if self.row.paid_at else self.row.ends_on + timedelta(days=1)

    @property
    def starts(self) -> rules.Starts:
        """The days from which use can be paid, for who agrees now."""
        return rules.starts(self.row.ends_on, kst_date(self.at))

    @property
    def is_closed(self) -> bool:
        """Whether it is over, and use is not paid yet."""
        return self.is_over and not self.is_paid

    @property
    def may_agree_from(self) -> date:
        """The first day on which the member can agree."""
        return rules.may_agree_from(self.row.ends_on)

    @property
    def may_agree(self) -> bool:
        """Whether there is anything to agree to now."""
        return self.row.agreed_at is None and kst_date(self.at) >= self.may_agree_from

    @property
    def may_take_back(self) -> bool:
        """Whether the agreement can still be withdrawn."""
        return self.row.paid_at is not None and self.at < self.row.paid_at


def trials_of_member(member_id: int, *, at: datetime) -> list[TrialShown]:
    """All trials of a member, the newest first; one query."""
    rows = Trial.objects.filter(member=member_id).select_related("service").order_by("-id")
    return [TrialShown(row, at) for row in rows]


@dataclass(frozen=True)
class Offer:
    """A service that a member can still try, for so many days."""

    service: Service
    days: int


def open_to(member_id: int, on: date) -> list[Offer]:
    """What a member who begins on this KST day can try: offered, published, and not tried before; two queries."""
    offers = offers_on(on)
    rows = Service.objects.filter(pk__in=offers, is_listed=True).exclude(trials__member=member_id)
    return [Offer(row, offers[row.pk]) for row in rows.order_by("position") if offers[row.pk]]


@dataclass(frozen=True)
class Promoted:
    """A promotion on prices, and since when the member takes part, if so."""

    row: PricePromotion
    joined_at: datetime | None


def promotions_of(member_id: int, on: date) -> list[Promoted]:
    """The promotions that a member joined, and those that can be joined on this KST day; two queries."""
    joined = dict(PromotionJoined.objects.filter(member=member_id).values_list("promotion", "joined_at"))
    rows = PricePromotion.objects.filter(Q(pk__in=joined) | Q(ends_on__gte=on)).order_by("-starts_on", "code")
    return [Promoted(row, joined.get(row.pk)) for row in rows]


def what_it_will_cost(service: Service, currency: str, on: date, ends_on: date) -> Phrase:
    """What becomes of a trial, in words: free until when, what each meter costs from which day, how to cancel.

    Where that is not the day after the trial, the service is closed meanwhile.
    """
    prices = list(
        Price.objects.listed().filter(meter__service=service, currency=currency, effective_on__lte=on)
        .select_related("meter").order_by("meter_id", "-effective_on").distinct("meter_id")
    )  # fmt: skip
    ko, en = (_costs(prices, currency, language) for language in LANGUAGES)
    is_closed = on > ends_on + timedelta(days=1)
    closed = Phrase("그 뒤로는 서비스가 닫혀 있다가 ", "then closed, and ") if is_closed else Phrase("", "")
    return Phrase(
        f"{day(ends_on, 'ko')}까지 무료이며, {closed.ko}{day(on, 'ko')}부터 쓴 만큼 요금이 청구됩니다: {ko} "
        "(부가가치세 별도). 그 전에는 언제든지 무료 체험 화면에서 동의를 철회할 수 있고, 철회하면 요금이 "
        "청구되지 않습니다.",
        f"Free to the end of {day(ends_on, 'en')}; {closed.en}from {day(on, 'en')} on what you use is charged: {en} "
        "(without VAT). Until then you can withdraw this on the page of your free trials at any time; then nothing is "
        "charged.",
    )


def _costs(prices: list[Price], currency: str, language: str) -> str:
    unit = f"unit_{language}"
    texts = []
    for price in prices:
        per = f"{price.per:,} " if price.per > 1 else ""
        whole = money(price.unit_price.normalize(), currency, language)
        by_step = [f"{money(one.price, currency, language)} ({getattr(one, language)})" for one in every(price.steps)]
        texts.append(f"{per}{getattr(price.meter, unit)} {', '.join(by_step) or whole}")
    return ", ".join(texts) or "0"
