"""What customers hear of approvals, references and successions: in writing, in both languages (rift/10.2, 14.1, 19)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose
from contracts.enums import ApprovalKind, ReferenceKind, SuccessionKind
from contracts.models import Contract, PriorApproval, ReferencePermission, Succession
from contracts.rules.permissions import clause_of
from contracts.services import letters
from contracts.services.letters import Letter
from upstage_console.kernel.wording import Phrase

NOTHING: Final = Phrase("없음", "none")
WHOLE: Final = Phrase("계약 전체", "the whole contract")


# Prior approvals


def approved(row: PriorApproval, *, at: datetime) -> None:
    """The written approval itself: the firm, the service and the time it covers, and nothing else."""
    _tell(
        row,
        compose(
            _("Approved in writing: %(kind)s to %(to)s"),
            _("Under “%(contract)s” we approve: %(to)s, %(service)s, from %(from)s until the end of %(until)s. It "
              "covers this and nothing else. Conditions: %(conditions)s."),
            **_facts(row), conditions=row.decision or NOTHING,
        ),
        "approved",
        at,
    )  # fmt: skip


def refused(row: PriorApproval, *, at: datetime) -> None:
    """Tell the customer that nothing was approved, and why."""
    text = compose(
        _("Not approved: %(kind)s to %(to)s"),
        _("Under “%(contract)s” we do not approve %(service)s for %(to)s. Reasons: %(reasons)s."),
        **_facts(row), reasons=row.decision,
    )  # fmt: skip
    _tell(row, text, "refused", at)


def ended(row: PriorApproval, reason: str, *, at: datetime) -> None:
    """Tell the customer that an approval ends with today."""
    text = compose(
        _("Approval ended: %(kind)s to %(to)s"),
        _("Under “%(contract)s” the approval of %(service)s for %(to)s ends with today. Reasons: %(reasons)s."),
        **_facts(row), reasons=reason,
    )  # fmt: skip
    _tell(row, text, "ended", at)


def _facts(row: PriorApproval) -> dict[str, object]:
    return {
        "kind": ApprovalKind(row.kind).label, "to": row.to, "service": row.service or WHOLE,
        "contract": row.contract.title, "from": row.starts_on, "until": row.ends_on,
    }  # fmt: skip


def _tell(row: PriorApproval, text: Text, stage: str, at: datetime) -> None:
    key = f"{stage}:{row.public_id}"
    letter = Letter(row.customer_id, row.contract_id, "approval", text, key, [clause_of(row.kind)])
    letters.tell([letter], at=at)


# References


def reference(row: ReferencePermission, subject: object, body: object, stage: str, *, at: datetime) -> None:
    """Tell the customer something about a reference: what, where and until when."""
    facts = {"kind": ReferenceKind(row.kind).label, "scope": row.scope, "until": row.until_on}
    text = compose(subject, body, contract=row.contract.title, **facts)  # type: ignore[arg-type]
    key = f"{stage}:{row.public_id}"
    letters.tell([Letter(row.customer_id, row.contract_id, "reference", text, key, ["rift/14.1"])], at=at)


# Successions


def succession(row: Succession, contracts: Sequence[Contract], *, at: datetime) -> int:
    """Tell each customer with a contract that is not over, all by one statement."""
    text = compose(
        _("%(successor)s takes our place on %(on)s"),
        _("By %(kind)s the rights and duties of your contracts go to %(successor)s on %(on)s (Article 19). Nothing of "
          "what was agreed changes."),
        successor=row.successor, on=row.effective_on, kind=SuccessionKind(row.kind).label,
    )  # fmt: skip
    told = dict.fromkeys(contract.customer_id for contract in contracts)
    key = f"succession:{row.public_id}"
    return letters.tell([Letter(one, None, "succession", text, key, ["rift/19"]) for one in told], at=at)
