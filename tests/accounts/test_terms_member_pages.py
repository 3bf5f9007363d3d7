"""A member's own terms: what governs and why, what is coming, accepting and rejecting; comparing for everybody."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import DocumentKind
from accounts.errors import DraftIncomplete, NotActive, UnknownDocument
from accounts.models import Consent, Document, Notice
from accounts.queries import documents_in_force
from accounts.queries.governing import governing, governing_now, surviving
from accounts.queries.terms import documents_with_versions, version_in_force
from accounts.services import agreements, answers, consents, deemed, drafting, telling
from accounts.services.agreements import Agreement
from accounts.services.drafting import ArticleDraft, Clause
from tests.accounts.terms_setup import amend, load_digests
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import InvalidDates
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

AT = datetime(2027, 7, 1, 10, tzinfo=KST)
DAY = date(2027, 7, 15)


@pytest.fixture(autouse=True)
def still_clock(db):
    with clock.fixed(AT):
        yield


@pytest.fixture
def kim(make_member):
    load_digests(AT)
    before = AT - timedelta(days=30)
    person = make_member(accepted_at=before, applied_at=before)
    person.user.language = "en"
    person.user.save()
    consents.agree(member=person, versions=documents_in_force(before), at=before)
    return person


@pytest.fixture
def coming(kim):
    version = amend(effective_on=DAY, at=AT)
    telling.tell_all(at=AT)
    return version


@pytest.fixture
def kims(client, kim):
    client.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, address: str, language: str = "en") -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def answer(version, kind: str) -> str:
    return reverse(f"terms-{kind}", args=[version.document.code, version.label])


# The page


def test_page_says_what_is_coming_and_until_when(kims, coming):
    shown = page(kims, reverse("account-terms"))
    days = ("15 Jul 2027", "1 Aug 2027", "14 Jul 2027")
    for said in (*days, "You are taken to have accepted it.", answer(coming, "reject")):
        assert said in shown


def test_every_page_says_that_a_version_awaits(kims, coming):
    assert reverse("account-terms") in page(kims, reverse("notices"))
    kims.post(answer(coming, "accept"))
    assert "You can object until" not in page(kims, reverse("notices"))


@pytest.mark.clause("upstage/4.5")
def test_consequence_is_shown_before_the_answer(kims, coming):
    shown = page(kims, answer(coming, "reject"))
    assert "From 1 Aug 2027 we may end paid services for you." in shown
    assert Consent.objects.filter(version=coming).count() == 0


@pytest.mark.parametrize(("kind", "mode"), [("accept", "explicit"), ("reject", "refused")])
def test_answer_is_recorded_with_where_it_came_from(kims, coming, kind, mode):
    assert kims.post(answer(coming, kind), headers={"user-agent": "Firefox"}).status_code == 302
    consent = Consent.objects.get(version=coming)
    assert (consent.mode, consent.ip, consent.user_agent) == (mode, "127.0.0.1", "Firefox")


def test_repeated_rejection_says_so(kims, coming):
    kims.post(answer(coming, "reject"))
    assert kims.post(answer(coming, "reject")).status_code == 409
    assert Consent.objects.filter(version=coming).count() == 1


@pytest.mark.parametrize("kind", ["accept", "reject"])
def test_answering_needs_a_member(client, coming, kind):
    assert client.post(answer(coming, kind)).status_code == 302
    assert Consent.objects.filter(version=coming).count() == 0


def test_unknown_version_is_not_found(kims, coming):
    assert kims.get(reverse("terms-accept", args=["upstage", "2031-01-01"])).status_code == 404
    assert kims.delete(answer(coming, "accept")).status_code == 405


def test_history_lists_every_answer(kims, kim, coming):
    answers.reject(kim.pk, coming.pk, by=kim.user, at=AT)
    answers.accept(kim.pk, coming.pk, by=kim.user, at=AT)
    shown = page(kims, reverse("account-terms"))
    assert shown.count('data-label="How"') == 3


@pytest.mark.clause("upstage/4.5")
@pytest.mark.parametrize(
    ("rejects", "said"),
    [(True, "You rejected a version that is in force"), (False, "You have not agreed to a version that is in force")],
)
def test_version_in_force_that_does_not_bind_can_still_be_accepted(kims, kim, coming, rejects, said):
    if rejects:
        answers.reject(kim.pk, coming.pk, by=kim.user, at=AT)
    Notice.objects.update(bounced_at=AT)
    later = datetime(2027, 7, 16, 9, tzinfo=KST)
    deemed.record_deemed(at=later)
    with clock.fixed(later):
        assert said in page(kims, reverse("account-terms"))
        kims.post(answer(coming, "accept"))
        assert said not in page(kims, reverse("account-terms"))
    assert not DueItem.objects.filter(kind="terms_unreached", closed_at=None).exists()


# Comparing


@pytest.mark.clause("upstage/4.3")
@pytest.mark.parametrize("order", [("2027-07-15", "2025-11-04"), ("2025-11-04", "2027-07-15")])
def test_comparison_is_for_everybody_in_either_order(client, kim, order):
    draft = drafting.draft_next(Document.objects.get(code="upstage").pk, by=None, at=AT)
    words = ArticleDraft("13", "정보 제공", clauses=[Clause(0, "", "", "새 낱말", "New words")])
    drafting.write_article(draft.pk, words, by=None, at=AT, was="13")
    amend(effective_on=DAY, at=AT, draft=draft)
    shown = page(client, reverse("terms-compare", args=["upstage", *order]))
    assert '<ins class="come">' in shown
    assert '<del class="gone">' in shown
    assert shown.count('class="article unchanged"') > 20


def test_comparison_with_an_unknown_version_is_not_found(client, kim):
    assert client.get(reverse("terms-compare", args=["upstage", "2025-11-04", "2030-01-01"])).status_code == 404


def test_comparison_without_a_difference_says_so(client, coming):
    assert "No word differs" in page(client, reverse("terms-compare", args=["upstage", coming.label, "2025-11-04"]))


def test_coming_version_says_so_to_everybody(client, coming):
    shown = page(client, reverse("terms-version", args=["upstage", coming.label]))
    assert "paid services from 1 Aug 2027" in shown
    assert "Coming" in page(client, reverse("terms"))


def test_sign_up_shows_what_is_coming(client, coming):
    assert "changes on 15 Jul 2027" in page(client, reverse("account_signup"))


# Separate agreements


SAYS = [("월 정액으로 한다.", "A flat fee.")]
SIGNED = Agreement("맞춤 이용 계약", "Custom agreement", date(2027, 6, 20), "a" * 64, SAYS)


@pytest.fixture
def agreement(kim, amy):
    return agreements.record(kim.pk, SIGNED, by=amy, at=AT)


@pytest.mark.clause("upstage/5.2")
def test_separate_agreement_prevails(kim, agreement):
    found = governing(kim, service="ocr", paid=True, on=date(2027, 6, 20), at=AT)
    assert (found.version, found.consent) == (agreement, "explicit")
    assert [one.version.document.code for one in found.yielding] == ["upstage"]
    assert governing(kim, service="ocr", paid=True, on=date(2027, 6, 19), at=AT).version.document.code == "upstage"
    assert Notice.objects.get(member=kim).clauses == ["upstage/5.2"]


@pytest.mark.clause("upstage/5.1", "upstage/5.2")
def test_agreement_about_one_service_leaves_the_others(kim, amy):
    said = Agreement("맞춤", "", date(2027, 6, 20), "b" * 64, [("글", "")], service="ocr")
    agreements.record(kim.pk, said, by=amy, at=AT)
    kinds = {
        service: governing(kim, service=service, paid=True, on=DAY, at=AT).version.document.kind
        for service in ("ocr", "solar")
    }
    assert kinds == {"ocr": DocumentKind.AGREEMENT, "solar": DocumentKind.GENERAL}
    assert [use.document and use.document.service for use in governing_now(kim, at=AT)] == [None, "ocr"]


def test_agreement_is_nobody_elses(client, kims, agreement, stranger):
    address = reverse("account-agreement", args=[agreement.document.code])
    assert "월 정액으로 한다." in page(kims, address)
    client.force_login(stranger.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
    assert client.get(reverse("terms-version", args=[agreement.document.code, agreement.label])).status_code == 404
    assert agreement.document not in documents_with_versions(AT)
    with pytest.raises(UnknownDocument):
        version_in_force(agreement.document.code, AT)


@pytest.mark.parametrize(
    ("changes", "refusal"), [({"signed_on": date(2027, 7, 2)}, InvalidDates), ({"says": []}, DraftIncomplete)]
)
def test_agreement_that_cannot_be_is_refused(kim, amy, changes, refusal):
    said = {name: getattr(SIGNED, name) for name in Agreement.__dataclass_fields__} | changes
    with pytest.raises(refusal):
        agreements.record(kim.pk, Agreement(**said), by=amy, at=AT)
    assert not Document.objects.filter(kind=DocumentKind.AGREEMENT).exists()


# What goes on after leaving


@pytest.mark.clause("upstage/4.6")
def test_four_articles_survive_known_by_their_titles(kim):
    assert surviving(version_in_force("upstage", AT)) == ("21", "23", "24", "25")


@pytest.mark.clause("upstage/4.6")
def test_who_left_is_governed_by_what_survives(kim):
    kim.status, kim.withdrawn_at = "withdrawn", AT
    kim.save()
    assert governing(kim, service="", paid=True, on=DAY, at=AT).surviving == ("21", "23", "24", "25")
    with pytest.raises(NotActive):
        answers.accept(kim.pk, version_in_force("upstage", AT).pk, by=kim.user, at=AT)


def test_page_keeps_its_queries(kims, kim, coming, django_assert_max_num_queries):
    deemed.record_deemed(at=AT)
    with django_assert_max_num_queries(30):
        page(kims, reverse("account-terms"))
