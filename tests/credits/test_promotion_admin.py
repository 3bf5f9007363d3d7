"""Promotions at the desk: drafted, opened by a second person, given to many after a look, stopped, ended."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import DataView
from credits.models import Handout, Promotion
from credits.services import handouts
from tests.admin.conftest import desk_of
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from tests.credits import make, promoting
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {
    "name_ko": "겨울", "name_en": "Winter", "currency": "KRW", "amount": "500", "budget": "5000",
    "starts_on": "2026-02-10", "ends_on": "2026-02-20", "valid_days": "30", "is_open": "on",
    "terms_ko": "한 번 드립니다.\n환불하지 않습니다.", "terms_en": "Given once.\nNot refunded.",
}  # fmt: skip
DRAFT = reverse("admin:credits_promotion_do_on_list", args=["draft"])


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def office(amy):
    return desk_of(amy)


def test_a_promotion_is_drafted_changed_and_opened(office, ben) -> None:
    use(office, DRAFT, **FIELDS)
    row = Promotion.objects.get()
    assert (row.amount, row.valid_days) == (500, 30)
    assert row.says == [["한 번 드립니다.", "Given once."], ["환불하지 않습니다.", "Not refunded."]]
    use(office, verb_of(row, "change"), **FIELDS | {"budget": "2000000"})
    assert preview(office, verb_of(row, "open")).context["refused"].code == "second_person_needed"
    use(desk_of(ben), verb_of(row, "open"))
    row.refresh_from_db()
    assert (row.status, row.budget, row.opened_by) == ("open", 2_000_000, ben)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"terms_en": "Only one."}, "terms_en"),
        ({"expires_on": "2026-03-01"}, "valid_days"),
        ({"valid_days": ""}, "valid_days"),
        ({"ends_on": "2026-02-09"}, "ends_on"),
        ({"amount": ""}, "amount"),
    ],
)
def test_a_wrong_field_says_so(office, wrong, field) -> None:
    answer = preview(office, DRAFT, **FIELDS | wrong)
    assert (field in answer.context["form"].errors, Promotion.objects.count()) == (True, 0)


def test_what_the_domain_refuses_is_said(office) -> None:
    answer = preview(office, DRAFT, **FIELDS | {"budget": "1"})
    assert (answer.context["refused"].code, Promotion.objects.count()) == ("invalid_amount", 0)


def test_giving_it_shows_how_many_who_and_whom_not(office) -> None:
    row, kim, abroad = promoting.opened(), make.member(name="kim"), make.member(name="abe", currency="USD")
    before = everything()
    named = f"{kim.user.email}\n{abroad.public_id}"
    answer = preview(office, verb_of(row, "hand-out"), whom="named", named=named)
    rows = {str(line.label): line.after for line in answer.context["effect"].rows}
    assert rows["Receive it"] == "1 member · ₩1,000"
    assert rows["has an account in another currency"] == "nothing for 1 member: abe"
    assert rows["Left of the budget"] == "₩2,000"
    assert [mail.language for mail in answer.context["effect"].mails] == ["ko", "en"]
    after = everything()
    assert DataView.objects.filter(screen="promotion.preview").count() == 1
    del before["accounts.DataView"], after["accounts.DataView"]
    assert after == before


def test_giving_it_begins_a_handout_and_its_page_shows_the_result(office) -> None:
    row, kim, abroad = promoting.opened(), make.member(), make.member(currency="USD")
    use(office, verb_of(row, "hand-out"), whom="named", named=f"{kim.user.email}\n{abroad.user.email}")
    assert handouts.hand_out(at=make.NOON) == 1
    handout = Handout.objects.get()
    page = office.get(page_of(handout)).content.decode()
    assert ("given to 1 of 2 members" in page, "has an account in another currency" in page) == (True, True)
    refused = office.get(f"{reverse('admin:credits_handoutrefusal_changelist')}?handout__id__exact={handout.pk}")
    assert abroad.name in refused.content.decode()


def test_a_name_nobody_has_is_said(office) -> None:
    answer = preview(office, verb_of(promoting.opened(), "hand-out"), whom="named", named="nobody@example.com")
    assert "nobody@example.com" in str(answer.context["form"].errors["named"])


def test_many_are_given_it_only_where_their_number_is_typed(office, monkeypatch) -> None:
    monkeypatch.setattr("credits.admin.promotion_verbs.CONFIRMED_BY_COUNT", 1)
    row = promoting.opened(budget=Decimal(9000))
    make.member(), make.member()
    answer = use(office, verb_of(row, "hand-out"), whom="everybody")
    assert (answer.context["refused"].code, Handout.objects.count()) == ("count_not_typed", 0)
    use(office, verb_of(row, "hand-out"), whom="everybody", typed="2")
    assert Handout.objects.get().expected == 2


def test_a_handout_is_stopped_and_a_promotion_ended(office) -> None:
    row, _kim = promoting.opened(), make.member()
    use(office, verb_of(row, "hand-out"), whom="everybody")
    use(office, verb_of(Handout.objects.get(), "stop"))
    use(office, verb_of(row, "end"))
    row.refresh_from_db()
    assert (Handout.objects.get().status, row.status) == ("stopped", "ended")


def test_a_draft_is_dropped(office) -> None:
    row = promoting.drafted()
    use(office, verb_of(row, "drop"))
    row.refresh_from_db()
    assert row.status == "dropped"


def test_pages_of_a_promotion_take_the_same_queries_for_one_row_and_many(office, django_assert_max_num_queries) -> None:
    path = reverse("admin:credits_promotion_changelist")
    promoting.opened()
    office.get(path)
    with django_assert_max_num_queries(20) as one:
        office.get(path)
    promoting.opened(), promoting.drafted()
    with django_assert_max_num_queries(len(one)):
        assert office.get(path).status_code == 200


def test_verbs_need_their_permission(client, ben) -> None:
    ben.is_superuser = False
    ben.save()
    client.force_login(ben)
    row = promoting.opened()
    assert {client.get(verb_of(row, verb)).status_code for verb in ("end", "hand-out", "change")} == {403}
