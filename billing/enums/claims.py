"""Words of claims, of the company and against it (upstage/18.6, 24, 25)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalStatus(TextChoices):
    """What one person proposes and another decides."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    DROPPED = "dropped", _("dropped")


PROPOSAL_MOVES: dict[str, frozenset[str]] = {
    ProposalStatus.PROPOSED: frozenset({ProposalStatus.APPROVED, ProposalStatus.DROPPED}),
}


class ClaimKind(TextChoices):
    """What the company claims of a member (upstage/18.6, 25)."""

    PENALTY = "penalty", _("penalty for improper use")
    DAMAGES = "damages", _("damages")


class HeadKind(TextChoices):
    """The parts of a claim against a member (upstage/25.2)."""

    PENALTY = "penalty", _("penalty")
    DAMAGE = "damage", _("damage")
    LEGAL_FEES = "legal_fees", _("legal fees")
    EXPENSES = "expenses", _("expenses")


class Fault(TextChoices):
    """How far the company is to blame; for the last two no limit holds (rules.md, I-6)."""

    ORDINARY = "ordinary", _("ordinary negligence")
    GROSS = "gross", _("gross negligence")
    INTENT = "intent", _("intent")
