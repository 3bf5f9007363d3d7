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


class Flaw(TextChoices):
    """Why a file is not the text of terms."""

    NOT_TEXT = "not_text", _("the file is not UTF-8 text")
    TOO_LONG = "too_long", _("the file is longer than any terms")
    NO_ARTICLES = "no_articles", _("it has no Korean articles, which begin like “제 1 조 (목적)”")
    REPEATED = "repeated", _("an article stands in it twice")
    EMPTY = "empty", _("one of its articles is empty")
    NO_DATE = "no_date", _("it does not say from which day it applies")
    NO_DOCUMENT = "no_document", _("its first article names no document of the console; say which with --document")


class Difference(TextChoices):
    """How the structures of the Korean and the English text differ, with the numbers in the sentence."""

    ONE_LANGUAGE = "one_language", _("there is no English text")
    CHAPTERS = "chapters", _("only the Korean text has chapters (%(korean)s)")
    ONLY_KOREAN = "only_korean", _("the article is missing in English")
    ONLY_ENGLISH = "only_english", _("“%(text)s” stands only in the English text and is kept unpaired")
    GAP = "gap", _("no article %(number)s before this one")
    PRINTED = "printed", _("%(language)s prints the numbers %(printed)s; read as %(read)s")
    RUN_IN = "run_in", _("%(language)s runs the items %(printed)s into one another; taken apart")
    READING = "reading", _("the list is read as %(items)s items in both languages, one for each ground")
    PARAGRAPHS = "paragraphs", _("%(korean)s paragraphs in Korean, %(english)s in English, kept unpaired")
    IN_ORDER = "in_order", _("%(korean)s paragraphs in Korean, %(english)s in English; paired in the order of reading")
    ITEMS = "items", _("%(korean)s items in Korean, %(english)s in English, kept unpaired")
    LEAD = "lead", _("only one language has an introductory sentence")
    LOOSE = "loose", _("%(korean)s lines without number in Korean, %(english)s in English")
    DATES = "dates", _("the closing provisions differ in dates: %(korean)s in Korean, %(english)s in English")
