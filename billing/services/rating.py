"""What a use costs a member now, and whether the member may use it: one look for charges and holds (upstage/17.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection

from accounts.models import ApiKey, Member
from accounts.services import restrictions
from billing.enums import Category
from billing.errors import NoQuantity, NoSuchAddOn, NoSuchPrice, NotAgreedToPay
from billing.models import Meter, Price, Service, Trial
from billing.rules.rating import DIRECT, MOST_QUANTITY
from upstage_console.kernel.calendars import kst_date, month_bounds
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import InvalidAmount, NotFound
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import CURRENCIES, credit

AMOUNT = "amount"
BEGINNING = date(2000, 1, 1)

RATE = """
SELECT rated::text, rated.refusal, rated.member_id, rated.currency, rated.meter_id, rated.price_id, rated.api_key_id,
    rated.amount, rated.is_postpaid, rated.is_news, rated.steps IS NOT NULL
FROM billing_rate(%s, %s, %s, %s, %s, %s, %s, %s, %s) AS rated
"""

Who = int | str
"""A member: its key in the database, or its public id."""


@dataclass(frozen=True, slots=True)
class Use:
    """What was used: a quantity of a meter, or simply an amount of the member's currency; with which key, if any.

    `add_ons` are the codes of those that were chosen.
    """

    service: str = DIRECT
    meter: str = AMOUNT
    quantity: Decimal = Decimal(0)
    key: str | None = None
    add_ons: Sequence[str] = ()

    @classmethod
    def of_amount(cls, amount: Decimal, key: str | None = None) -> "Use":
        """An amount named by the caller: so many units of a meter whose unit costs 1."""
        return cls(quantity=amount, key=key)

    def __str__(self) -> str:
        """In a few words: `ocr page × 3`; of an amount there is nothing more to say."""
        if self.service == DIRECT:
            return ""
        return " + ".join([f"{self.service} {self.meter} × {plain(self.quantity)}", *self.chosen])

    @property
    def chosen(self) -> list[str]:
        """The add-ons as prices have them: sorted, each once."""
        return sorted(set(self.add_ons))

    @property
    def key_uuid(self) -> UUID | None:
        """The key's id in the database. Refuses `not_found` for what is no key."""
        return None if self.key is None else uuid_of(ApiKey, self.key)


@dataclass(frozen=True, slots=True)
class Rated:
    """A use with what it costs, and whether credit lets the member owe it; `row` is that for the database."""

    row: str
    member_id: int
    currency: str
    meter_id: int
    price_id: int
    api_key_id: int | None
    amount: Decimal
    is_postpaid: bool
    is_news: bool
    has_steps: bool


@enforces("upstage/17.1", "upstage/18.1")
def rate(who: Who, use: Use, *, at: datetime, must_be_open: bool = True) -> Rated:
    """What the use costs at the price of its day, in the caller's transaction, in which no price is added.

    Refuses `not_found`, `not_active`, `restricted`, `no_price`, `unknown_add_on`, `paid_use_not_agreed` (a free trial
    is over), `invalid_quantity`, `invalid_amount`. `must_be_open` is false where what was reserved before is used:
    neither a restriction nor the end of a trial stops that (upstage/11.3).
    """
    require_transaction()
    check(use)
    with connection.cursor() as cursor:
        cursor.execute(
            RATE, [*named(who), use.service, use.meter, use.quantity, use.key_uuid, must_be_open, at, use.chosen]
        )
        row, refusal, *rated = cursor.fetchone()
    if refusal is None:
        return Rated(row, *rated)
    mend_or_refuse(refusal, who, use, at=at)
    return rate(who, use, at=at, must_be_open=must_be_open)


def check(use: Use) -> None:
    """Refuse `invalid_amount` (more than 6 decimals, no number) and `invalid_quantity` (not above 0, or too large)."""
    if credit(use.quantity) != use.quantity:
        raise InvalidAmount(facts={"amount": use.quantity})
    if not 0 < use.quantity <= MOST_QUANTITY:
        raise NoQuantity(facts={"most": f"{MOST_QUANTITY:,}"})


def named(who: Who) -> tuple[int | None, UUID | None]:
    """The two ways in which the database is told of a member. Refuses `not_found` for what is no public id."""
    return (who, None) if isinstance(who, int) else (None, uuid_of(Member, who))


def uuid_of(model: Any, public_id: str) -> UUID:
    """The id in the database that a public id stands for. Refuses `not_found` for what is none of this kind."""
    found: UUID | None = model._meta.get_field("public_id").parse(public_id)
    if found is None:
        raise NotFound
    return found


def mend_or_refuse(refusal: str, who: Who, use: Use, *, at: datetime) -> None:
    """Say why a use is not possible; or make what is missing, and then the caller looks once more."""
    if refusal == "not_found":
        raise NotFound
    if refusal == "closed":
        _refuse_closed(who, use, at)
    if refusal == "unknown_add_on":
        raise NoSuchAddOn(facts={"service": use.service, "meter": use.meter, "add_ons": ", ".join(use.chosen)})
    if refusal == "not_agreed":
        trial = Trial.objects.get(member=_member(who), service__code=use.service)
        raise NotAgreedToPay(facts={"service": use.service, "ends_on": trial.ends_on})
    if refusal == "no_price":
        _need_direct(who, use, at)


def _refuse_closed(who: Who, use: Use, at: datetime) -> None:
    """The statement says only that the member may not; by what and on which clauses, the standing does."""
    member = _member(who)
    found = restrictions.require_use(member, at=at, paid=False)
    price = _price(use, member.currency, kst_date(at))
    if price is None:
        _refuse_price(use, member.currency, at)
    restrictions.require_open(found, paid=price.can_cost)


def _member(who: Who) -> Member:
    members = Member.objects.all()
    member: Member = members.get(pk=who) if isinstance(who, int) else members.get_public(who)
    return member


def _price(use: Use, currency: str, day: date) -> Price | None:
    prices = Price.objects.listed().filter(meter__service__code=use.service, meter__code=use.meter, currency=currency)
    price: Price | None = prices.filter(effective_on__lte=day).order_by("-effective_on").first()
    return price


def _need_direct(who: Who, use: Use, at: datetime) -> None:
    """What others have made meanwhile is there already; the caller finds it when it looks once more."""
    if (use.service, use.meter) != (DIRECT, AMOUNT) or kst_date(at) < BEGINNING:
        _refuse_price(use, _member(who).currency, at)
    make_direct()


def _refuse_price(use: Use, currency: str, at: datetime) -> NoReturn:
    facts = {"service": use.service, "meter": use.meter, "currency": currency, "on": kst_date(at)}
    raise NoSuchPrice(facts=facts)


def make_direct() -> None:
    """The meter whose unit is one unit of the currency: an amount goes through the same tables as every use."""
    names = {"category": Category.API, "name_ko": "금액", "name_en": "Amount", "is_listed": False}
    service, _ = Service.objects.get_or_create(code=DIRECT, defaults=names)
    units = {"unit_ko": "크레딧", "unit_en": "credits"}
    meter, _ = Meter.objects.get_or_create(service=service, code=AMOUNT, defaults=units)
    begun = month_bounds(BEGINNING)[0]
    prices = [
        Price(meter=meter, currency=currency, unit_price=1, effective_on=BEGINNING, set_at=begun)
        for currency in CURRENCIES
    ]
    Price.objects.bulk_create(prices, ignore_conflicts=True)
