"""What the rules about conduct and standing refuse (upstage/3.4, 7, 11, 26)."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed, Refusal


class Restricted(NotAllowed):
    """Use is closed to the member at the moment (rules.md, section 3: what a restriction stops)."""

    code = "restricted"
    message = _("Use is restricted at the moment: %(restrictions)s.")
    rests_on = ("upstage/11.1",)


class Sanctioned(Refusal):
    """A sanction beyond a warning stands: no credits can be bought."""

    code = "sanctioned"
    message = _("While a sanction stands, no credits can be bought: %(restrictions)s.")
    rests_on = ("upstage/15.1",)


class StageSkipped(Refusal):
    """Sanctions go in stages."""

    code = "stage_skipped"
    message = _("Sanctions go in stages: before “%(stage)s” comes “%(before)s”.")
    rests_on = ("upstage/26.1",)


class NotAGround(Invalid):
    """A clause that this measure cannot rest on."""

    code = "unknown_ground"
    message = _("“%(ground)s” is no ground for this measure.")
    rests_on = ("upstage/26.1",)


class NobodyKnown(Conflict):
    """A measure needs somebody it is against."""

    code = "nobody_known"
    message = _("Nobody knows yet which member this is about.")


class SecondPersonNeeded(Refusal):
    """This needs a second member of staff."""

    code = "second_person_needed"
    message = _("This needs the approval of a second member of staff.")


class StatementIncomplete(Invalid):
    """A statement of reasons lacks something."""

    code = "statement_incomplete"
    message = _("The statement of reasons is not complete; missing: %(missing)s.")
    rests_on = ("upstage/26.3",)


class AppealWindowClosed(Refusal):
    """The time for the statement or objection is over."""

    code = "appeal_window_closed"
    message = _("The last day was %(until)s.")
    rests_on = ("upstage/3.4",)


class AlreadyAppealed(Conflict):
    """One statement, one objection, for one decision."""

    code = "already_appealed"
    message = _("A statement or an objection can be submitted once for each decision, and it has been.")
    rests_on = ("upstage/3.4",)


class AlreadyDecided(Conflict):
    """What is decided is decided."""

    code = "already_decided"
    message = _("This has been decided already.")
    rests_on = ("upstage/3.4",)


class NoticeRequired(Refusal):
    """A measure that needs an earlier notice has none on record."""

    code = "notice_required"
    message = _("There is no earlier notice on record.")
    rests_on = ("upstage/18.2",)
