"""How long what is kept: the schedule, its page, and who looked."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import RecordType
from accounts.models import Member, User
from accounts.rules.retention import first_day_kept, kept_until, schedule
from accounts.services import viewing
from upstage_console.kernel import idempotency


@pytest.mark.clause("upstage/21.1")
@pytest.mark.clause("upstage/3.6")
@pytest.mark.parametrize(
    ("record", "since", "until"),
    [
        ("contract", date(2027, 2, 11), date(2032, 2, 11)),
        ("contract", date(2024, 2, 29), date(2029, 2, 28)),
        ("contract", date(2023, 2, 28), date(2028, 2, 29)),
        ("payment", date(2027, 5, 21), date(2032, 5, 21)),
        ("complaint", date(2027, 5, 6), date(2030, 5, 6)),
        ("advertising", date(2027, 8, 31), date(2028, 2, 29)),
        ("advertising", date(2027, 4, 13), date(2027, 10, 13)),
        ("membership", date(2027, 6, 14), date(2029, 6, 14)),
    ],
)
def test_the_last_day(record: str, since: date, until: date) -> None:
    assert kept_until(record, since) == until


def test_a_holiday_does_not_make_it_longer() -> None:
    assert kept_until("advertising", date(2027, 4, 10)) == date(2027, 10, 10)  # a Sunday


def test_every_kind_of_record_has_its_row() -> None:
    assert {name for name, row in schedule().items() if row.is_record} == set(RecordType.values)


def test_the_schedule_and_the_code_say_the_same() -> None:
    assert schedule()["idempotency"].days == idempotency.KEPT_FOR.days


def test_the_first_day_still_kept() -> None:
    today = date(2028, 11, 18)
    first = first_day_kept("views", today)
    assert (schedule()["views"].until(first) >= today, first) == (True, date(2026, 11, 18))


def test_everybody_reads_how_long_what_is_kept(client: Client, db: None) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(reverse("retention-schedule"))
    assert [row.name for row in page.context["rows"]] == list(schedule())
    assert "5 years" in page.content.decode()


def test_a_member_sees_what_was_looked_at_for_and_not_by_whom(
    client: Client, member: Member, stranger: Member, amy: User, at: datetime
) -> None:
    viewing.note(member, by=amy, at=at, ip="203.0.113.9", screen="member.page", purpose="refund of 3 May")
    viewing.note(stranger, by=amy, at=at, ip="203.0.113.9", screen="member.page", purpose="another question")
    client.force_login(member.user)
    page = client.get(reverse("data-views")).content.decode()
    assert ["refund of 3 May" in page, "another question" in page, "Amy" in page, "203.0.113.9" in page] == [
        True, False, False, False,
    ]  # fmt: skip


def test_somebody_signed_out_is_sent_to_log_in(client: Client, db: None) -> None:
    assert client.get(reverse("data-views")).status_code == 302


@pytest.mark.parametrize("name", ["data-views", "retention-schedule"])
def test_these_pages_are_only_read(name: str, client: Client, member: Member) -> None:
    client.force_login(member.user)
    assert client.post(reverse(name)).status_code == 405
