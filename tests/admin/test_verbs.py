"""Verbs: previewed by the very code that acts, confirmed only as seen, refused in words, permitted one by one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import MemberStatus
from accounts.models import ApiKey, Member, Notice, RegistrationHold, User
from accounts.services import keys
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from upstage_console.kernel.models import AuditEvent, DueItem, OutboxMessage

MEMBER_VERBS = {"accept": "accounts.answer_application", "reject": "accounts.answer_application",
                "contact": "accounts.change_member"}  # fmt: skip


def test_accepting_makes_a_member(office: Client, waiting: Member, amy: User, at: datetime) -> None:
    answer = use(office, verb_of(waiting, "accept"))
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status, waiting.accepted_at) == (302, MemberStatus.ACTIVE, at)


def test_the_reason_and_the_person_are_kept(office: Client, waiting: Member, amy: User) -> None:
    use(office, verb_of(waiting, "accept"), reason="the hold is over for firms")
    event = AuditEvent.objects.get(action="member.accepted")
    assert (event.actor, event.reason) == (amy, "the hold is over for firms")


def test_the_first_look_shows_the_effect_and_both_mails(office: Client, waiting: Member) -> None:
    page = office.get(verb_of(waiting, "accept")).context
    languages = [(mail.language, mail.is_sent) for mail in page["effect"].mails]
    assert (page["may_confirm"], languages) == (True, [("ko", True), ("en", False)])


def test_the_mail_shown_is_the_mail_sent(office: Client, waiting: Member, mailoutbox: list[Any]) -> None:
    url = verb_of(waiting, "reject")
    shown = preview(office, url, ground=2).context["effect"].mails[0]
    use(office, url, ground=2)
    notice = Notice.objects.get(key="rejected")
    assert (shown.subject, notice.body_ko in shown.body) == (notice.subject_ko, True)


def test_looking_leaves_nothing_behind(office: Client, waiting: Member) -> None:
    office.get(page_of(waiting))  # the look itself is logged, once
    before = everything()
    office.get(verb_of(waiting, "accept"))
    preview(office, verb_of(waiting, "reject"), ground=2)
    assert everything() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_there_is_no_other_way_to_act(office: Client, waiting: Member, method: str) -> None:
    answer = office.generic(method, verb_of(waiting, "accept"), "reason=x&confirm=1")
    waiting.refresh_from_db()
    assert (answer.status_code, answer["Allow"], waiting.status) == (405, "GET, HEAD, POST", MemberStatus.HELD)


def test_confirming_what_was_not_seen_is_shown_first(office: Client, waiting: Member) -> None:
    answer = office.post(verb_of(waiting, "accept"), {"reason": "x", "nonce": "n", "confirm": "1", "seen": "made up"})
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (200, MemberStatus.HELD)


def test_a_reason_is_needed(office: Client, waiting: Member) -> None:
    answer = preview(office, verb_of(waiting, "accept"), reason=" ")
    assert list(answer.context["form"].errors) == ["reason"]


def test_a_refusal_is_said_and_leaves_nothing_behind(office: Client, member: Member) -> None:
    office.get(page_of(member))
    before = everything()
    answer = preview(office, verb_of(member, "accept"))
    refused = (answer.status_code, answer.context["refused"].code, answer.context["may_confirm"])
    assert (refused, everything()) == ((409, "already_done", False), before)


def test_confirming_the_impossible_does_nothing(office: Client, member: Member) -> None:
    office.get(page_of(member))
    before = everything()
    office.post(verb_of(member, "accept"), {"reason": "x", "nonce": "n", "confirm": "1"})
    assert everything() == before


def test_what_is_not_possible_is_greyed_with_the_reason(office: Client, member: Member) -> None:
    buttons = {button.name: button.why_not for button in office.get(page_of(member)).context["buttons"]}
    reason = "No step leads from “active” to “rejected”."
    assert (buttons["accept"], buttons["reject"], buttons["contact"]) == ("This has already been done.", reason, "")


@pytest.mark.parametrize("verb", MEMBER_VERBS)
def test_a_verb_without_its_permission_is_forbidden(verb: str, clerk: Callable[..., Client], waiting: Member) -> None:
    desk = clerk("accounts.view_member")
    before = Member.objects.values().get(pk=waiting.pk)
    answers = [desk.get(verb_of(waiting, verb)), preview(desk, verb_of(waiting, verb))]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert Member.objects.values().get(pk=waiting.pk) == before


@pytest.mark.parametrize(("verb", "permission"), MEMBER_VERBS.items())
def test_a_verb_is_shown_to_whoever_may(
    verb: str, permission: str, clerk: Callable[..., Client], waiting: Member
) -> None:
    page = clerk("accounts.view_member", permission).get(page_of(waiting))
    assert verb in [button.name for button in page.context["buttons"]]


def test_a_verb_that_does_not_exist(office: Client, member: Member) -> None:
    assert office.get(verb_of(member, "explode")).status_code == 404


def test_a_verb_about_nobody(office: Client, db: None) -> None:
    assert office.get(reverse("admin:accounts_member_do", args=[99999, "accept"])).status_code == 404


def test_changing_the_language(office: Client, member: Member) -> None:
    use(office, verb_of(member, "contact"), phone="", language="en")
    assert User.objects.get(pk=member.user_id).language == "en"


def test_holding_and_resuming_acceptance(office: Client, db: None) -> None:
    use(office, reverse("admin:accounts_member_do_on_list", args=["hold"]), ground="technical")
    held = RegistrationHold.objects.get(ends_at=None).reason
    use(office, reverse("admin:accounts_member_do_on_list", args=["resume"]))
    assert (held, RegistrationHold.objects.filter(ends_at=None).count()) == ("technical", 0)


def test_revoking_a_key(office: Client, member: Member, at: datetime) -> None:
    key, _ = keys.issue(member_id=member.pk, name="server", scopes=["usage:read"], by=member.user, at=at)
    use(office, verb_of(key, "revoke"), reason="found on the web")
    key.refresh_from_db()
    assert (key.revoked_at, AuditEvent.objects.get(action="key.revoked").reason) == (at, "found on the web")


def test_a_platform_key_is_shown_once(office: Client, db: None) -> None:
    url = reverse("admin:accounts_apikey_do_on_list", args=["issue"])
    answer = use(office, url, name="gateway", scopes=["usage:write"])
    key = ApiKey.objects.get()
    secret = answer.context["done"].secret
    assert secret.startswith(key.start)
    assert ("no-store" in answer.headers["Cache-Control"], key.member) == (True, None)
    assert secret not in office.get(page_of(key)).content.decode()


def test_the_preview_of_a_key_makes_none(office: Client, db: None) -> None:
    url = reverse("admin:accounts_apikey_do_on_list", args=["issue"])
    answer = preview(office, url, name="gateway", scopes=["usage:write"])
    assert ("uc_live" in answer.content.decode(), ApiKey.objects.count()) == (False, 0)


def test_a_message_that_failed_is_sent_again(office: Client, waiting: Member, at: datetime) -> None:
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="failed", attempts=12, error="SMTPError: no")
    use(office, verb_of(message, "send-again"))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.due_at) == ("waiting", 0, at)


def test_accepting_closes_the_task(office: Client, waiting: Member, at: datetime) -> None:
    use(office, verb_of(waiting, "accept"))
    assert DueItem.objects.get().closed_at == at
