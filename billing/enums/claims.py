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


class DamageCause(TextChoices):
    """A cause of damage that the terms leave out (upstage/24.1, 24.3)."""

    FORCE_MAJEURE = "force_majeure", _("force majeure (24.1.1)")
    MEMBER = "member", _("the member is to blame (24.1.2)")
    INTRUSION = "intrusion", _("unlawful access by a third party (24.1.3)")
    TRANSMISSION = "transmission", _("a third party disturbed the transmission (24.1.4)")
    MALWARE = "malware", _("malware of a third party (24.1.5)")
    DATA = "data", _("data lost in transmission (24.1.6)")
    THIRD_PARTY = "third_party", _("use by a third party (24.1.7)")
    NO_FAULT = "no_fault", _("the company is not to blame (24.1.8)")
    ACCOUNT = "account", _("the account was not kept safe (24.3)")
