"""Words of usage that is kept and corrected (upstage/8.3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ArchiveStatus(TextChoices):
    SEALED = "sealed", _("being exported")
    EXPORTED = "exported", _("exported and verified")
    ARCHIVED = "archived", _("archived")
    DESTROYED = "destroyed", _("destroyed")


# A file that is not what was written goes back to be written anew, as long as the table still has the rows.
ARCHIVE_MOVES: dict[str, frozenset[str]] = {
    ArchiveStatus.SEALED: frozenset({ArchiveStatus.EXPORTED}),
    ArchiveStatus.EXPORTED: frozenset({ArchiveStatus.ARCHIVED, ArchiveStatus.SEALED}),
    ArchiveStatus.ARCHIVED: frozenset({ArchiveStatus.DESTROYED}),
}


class CorrectionStatus(TextChoices):
    PROPOSED = "proposed", _("proposed")
    APPLIED = "applied", _("applied")
    DROPPED = "dropped", _("dropped")


CORRECTION_MOVES: dict[str, frozenset[str]] = {
    CorrectionStatus.PROPOSED: frozenset({CorrectionStatus.APPLIED, CorrectionStatus.DROPPED}),
}
