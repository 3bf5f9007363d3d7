"""What customers hear of deliverables: what silence would mean, and what was decided (rift/5.2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose
from contracts.enums import DecidedBy, DeliveryStatus
from contracts.models import Delivery
from contracts.services import letters
from contracts.services.letters import Letter
from upstage_console.kernel.wording import Phrase

CLAUSES: Final = ["rift/5.2"]
ABOUT: Final = "deliverable"
NO_WORDS: Final = Phrase("–", "–")
ENDS: Final = {
    "none": _("Please accept it, or send it back with reasons. No period was agreed; silence accepts nothing."),
    "period": _("Please accept it, or send it back with reasons, until the end of %(until)s. Silence accepts nothing."),
    "silence": _(
        "Please accept it, or send it back with reasons, until the end of %(until)s. If you say nothing until then, it "
        "counts as accepted: the statement of work says so."
    ),
}


def handed_over(row: Delivery, *, at: datetime) -> None:
    """Tell the customer what was handed over, until when it is inspected, and what silence means."""
    kind = "none" if row.inspect_by is None else "silence" if row.silence_accepts else "period"
    work = row.deliverable
    facts = {"item": work.name, "contract": work.contract.title, "until": row.inspect_by}
    body = compose(_("Handed over: %(item)s (%(contract)s)"), ENDS[kind], **facts)
    how = compose(_("%(how)s"), _("How, and where it is: %(how)s"), how=row.how or NO_WORDS)
    text = Text(
        body.subject_ko, body.subject_en, f"{how.body_ko}\n\n{body.body_ko}", f"{how.body_en}\n\n{body.body_en}"
    )
    letters.tell([_letter(row, text, "handed_over")], at=at)


def decided(row: Delivery, *, at: datetime) -> None:
    """Tell the customer how a hand-over was decided on, so that nothing is written down behind their back."""
    facts = {"item": row.deliverable.name, "contract": row.deliverable.contract.title, "reason": row.decision or "–"}
    if row.status == DeliveryStatus.ACCEPTED:
        text = compose(
            _("Accepted: %(item)s (%(contract)s)"), _("It was accepted (%(how)s). %(reason)s"), **facts,
            how=DecidedBy(row.decided_how).label,
        )  # fmt: skip
    else:
        text = compose(
            _("Sent back: %(item)s (%(contract)s)"),
            _("We will put it right and hand it over again, which starts a new period. Reasons: %(reason)s"), **facts,
        )  # fmt: skip
    letters.tell([_letter(row, text, row.status)], at=at)


def accepted_by_silence(rows: Sequence[Delivery], *, at: datetime) -> None:
    """Tell customers, all by one statement, that a period has ended and what that means."""
    letters.tell([_letter(row, _silent(row), "silence") for row in rows], at=at)


def _silent(row: Delivery) -> Text:
    return compose(
        _("Accepted: %(item)s (%(contract)s)"),
        _("The time to inspect it ended with %(until)s, and nothing was said. It counts as accepted: the statement of "
          "work says so."),
        item=row.deliverable.name, contract=row.deliverable.contract.title, until=row.inspect_by,
    )  # fmt: skip


def _letter(row: Delivery, text: Text, stage: str) -> Letter:
    contract = row.deliverable.contract
    return Letter(contract.customer_id, contract.pk, ABOUT, text, f"{stage}:{row.public_id}", CLAUSES)
