"""What staff do with promotions: draft, change, open, end, drop, and give to many."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.services import viewing
from credits.admin.promotion_forms import HandOutForm, OfferForm, form_of, offer_of
from credits.enums import HANDOUT_MOVES, PROMOTION_MOVES, HandoutStatus, PromotionStatus
from credits.errors import CountNotTyped, NotADraftPromotion
from credits.models import Promotion
from credits.queries.promotions import Weighed, promise_of, weigh
from credits.rules.promotions import usable_until
from credits.services import handouts, joining, promotions
from upstage_console.kernel import wording
from upstage_console.kernel.admin import Done, Effect, Mail, ReasonForm, Row, Text, Verb, no_move
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.errors import Refusal

CONFIRMED_BY_COUNT = 20
"""From more members than so many on, the person types their number."""
SAMPLE = 10


def money(amount: Decimal, row: Promotion) -> str:
    return wording.money(amount, row.currency, wording.tongue(get_language()))


def day(value: Any) -> str:
    return wording.day(value, wording.tongue(get_language()))


def promised(row: Promotion, at: datetime) -> list[Row]:
    """What a promotion promises, line by line."""
    period = f"{day(kst_date(row.starts_at))} – {day(last_day(row.ends_at))}"
    until = day(usable_until(promise_of(row), max(at, row.starts_at)))
    lasts = _("%(day)s, if it is given on the first day") % {"day": until} if row.valid_days else until
    return [
        Row(_("For each member"), money(row.amount, row)),
        Row(_("Budget"), money(row.budget, row)),
        Row(_("Enough for"), _members(promise_of(row).members_left)),
        Row(_("Period"), period),
        Row(_("Usable to the end of"), lasts),
        Row(_("Who gets it"), _("who joins, and whom staff give it to") if row.is_open else _("whom staff give it to")),
        Row(_("May be opened by"), _("somebody else than its author")
            if promotions.needs_second_person(row, at=at) else _("anybody who may")),
    ]  # fmt: skip


def _members(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {"count": f"{count:,}"}


class Draft(Verb):
    name, label, tone, icon = "draft", gettext_lazy("Draft a promotion"), "primary", "redeem"
    permission = "credits.draft_promotion"
    form = OfferForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Nobody sees a draft. Once it is open it is kept as promised; it can then be ended, not changed.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        drafted = promotions.draft(offer_of(given), by=by, at=at, reason=given["reason"])
        return Done(_("The promotion is drafted."), result=drafted)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return promised(done.result, at)


class Change(Verb):
    name, label, icon = "change", gettext_lazy("Change the draft"), "edit"
    permission = "credits.draft_promotion"
    form = OfferForm

    def sentence(self, row: Promotion, *, at: datetime) -> Text:
        return _("You become the author of the draft.")

    def refusal(self, row: Promotion, *, at: datetime) -> Refusal | None:
        return None if row.status == PromotionStatus.DRAFT else NotADraftPromotion(facts={"name": row.name})

    def initial(self, row: Promotion, *, at: datetime) -> Mapping[str, Any]:
        return form_of(row)

    def run(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        changed = promotions.change(row.public_id, offer_of(given), by=by, at=at, reason=given["reason"])
        return Done(_("The draft is changed."), result=changed)

    def rows(self, row: Promotion, done: Done, *, at: datetime) -> list[Row]:
        before, after = promised(row, at), promised(done.result, at)
        return [
            Row(new.label, new.after, before=old.after if old.after != new.after else "")
            for old, new in zip(before, after, strict=True)
        ]


class OfPromotion(Verb):
    """A verb that moves the state of a promotion."""

    permission = "credits.open_promotion"
    form = ReasonForm
    to: PromotionStatus

    def refusal(self, row: Promotion, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, PROMOTION_MOVES)

    def rows(self, row: Promotion, done: Done, *, at: datetime) -> list[Row]:
        return promised(done.result, at)


class Open(OfPromotion):
    name, label, tone, icon = "open", gettext_lazy("Open it"), "primary", "play_arrow"
    to = PromotionStatus.OPEN

    def sentence(self, row: Promotion, *, at: datetime) -> Text:
        return _("Its terms are published for everybody. From the first day on members join and staff give it.")

    def run(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        opened = promotions.open_(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The promotion is open."), result=opened)


class End(OfPromotion):
    name, label, tone, icon = "end", gettext_lazy("End it early"), "danger", "stop"
    to = PromotionStatus.ENDED

    def sentence(self, row: Promotion, *, at: datetime) -> Text:
        return _("Nobody joins any more, and a handout that is not done stops. What was given stays given.")

    def run(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ended = promotions.end(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The promotion has ended."), result=ended)


class Drop(OfPromotion):
    name, label, icon = "drop", gettext_lazy("Drop the draft"), "delete"
    permission = "credits.draft_promotion"
    to = PromotionStatus.DROPPED

    def sentence(self, row: Promotion, *, at: datetime) -> Text:
        return _("The draft stays in the list, and is never opened.")

    def run(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        dropped = promotions.drop(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The draft is dropped."), result=dropped)


class HandOut(Verb):
    """Many members at once: how many, a sample, whom it refuses and why; then the job goes through them."""

    name, label, tone, icon = "hand-out", gettext_lazy("Give it to members"), "primary", "redeem"
    permission = "credits.hand_out_promotion"
    form = HandOutForm

    def sentence(self, row: Promotion, *, at: datetime) -> Text:
        return _(
            "Each of them receives %(amount)s of free credits and is told so. It is given in batches, within minutes; "
            "whom it refuses is listed with the reason."
        ) % {"amount": money(row.amount, row)}

    def refusal(self, row: Promotion, *, at: datetime) -> Refusal | None:
        try:
            joining.require_running(row, at=at)
        except Refusal as refusal:
            return refusal
        return None

    def run(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        handout = handouts.begin(row.public_id, members=given["members"], reason=given["reason"], by=by, at=at)
        weighed = self._weighed(row, given)
        if given["typed"] not in (weighed.given, ANY) and weighed.given > CONFIRMED_BY_COUNT:
            raise CountNotTyped(facts={"count": weighed.given})
        said = _("It is being given to %(members)s.") % {"members": _members(weighed.given)}
        return Done(said, result=(handout, weighed))

    def _weighed(self, row: Promotion, given: Mapping[str, Any]) -> Weighed:
        members = given["members"]
        return weigh(row, list(handouts.everybody(row).values_list("pk", flat=True)) if members is None else members)

    def rows(self, row: Promotion, done: Done, *, at: datetime) -> list[Row]:
        weighed: Weighed = done.result[1]
        total = money(weighed.given * row.amount, row)
        return [
            Row(_("Receive it"), f"{_members(weighed.given)} · {total}"),
            *([Row(_("For example"), _names(weighed.receivers, weighed.given))] if weighed.given else []),
            *(Row(why.label, _refused(count, weighed.samples[why])) for why, count in weighed.refused.items()),
            Row(_("Left of the budget"), money(weighed.budget_after, row), before=money(row.budget - row.granted, row)),
            Row(_("Usable to the end of"), day(usable_until(promise_of(row), at))),
        ]

    def rehearse(self, row: Promotion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        """The number is typed after it was seen; the letter is shown once for everybody."""
        effect = super().rehearse(row, given={**given, "typed": ANY}, by=by, at=at)
        if effect.refusal is not None:
            return effect
        viewing.note_many(rows=SAMPLE, by=by, at=at, ip="", screen="promotion.preview")
        return replace(effect, mails=_mails(row, at))


ANY = object()


def _names(members: Any, count: int) -> str:
    shown = ", ".join(member.name for member in members[:SAMPLE])
    return f"{shown} … (+{count - SAMPLE:,})" if count > SAMPLE else shown


def _refused(count: int, sample: Any) -> str:
    facts = {"members": _members(count), "names": _names(sample, count)}
    return _("nothing for %(members)s: %(names)s") % facts


def _mails(row: Promotion, at: datetime) -> list[Mail]:
    text = joining.letter(row, at, joined=False)
    to = _("each of them")
    return [
        Mail("ko", to, text.subject_ko, text.body_ko),
        Mail("en", to, text.subject_en, text.body_en),
    ]


class Stop(Verb):
    name, label, tone, icon = "stop", gettext_lazy("Stop it"), "danger", "stop"
    permission = "credits.hand_out_promotion"

    def sentence(self, row: Any, *, at: datetime) -> Text:
        return _("It is given to nobody more. What was given stays given.")

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        return no_move(row.status, HandoutStatus.STOPPED, HANDOUT_MOVES)

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        stopped = handouts.stop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is given to nobody more."), result=stopped)
