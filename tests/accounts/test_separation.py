"""When a membership is over for good, what the law keeps lies apart and the rest is gone."""

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import CaseStatus, IdentityKind, RejoinStatus
from accounts.models import (
    ApiKey,
    BarredIdentity,
    Case,
    ChangeRequest,
    Consent,
    Destruction,
    KeptRecord,
    LegalHold,
    MarketingConsent,
    Member,
    Notice,
    Objection,
    RejoinRequest,
    User,
)
from accounts.services import keys, separation
from accounts.services.members import Application, apply
from tests.accounts.leaving import disqualified, filled, morning, separated, withdrawn
from tests.conftest import MakeMember
from upstage_console.kernel.models import AuditEvent

LEFT = date(2026, 11, 18)
OVER = timedelta(days=31)


def run(at: datetime) -> int:
    return separation.separate_due(at=at)


@pytest.mark.clause("upstage/21.1")
def test_the_day_after_the_grace_period_the_data_goes_apart(member: Member, at: datetime) -> None:
    withdrawn(filled(member, at), at)
    assert (run(at + timedelta(days=30)), separation.data_of(member)) == (0, "live")
    assert run(morning(date(2026, 12, 19))) == 1
    member.refresh_from_db()
    assert separation.data_of(member) == "kept"


@pytest.mark.clause("upstage/21.1")
def test_nothing_live_names_anybody(member: Member, at: datetime) -> None:
    key, _ = keys.issue(member_id=member.pk, name="하늘의 키", scopes=["usage:read"], by=member.user, at=at)
    ApiKey.objects.update(last_used_from="203.0.113.7")
    ChangeRequest.objects.create(member=member, field="name", value="김바다", reason="개명", requested_at=at)
    separated(filled(member, at), at)
    user, consent = User.objects.get(pk=member.user_id), Consent.objects.get()
    assert (member.name, member.phone, member.born_on, member.business_number) == (
        "탈퇴 회원 · Former member", "", None, "",
    )  # fmt: skip
    assert (user.email.endswith("@gone.invalid"), user.is_active, user.has_usable_password()) == (True, False, False)
    assert user.emailaddress_set.count() == 0
    assert (consent.ip, consent.user_agent, consent.sha256) == (None, "", "0" * 64)
    assert ApiKey.objects.values_list("name", "last_used_from").get() == ("–", None)
    assert ChangeRequest.objects.values_list("value", "reason").get() == ("–", "")


def test_history_cannot_be_changed_in_the_same_transaction(member: Member, at: datetime) -> None:
    separated(filled(member, at), at)
    Consent.objects.filter(member=member).forget(ip=None)
    consent = Consent.objects.get()
    consent.ip = "203.0.113.8"
    with pytest.raises(ProgrammingError, match="Cannot update"):
        consent.save()


@pytest.mark.clause("upstage/21.1")
def test_what_the_law_keeps(member: Member, at: datetime) -> None:
    email = member.user.email
    MarketingConsent.objects.create(member=member, given=True, at=at - timedelta(days=10))
    separated(filled(member, at), at)
    kept = {row.record: row for row in KeptRecord.objects.all()}
    contract = kept["contract"].content["items"][0]
    assert {name: row.kept_until for name, row in kept.items()} == {
        "contract": date(2031, 11, 18), "advertising": date(2027, 5, 8),
    }  # fmt: skip
    assert (contract["name"], contract["email"], contract["phone"], contract["born_on"]) == (
        "김하늘", email, "010-1234-5678", "1990-01-01",
    )  # fmt: skip
    assert contract["consents"][0]["ip"] == "203.0.113.7"
    assert contract["withdrawals"][0]["reason"] == "너무 비쌈"


def test_what_is_over_already_is_not_kept(member: Member, at: datetime) -> None:
    MarketingConsent.objects.create(member=member, given=True, at=at - timedelta(days=400))
    separated(member, at)
    assert list(KeptRecord.objects.values_list("record", flat=True)) == ["contract"]


def test_disputes_are_kept_each_to_its_own_day(member: Member, at: datetime) -> None:
    for days in (20, 10):
        ChangeRequest.objects.create(
            member=member, field="name", value="김바다", reason="개명", requested_at=at - timedelta(days=days),
            status="declined", answered_at=at - timedelta(days=days), answered_by=member.user,
        )  # fmt: skip
    separated(member, at)
    days = KeptRecord.objects.filter(record="complaint").order_by("kept_until").values_list("kept_until", flat=True)
    assert list(days) == [date(2029, 10, 29), date(2029, 11, 8)]


