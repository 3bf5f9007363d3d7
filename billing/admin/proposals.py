"""What the pages of proposals share: how they stand, who decides, and the two answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.conduct import told
from accounts.admin.rows import OfMembersAdmin
from billing.enums import PROPOSAL_MOVES, ProposalStatus
from upstage_console.kernel import wording
from upstage_console.kernel.admin import CaseFileAdmin, Done, Fact, Happening, Text, Verb, cells, no_move
from upstage_console.kernel.errors import Refusal

TONES: Mapping[str, str] = {ProposalStatus.PROPOSED: "warn", ProposalStatus.APPROVED: "good"}
PROPOSED = gettext_lazy("Proposed; a second person has to approve it.")


def money(amount: Any, currency: str) -> str:
    """An amount in the language of the page."""
    return wording.money(amount, currency, wording.tongue(get_language()))


def day(value: Any) -> str:
    """A day in the language of the page."""
    return wording.day(value, wording.tongue(get_language()))


class Answer(Verb):
    """A decision about a proposal; `service` is the module that takes it."""

    to: ClassVar[ProposalStatus]
    service: Any
    done: ClassVar[Text]

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, PROPOSAL_MOVES)


class Approve(Answer):
    name, label, tone, icon = "approve", gettext_lazy("Approve"), "primary", "check"
    to = ProposalStatus.APPROVED
    done = gettext_lazy("Approved.")

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(self.done, result=self.service.approve(row.public_id, reason=given["reason"], by=by, at=at))


class Drop(Answer):
    name, label, icon = "drop", gettext_lazy("Drop"), "close"
    to = ProposalStatus.DROPPED
    done = gettext_lazy("Dropped.")

    def sentence(self, row: Any, *, at: datetime) -> Text:
        return _("Nothing comes of it, and the member is not told.")

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(self.done, result=self.service.drop(row.public_id, reason=given["reason"], by=by, at=at))


class ProposalAdmin(OfMembersAdmin, CaseFileAdmin):
    """Proposals with their case files."""

    list_select_related: Any = ("member", "proposed_by", "decided_by")
    list_filter: Any = ("status", "currency", "proposed_at")

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Any) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


def who(row: Any) -> list[Fact]:
    """Whose it is, as the first line of the facts."""
    return [Fact(_("Member"), row.member, reverse("admin:accounts_member_change", args=[row.member_id]))]


def decision(row: Any) -> list[Fact]:
    """Why it was proposed, by whom, and who decided."""
    return [
        Fact(_("Reason"), row.reason),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Proposed at"), row.proposed_at),
        Fact(_("Decided by"), row.decided_by or "–"),
        Fact(_("Decided at"), row.decided_at or "–"),
    ]


def deeds(row: Any, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)
