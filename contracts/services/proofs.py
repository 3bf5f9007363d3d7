"""Registration certificates and powers of attorney: asked for, handed in with their hash, or waived (rift/4.1)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services.notices import compose
from contracts.enums import PROOF_MOVES, ProofKind, ProofStatus
from contracts.models import Contract, ProofRequest
from contracts.services import drafting, files, letters
from contracts.services.deadlines import last_instant
from contracts.services.files import Given
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotAllowed
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import Phrase, is_visible

CLAUSE: Final = "rift/4.1"
TASK: Final = "contract_proof"
WARNED_BEFORE: Final = timedelta(days=3)
NAMES: Final = {
    ProofKind.REGISTRATION: Phrase("사업자등록증", "the business registration certificate"),
    ProofKind.ATTORNEY: Phrase("위임장", "the power of attorney"),
}


@enforces(CLAUSE)
@transaction.atomic
def ask(contract_id: str, kind: ProofKind, *, what: str = "", reason: str, by: Any, at: datetime) -> ProofRequest:
    """Ask a firm for a proof, also after the conclusion; its contacts are told, and it is waited for.

    Refuses `not_found`, `invalid` for another proof without its name, `already_done` while the same is asked for, and
    `not_allowed` for a contract that is over.
    """
    contract, name = drafting.locked(contract_id), what.strip()
    if contract.ended_at is not None:
        raise NotAllowed(clauses=[CLAUSE])
    if kind == ProofKind.OTHER and not is_visible(name) or len(name) > 200:
        raise Invalid
    if contract.proofs.filter(kind=kind, what=name, status=ProofStatus.ASKED).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    row: ProofRequest = ProofRequest.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=kind, what=name, asked_by=audit.actor(by),
        asked_at=at, due_at=last_instant("contract_proof_days", on=kst_date(at), at=at),
    )  # fmt: skip
    _record("proof.asked", row, reason, by, at)
    _wait(row, at)
    return row


def name_of(row: ProofRequest) -> Phrase:
    """What is asked for, in both languages."""
    return Phrase(row.what, row.what) if row.what else NAMES[ProofKind(row.kind)]


def _wait(row: ProofRequest, at: datetime) -> None:
    name, contract = name_of(row), row.contract
    due.open_item(
        TASK, contract, key=row.public_id, about=contract.customer, clause=CLAUSE, due_at=row.due_at,
        warn_at=row.due_at - WARNED_BEFORE, at=at, title_ko=f"{name.ko} 받기: {contract.title}",
        title_en=f"Wait for {name.en}: {contract.title}",
    )  # fmt: skip
    text = compose(
        _("Please send us %(what)s"), _("For “%(contract)s” we need %(what)s until the end of %(until)s (4.1)."),
        what=name, contract=contract.title, until=last_day(row.due_at),
    )  # fmt: skip
    key = f"proof:{row.public_id}"
    letters.tell([letters.Letter(row.customer_id, contract.pk, "proof", text, key, [CLAUSE])], at=at)


@enforces(CLAUSE)
@transaction.atomic
def hand_in(proof_id: str, given: Given, *, reason: str, by: Any, at: datetime) -> ProofRequest:
    """Keep what a firm handed in, byte for byte with its hash. Refuses `not_found`, `already_done`, `no_evidence`."""
    row = _asked(proof_id)
    file = files.keep(row.contract, given, by=by, at=at)
    move(row, ProofStatus.HANDED_IN, allowed=PROOF_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE], file=file,
         closed_at=at, closed_by=audit.actor(by))  # fmt: skip
    _record("proof.handed_in", row, reason, by, at, sha256=file.sha256)
    _close(row, "handed in", by, at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def waive(proof_id: str, *, reason: str, by: Any, at: datetime) -> ProofRequest:
    """Do without a proof, for a reason. Refuses `not_found`, `already_done`, and `invalid` without a reason."""
    row = _asked(proof_id)
    if not is_visible(reason):
        raise Invalid
    move(row, ProofStatus.WAIVED, allowed=PROOF_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE], closed_at=at,
         closed_by=audit.actor(by), waive_reason=reason[:500])  # fmt: skip
    _record("proof.waived", row, reason, by, at)
    _close(row, reason, by, at)
    return row


def missing(contract: Contract) -> list[ProofRequest]:
    """What was asked for and has not come, the oldest first."""
    return list(contract.proofs.filter(status=ProofStatus.ASKED).order_by("pk"))


def _asked(proof_id: str) -> ProofRequest:
    found: ProofRequest = ProofRequest.objects.select_related("contract").get_public(proof_id)
    drafting.locked(found.contract.public_id)
    row: ProofRequest = ProofRequest.objects.select_related("contract__customer").locked().get_public(proof_id)
    if row.status != ProofStatus.ASKED:
        raise AlreadyDone(clauses=[CLAUSE])
    return row


def _record(action: str, row: ProofRequest, reason: str, by: Any, at: datetime, **facts: Any) -> None:
    audit.record(action, row.contract, by=by, at=at, about=row.contract.customer, reason=reason, clauses=[CLAUSE],
                 facts={"name": name_of(row).ko, **facts})  # fmt: skip


def _close(row: ProofRequest, outcome: str, by: Any, at: datetime) -> None:
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=outcome[:200])
