"""A change of the terms: announced in time, told to everybody once, accepted by silence."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import MEMBER_MOVES, MemberStatus, RestrictionKind
from accounts.errors import NoticeTooShort
from accounts.models import Announcement, Consent, Member, Notice, Restriction, Version
from accounts.rules.amendments import SILENCE_EN, SILENCE_KO
from accounts.services import answers, deemed, member_batches, telling
from tests.accounts.amended import AT, DAY, EFFECTIVE, announced, joined, loaded, modes
from tests.accounts.terms_setup import amend
from upstage_console.kernel import audit
from upstage_console.kernel.models import AuditEvent, DueItem, OutboxMessage
from upstage_console.kernel.transitions import move

__all__ = ["joined", "loaded"]
pytestmark = pytest.mark.django_db


# Publishing


@pytest.mark.clause("upstage/4.3")
@pytest.mark.parametrize(("adverse", "earliest"), [(False, date(2027, 7, 9)), (True, date(2027, 8, 1))])
def test_too_short_a_notice_is_refused_with_the_earliest_day(adverse, earliest):
    with pytest.raises(NoticeTooShort) as refused:
        amend(effective_on=earliest - timedelta(days=1), at=AT, adverse=adverse)
    assert (refused.value.facts["earliest"], refused.value.clauses) == (earliest, ("upstage/4.3",))
    assert not Version.objects.filter(published_at=AT).exists()
    assert not Announcement.objects.exists()
    assert amend(effective_on=earliest, at=AT + timedelta(hours=1), adverse=adverse).effective_on == earliest


@pytest.mark.clause("upstage/4.3")
def test_publishing_stands_on_the_notice_board_at_once():
    version = amend(effective_on=DAY, at=AT)
    post = Announcement.objects.get()
    assert (post.kind, post.version, post.published_at) == ("terms", version, AT)
    assert "/terms/upstage/2027-07-15/compare/2025-11-04/" in post.body_ko
    assert AuditEvent.objects.get(action="terms.published").facts["earliest"] == "2027-07-09"


@pytest.mark.clause("upstage/4.4", "rift/3.3")
def test_notice_says_apart_that_silence_counts():
    post = Announcement.objects.get(version=amend(effective_on=DAY, at=AT))
    assert SILENCE_KO in post.body_ko.split("\n\n")
    assert SILENCE_EN in post.body_en.split("\n\n")


@pytest.mark.clause("rift/3.1", "rift/3.2", "rift/3.4")
def test_terms_for_firms_are_announced_and_no_member_is_told(joined):
    joined()
    version = announced(document="rift")
    assert Notice.objects.count() == 0
    assert "해지할 수 있습니다" in Announcement.objects.get(version=version).body_ko


# Telling


def test_every_active_member_is_told_once(joined):
    people = [joined() for _ in range(3)]
    joined(status=MemberStatus.WITHDRAWN, withdrawn_at=AT)
    version = announced()
    telling.tell_all(at=AT + timedelta(minutes=1))
    assert set(Notice.objects.values_list("member", "key")) == {(one.pk, telling.key_of(version)) for one in people}
    assert OutboxMessage.objects.filter(topic="notice").count() == 3


def test_telling_goes_on_after_a_kill(joined, monkeypatch):
    people = [joined() for _ in range(5)]
    monkeypatch.setattr(member_batches, "BATCH", 2)
    version = amend(effective_on=DAY, at=AT)
    batches = []

    def killed(execute, sql, params, many, context):
        if "INSERT INTO accounts_notice" in sql:
            batches.append(sql)
            if len(batches) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(killed), pytest.raises(KeyboardInterrupt):
        telling.tell_all(at=AT)
    assert (Notice.objects.count(), Version.objects.get(pk=version.pk).told_at) == (2, None)
    assert telling.tell_all(at=AT) == 3
    assert Notice.objects.count() == len(people) == OutboxMessage.objects.filter(topic="notice").count()


def test_statements_grow_with_batches_not_with_members(joined):
    def statements(people: int) -> int:
        for _ in range(people):
            joined()
        amend(effective_on=DAY + timedelta(days=people), at=AT)
        with CaptureQueriesContext(
            connection,
        ) as told:
            telling.tell_all(at=AT)
        return len(told)

    telling.tell_all(at=AT)
    assert statements(1) == statements(3)


def test_who_joins_meanwhile_is_told_at_once(make_member):
    version = announced()
    person = make_member()
    assert telling.tell_newcomer(person, at=AT + timedelta(days=2)) == 1
    assert Notice.objects.get(member=person).key == telling.key_of(version)


# Silence


@pytest.mark.clause("upstage/4.4")
def test_silence_accepts_at_the_effective_instant_with_the_notice(joined):
    person = joined()
    version = announced()
    assert deemed.record_deemed(at=EFFECTIVE - timedelta(seconds=1)) == 0
    assert deemed.record_deemed(at=EFFECTIVE) == 1
    consent = Consent.objects.get(version=version)
    notice = Notice.objects.get(member=person)
    assert (consent.mode, consent.at, consent.notice, consent.sha256) == ("deemed", EFFECTIVE, notice, version.sha256)
    assert deemed.record_deemed(at=EFFECTIVE + timedelta(hours=1)) == 0


@pytest.mark.clause("upstage/4.4")
def test_who_answered_left_or_was_not_reached_is_not_deemed(joined):
    yes, no, left, unreached, dormant, silent = (joined() for _ in range(6))
    version = announced()
    answers.accept(yes.pk, version.pk, by=yes.user, at=AT)
    answers.reject(no.pk, version.pk, by=no.user, at=AT)
    Member.objects.filter(pk=left.pk).update(status=MemberStatus.WITHDRAWN, withdrawn_at=AT)
    Notice.objects.filter(member=unreached).update(bounced_at=AT)
    Restriction.objects.create(
        member=dormant, kind=RestrictionKind.DORMANT, clauses=["upstage/26.2"], why_ko="가", why_en="a", starts_at=AT
    )
    assert deemed.record_deemed(at=EFFECTIVE) == 1
    assert [modes(one, version) for one in (yes, no, left, unreached, dormant, silent)] == [
        ["explicit"], ["refused"], [], [], [], ["deemed"],
    ]  # fmt: skip
    assert [item.about for item in DueItem.objects.filter(kind="terms_unreached")] == [unreached.public_id]


@pytest.mark.clause("upstage/4.4")
def test_late_run_comes_to_the_same(joined, make_member):
    left_before, left_after = joined(), joined()
    version = announced()
    gone = {"allowed": MEMBER_MOVES, "by": None, "withdrawn_at": AT}
    move(left_before, MemberStatus.WITHDRAWN, at=EFFECTIVE - timedelta(days=1), **gone)
    move(left_after, MemberStatus.WITHDRAWN, at=EFFECTIVE + timedelta(days=1), **gone)
    newcomer = joined(at=EFFECTIVE + timedelta(days=1))
    deemed.record_deemed(at=EFFECTIVE + timedelta(days=3))
    found = [modes(one, version) for one in (left_before, left_after, newcomer)]
    assert found == [[], ["deemed"], ["explicit"]]


def test_run_after_a_killed_one_writes_down_how_many_accepted_by_silence(joined, monkeypatch):
    joined()
    version = announced()
    with monkeypatch.context() as killing:
        killing.setattr(audit, "record", _die)
        with pytest.raises(KeyboardInterrupt):
            deemed.record_deemed(at=EFFECTIVE)
    assert deemed.record_deemed(at=EFFECTIVE) == 0
    assert Consent.objects.filter(version=version, mode="deemed").count() == 1
    assert AuditEvent.objects.get(action="terms.deemed").facts["members"] == "1"


def _die(*_given, **_named):
    raise KeyboardInterrupt


def test_bounced_notice_that_was_read_in_the_inbox_reached_its_member(joined):
    person = joined()
    version = announced()
    Notice.objects.update(bounced_at=AT, read_at=AT + timedelta(days=1))
    deemed.record_deemed(at=EFFECTIVE)
    assert modes(person, version) == ["deemed"]
