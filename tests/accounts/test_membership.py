"""Applying, being accepted or held, and refused (upstage/3.1, 3.3)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from accounts.errors import (
    EmailTaken,
    InvalidBusinessNumber,
    MissingInformation,
    TermsNotAgreed,
    UnderFourteen,
    UnknownGround,
)
from accounts.models import Consent, Member, Notice, User
from accounts.queries import registration_hold
from accounts.rules.membership import is_business_number, is_old_enough
from accounts.services import members, registration, terms
from accounts.services.members import Application
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

KIM = Application(email="kim@member.example", name="김하늘", born_on=date(1990, 5, 5), agreed_to=["upstage"])


@pytest.fixture(autouse=True)
def documents(at: datetime) -> None:
    terms.load_digests(by=None, at=at)


@pytest.mark.clause("upstage/3.3.3")
@pytest.mark.parametrize(
    ("born", "on", "old_enough"),
    [
        (date(2013, 3, 16), date(2027, 3, 15), False),
        (date(2013, 3, 16), date(2027, 3, 16), True),
        (date(2012, 2, 29), date(2026, 2, 28), False),
        (date(2012, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_who_turns_fourteen_today_may_join(born: date, on: date, old_enough: bool) -> None:
    assert is_old_enough(born, on) is old_enough


@pytest.mark.clause("upstage/3.3.2")
@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("124-81-00998", True),
        ("1248100998", True),
        ("124-81-00997", False),
        ("214-81-03454", True),
        ("214-81-03455", False),
        ("", False),
        ("124-81-0099", False),
        ("124-81-00998x", False),
        ("١٢٤-٨١-٠٠٩٩٨", False),
    ],
)
def test_the_check_digit_of_a_business_number(number: str, right: bool) -> None:
    assert is_business_number(number) is right


@pytest.mark.clause("upstage/3.1")
def test_an_application_is_accepted_once_the_address_is_verified(at: datetime) -> None:
    member = members.apply(KIM, password="a long enough password", at=at, ip="127.0.0.1")
    assert member.status == "applied"
    accepted = registration.email_verified(member.pk, at=at)
    assert (accepted.status, accepted.accepted_at) == ("active", at)
    consent = Consent.objects.get()
    assert (consent.member_id, consent.mode, consent.ip, consent.at) == (member.pk, "explicit", "127.0.0.1", at)


def test_verifying_twice_is_refused(at: datetime) -> None:
    member = members.apply(KIM, password=None, at=at)
    registration.email_verified(member.pk, at=at)
    with pytest.raises(AlreadyDone):
        registration.email_verified(member.pk, at=at)


@pytest.mark.clause("upstage/3.3")
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"agreed_to": []}, TermsNotAgreed),
        ({"email": " "}, MissingInformation),
        ({"name": ""}, MissingInformation),
        ({"born_on": None}, MissingInformation),
        ({"born_on": date(2013, 1, 1)}, UnderFourteen),
        ({"kind": "firm", "born_on": None}, MissingInformation),
        ({"kind": "firm", "born_on": None, "business_number": "124-81-00997"}, InvalidBusinessNumber),
    ],
)
def test_a_refused_application_leaves_nothing_behind(
    at: datetime, change: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        members.apply(replace(KIM, **change), password=None, at=at)  # type: ignore[arg-type]
    assert refused.value.clauses
    assert str(refused.value)
    assert not User.objects.exists()
    assert not Member.objects.exists()
    assert not Consent.objects.exists()


def test_an_address_has_one_account(at: datetime) -> None:
    members.apply(KIM, password=None, at=at)
    with pytest.raises(EmailTaken):
        members.apply(replace(KIM, email="KIM@member.example"), password=None, at=at)
    assert Member.objects.count() == 1


def test_while_a_hold_is_on_applicants_wait_and_are_told(at: datetime, amy: User) -> None:
    registration.hold(reason="technical", by=amy, at=at)
    member = registration.email_verified(members.apply(KIM, password=None, at=at).pk, at=at)
    assert member.status == "held"
    assert DueItem.objects.get(kind="registration").about == member.public_id
    assert Notice.objects.get().about == "registration"


def test_who_waits_is_accepted_by_staff(at: datetime, amy: User) -> None:
    registration.hold(reason="technical", by=amy, at=at)
    member = registration.email_verified(members.apply(KIM, password=None, at=at).pk, at=at)
    assert registration.accept_held(member.pk, by=amy, at=at).status == "active"
    assert DueItem.objects.get(kind="registration").state == "done"
    with pytest.raises(AlreadyDone):
        registration.accept_held(member.pk, by=amy, at=at)


def test_who_waits_is_refused_with_the_ground(at: datetime, amy: User) -> None:
    registration.hold(reason="technical", by=amy, at=at)
    member = registration.email_verified(members.apply(KIM, password=None, at=at).pk, at=at)
    assert registration.reject_held(member.pk, ground=5, reason="spam", by=amy, at=at).status == "rejected"
    notice = Notice.objects.get(key="rejected")
    assert notice.clauses == ["upstage/3.3.5"]
    assert "spam" in notice.body_en
    with pytest.raises(IllegalMove):
        registration.accept_held(member.pk, by=amy, at=at)


def test_one_hold_at_a_time(at: datetime, amy: User) -> None:
    registration.hold(reason="technical", by=amy, at=at)
    with pytest.raises(AlreadyDone):
        registration.hold(reason="facilities", by=amy, at=at)
    registration.resume(by=amy, at=at)
    assert registration_hold() is None
    with pytest.raises(AlreadyDone):
        registration.resume(by=amy, at=at)


@pytest.mark.clause("upstage/3.3")
@pytest.mark.parametrize("ground", [0, 7])
def test_a_ground_that_the_terms_do_not_name_refuses_nobody(at: datetime, amy: User, ground: int) -> None:
    registration.hold(reason="technical", by=amy, at=at)
    member = registration.email_verified(members.apply(KIM, password=None, at=at).pk, at=at)
    with pytest.raises(UnknownGround):
        registration.reject_held(member.pk, ground=ground, reason="x", by=amy, at=at)
    member.refresh_from_db()
    assert (member.status, member.rejected_at) == ("held", None)
