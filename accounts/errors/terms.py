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


class SilenceNotStated(Refusal):
    """A notice that does not say, apart and clearly, that silence counts as acceptance, makes nobody accept."""

    code = "silence_not_stated"
    message = _("The notice has to say, in a paragraph of its own, that silence counts as acceptance.")
    rests_on = ("upstage/4.4",)


class RejectionClosed(Refusal):
    """A version can be rejected only until it takes effect."""

    code = "rejection_closed"
    message = _("%(version)s could be rejected until %(until)s.")
    rests_on = ("upstage/4.4",)


class AcceptedAlready(Conflict):
    """An express acceptance is an agreement; it is not taken back by a rejection."""

    code = "already_decided"
    message = _("You have expressly accepted this version.")
    rests_on = ("upstage/4.4",)


class DraftIncomplete(Refusal):
    """A draft that lacks something a published version needs."""

    code = "draft_incomplete"
    message = _("The draft lacks: %(missing)s.")
    rests_on = ("upstage/4.3",)


class NotADraft(Conflict):
    """Only a draft can be changed: a published text is never changed."""

    code = "text_published"
    message = _("This version is published, and a published text is never changed.")
    rests_on = ("upstage/4.3",)


class DayTaken(Conflict):
    """A document has one version a day."""

    code = "day_taken"
    message = _("Another version of this document takes effect on %(day)s.")


class NothingToEnd(Conflict):
    """Paid services are ended only where the member rejected a version and the billing unit is over."""

    code = "nothing_to_end"
    message = _("There is no rejected version whose last billing unit is over.")
    rests_on = ("upstage/4.5",)
