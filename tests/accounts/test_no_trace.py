"""A life that leaves its name everywhere; after the grace period it stands in the kept records and nowhere else."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import ApiKey, Departure, KeptRecord, Member, User
from accounts.services import (
    cases,
    change_requests,
    corrections,
    keys,
    leaving,
    marketing,
    members,
    objections,
    profile,
    registration,
    sanctions,
    separation,
    terms,
    theft,
)
from accounts.services.cases import Told
from accounts.services.members import Application
from accounts.services.statements import Finding
from billing.rules.limits import Limits
from billing.services import limits
from credits.services import burning, correcting, lots
from tests.accounts.conduct import measure
from tests.accounts.leaving import destroyed, morning
from tests.billing import make
from tests.credits import make as credits
from tests.credits.books import findings

MARKS = ("표식하늘", "pyosik", "010-7531-8642", "1988-03-17", "203.0.113.77")
PROOF = {"accounts_keptrecord"}
"""Where the law keeps it."""


def places_of(mark: str) -> set[str]:
    """The tables of which some row, written out whole, has the mark."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" AS one WHERE one::text LIKE %s)', [f"%{mark}%"])
            if cursor.fetchone()[0]:  # type: ignore[index]
                found.add(table)
    return found


@pytest.fixture
def life(db: None, at: datetime, amy: User, ben: User) -> Member:
    """Somebody who did what can be done, and left."""
    terms.load_digests(by=None, at=at)
    application = Application(
        email="pyosik@mail.example", name="표식하늘", born_on=date(1988, 3, 17), phone="010-7531-8642",
        agreed_to=["upstage"],
    )  # fmt: skip
    member = members.apply(application, password="a long enough password", at=at)
    registration.email_verified(member.pk, at=at)
    member.refresh_from_db()
    me = member.user
    profile.change(member.pk, phone="010-7531-8642 ", language="en", by=me, at=at)
    keys.issue(member_id=member.pk, name="표식하늘의 키", scopes=["usage:read"], by=me, at=at)
    ApiKey.objects.update(last_used_from="203.0.113.77")
    marketing.answer(member.pk, given=True, by=me, at=at)
    asked = change_requests.ask(member.pk, field="name", value="표식하늘이", reason="표식하늘 개명", by=me, at=at)
    change_requests.decline(asked.pk, answer="표식하늘님, 증빙이 없습니다", by=amy, at=at)
    corrections.correct(member.pk, {"name": "표식하늘비"}, reason="전화 확인", by=amy, at=at)
    told = cases.report_conduct(member.pk, Told("upstage/7.1.7", "표식하늘이 그랬다", item="pyosik"), by=amy, at=at)
    cases.dismiss(told.case.pk, outcome="표식하늘 아님", by=amy, at=at)
    finding = Finding("표식하늘이 보냈습니다.", "Pyosik: pyosik sent it.")
    warned = sanctions.impose(member.pk, measure(finding=finding), by=amy, at=at)
    objected = objections.object(
        member_id=member.pk, sanction_id=warned.public_id, text="저 표식하늘은 아닙니다.", by=me, at=at
    )
    objections.decide(objected.pk, uphold=False, answer="표식하늘님이 맞습니다.", by=ben, at=at)
    theft.report(member.pk, by=me, at=at, told="표식하늘 계정 도난")
    make.give_card(member, at=at)
    _credits(member, amy, at)
    for case in member.cases.filter(status="open"):
        cases.dismiss(case.pk, outcome="표식하늘 확인", by=amy, at=at)
    leaving.withdraw(member.pk, by=me, at=at, reason="표식하늘은 떠납니다")
    member.refresh_from_db()
    return member


def _credits(member: Member, amy: User, at: datetime) -> None:
    """Credits given and given back, with words about whom; some are held when the member leaves."""
    lots.grant(
        member_id=member.pk, amount=Decimal(20), expires_on=date(2027, 6, 30), reason="표식하늘님께", by=amy, at=at
    )
    used = credits.charge(member, "30", may_owe=True)
    burning.burn([used], at=at, by=None)
    correcting.correct(charge_id=used.id, member_id=member.pk, amount=Decimal(25), reason="pyosik", by=amy, at=at)
    credits.held(member, "1", at=at, lasts=timedelta(days=9))
    limits.set_limits(member_id=member.pk, limits=Limits(soft=Decimal(7)), by=member.user, at=at)


@pytest.mark.clause("upstage/21.1")
@pytest.mark.clause("upstage/3.6")
def test_a_name_stands_in_the_kept_records_and_nowhere_else(life: Member, amy: User, ben: User, at: datetime) -> None:
    before = {mark: len(places_of(mark)) for mark in MARKS}
    assert all(before.values())
    over = morning(Departure.objects.get().kept_until + timedelta(days=1))
    assert separation.separate_due(at=over) == 1
    assert {mark: places_of(mark) - PROOF for mark in MARKS} == {mark: set() for mark in MARKS}
    assert findings() == []


def test_after_the_destruction_it_stands_nowhere(life: Member, amy: User, ben: User, at: datetime) -> None:
    separation.separate_due(at=at + timedelta(days=40))
    end = max(KeptRecord.objects.values_list("kept_until", flat=True))
    destroyed(amy, ben, morning(end + timedelta(days=1)))
    assert {mark: places_of(mark) for mark in MARKS} == {mark: set() for mark in MARKS}
    life.refresh_from_db()
    assert life.status == "erased"
