"""The pages of a member who is restricted: what limits them and why, objecting, and all that is never stopped."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.enums import RestrictionKind, SanctionKind
from accounts.models import Objection
from accounts.services import objections
from billing.services import invoices, payments
from tests.accounts.conduct import imposed
from tests.accounts.conduct import suspended as suspend
from tests.accounts.restricting import restricted, sanctioned
from tests.billing import make
from tests.pages.conftest import AT
from upstage_console.kernel import clock

OPEN_PAGES = ("overview", "usage", "credits", "invoices", "keys", "notices", "account", "standing", "card", "sessions")


@pytest.fixture
def english(kims):
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return kims


@pytest.fixture
def suspension(kim, amy):
    return suspend(kim, by=amy, at=AT, days=40)


def page_of(sanction):
    return reverse("sanction", args=[sanction.public_id])


def test_member_in_order_reads_so(english):
    shown = english.get(reverse("standing")).content.decode()
    assert "Nothing is restricted" in shown
    assert "There was never a measure against you" in shown
    assert "What still works" not in shown


@pytest.mark.clause("upstage/26.3")
def test_restricted_member_reads_why_until_when_and_how_it_ends(english, suspension):
    shown = english.get(reverse("standing")).content.decode()
    assert suspension.restriction.why_en in shown
    assert "It ends by itself after its last day." in shown
    assert page_of(suspension) in shown
    assert "40 days left" in shown


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_carries_the_restrictions_own_sentence(kims, suspension, language):
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for name in ("overview", "credits", "notices"):
        shown = kims.get(reverse(name)).content.decode()
        assert getattr(suspension.restriction, f"why_{language}") in shown
        assert f'href="{reverse("standing")}"' in shown


@pytest.mark.parametrize("kind", RestrictionKind)
def test_each_kind_says_what_to_do(english, kim, kind):
    restricted(kim, kind, at=AT)
    page = english.get(reverse("standing"))
    (limit,) = page.context["limits"]
    assert limit.url in page.content.decode()
    assert str(limit.how_to_lift) in page.content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_statement_of_reasons_stands_there_korean_first(kims, suspension, language):
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = kims.get(page_of(suspension)).content.decode()
    statement = suspension.statement
    for field in ("measure", "facts", "scope", "redress"):
        korean, english = getattr(statement, f"{field}_ko"), getattr(statement, f"{field}_en")
        assert 0 < shown.index(korean, shown.index("<h1")) < shown.index(english, shown.index("<h1"))


@pytest.mark.clause("upstage/26.4")
def test_last_day_to_object_shows_how_it_was_counted(english, suspension):
    page = english.get(page_of(suspension))
    assert page.context["counted"].en == "6 months from the notice of 11 Feb 2026, that day left out: to 11 Aug 2026."
    assert page.context["counted"].en in page.content.decode()


def test_last_day_on_a_day_of_rest_moves_and_says_so(kim, amy, kims):
    with clock.fixed(AT + timedelta(days=4)):
        measure = imposed(kim, SanctionKind.WARNING, by=amy, at=AT + timedelta(days=4))
    counted = kims.get(page_of(measure)).context["counted"]
    assert measure.object_until.isoformat() == "2026-08-18"
    assert counted.ko.endswith("쉬는 날이므로 다음 영업일인 2026년 8월 18일 24:00까지입니다.")


@pytest.mark.clause("upstage/26.4")
@pytest.mark.clause("upstage/11.2")
def test_member_objects_once(english, suspension):
    sent = english.post(page_of(suspension), {"text": "It was not me."}, follow=True)
    objection = Objection.objects.get()
    assert (objection.text, objection.status) == ("It was not me.", "submitted")
    shown = sent.content.decode()
    assert "It was not me." in shown
    assert "Submit the objection" not in shown
    again = english.post(page_of(suspension), {"text": "Once more."})
    assert (again.status_code, Objection.objects.count()) == (200, 1)


def test_objection_without_a_reason_or_too_late_is_refused_on_the_form(english, suspension):
    assert english.post(page_of(suspension), {"text": " "}).context["form"].errors
    with clock.fixed(AT + timedelta(days=200)):
        late = english.post(page_of(suspension), {"text": "Late."})
    assert "The last day was 11 Aug 2026." in late.content.decode()
    assert Objection.objects.count() == 0


def test_answer_is_shown_and_what_was_lifted(english, kim, suspension, ben):
    english.post(page_of(suspension), {"text": "It was not me."})
    decided = Objection.objects.get()
    objections.decide(decided.pk, uphold=True, answer="본인이 아니었습니다.", by=ben, at=AT)
    shown = english.get(page_of(suspension)).content.decode()
    assert "본인이 아니었습니다." in shown
    assert "Your use is restricted" not in shown


def test_objection_is_taken_back(english, suspension):
    take_back = reverse("objection-take-back", args=[suspension.public_id])
    assert english.post(take_back).status_code == 404
    english.post(page_of(suspension), {"text": "It was not me."})
    assert english.get(take_back).status_code == 405
    assert english.post(take_back).url == page_of(suspension)
    assert Objection.objects.get().status == "withdrawn"


def test_measure_of_another_member_is_not_there(kims, amy, stranger, client):
    measure = sanctioned(stranger, SanctionKind.WARNING, at=AT)
    for address in (page_of(measure), reverse("objection-take-back", args=[measure.public_id])):
        assert kims.post(address, {"text": "x"}).status_code == 404
    assert kims.get(page_of(measure)).status_code == 404
    assert kims.get("/standing/san_nonsense/").status_code == 404
    assert Objection.objects.count() == 0


@pytest.mark.clause("upstage/26.4")
@pytest.mark.parametrize("kind", RestrictionKind)
def test_reading_is_never_stopped(kims, kim, kind):
    restricted(kim, kind, at=AT)
    for name in OPEN_PAGES:
        assert kims.get(reverse(name)).status_code == 200, name


@pytest.mark.clause("upstage/26.4")
@pytest.mark.parametrize("kind", RestrictionKind)
def test_logging_in_paying_and_objecting_are_never_stopped(client, kim, amy, kind):
    measure = imposed(kim, SanctionKind.WARNING, by=amy, at=AT)
    kim.user.set_password("a long enough password")
    kim.user.save()
    restricted(kim, kind, at=AT)
    assert client.login(username=kim.user.email, password="a long enough password")
    invoice = invoices.issue_single(
        member_id=kim.pk, amount=Decimal(1000), due_on=AT.date(), what_ko="가", what_en="a", by=amy, at=AT
    )  # fmt: skip
    assert client.post(reverse("invoice-pay", args=[invoice.number]), {"key": "k"}).status_code == 302
    assert payments.Payment.objects.filter(member=kim, purpose="invoice", status="succeeded").exists()
    client.post(page_of(measure), {"text": "아닙니다."})
    assert Objection.objects.count() == 1


@pytest.mark.clause("upstage/15.1")
@pytest.mark.parametrize("kind", RestrictionKind)
def test_buying_is_stopped_and_says_why(english, kim, kind):
    before = make.Purchase.objects.count()
    restricted(kim, kind, at=AT)
    answer = english.post(reverse("credits-confirm") + "?amount=1000", {"key": "k", "agreed": "on"})
    assert answer.context["form"].non_field_errors().as_data()[0].code in ("restricted", "sanctioned")
    assert make.Purchase.objects.count() == before


def test_page_needs_as_many_queries_for_three_measures_as_for_one(kims, kim, django_assert_max_num_queries):
    sanctioned(kim, SanctionKind.WARNING, at=AT)
    with django_assert_max_num_queries(20) as one:
        kims.get(reverse("standing"))
    for _number in range(2):
        sanctioned(kim, SanctionKind.WARNING, at=AT)
    with django_assert_max_num_queries(len(one.captured_queries)):
        kims.get(reverse("standing"))
