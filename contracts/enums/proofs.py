"""Words of what a firm is asked for to prove who it is and who acts for it (rift/4.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProofKind(TextChoices):
    """What is asked for."""

    REGISTRATION = "registration", _("business registration certificate")
    ATTORNEY = "attorney", _("power of attorney")
    OTHER = "other", _("other proof")


class ProofStatus(TextChoices):
    """What became of it."""

    ASKED = "asked", _("asked for")
    HANDED_IN = "handed_in", _("handed in")
    WAIVED = "waived", _("waived")


PROOF_MOVES: dict[str, frozenset[str]] = {ProofStatus.ASKED: frozenset({ProofStatus.HANDED_IN, ProofStatus.WAIVED})}
