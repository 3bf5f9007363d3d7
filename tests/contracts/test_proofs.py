"""Registration certificates and powers of attorney: asked for, handed in, waived; what is missing shows (rift/4.1)."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from contracts.enums import ProofKind, ProofStatus
from contracts.models import Conclusion, Contract, CustomerNotice, ProofRequest
from contracts.services import proofs
from contracts.services.files import Given, digest
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import everything, page_of, use, verb_of
from tests.contracts import making
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
SCAN = Given("cert.pdf", "application/pdf", b"%PDF certificate")


@pytest.fixture
def contract() -> Contract:
    return making.drafted()


def asked(contract: Contract, kind: ProofKind = ProofKind.REGISTRATION, what: str = "") -> ProofRequest:
    return proofs.ask(contract.public_id, kind, what=what, reason="", by=making.staff("amy"), at=making.NOON)


def open_tasks() -> int:
    return DueItem.objects.filter(kind="contract_proof", closed_at__isnull=True).count()


@pytest.mark.clause("rift/4.1")
def test_a_proof_is_asked_for_and_handed_in_with_its_hash(contract: Contract) -> None:
    row = asked(contract)
    assert open_tasks() == 1
    assert "사업자등록증" in CustomerNotice.objects.get(about="proof").subject_ko
    done = proofs.hand_in(row.public_id, SCAN, reason="by mail", by=making.staff("ben"), at=making.NOON)
    assert (done.status, done.file.sha256, open_tasks()) == (ProofStatus.HANDED_IN, digest(SCAN.content), 0)
    with pytest.raises(Refusal) as refused:
        proofs.hand_in(row.public_id, SCAN, reason="", by=making.staff("ben"), at=making.NOON)
    assert refused.value.code == "already_done"


@pytest.mark.clause("rift/4.1")
def test_a_proof_is_waived_with_a_reason(contract: Contract) -> None:
    row, ben = asked(contract, ProofKind.ATTORNEY), making.staff("ben")
    with pytest.raises(Refusal) as refused:
        proofs.waive(row.public_id, reason=" ", by=ben, at=making.NOON)
    assert refused.value.code == "invalid"
    done = proofs.waive(row.public_id, reason="the representative signs", by=ben, at=making.NOON)
    assert (done.status, open_tasks()) == (ProofStatus.WAIVED, 0)


def test_what_is_refused_leaves_nothing_behind(contract: Contract) -> None:
    asked(contract)
    before = everything()
    for kind, code in ((ProofKind.REGISTRATION, "already_done"), (ProofKind.OTHER, "invalid")):
        with pytest.raises(Refusal) as refused:
            asked(contract, kind)
        assert (refused.value.code, everything()) == (code, before)


@pytest.mark.clause("rift/4.1")
def test_the_conclusion_says_what_was_missing(contract: Contract) -> None:
    asked(contract)
    asked(contract, ProofKind.OTHER, "인감증명서")
    made = making.concluded(contract)
    assert Conclusion.objects.get(contract=made).facts["missing"] == ["사업자등록증", "인감증명서"]


def test_what_was_closed_stays(contract: Contract) -> None:
    row = asked(contract)
    proofs.hand_in(row.public_id, SCAN, reason="", by=making.staff("ben"), at=making.NOON)
    with pytest.raises(Error), transaction.atomic():
        ProofRequest.objects.update(status="asked", file=None, closed_at=None)
    with pytest.raises(Error), transaction.atomic():
        ProofRequest.objects.filter(pk=row.pk).delete()


def test_at_the_desk(contract: Contract, clerk: Callable[..., Client]) -> None:
    office = desk_of(making.staff("amy"))
    with clock.fixed(making.NOON):
        use(office, verb_of(contract, "ask-proof"), kind="registration", what="")
        row = ProofRequest.objects.get()
        assert "1 still missing" in office.get(page_of(contract)).content.decode()
        url = reverse("admin:contracts_proof_hand_in", args=[row.pk])
        given = {"file": SimpleUploadedFile("cert.pdf", SCAN.content, "application/pdf"), "reason": "by mail"}
        assert clerk("contracts.view_proofrequest").post(url, given).status_code == 403
        assert office.get(url).status_code == 405
        given["file"].seek(0)
        assert office.post(url, given).status_code == 302
        pages = [page_of(row), reverse("admin:contracts_proofrequest_changelist"), page_of(contract)]
        assert [office.get(page).status_code for page in pages] == [200, 200, 200]
    row.refresh_from_db()
    assert row.status == ProofStatus.HANDED_IN
