"""Retention in the back office: batches with two people, certificates, kept records, legal holds."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import DataView, DestructionBatch, KeptRecord, LegalHold, Member, User
from accounts.services import batches
from tests.accounts.leaving import destroyed, filled, morning, separated
from tests.admin.conftest import desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from upstage_console.kernel import clock

DUE = morning(date(2031, 11, 19))


@pytest.fixture
def former(member: Member, at: datetime) -> Member:
    return separated(filled(member, at), at)


@pytest.fixture
def batch(former: Member) -> DestructionBatch:
    found = batches.collect(at=DUE)
    assert found is not None
    return found


def open_url(row: KeptRecord) -> str:
    return reverse("admin:accounts_keptrecord_open", args=[row.pk])


def test_two_people_destroy_at_their_desks(office: Client, ben: User, batch: DestructionBatch) -> None:
    with clock.fixed(DUE):
        page = office.get(page_of(batch))
        use(office, verb_of(batch, "look-through"))
        use(desk_of(ben), verb_of(batch, "approve"))
        batches.carry_out(at=DUE)
        done = office.get(page_of(batch))
    panels = [[str(panel.title) for panel in shown.context["panels"]] for shown in (page, done)]
    assert panels == [["Facts", "What would be destroyed"], ["Facts", "Certificate"]]


def test_the_preview_names_the_numbers(office: Client, batch: DestructionBatch) -> None:
    with clock.fixed(DUE):
        rows = preview(office, verb_of(batch, "look-through")).context["effect"].rows
    assert [(str(row.label), row.after) for row in rows][:2] == [
        ("contracts and withdrawal", "1"), ("members of whom nothing is kept any more", "1"),
    ]  # fmt: skip


def test_the_first_person_cannot_be_the_second(office: Client, batch: DestructionBatch) -> None:
    with clock.fixed(DUE):
        use(office, verb_of(batch, "look-through"))
        refused = preview(office, verb_of(batch, "approve")).context["refused"]
    assert refused.code == "same_person"


@pytest.mark.parametrize(("verb", "code"), [("approve", "second_person_needed")])
def test_nobody_approves_what_nobody_looked_through(
    verb: str, code: str, office: Client, batch: DestructionBatch
) -> None:
    assert preview(office, verb_of(batch, verb)).context["refused"].code == code


def test_a_batch_is_dropped(office: Client, batch: DestructionBatch) -> None:
    with clock.fixed(DUE):
        use(office, verb_of(batch, "drop"))
    batch.refresh_from_db()
    assert batch.status == "dropped"


@pytest.mark.parametrize("verb", ["look-through", "approve", "drop"])
def test_who_may_only_look_destroys_nothing(verb: str, clerk: Callable[..., Client], batch: DestructionBatch) -> None:
    assert clerk("accounts.view_destructionbatch").get(verb_of(batch, verb)).status_code == 403


def test_the_certificate_is_a_file(office: Client, amy: User, ben: User, former: Member) -> None:
    done = destroyed(amy, ben, DUE)
    url = reverse("admin:accounts_destructionbatch_certificate", args=[done.pk])
    assert office.get(url).json()["counts"] == {"contract": 1, "erased": 1}


def test_there_is_no_certificate_before(office: Client, clerk: Callable[..., Client], batch: DestructionBatch) -> None:
    url = reverse("admin:accounts_destructionbatch_certificate", args=[batch.pk])
    assert (office.get(url).status_code, clerk().get(url).status_code) == (404, 403)


def test_a_kept_record_is_opened_for_a_purpose_alone(office: Client, former: Member, amy: User) -> None:
    row = KeptRecord.objects.get()
    shut, nothing_said = office.get(page_of(row)), office.post(open_url(row), {"purpose": ""})
    opened = office.post(open_url(row), {"purpose": "court order 2027-12"})
    assert ["김하늘" in page.content.decode() for page in (shut, nothing_said, opened)] == [False, False, True]
    assert "no-store" in opened.headers["Cache-Control"]
    view = DataView.objects.get()
    assert (view.actor, view.member, view.screen, view.purpose) == (
        amy, former, "keptrecord.opened", "court order 2027-12",
    )  # fmt: skip


def test_each_opening_is_a_line_of_its_own(office: Client, former: Member) -> None:
    row = KeptRecord.objects.get()
    for _ in range(2):
        office.post(open_url(row), {"purpose": "court order"})
    assert DataView.objects.count() == 2


@pytest.mark.clause("upstage/21.1")
def test_kept_records_open_to_few(clerk: Callable[..., Client], former: Member) -> None:
    row = KeptRecord.objects.get()
    desk = clerk("accounts.view_keptrecord")
    assert (desk.get(page_of(row)).status_code, desk.post(open_url(row), {"purpose": "curious"}).status_code) == (
        200, 403,
    )  # fmt: skip
    assert desk.get(open_url(row)).status_code == 405


def test_what_is_destroyed_cannot_be_opened(office: Client, amy: User, ben: User, former: Member) -> None:
    destroyed(amy, ben, DUE)
    assert office.post(open_url(KeptRecord.objects.get()), {"purpose": "court order"}).status_code == 404


def test_kept_records_are_found_by_ids_alone(office: Client, former: Member) -> None:
    row = KeptRecord.objects.get()
    url = reverse("admin:accounts_keptrecord_changelist")
    found = {term: office.get(url, {"q": term}).context["cl"].result_count
             for term in (row.public_id, former.public_id, "김하늘")}  # fmt: skip
    assert list(found.values()) == [1, 1, 0]


def test_the_schedule_stands_below_the_list(office: Client, db: None) -> None:
    page = office.get(reverse("admin:accounts_keptrecord_changelist")).content.decode()
    assert "Contracts and withdrawal" in page


def test_a_legal_hold_is_placed_and_released_on_the_case_file(office: Client, member: Member) -> None:
    use(office, verb_of(member, "place-hold"), reason="litigation")
    page = office.get(page_of(member))
    again = preview(office, verb_of(member, "place-hold")).context["refused"]
    use(office, verb_of(member, "release-hold"))
    assert ("litigation" in page.content.decode(), again.code, LegalHold.objects.get().released_by.name) == (
        True, "already_done", "Amy",
    )  # fmt: skip


def test_the_case_file_leads_to_what_is_kept(office: Client, former: Member) -> None:
    page: Any = office.get(page_of(former))
    assert page_of(KeptRecord.objects.get()) in page.content.decode()


def test_the_search_box_is_a_look_too(office: Client, member: Member) -> None:
    office.get(reverse("admin:search"), {"s": member.name, "extended": "1"})
    assert DataView.objects.get().screen == "member.search"
