"""The three reviews before a contract is accepted."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from contracts.enums import ReviewKind, ReviewStatus
from contracts.errors import (
    NoGround,
    QuestionnaireIncomplete,
    ReviewOpen,
    ReviewSkipped,
    SecondPersonNeeded,
)
from contracts.models import Review
from contracts.queries import exposure
from contracts.rules.credit import Exposure, explain
from contracts.rules.reviews import Party, conflicts, missing
from contracts.services import conclusion, reviews
from contracts.services.reviews import Verdict
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
YES = Verdict(ReviewStatus.APPROVED, "in order", answers=making.ANSWERS)


@pytest.fixture
def contract():
    made = making.drafted()
    reviews.submit(made.public_id, by=staff("amy"), at=NOON)
    return made


def decide(contract, kind, verdict=YES, by="ben", **more):
    return reviews.decide(making.review_of(contract, kind).public_id, verdict, by=staff(by), at=NOON, **more)


@pytest.mark.clause("rift/4.2")
def test_three_reviews_open_with_their_tasks_and_the_order_form_is_offered(contract):
    kinds = list(contract.reviews.order_by("pk").values_list("kind", flat=True))
    tasks = set(DueItem.objects.filter(subject=contract.public_id).values_list("kind", flat=True))
    assert (kinds, tasks) == (list(ReviewKind.values), {f"review_{kind}" for kind in kinds})
    assert making.deed_of(contract).status == "offered"


@pytest.mark.clause("rift/4.2")
@pytest.mark.parametrize("by", ["amy", "zoe"])
def test_who_drafted_asked_or_set_the_limit_does_not_decide_credit(contract, by):
    with pytest.raises(SamePerson):
        decide(contract, ReviewKind.CREDIT, by=by)
    assert making.review_of(contract, ReviewKind.CREDIT).status == "open"


@pytest.mark.clause("rift/4.2")
def test_reviews_are_decided_in_their_order(contract):
    with pytest.raises(ReviewSkipped):
        decide(contract, ReviewKind.SECURITY)


def test_a_decision_closes_the_task_and_is_made_once(contract):
    decide(contract, ReviewKind.CREDIT)
    assert DueItem.objects.get(kind="review_credit").state == "done"
    with pytest.raises(AlreadyDone):
        reviews.decide(Review.objects.get(kind="credit").public_id, YES, by=staff("ben"), at=NOON)


@pytest.mark.clause("rift/4.2", "rift/4.3")
def test_a_missing_or_rejected_review_stands_in_the_way_of_conclusion(contract):
    decide(contract, ReviewKind.CREDIT)
    with pytest.raises(NoGround):
        decide(contract, ReviewKind.SECURITY, Verdict(ReviewStatus.REJECTED, "no"))
    decide(contract, ReviewKind.SECURITY, Verdict(ReviewStatus.REJECTED, "no", ground="infeasible"))
    decide(contract, ReviewKind.CONFLICT)
    contract.refresh_from_db()
    with pytest.raises(ReviewOpen) as refused:
        conclusion.check(contract)
    assert refused.value.facts["reviews"] == str(ReviewKind.SECURITY.label)


@pytest.mark.clause("rift/4.2")
@pytest.mark.parametrize(("limit", "is_above"), [(10_920_000, False), (10_919_999, True)])
def test_above_the_limit_a_second_person_is_needed(limit, is_above):
    contract = making.drafted(making.customer(limit=limit))
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    if not is_above:
        assert decide(contract, ReviewKind.CREDIT).status == "approved"
        return
    with pytest.raises(SecondPersonNeeded):
        decide(contract, ReviewKind.CREDIT)
    with pytest.raises(SamePerson):
        decide(contract, ReviewKind.CREDIT, approver=staff("ben"))
    with pytest.raises(SamePerson):
        decide(contract, ReviewKind.CREDIT, approver=staff("amy"))
    done = decide(contract, ReviewKind.CREDIT, approver=staff("cho"))
    assert (done.decided_by, done.approver, done.facts["total"]) == (staff("ben"), staff("cho"), "10920000.000000")


@pytest.mark.clause("rift/4.2")
def test_one_proposes_and_another_confirms_above_the_limit():
    contract = making.drafted(making.customer(limit=1))
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    review = making.review_of(contract, ReviewKind.CREDIT).public_id
    with pytest.raises(SecondPersonNeeded):
        reviews.confirm(review, reason="ok", by=staff("cho"), at=NOON)
    reviews.propose(review, YES, by=staff("ben"), at=NOON)
    with pytest.raises(SamePerson):
        reviews.confirm(review, reason="ok", by=staff("ben"), at=NOON)
    done = reviews.confirm(review, reason="ok", by=staff("cho"), at=NOON)
    assert (done.status, done.decided_by, done.approver) == ("approved", staff("ben"), staff("cho"))


def test_what_one_may_decide_is_not_proposed(contract):
    with pytest.raises(NotAllowed):
        reviews.propose(making.review_of(contract, ReviewKind.CREDIT).public_id, YES, by=staff("ben"), at=NOON)


@pytest.mark.clause("rift/4.2")
def test_exposure_is_all_that_is_unpaid_and_a_year_of_this_contract(monkeypatch):
    monkeypatch.setattr(exposure, "unpaid_of", lambda firm: Decimal(70))
    holder = making.customer(limit=1000)
    seen = exposure.exposure_of(holder, yearly_value=Decimal(900))
    assert (seen.total, seen.is_above) == (970, False)
    text = explain(Exposure(Decimal(31), Decimal(70), Decimal(900), Decimal(1000)), "KRW").en
    assert text.endswith("= ₩1,001. The credit limit is ₩1,000: above it, so a second person is needed.")


@pytest.mark.clause("rift/4.2")
def test_the_questionnaire_is_answered_whole_and_kept_with_its_version(contract):
    decide(contract, ReviewKind.CREDIT)
    with pytest.raises(QuestionnaireIncomplete):
        decide(contract, ReviewKind.SECURITY, Verdict(ReviewStatus.APPROVED, "x", answers={"logs": "yes"}))
    done = decide(contract, ReviewKind.SECURITY)
    assert (done.facts["version"], done.facts["answers"]) == (1, making.ANSWERS)


@pytest.mark.clause("rift/4.2")
def test_conflicts_are_searched_among_other_customers_and_kept(contract):
    making.customer(making.NUMBERS[1], name="경쟁사")
    for kind in (ReviewKind.CREDIT, ReviewKind.SECURITY):
        decide(contract, kind)
    done = decide(contract, ReviewKind.CONFLICT, Verdict(ReviewStatus.APPROVED, "fine", words=["경쟁"]))
    assert [(hit["name"], hit["why"]) for hit in done.facts["hits"]] == [("경쟁사", ["word"])]


def test_customers_meet_in_people_places_business_and_mail():
    own = Party("a", "A", "이 대표", "서울", "콜센터", frozenset({"a.example", "gmail.com"}))
    others = [
        own, Party("b", "B", "이대표"), Party("c", "C", "", "서울"), Party("d", "D", "", "", "콜센터"),
        Party("e", "E", domains=frozenset({"a.example"})), Party("f", "F", domains=frozenset({"gmail.com"})),
        Party("g", "G"),
    ]  # fmt: skip
    found = {hit.key: hit.why for hit in conflicts(own, others)}
    assert found == {"b": ("representative",), "c": ("address",), "d": ("business_item",), "e": ("domain",)}


def test_a_decided_review_is_final_for_sql_too(contract):
    decide(contract, ReviewKind.CREDIT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.filter(kind="credit").update(reason="other")
    assert Review.objects.get(kind="credit").reason == "in order"


def test_what_goes_back_to_its_drafter_is_reviewed_anew(contract):
    decide(contract, ReviewKind.CREDIT)
    reviews.take_back(contract.public_id, reason="price", by=staff("amy"), at=NOON)
    assert set(contract.reviews.values_list("status", flat=True)) == {"lapsed"}
    assert not DueItem.objects.filter(state__in=DueItem.OPEN_STATES).exists()
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    assert contract.reviews.filter(status="open").count() == 3
    assert [one.status for one in contract.documents.filter(is_deed=True).order_by("pk")] == ["superseded", "offered"]


def test_all_three_are_missing_at_first():
    assert missing({}) == list(ReviewKind)
