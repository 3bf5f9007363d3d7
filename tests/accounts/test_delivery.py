"""Mails of notices leave in batches; what was delivered and what came back stands on the notice (upstage/27)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.errors import NotMailed
from accounts.models import Member, Notice, User
from accounts.queries.delivery import was_received
from accounts.services import delivery, notices
from accounts.services.broadcasts import tell_all
from tests.accounts.post_office import PostOffice
from tests.conftest import MakeMember
from upstage_console.kernel import outbox
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import AuditEvent, DueItem, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/27")]
TEXT = notices.Text("제목", "Subject", "본문입니다.", "The body.")


@pytest.fixture(autouse=True)
def post_office() -> Iterator[None]:
    PostOffice.opened = 0
    with override_settings(EMAIL_BACKEND="tests.accounts.post_office.PostOffice"):
        yield


def living_at(make_member: MakeMember, address: str) -> Member:
    member = make_member()
    member.user.email = address
    member.user.save(update_fields=["email"])
    return member


def tell(member: Member, at: datetime, key: str = "a") -> Notice:
    return notices.notify(member_id=member.pk, about="test", text=TEXT, key=key, at=at)


def delivered(notice: Notice, at: datetime) -> Notice:
    outbox.deliver_due(at=at)
    notice.refresh_from_db()
    return notice


def test_delivery_is_recorded_on_the_notice(member: Member, at: datetime) -> None:
    notice = delivered(tell(member, at), at)
    assert (notice.mailed_at, notice.bounced_at, was_received(notice)) == (at, None, True)


def test_a_batch_goes_over_one_connection(make_member: MakeMember, at: datetime) -> None:
    for _number in range(3):
        tell(make_member(), at)
    outbox.deliver_due(at=at)
    assert (PostOffice.opened, len(mail.outbox)) == (1, 3)


def statements_of_a_delivery(make_member: MakeMember, at: datetime, number: int) -> int:
    for _number in range(number):
        tell(living_at(make_member, f"nobody@{at.minute}.{_number}.example"), at)
        tell(make_member(), at)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        outbox.deliver_due(at=at)
    return len(queries)


def test_statements_grow_with_batches_and_not_with_mails(make_member: MakeMember, at: datetime) -> None:
    one = statements_of_a_delivery(make_member, at, 1)
    assert statements_of_a_delivery(make_member, at + timedelta(minutes=1), 3) == one


@pytest.mark.parametrize("box", ["nobody", "spam"])
def test_a_refusal_for_good_is_a_bounce_and_a_task(make_member: MakeMember, at: datetime, box: str) -> None:
    member = living_at(make_member, f"{box}@member.example")
    notice = delivered(tell(member, at), at)
    item = DueItem.objects.get()
    assert (notice.mailed_at, notice.bounced_at, was_received(notice)) == (None, at, False)
    assert (item.kind, item.about, item.subject) == ("bounced_notice", member.public_id, notice.public_id)
    assert OutboxMessage.objects.get().state == "failed"
    assert outbox.deliver_due(at=at + timedelta(days=9)) == 0


def test_a_member_without_address_cannot_be_reached(make_member: MakeMember, at: datetime) -> None:
    notice = delivered(tell(living_at(make_member, ""), at), at)
    assert notice.bounce == "Undeliverable: the member has no address"


@pytest.mark.parametrize("box", ["full", "sender", "cut"])
def test_trouble_of_the_moment_is_tried_again(make_member: MakeMember, at: datetime, box: str) -> None:
    notice = delivered(tell(living_at(make_member, f"{box}@member.example"), at), at)
    assert (notice.mailed_at, notice.bounced_at) == (None, None)
    assert OutboxMessage.objects.get().state == "waiting"
    assert not DueItem.objects.exists()


def test_what_is_given_up_after_all_tries_did_not_arrive(make_member: MakeMember, at: datetime) -> None:
    notice = tell(living_at(make_member, "full@member.example"), at)
    for day in range(outbox.MOST_ATTEMPTS):
        delivered(notice, at + timedelta(days=day))
    assert notice.bounced_at == at + timedelta(days=outbox.MOST_ATTEMPTS - 1)


def test_one_bad_address_stops_none_of_the_others(make_member: MakeMember, at: datetime) -> None:
    tell(living_at(make_member, "cut@member.example"), at)
    tell(living_at(make_member, "nobody@member.example"), at)
    assert was_received(delivered(tell(make_member(), at), at))


def test_a_member_whose_notices_come_back_is_one_task(make_member: MakeMember, at: datetime) -> None:
    member = living_at(make_member, "nobody@member.example")
    for key in ("a", "b"):
        delivered(tell(member, at, key), at)
    assert DueItem.objects.count() == 1


def test_what_was_sent_before_the_process_ended_is_not_sent_again(make_member: MakeMember, at: datetime) -> None:
    first, killed = tell(make_member(), at), living_at(make_member, "killed@member.example")
    tell(killed, at)
    with pytest.raises(SystemExit):
        outbox.deliver_due(at=at)
    User.objects.filter(pk=killed.user_id).update(email="alive@member.example")
    assert was_received(delivered(first, at))
    assert outbox.deliver_due(at=at + outbox.UNDER_WAY) == 1
    assert len(mail.outbox) == 2


def test_a_later_bounce_is_recorded_once(member: Member, amy: User, at: datetime) -> None:
    notice = delivered(tell(member, at), at)
    found = delivery.record_bounce(notice.public_id, reason="550 gone", by=amy, at=at)
    assert (found.bounced_at, found.bounce, was_received(found)) == (at, "550 gone", False)
    with pytest.raises(AlreadyDone):
        delivery.record_bounce(notice.public_id, reason="550 gone", by=amy, at=at)
    assert AuditEvent.objects.filter(action="notice.bounced").count() == 1


def test_a_mail_that_has_not_left_cannot_come_back(member: Member, amy: User, at: datetime) -> None:
    notice = tell(member, at)
    with pytest.raises(NotMailed):
        delivery.record_bounce(notice.public_id, reason="550", by=amy, at=at)
    assert not DueItem.objects.exists()


@pytest.mark.parametrize("name", ["ntc_x", "", "mem_" + "0" * 32, "ntc_" + "0" * 32])
def test_a_bounce_of_no_notice_is_not_found(db: None, amy: User, at: datetime, name: str) -> None:
    with pytest.raises(NotFound):
        delivery.record_bounce(name, reason="550", by=amy, at=at)


def test_sending_again_is_a_new_mail_and_closes_the_task(make_member: MakeMember, amy: User, at: datetime) -> None:
    member = living_at(make_member, "nobody@member.example")
    notice = delivered(tell(member, at), at)
    User.objects.filter(pk=member.user_id).update(email="here@member.example")
    delivery.send_again(notice.public_id, reason="new address", by=amy, at=at)
    assert DueItem.objects.get().state == "done"
    assert was_received(delivered(notice, at))
    (sent,) = mail.outbox
    assert (sent.to, sent.extra_headers["Message-ID"]) == (
        ["here@member.example"], f"<{notice.public_id}.1@upstage-console>",
    )  # fmt: skip


def test_a_bounce_of_the_mail_before_changes_nothing(member: Member, amy: User, at: datetime) -> None:
    notice = delivered(tell(member, at), at)
    delivery.send_again(notice.public_id, reason="asked for it", by=amy, at=at)
    delivered(notice, at)
    with pytest.raises(AlreadyDone):
        delivery.record_bounce(notice.public_id, reason="late", by=amy, at=at)
    with pytest.raises(NotFound):
        delivery.record_bounce(f"{notice.public_id}.2", reason="never sent", by=amy, at=at)
    notice.refresh_from_db()
    assert was_received(notice)


def test_what_waits_to_be_sent_is_not_sent_again(member: Member, amy: User, at: datetime) -> None:
    notice = tell(member, at)
    with pytest.raises(NotMailed):
        delivery.send_again(notice.public_id, reason="again", by=amy, at=at)
    assert OutboxMessage.objects.count() == 1


def test_everybody_is_told_in_one_statement_and_once(make_member: MakeMember, at: datetime) -> None:
    members = [make_member() for _number in range(3)]
    with CaptureQueriesContext(connection) as queries:
        assert tell_all(Member.objects.all(), about="news", text=TEXT, key="x", at=at, clauses=["upstage/8.4"]) == 3
    assert len(queries) == 1
    assert tell_all(Member.objects.all(), about="news", text=TEXT, key="x", at=at) == 0
    assert outbox.deliver_due(at=at) == 3
    assert {notice.member_id for notice in Notice.objects.all()} == {member.pk for member in members}
    assert all(was_received(notice) for notice in Notice.objects.all())
