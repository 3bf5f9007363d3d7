"""What reviews refuse (rift/4.2, 4.3)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed


class ReviewOpen(Conflict):
    """A review that is missing or was rejected stands in the way of every form of conclusion (rift/4.2)."""

    code = "review_open"
    message = _("Not every review has been approved: %(reviews)s.")
    rests_on = ("rift/4.2",)


class ReviewSkipped(Conflict):
    """Reviews are decided in their order (rift/4.2)."""

    code = "stage_skipped"
    message = _("The review “%(review)s” comes first.")
    rests_on = ("rift/4.2",)


class SecondPersonNeeded(NotAllowed):
    """An exposure above the limit is approved by two (rift/4.2)."""

    code = "second_person_needed"
    message = _("An exposure of %(total)s is above the limit of %(limit)s; a second person has to approve it.")
    rests_on = ("rift/4.2",)


class NoGround(Invalid):
    """Who rejects says on which ground of 4.3, or that the outcome of the review is the reason."""

    code = "no_ground"
    message = _("A rejection names its ground.")
    rests_on = ("rift/4.3",)


class QuestionnaireIncomplete(Invalid):
    """Every question of the questionnaire has an answer before it is approved (rift/4.2)."""

    code = "questionnaire_incomplete"
    message = _("These questions have no answer: %(missing)s.")
    rests_on = ("rift/4.2",)
