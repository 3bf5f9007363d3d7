"""What staff can do with the notice board and the state of the services."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import board_forms as forms
from accounts.enums import AnnouncementKind
from accounts.errors import NotPublished, Published
from accounts.models import Announcement
from accounts.services import announcements, interruptions
from upstage_console.kernel.admin import Done, Row, Text, Verb
from upstage_console.kernel.errors import AlreadyDone, Refusal


class BoardVerb(Verb):
    """A verb of the board; its effect shows the post as it will stand there."""

    permission = "accounts.publish_announcement"

    def rows(self, row: Any, done: Done, *, at: datetime) -> Iterable[Row]:
        post = done.result
        if not isinstance(post, Announcement):
            return []
        return [
            Row(_("Title (Korean)"), after=post.title_ko),
            Row(_("Title (English)"), after=post.title_en),
            Row(_("Text (Korean)"), after=post.body_ko),
            Row(_("Text (English)"), after=post.body_en),
        ]


class DraftVerb(BoardVerb):
    """A verb of what is not published yet."""

    def refusal(self, row: Announcement, *, at: datetime) -> Refusal | None:
        return Published() if row.published_at is not None else None


class Write(BoardVerb):
    name, label = "write", gettext_lazy("Write a post")
    form = forms.DraftForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("A draft, which nobody outside sees until it is published.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The draft is kept."), result=announcements.draft(forms.post_of(dict(given)), by=by, at=at))


class Rewrite(DraftVerb):
    name, label = "rewrite", gettext_lazy("Change the draft")
    form = forms.DraftForm

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The draft reads as you write it here.")

    def initial(self, row: Announcement, *, at: datetime) -> Mapping[str, Any]:
        return {name: getattr(row, name) for name in ("kind", "title_ko", "title_en", "body_ko", "body_en")}

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        post = forms.post_of(dict(given))
        changed = announcements.change_draft(row.public_id, post, by=by, at=at, reason=given["reason"])
        return Done(_("The draft is changed."), result=changed)


class Publish(DraftVerb):
    name, label, tone = "publish", gettext_lazy("Publish"), "primary"
    form = forms.TellForm

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The post stands on the notice board at once. Its text cannot be changed any more, only added to.")

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        tell, reason = given["tell_members"], given["reason"]
        post = announcements.publish_draft(row.public_id, by=by, at=at, reason=reason, tell_members=tell)
        return Done(_("The post is published."), result=post)


class Drop(DraftVerb):
    name, label, tone = "drop", gettext_lazy("Throw the draft away"), "danger"

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The draft is gone; that it was there stays in the history.")

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        announcements.drop_draft(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The draft is thrown away."))


class Add(BoardVerb):
    name, label = "add", gettext_lazy("Correct by an addition")
    form = forms.AdditionForm

    def refusal(self, row: Announcement, *, at: datetime) -> Refusal | None:
        return NotPublished() if row.published_at is None else None

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("What was published stays; the addition stands below it, with its time.")

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        texts = {name: given[name] for name in ("text_ko", "text_en")}
        added = announcements.add(row.public_id, **texts, by=by, at=at, reason=given["reason"])
        return Done(_("The addition is published."), result=added)


class AnnounceMaintenance(BoardVerb):
    name, label = "announce-maintenance", gettext_lazy("Announce maintenance")
    form = forms.MaintenanceForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Planned maintenance is announced before it begins, on the notice board and on the status page.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        planned, tell = forms.interruption_of(dict(given)), given["tell_members"]
        post = interruptions.announce_maintenance(planned, by=by, at=at, reason=given["reason"], tell_members=tell)
        return Done(_("The maintenance is announced."), result=post)


class ReportOutage(BoardVerb):
    name, label, tone = "report-outage", gettext_lazy("Report an outage"), "danger"
    form = forms.OutageForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("What nobody could foresee may be told afterwards. Without an end, it is shown as lasting.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"starts_at": forms.to_the_minute(at)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        outage, tell = forms.interruption_of(dict(given)), given["tell_members"]
        post = interruptions.report_outage(outage, by=by, at=at, reason=given["reason"], tell_members=tell)
        return Done(_("The outage is reported."), result=post)


class EndOutage(BoardVerb):
    name, label, tone = "end-outage", gettext_lazy("It is over"), "primary"
    form = forms.EndForm

    def refusal(self, row: Announcement, *, at: datetime) -> Refusal | None:
        return None if row.kind == AnnouncementKind.OUTAGE and row.ends_at is None else AlreadyDone()

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The status page says since when it is over, and keeps it with its ground and how long it took.")

    def initial(self, row: Announcement, *, at: datetime) -> Mapping[str, Any]:
        return {"ended_at": forms.to_the_minute(at)}

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ended = {"ended_at": given["ended_at"], "reason": given["reason"]}
        return Done(_("The outage is over."), result=interruptions.end_outage(row.public_id, **ended, by=by, at=at))


class PlannedVerb(BoardVerb):
    """A verb of maintenance that is not over."""

    def refusal(self, row: Announcement, *, at: datetime) -> Refusal | None:
        is_open = row.kind == AnnouncementKind.MAINTENANCE and row.called_off_at is None and self.is_open(row, at)
        return None if is_open else AlreadyDone()

    def is_open(self, row: Announcement, at: datetime) -> bool:
        """Whether it may still be done."""
        return row.ends_at is not None and row.ends_at > at


class MoveEnd(PlannedVerb):
    name, label = "move-end", gettext_lazy("Another end")
    form = forms.MoveEndForm

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The maintenance ends earlier or later than announced; the post says so.")

    def initial(self, row: Announcement, *, at: datetime) -> Mapping[str, Any]:
        return {"ends_at": forms.to_the_minute((row.ends_at or at) + timedelta(hours=1))}

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        moved = {"ends_at": given["ends_at"], "reason": given["reason"]}
        return Done(_("The end is moved."), result=interruptions.move_end(row.public_id, **moved, by=by, at=at))


class CallOff(PlannedVerb):
    name, label, tone = "call-off", gettext_lazy("Call off"), "danger"

    def is_open(self, row: Announcement, at: datetime) -> bool:
        return row.begins_at > at

    def sentence(self, row: Announcement, *, at: datetime) -> Text:
        return _("The maintenance does not take place; the post says so.")

    def run(self, row: Announcement, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        post = interruptions.call_off(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The maintenance is called off."), result=post)
