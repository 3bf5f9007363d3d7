"""What customers hear before, when and after their service is stopped or limited (rift/4.4, 7.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.services.notices import Text, compose
from contracts.enums import SuspensionGround
from contracts.models import Suspension, SuspensionNotice
from contracts.rules.suspensions import CLAUSES
from contracts.services import letters
from upstage_console.kernel.wording import Phrase

ABOUT: Final = "suspension"
WHOLE: Final = Phrase("서비스 전체", "the whole service")
WAYS_OUT: Final = {
    SuspensionGround.UNPAID: _(
        "What is limited from %(on)s: %(what)s. The ground: invoices that are unpaid past their due day. Nothing is "
        "limited if everything that is due is paid before. What was concluded can be read and paid all the time."
    ),
    SuspensionGround.BREACH: _(
        "What is limited from %(on)s: %(what)s. The ground: the breach that was to be cured. Nothing is limited if it "
        "is cured before. What was concluded can be read and paid all the time."
    ),
}


def what_of(row: Suspension | SuspensionNotice) -> Phrase:
    """What stands still: the whole service, or functions by their names."""
    named = ", ".join(row.functions)
    return Phrase(named, named) if named else WHOLE


def told(row: SuspensionNotice, *, at: datetime) -> None:
    """The written notice itself: what will be limited, from which day, and how that is turned away."""
    text = compose(
        _("The service of “%(contract)s” will be limited from %(on)s"), WAYS_OUT[SuspensionGround(row.ground)],
        contract=row.contract.title, on=row.from_on, what=what_of(row),
    )  # fmt: skip
    _tell(row, text, "told", at)


def dropped(row: SuspensionNotice, *, at: datetime) -> None:
    """Nothing comes of a notice."""
    text = compose(
        _("The service of “%(contract)s” will not be limited"),
        _("The notice that it would be limited from %(on)s no longer holds."),
        contract=row.contract.title, on=row.from_on,
    )  # fmt: skip
    _tell(row, text, "dropped", at)


def suspended(row: Suspension, *, at: datetime) -> None:
    """The service, or some of its functions, stands still from now on."""
    text = compose(
        _("The service of “%(contract)s” is limited"),
        _("From %(start)s: %(what)s. You were told that beforehand. What was concluded can be read and paid all the "
          "time; it ends at once when its ground is gone."),
        contract=row.contract.title, start=row.starts_at, what=what_of(row),
    )  # fmt: skip
    _tell(row, text, "suspended", at)


def resumed(rows: Sequence[Suspension], *, at: datetime) -> None:
    """It runs again."""
    for row in rows:
        text = compose(
            _("The service of “%(contract)s” runs again"), _("The limit since %(start)s has ended: %(what)s."),
            contract=row.contract.title, start=row.starts_at, what=what_of(row),
        )  # fmt: skip
        _tell(row, text, "resumed", at)


def _tell(row: Suspension | SuspensionNotice, text: Text, stage: str, at: datetime) -> None:
    clauses = CLAUSES[SuspensionGround(row.ground)]
    key = f"suspension:{row.public_id}:{stage}"
    letters.tell([letters.Letter(row.customer_id, row.contract_id, ABOUT, text, key, clauses)], at=at)
