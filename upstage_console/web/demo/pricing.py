"""What the demo offers beside the price list: add-ons, a free trial, a promotion on prices, base exchange rates."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Member, User
from billing.models import AddOn, ExchangeRate, Meter, PricePromotion, PromotionJoined, Trial, TrialOffer
from billing.rules.steps import Step
from billing.services import catalogue, exchange, price_promotions, trials
from billing.services.catalogue import AddOnLine
from upstage_console.kernel.calendars import kst_date, month_of, months_later

ADD_ONS = (
    AddOnLine("express", Decimal(50), name_ko="빠른 처리", name_en="Express"),
    AddOnLine("overnight", Decimal(-20), name_ko="야간 처리", name_en="Overnight"),
)
PRICES = {"KRW": Decimal(2), "USD": Decimal("0.0015")}
STEPS = {"KRW": ("40", "35", "30"), "USD": ("0.03", "0.026", "0.022")}
"""Up to 300 pages of a month, to 1,000, and above."""
CHOSEN = {0: ["express"], 3: ["overnight"]}
"""Of ten uses, by the last digit of their number."""


def at_the_beginning(staff: User, *, at: datetime) -> None:
    """Add-ons of OCR, and the rate of the first day."""
    today = kst_date(at)
    if not AddOn.objects.exists():
        meter = Meter.objects.get(service__code="ocr", code="page")
        for currency, price in PRICES.items():
            catalogue.set_price(
                meter_id=meter.pk, currency=currency, unit_price=price, effective_on=today, by=staff, at=at,
                reason="처리 속도를 고를 수 있게 합니다.", add_ons=ADD_ONS,
            )  # fmt: skip
    _step(staff, at)
    _rate("1382.5", today, staff, at)


def _step(staff: User, at: datetime) -> None:
    """From the next month on, fields cost less for whoever takes many of them."""
    meter = Meter.objects.get(service__code="key-information-extraction", code="page")
    begins = months_later(month_of(kst_date(at)), 1)
    if not meter.prices.filter(effective_on=begins).exists():
        for currency, (first, *more) in STEPS.items():
            further = [Step(Decimal(above), Decimal(price)) for above, price in zip((300, 1000), more, strict=True)]
            catalogue.set_price(
                meter_id=meter.pk, currency=currency, unit_price=Decimal(first), further=further, effective_on=begins,
                by=staff, at=at, reason="많이 쓰는 회원의 단가를 낮춥니다.",
            )  # fmt: skip


def on_the_day(left: int, main: Member, staff: User, at: datetime) -> None:
    """What happens on a morning so many days before the end of the story."""
    if left == 20:
        _rate("1401", kst_date(at), staff, at)
        _promote(staff, at)
    if left == 19 and not PromotionJoined.objects.filter(member=main).exists():
        row = PricePromotion.objects.get()
        price_promotions.join(promotion_id=row.public_id, member_id=main.pk, by=main.user, at=at)
    if left == 6:
        _offer(staff, at)
    if left == 5 and not Trial.objects.filter(member=main).exists():
        service = TrialOffer.objects.get().service
        trials.start(member_id=main.pk, service_id=service.pk, agrees=True, by=main.user, at=at)


def _rate(rate: str, on: date, staff: User, at: datetime) -> None:
    if not ExchangeRate.objects.filter(effective_on=on).exists():
        exchange.set_rate(
            currency="USD", rate=Decimal(rate), effective_on=on, by=staff, at=at, reason="분기 평균 매매기준율"
        )


def _promote(staff: User, at: datetime) -> None:
    if not PricePromotion.objects.exists():
        service = Meter.objects.get(service__code="document-parse").service
        offered = price_promotions.Offered(
            code="parse-together", name_ko="함께 파싱하는 겨울", name_en="A winter of parsing",
            terms_ko="행사 기간에 참여한 회원은 참여한 때부터 마지막 날까지 문서 파싱을 10% 낮은 요금으로 이용합니다.",
            terms_en="Members who join pay 10% less for Document Parse from when they join to the last day.",
            percent=10, services=[service.pk], starts_on=kst_date(at), ends_on=kst_date(at + timedelta(days=45)),
        )  # fmt: skip
        price_promotions.publish(offered, by=staff, at=at, reason="겨울 행사")


def _offer(staff: User, at: datetime) -> None:
    if not TrialOffer.objects.exists():
        service = Meter.objects.get(service__code="key-information-extraction").service
        trials.offer(
            service_id=service.pk, days=14, effective_on=kst_date(at), by=staff, at=at, reason="처음 쓰는 회원을 위해"
        )


def chosen(service: str, number: int) -> list[str] | None:
    """The add-ons of a use of the story, by its number."""
    return CHOSEN.get(number % 10) if service == "ocr" else None
