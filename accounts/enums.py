"""The words for members and their states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MemberKind(TextChoices):
    INDIVIDUAL = "individual", _("individual")
    FIRM = "firm", _("firm")


class MemberStatus(TextChoices):
    APPLIED = "applied", _("applied")
    HELD = "held", _("held")
    ACTIVE = "active", _("active")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISQUALIFIED = "disqualified", _("disqualified")
    ERASED = "erased", _("erased")


class Language(TextChoices):
    KOREAN = "ko", _("Korean")
    ENGLISH = "en", _("English")


class ConsentMode(TextChoices):
    EXPLICIT = "explicit", _("explicit")
    DEEMED = "deemed", _("deemed")
    REFUSED = "refused", _("refused")


class Audience(TextChoices):
    """Who has to agree to a document."""

    MEMBER = "member", _("members")
    CUSTOMER = "customer", _("firms")


# Every move a membership can make (rules.md, section 1); anything else is refused.
MEMBER_MOVES: dict[str, frozenset[str]] = {
    MemberStatus.APPLIED: frozenset({MemberStatus.ACTIVE, MemberStatus.HELD, MemberStatus.REJECTED}),
    MemberStatus.HELD: frozenset({MemberStatus.ACTIVE, MemberStatus.REJECTED}),
    MemberStatus.ACTIVE: frozenset({MemberStatus.WITHDRAWN, MemberStatus.DISQUALIFIED}),
    MemberStatus.WITHDRAWN: frozenset({MemberStatus.ACTIVE, MemberStatus.ERASED}),
    MemberStatus.DISQUALIFIED: frozenset({MemberStatus.ACTIVE, MemberStatus.ERASED}),
}
