"""What the rules about the terms refuse."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotFound, Refusal


class UnknownDocument(NotFound):
    """A document of the terms that the console does not have."""

    code = "unknown_document"
    message = _("There is no document “%(document)s”.")


class NotTerms(Invalid):
    """A file that does not read as the text of terms."""

    code = "not_terms"
    message = _("This is not a text of terms: %(why)s.")


class TextPublished(Conflict):
    """The version of that day has a text already, and a published text is never changed."""

    code = "text_published"
    message = _(
        "%(document)s of %(effective_on)s has its text already, and a text is never changed; this is another one."
    )
    rests_on = ("upstage/4.3",)


class NotInForce(Refusal):
    """Only a version that is in force can be agreed to."""

    code = "terms_not_in_force"
    message = _("This version is not in force: %(version)s.")
    rests_on = ("upstage/4.2",)


class NoticeTooShort(Refusal):
    """A change was announced too late for the day it shall take effect (rules.md, I-3)."""

    code = "notice_too_short"
    message = _("%(days)s clear days of notice are needed: %(earliest)s at the earliest.")
    rests_on = ("upstage/4.3",)
