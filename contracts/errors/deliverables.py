"""What deliverables and milestones refuse (rift/5.2, 7.1)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import AlreadyDone, Conflict, Invalid


class ReasonsNeeded(Invalid):
    """Who sends work back says why, so that it can be put right (rift/5.2)."""

    code = "reasons_needed"
    message = _("A rejection states what is wrong.")
    rests_on = ("rift/5.2",)


class OtherMilestone(Conflict):
    """A deliverable belongs to the milestone it was first written down with."""

    code = "other_milestone"
    message = _("“%(name)s” belongs to another milestone or to none.")
    rests_on = ("rift/7.1",)


class MilestoneAccepted(AlreadyDone):
    """A milestone that was accepted takes no more deliverables."""

    message = _("The milestone “%(milestone)s” was accepted already.")
    rests_on = ("rift/7.1",)


class DeliverablesOpen(Conflict):
    """A milestone with deliverables is accepted through them (rift/5.2)."""

    code = "deliverables_open"
    message = _("The milestone “%(milestone)s” is accepted once all its deliverables are: %(open)s.")
    rests_on = ("rift/5.2", "rift/7.1")