@pytest.mark.clause("upstage/3.6")
def test_a_lost_membership_is_kept_two_years(member: Member, at: datetime) -> None:
    sanction = disqualified(filled(member, at), at, date(2028, 11, 18))
    BarredIdentity.objects.create(sanction=sanction, kind=IdentityKind.EMAIL, digest=b"1", until=date(2028, 11, 18))
    assert (run(morning(date(2028, 11, 18))), BarredIdentity.objects.count()) == (0, 1)
    assert (run(morning(date(2028, 11, 19))), BarredIdentity.objects.count()) == (1, 0)
    assert KeptRecord.objects.get(record="contract").kept_until == date(2031, 11, 18)


def test_the_address_is_free_again(member: Member, at: datetime) -> None:
    email = member.user.email
    separated(filled(member, at), at)
    again = Application(email=email, name="김하늘", born_on=date(1990, 1, 1))
    assert apply(again, password=None, at=at + OVER).user.email == email


@pytest.mark.parametrize("why", ["hold", "rejoin", "objection", "case"])
def test_who_has_to_wait(why: str, member: Member, amy: User, at: datetime) -> None:
    departure = withdrawn(member, at)
    sanction = None
    if why == "hold":
        LegalHold.objects.create(member=member, reason="수사", starts_at=at, placed_by=amy)
    elif why == "rejoin":
        RejoinRequest.objects.create(departure=departure, requested_at=at)
    elif why == "objection":
        sanction = disqualified(member, at, LEFT)
        Objection.objects.create(sanction=sanction, member=member, text="아닙니다", submitted_at=at)
    else:
        Case.objects.create(kind="conduct", member=member, opened_at=at)
    assert run(at + OVER) == 0
    LegalHold.objects.update(ends_at=at, released_by=amy)
    RejoinRequest.objects.update(status=RejoinStatus.DECLINED, answered_at=at, answered_by=amy)
    Objection.objects.update(status="rejected", decided_at=at, decided_by=amy)
    Case.objects.update(status=CaseStatus.DISMISSED, closed_at=at, closed_by=amy)
    assert run(at + OVER) == 1


def test_who_came_back_stays(member: Member, at: datetime) -> None:
    withdrawn(member, at)
    Member.objects.filter(pk=member.pk).update(status="active")
    assert run(at + OVER) == 0


def test_a_second_departure_has_its_own_grace_period(member: Member, at: datetime) -> None:
    withdrawn(member, at)
    withdrawn(member, at + timedelta(days=20))
    assert (run(at + OVER), run(at + timedelta(days=51))) == (0, 1)


def test_a_repeat_finds_nobody(member: Member, at: datetime) -> None:
    separated(member, at)
    before = (KeptRecord.objects.count(), AuditEvent.objects.count(), Destruction.objects.count())
    assert run(at + OVER) == 0
    assert (KeptRecord.objects.count(), AuditEvent.objects.count(), Destruction.objects.count()) == before


def test_statements_grow_with_batches_not_with_members(make_member: MakeMember, at: datetime) -> None:
    asked = []
    for rows in (1, 1, 3):  # the first finds the parts of the apps
        for _ in range(rows):
            withdrawn(filled(make_member(), at), at)
        with CaptureQueriesContext(connection) as queries:
            assert run(at + OVER) == rows
        asked.append(len(queries))
    assert asked[1] == asked[2]


def test_a_former_firm_may_be_without_a_number(make_member: MakeMember, at: datetime) -> None:
    firm = make_member(kind="firm", business_number="124-81-00998")
    separated(firm, at)
    assert (firm.business_number, KeptRecord.objects.get().content["items"][0]["business_number"]) == (
        "", "124-81-00998",
    )  # fmt: skip


def test_nobody_logs_in_any_more(client: Client, member: Member, at: datetime) -> None:
    client.force_login(member.user)
    separated(member, at)
    cache.clear()
    assert client.get(reverse("account")).status_code == 302


def test_what_was_told_is_gone(member: Member, at: datetime) -> None:
    Notice.objects.create(
        member=member, about="test", key="k", subject_ko="김하늘님", subject_en="Kim", body_ko="…", body_en="…", at=at
    )
    separated(member, at)
    assert Notice.objects.values_list("subject_ko", "body_ko").get() == ("–", "–")
    assert KeptRecord.objects.get().content["items"][0]["notices"][0]["subject"] == "김하늘님"
