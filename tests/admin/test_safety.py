"""What staff do for stolen accounts and information that only they change."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Member
from accounts.queries import standing
from accounts.services import change_requests, theft
from tests.admin.verbs import use

pytestmark = pytest.mark.clause("upstage/6.4", "upstage/6.5")


def _verb(member: Member, name: str) -> str:
    return reverse("admin:accounts_member_do", args=[member.pk, name])


def test_staff_close_a_stolen_account_and_open_it_again(office, member, at):
    use(office, _verb(member, "stolen"), reason="전화로 알렸습니다.")
    assert not standing(member, at=at).may_use
    use(office, _verb(member, "verify-identity"), reason="영상 통화로 확인했습니다.")
    assert standing(member, at=at).may_use


def test_identity_of_an_open_account_has_no_button(office, member):
    page = office.get(_verb(member, "verify-identity"))
    assert "already been done" in page.content.decode()


def test_staff_correct_information(office, make_member):
    member = make_member(born_on=date(1990, 1, 1))
    given = {"name": "New Name", "kind": "individual", "born_on": "1991-02-03", "country": "KR"}
    use(office, _verb(member, "correct"), reason="Passport seen.", **given)
    member.refresh_from_db()
    assert (member.name, member.born_on) == ("New Name", date(1991, 2, 3))


@pytest.mark.parametrize(("answer", "name"), [("approve", "새이름"), ("decline", "회원 1")])
def test_staff_answer_requests(office, make_member, at, answer, name):
    member = make_member(born_on=date(1990, 1, 1))
    row = change_requests.ask(member.pk, field="name", value="새이름", reason="개명", by=member.user, at=at)
    use(office, reverse("admin:accounts_changerequest_do", args=[row.pk, answer]), reason="확인했습니다.")
    member.refresh_from_db()
    assert member.name == name


def test_queue_shows_requests(office, make_member, at):
    member = make_member(born_on=date(1990, 1, 1))
    change_requests.ask(member.pk, field="name", value="새이름", reason="개명", by=member.user, at=at)
    assert "새이름" in office.get(reverse("admin:accounts_changerequest_changelist")).content.decode()


@pytest.mark.parametrize("name", ["stolen", "verify-identity", "correct"])
def test_verbs_are_closed_to_staff_without_the_right(clerk, member, name):
    assert clerk("accounts.view_member").get(_verb(member, name)).status_code == 403


def test_locked_account_stays_what_it_was_before_a_second_close(office, member, at):
    theft.report(member.pk, by=None, at=at)
    assert "already been done" in office.get(_verb(member, "stolen")).content.decode()
