"""The words for the terms, their versions and what members say to them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsentMode(TextChoices):
    EXPLICIT = "explicit", _("explicit")
    DEEMED = "deemed", _("deemed")
    REFUSED = "refused", _("refused")


class Audience(TextChoices):
    """Who has to agree to a document."""

    MEMBER = "member", _("members")
    CUSTOMER = "customer", _("firms")


class DocumentKind(TextChoices):
    """What a document is; where two disagree, the later named yields (upstage/5.2)."""

    AGREEMENT = "agreement", _("separate agreement")
    SERVICE = "service", _("terms of an individual service")
    GENERAL = "general", _("general terms")
    PROMOTION = "promotion", _("terms of a promotion")


ONE_VERSION = (DocumentKind.AGREEMENT, DocumentKind.PROMOTION)
"""Documents that stand as they were written: never amended, and silence says nothing about them."""


class AnnouncementKind(TextChoices):
    """What the notice board tells everybody."""

    TERMS = "terms", _("terms")
    API_VERSION = "api_version", _("API version")
    MAINTENANCE = "maintenance", _("planned maintenance")
    OUTAGE = "outage", _("outage")
    NEWS = "news", _("news")


class ApiAudience(TextChoices):
    """Who is written to about a version of an API; the notice board tells everybody."""

    ALL = "all", _("all active members")
    USERS = "users", _("members whose keys were used within a year")


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
