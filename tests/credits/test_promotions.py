"""Promotions: kept as promised, never above their budget, once for each member (upstage/18.5)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.enums import ConsentMode, DocumentKind
from accounts.models import Consent, Document, Member, Notice, User
from accounts.queries.amendments import coming_for
from accounts.queries.terms import documents_in_force, published
from accounts.services import leaving
from credits import queries
from credits.models import Promotion, PromotionGrant
from credits.queries.promotions import grants_of, phase, to_join
from credits.services import joining, promotions
from tests.credits import make, promoting
from tests.credits.books import findings
from upstage_console.kernel import policy
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, PolicySetting

pytestmark = pytest.mark.django_db


def join(promotion: Promotion, holder: Member, **delta: float) -> PromotionGrant:
    return joining.join(promotion.public_id, member_id=holder.pk, by=holder.user, at=make.later(**delta))


def refused(promotion: Promotion, holder: Member, **delta: float) -> str:
    before = (PromotionGrant.objects.count(), Consent.objects.count(), Notice.objects.count())
    with pytest.raises(Refusal) as caught:
        join(promotion, holder, **delta)
    assert (PromotionGrant.objects.count(), Consent.objects.count(), Notice.objects.count()) == before
    return caught.value.code


@pytest.mark.clause("upstage/18.5")
def test_who_joins_agrees_to_its_terms_and_has_its_credits() -> None:
    promotion, kim = promoting.opened(), make.member()
    row = join(promotion, kim)
    consent = Consent.objects.get(member=kim)
    assert (consent.mode, consent.version, row.consent) == (ConsentMode.EXPLICIT, promotion.version, consent)
    lot = row.lot
    assert (lot.kind, lot.amount, lot.remaining, lot.expires_on, lot.reason) == (
        "free", Decimal(1000), Decimal(1000), date(2026, 3, 31), "가을 이벤트",
    )  # fmt: skip
    assert "upstage/18.5" in lot.clauses
    promotion.refresh_from_db()
    assert (promotion.granted, queries.balance(kim.pk, make.NOON).total) == (1000, 1000)
    assert findings() == []


def test_who_joins_is_told_in_both_languages() -> None:
    promotion, kim = promoting.opened(), make.member()
    join(promotion, kim)
    notice = Notice.objects.get(member=kim)
    assert (notice.about, "Autumn" in notice.subject_en, "31 Mar 2026" in notice.body_en) == ("promotion", True, True)
    assert ("가을 이벤트" in notice.subject_ko, "2026년 3월 31일" in notice.body_ko) == (True, True)


def test_nobody_joins_twice() -> None:
    promotion, kim = promoting.opened(), make.member()
    join(promotion, kim)
    assert refused(promotion, kim) == "already_done"


def test_the_database_lets_nobody_have_it_twice() -> None:
    promotion, kim = promoting.opened(), make.member()
    row, lot = join(promotion, kim), make.granted(kim, "5")
    with pytest.raises(IntegrityError, match="promotion_once"), transaction.atomic():
        PromotionGrant.objects.create(
            member=kim, promotion=promotion, lot=lot, amount=1, consent=row.consent, at=make.NOON
        )


@pytest.mark.parametrize(("delta", "code"), [({"seconds": -1}, "promotion_closed"), ({"days": 10}, "promotion_closed")])
def test_it_runs_from_its_first_instant_to_its_last(delta: dict[str, float], code: str) -> None:
    promotion, kim = promoting.opened(), make.member()
    assert refused(promotion, kim, **delta) == code


def test_it_still_runs_a_second_before_its_end() -> None:
    promotion, kim = promoting.opened(), make.member()
    assert join(promotion, kim, days=9, hours=23, minutes=59, seconds=59).amount == 1000


def test_the_budget_ends_it() -> None:
    promotion = promoting.opened(budget=Decimal(2500))
    join(promotion, make.member())
    join(promotion, make.member())
    assert refused(promotion, make.member()) == "promotion_used_up"
    promotion.refresh_from_db()
    assert (promotion.granted, phase(promotion, make.NOON)) == (2000, "used_up")


def test_the_database_keeps_the_budget() -> None:
    promotion, kim = promoting.opened(), make.member()
    row, lee = join(promotion, kim), make.member()
    lot = make.granted(lee, "2001")
    with pytest.raises(IntegrityError, match="promotion_in_budget"), transaction.atomic():
        PromotionGrant.objects.create(
            member=lee, promotion=promotion, lot=lot, amount=2001, consent=row.consent, at=make.NOON
        )


def test_what_was_given_moves_only_with_grants() -> None:
    promotion = promoting.opened()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(granted=500)


@pytest.mark.parametrize(
    "values", [{"budget": 9000}, {"amount": 1}, {"name_ko": "다른"}, {"expires_on": date(2027, 1, 1)}, {"says": []}]
)
def test_the_database_keeps_what_an_open_promotion_promises(values: dict[str, object]) -> None:
    promotion = promoting.opened()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(**values)


def test_an_open_promotion_is_not_changed() -> None:
    promotion = promoting.opened()
    with pytest.raises(Refusal) as caught:
        promotions.change(promotion.public_id, promoting.offer(), by=None, at=make.NOON)
    assert caught.value.code == "promotion_open"


def test_a_draft_is_changed_and_nobody_sees_it(amy: User) -> None:
    promotion, kim = promoting.drafted(), make.member()
    changed = promotions.change(promotion.public_id, promoting.offer(amount=Decimal(5)), by=amy, at=make.NOON)
    assert (changed.amount, changed.drafted_by, list(to_join(kim, make.NOON))) == (5, amy, [])
    assert refused(promotion, kim) == "not_found"


def test_another_currency_is_refused() -> None:
    assert refused(promoting.opened(), make.member(currency="USD")) == "mixed_currencies"


def test_who_left_is_refused() -> None:
    promotion, kim = promoting.opened(), make.member()
    leaving.withdraw(kim.pk, by=kim.user, at=make.NOON)
    assert refused(promotion, kim) == "not_active"


def test_what_staff_give_is_not_joined() -> None:
    assert refused(promoting.opened(is_open=False), make.member()) == "not_for_joining"


def test_ended_early_takes_nobody_in_and_takes_nothing_back(amy: User) -> None:
    promotion, kim = promoting.opened(), make.member()
    join(promotion, kim)
    promotions.end(promotion.public_id, by=amy, at=make.later(days=1), reason="a mistake in the banner")
    assert refused(promotion, make.member(), days=1) == "promotion_closed"
    assert queries.balance(kim.pk, make.later(days=1)).total == 1000


def test_ending_twice_is_refused() -> None:
    promotion = promoting.opened()
    promotions.end(promotion.public_id, by=None, at=make.NOON)
    with pytest.raises(Refusal) as caught:
        promotions.end(promotion.public_id, by=None, at=make.NOON)
    assert caught.value.code == "already_done"


def test_so_many_days_after_the_grant() -> None:
    promotion = promoting.opened(expires_on=None, valid_days=30)
    assert join(promotion, make.member()).lot.expires_on == date(2026, 3, 12)
    assert join(promotion, make.member(), days=1).lot.expires_on == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"amount": Decimal(0)}, "invalid_amount"),
        ({"amount": Decimal("0.0000001")}, "invalid_amount"),
        ({"amount": Decimal("NaN")}, "invalid_amount"),
        ({"budget": Decimal(999)}, "invalid_amount"),
        ({"currency": "EUR"}, "unknown_currency"),
        ({"ends_at": make.NOON}, "invalid_dates"),
        ({"expires_on": date(2026, 2, 19)}, "invalid_dates"),
        ({"valid_days": 3}, "draft_incomplete"),
        ({"expires_on": None}, "draft_incomplete"),
        ({"name_en": " "}, "draft_incomplete"),
        ({"says": [("가", "")]}, "draft_incomplete"),
        ({"says": []}, "draft_incomplete"),
    ],
)
def test_what_cannot_be_promised_is_refused(other: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        promoting.drafted(**other)
    assert (caught.value.code, Promotion.objects.count()) == (code, 0)


def test_what_is_over_already_is_not_opened() -> None:
    promotion = promoting.drafted()
    with pytest.raises(Refusal) as caught:
        promotions.open_(promotion.public_id, by=None, at=make.later(days=10))
    assert (caught.value.code, Document.objects.filter(kind=DocumentKind.PROMOTION).count()) == ("invalid_dates", 0)


def test_a_large_budget_needs_a_second_person(amy: User, ben: User) -> None:
    promotion = promoting.drafted(by=amy, budget=Decimal(1_000_001))
    with pytest.raises(Refusal) as caught:
        promotions.open_(promotion.public_id, by=amy, at=make.NOON)
    assert caught.value.code == "second_person_needed"
    assert promotions.open_(promotion.public_id, by=ben, at=make.NOON).opened_by == ben


def test_a_small_budget_is_opened_by_its_author(amy: User) -> None:
    assert promoting.opened(by=amy, budget=Decimal(1_000_000)).status == "open"


def test_the_setting_can_be_changed_by_two(amy: User, ben: User) -> None:
    row: PolicySetting = policy.propose(
        promotions.NAME_OF_SETTING, {"KRW": 10, "USD": 10}, reason="r", starts_at=make.NOON, by=amy, at=make.NOON
    )
    policy.approve(row.pk, by=ben, at=make.NOON)
    assert promotions.needs_second_person(promoting.drafted(by=amy), at=make.NOON)
    with pytest.raises(Refusal):
        policy.propose(promotions.NAME_OF_SETTING, {"KRW": 10}, reason="r", starts_at=make.NOON, by=amy, at=make.NOON)


@pytest.mark.clause("upstage/18.5")
def test_its_terms_are_public_and_ask_nothing_of_others() -> None:
    promotion, kim = promoting.opened(), make.member()
    version = promotion.version
    assert version is not None
    assert (version.sha256 != "", version in published(make.NOON)) == (True, True)
    assert (version in documents_in_force(make.NOON), coming_for(kim.pk, make.NOON)) == (False, [])


def test_what_a_member_can_join_and_has() -> None:
    promotion, kim = promoting.opened(), make.member()
    assert list(to_join(kim, make.NOON)) == [promotion]
    row = join(promotion, kim)
    assert (list(to_join(kim, make.NOON)), list(grants_of(kim.pk))) == ([], [row])


def test_history_names_who_opened_it_and_why(amy: User) -> None:
    promotion = promoting.drafted()
    promotions.open_(promotion.public_id, by=amy, at=make.NOON, reason="for the autumn")
    event = AuditEvent.objects.get(action="promotion.opened")
    assert (event.actor, event.reason, event.clauses) == (amy, "for the autumn", ["upstage/18.5"])


def test_rows_that_say_to_whom_are_kept() -> None:
    row = join(promoting.opened(), make.member())
    refused = pytest.raises(DatabaseError, match="Cannot update or delete")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM credits_promotiongrant WHERE id = %s", [row.pk])
