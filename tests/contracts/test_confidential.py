"""Confidential information: purpose and end, access by name, looks written down, nothing left after (rift/11)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from contracts.enums import SecretStatus, Side
from contracts.models import ConfidentialAccess, ConfidentialContent, ConfidentialItem, Contract, CustomerNotice
from contracts.services import confidential
from contracts.services.confidential import Secret
from contracts.services.files import Given, digest
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import everything, page_of, use, verb_of
from tests.contracts import making
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
PLAN = Given("plan.pdf", "application/pdf", b"%PDF network plan")


@pytest.fixture
def contract() -> Contract:
    return making.concluded()


def marked(contract: Contract, **more: Any) -> ConfidentialItem:
    given = {"name": "망 구성도", "belongs_to": Side.CUSTOMER, "purpose": "회선 연동", "until_on": date(2028, 1, 24)}
    secret = Secret(**(given | more))
    return confidential.mark(contract.public_id, secret, reason="", by=making.staff("amy"), at=making.NOON)


def kept(contract: Contract) -> ConfidentialItem:
    return confidential.keep(marked(contract).public_id, PLAN, reason="", by=making.staff("amy"), at=making.NOON)


def looked(row: ConfidentialItem, name: str) -> bytes:
    return confidential.open_file(row.public_id, by=making.staff(name), at=making.NOON)[1]


@pytest.mark.clause("rift/11.2")
def test_it_has_a_purpose_and_an_end_that_is_waited_for(contract: Contract) -> None:
    row = marked(contract)
    task = DueItem.objects.get(kind="confidential_end", closed_at__isnull=True)
    assert (task.subject, row.accesses.get().person) == (row.public_id, making.staff("amy"))
    for more, code in (({"purpose": " "}, "invalid"), ({"until_on": date(2027, 1, 17)}, "invalid_dates")):
        before = everything()
        with pytest.raises(Refusal) as refused:
            marked(contract, **more)
        assert (refused.value.code, everything()) == (code, before)


@pytest.mark.clause("rift/11.1")
def test_only_who_was_given_access_opens_it_and_each_look_is_written_down(contract: Contract) -> None:
    row, amy, ben = kept(contract), making.staff("amy"), making.staff("ben")
    with pytest.raises(Refusal) as refused:
        looked(row, "ben")
    assert refused.value.code == "no_access_given"
    with pytest.raises(SamePerson):
        confidential.give_access(row.public_id, ben, reason="for me", by=ben, at=making.NOON)
    confidential.give_access(row.public_id, ben, reason="he wires it", by=amy, at=making.NOON)
    assert (looked(row, "ben"), looked(row, "amy")) == (PLAN.content, PLAN.content)
    opened = AuditEvent.objects.filter(action="confidential.opened", subject=row.public_id).order_by("id")
    assert [event.actor for event in opened] == [ben, amy]
    with pytest.raises(Refusal) as again:
        confidential.give_access(row.public_id, ben, reason="", by=amy, at=making.NOON)
    assert again.value.code == "already_done"
    confidential.take_access(row.public_id, ben, reason="done", by=amy, at=making.NOON)
    with pytest.raises(Refusal) as gone:
        looked(row, "ben")
    assert gone.value.code == "no_access_given"


@pytest.mark.clause("rift/11.2")
def test_what_is_destroyed_leaves_its_hash_only(contract: Contract) -> None:
    row, amy = kept(contract), making.staff("amy")
    done = confidential.close(row.public_id, SecretStatus.DESTROYED, reason="the end", by=amy, at=making.NOON)
    assert (done.sha256, ConfidentialContent.objects.exists()) == (digest(PLAN.content), False)
    assert not ConfidentialAccess.objects.filter(ended_at__isnull=True).exists()
    assert not DueItem.objects.filter(kind="confidential_end", closed_at__isnull=True).exists()
    assert CustomerNotice.objects.filter(about="confidential").count() == 1
    with pytest.raises(Refusal) as refused:
        confidential.close(row.public_id, SecretStatus.RETURNED, reason="", by=amy, at=making.NOON)
    assert refused.value.code == "already_done"


def test_it_stays_as_it_was_marked(contract: Contract) -> None:
    kept(contract)
    for model, change in (
        (ConfidentialItem, {"purpose": "other"}), (ConfidentialContent, {"content": b"x"}),
        (ConfidentialAccess, {"given_at": making.NOON.replace(year=2026)}),
    ):  # fmt: skip
        with pytest.raises(Error), transaction.atomic():
            model.objects.update(**change)


def test_at_the_desk(contract: Contract, clerk: Callable[..., Client]) -> None:
    office = desk_of(making.staff("amy"))
    with clock.fixed(making.NOON):
        use(office, verb_of(contract, "mark-confidential"), name="망 구성도", belongs_to="customer", purpose="연동",
            until_on="2028-01-24")  # fmt: skip
        row = ConfidentialItem.objects.get()
        file = SimpleUploadedFile("plan.pdf", PLAN.content, "application/pdf")
        office.post(reverse("admin:contracts_confidential_keep", args=[row.pk]), {"file": file, "reason": "by mail"})
        url = reverse("admin:contracts_confidential_open", args=[row.pk])
        assert office.post(url).content == PLAN.content
        assert office.get(url).status_code == 405
        assert clerk("contracts.view_confidentialitem").post(url).status_code == 403
        use(office, verb_of(row, "give-access"), person=making.staff("ben").pk)
        use(office, verb_of(row, "take-access"), person=making.staff("ben").pk)
        pages = [page_of(row), page_of(contract), reverse("admin:contracts_confidentialitem_changelist")]
        assert [office.get(page).status_code for page in pages] == [200, 200, 200]
        use(office, verb_of(row, "close"), how="returned")
    row.refresh_from_db()
    assert row.status == SecretStatus.RETURNED
