"""A change of the terms answered: accepted, rejected, what ends then, and what governs whom."""

from datetime import date, datetime, timedelta

import pytest

from accounts.errors import AcceptedAlready, NothingToEnd, RejectionClosed
from accounts.models import Member, Restriction
from accounts.queries import standing
from accounts.queries.governing import governing
from accounts.services import answers, deemed, paid_services
from tests.accounts.amended import AT, DAY, EFFECTIVE, PAID, announced, joined, loaded, modes
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import DueItem

__all__ = ["joined", "loaded"]
pytestmark = pytest.mark.django_db


def governs(person: Member, on: date, *, paid: bool, at: datetime) -> tuple[str, str]:
    found = governing(person, service="ocr", paid=paid, on=on, at=at)
    return found.version.label, found.consent


# Answers and what follows


@pytest.mark.clause("upstage/4.4", "upstage/4.5")
def test_rejection_closes_when_the_version_takes_effect(joined):
    person = joined()
    version = announced()
    with pytest.raises(RejectionClosed):
        answers.reject(person.pk, version.pk, by=person.user, at=EFFECTIVE)
    assert modes(person, version) == []
    answers.reject(person.pk, version.pk, by=person.user, at=EFFECTIVE - timedelta(seconds=1))
    with pytest.raises(AlreadyDone):
        answers.reject(person.pk, version.pk, by=person.user, at=EFFECTIVE - timedelta(seconds=1))
    assert modes(person, version) == ["refused"]


def test_express_acceptance_is_final(joined):
    person = joined()
    version = announced()
    answers.accept(person.pk, version.pk, by=person.user, at=AT)
    with pytest.raises(AcceptedAlready):
        answers.reject(person.pk, version.pk, by=person.user, at=AT)
    assert modes(person, version) == ["explicit"]


@pytest.mark.clause("upstage/4.5")
def test_rejection_asks_staff_once_the_billing_unit_is_over(joined, amy):
    person = joined()
    version = announced()
    answers.reject(person.pk, version.pk, by=person.user, at=AT)
    with pytest.raises(NothingToEnd):
        paid_services.end(person.pk, reason="", by=amy, at=AT)
    assert paid_services.ask_staff(at=datetime(2027, 7, 31, 23, 59, tzinfo=KST)) == 0
    assert paid_services.ask_staff(at=datetime(2027, 8, 1, tzinfo=KST)) == 1
    assert paid_services.ask_staff(at=datetime(2027, 8, 2, tzinfo=KST)) == 0
    assert DueItem.objects.get(kind="end_paid_service").about == person.public_id


@pytest.fixture
def refused(joined):
    """A member who rejected, whose paid services are to be decided on."""
    person = joined()
    version = announced()
    answers.reject(person.pk, version.pk, by=person.user, at=AT)
    deemed.record_deemed(at=EFFECTIVE)
    paid_services.ask_staff(at=datetime(2027, 8, 1, tzinfo=KST))
    return person, version


@pytest.mark.clause("upstage/4.5")
def test_ending_paid_services_leaves_the_free_ones(refused, amy):
    person, version = refused
    at = datetime(2027, 8, 2, 9, tzinfo=KST)
    paid_services.end(person.pk, reason="약관 거부", by=amy, at=at)
    now = standing(person, at=at)
    assert (now.may_use, now.may_use_free) == (False, True)
    assert DueItem.objects.get(kind="end_paid_service").state == DueItem.State.DONE
    answers.accept(person.pk, version.pk, by=person.user, at=at + timedelta(days=1))
    assert standing(person, at=at + timedelta(days=1)).may_use


@pytest.mark.clause("upstage/4.5")
def test_keeping_paid_services_waives_the_task(refused, amy):
    person, _version = refused
    paid_services.keep(person.pk, reason="계속 이용", by=amy, at=EFFECTIVE + timedelta(days=20))
    assert DueItem.objects.get(kind="end_paid_service").state == DueItem.State.WAIVED
    assert not Restriction.objects.exists()


# What governs


@pytest.mark.clause("upstage/4.4")
def test_silence_governs_free_services_at_once_and_paid_ones_from_the_next_month(joined):
    person = joined()
    announced()
    deemed.record_deemed(at=EFFECTIVE)
    assert governs(person, date(2027, 7, 14), paid=False, at=EFFECTIVE) == ("2025-11-04", "explicit")
    assert governs(person, DAY, paid=False, at=EFFECTIVE) == ("2027-07-15", "deemed")
    assert governs(person, date(2027, 7, 31), paid=True, at=EFFECTIVE) == ("2025-11-04", "explicit")
    assert governs(person, PAID, paid=True, at=EFFECTIVE) == ("2027-07-15", "deemed")


@pytest.mark.clause("upstage/4.2", "upstage/4.5")
def test_old_version_goes_on_for_who_rejected(refused):
    person, _version = refused
    for day, paid in ((DAY, False), (date(2027, 7, 31), True), (date(2027, 9, 1), True)):
        assert governs(person, day, paid=paid, at=EFFECTIVE) == ("2025-11-04", "refused")


def test_who_joins_later_is_governed_at_once(joined):
    announced()
    person = joined(at=EFFECTIVE + timedelta(days=1))
    assert governs(person, date(2027, 7, 16), paid=True, at=EFFECTIVE + timedelta(days=1)) == ("2027-07-15", "explicit")


def test_three_queries_govern(joined, django_assert_max_num_queries):
    person = joined()
    announced()
    with django_assert_max_num_queries(3):
        governing(person, service="ocr", paid=True, on=DAY, at=AT)
