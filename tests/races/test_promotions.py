"""Members who take the last of a budget at once, beside a handout: never too much, never twice, no deadlock."""

from decimal import Decimal
from functools import partial

import pytest

from credits.models import Promotion, PromotionGrant
from credits.services import books, handouts, joining
from tests.credits import make, promoting
from tests.races.test_billing_money import at_once
from upstage_console.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def books_that_add_up():
    yield
    assert [str(finding) for finding in books.findings()] == []


def join(promotion: Promotion, holder) -> PromotionGrant:
    return joining.join(promotion.public_id, member_id=holder.pk, by=None, at=make.NOON)


def codes(answers: list[object]) -> list[str]:
    return sorted(one.code for one in answers if isinstance(one, Refusal))


def test_the_last_of_a_budget_goes_to_as_many_as_it_is_enough_for():
    promotion = promoting.opened(budget=Decimal(3000))
    people = [make.member() for _ in range(8)]
    answers = at_once(*(partial(join, promotion, one) for one in people))
    promotion.refresh_from_db()
    assert codes(answers) == ["promotion_used_up"] * 5
    assert (promotion.granted, promotion.grants.count()) == (3000, 3)


def test_one_member_who_joins_from_everywhere_has_it_once():
    promotion, kim = promoting.opened(), make.member()
    answers = at_once(*[partial(join, promotion, kim)] * 6)
    assert codes(answers) == ["already_done"] * 5
    assert PromotionGrant.objects.get().member == kim


def test_joining_beside_a_handout_gives_each_once_and_never_too_much():
    promotion = promoting.opened(budget=Decimal(6000))
    people = [make.member() for _ in range(9)]
    handouts.begin(promotion.public_id, members=[one.pk for one in people], reason="r", by=None, at=make.NOON)
    works = [partial(join, promotion, one) for one in reversed(people[:6])]
    at_once(*works, partial(handouts.hand_out, at=make.NOON), partial(handouts.hand_out, at=make.NOON))
    promotion.refresh_from_db()
    assert (promotion.granted, promotion.grants.count()) == (6000, 6)
    assert handouts.hand_out(at=make.NOON) == 0
