"""Telling members of their free trials: begun, soon over, over (upstage/17.2, 17.3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from accounts.services.notices import Letter
from billing.models import Trial
from billing.rules import trials as rules
from upstage_console.kernel import policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.wording import Phrase

ABOUT: Final = "trial"
CLAUSES: Final = ("upstage/17.2", "upstage/17.3")
AT_A_TIME: Final = 1_000

policy.reading(
    "trial_told_days_before",
    rules.TOLD_DAYS_BEFORE,
    clause="upstage/17.3",
    why_ko="약관은 무료 체험의 종료를 미리 알리는 날을 정하지 않습니다.",
    why_en="The terms do not say how long before its end a free trial is told of.",
    valid=lambda value: isinstance(value, int) and 1 <= value <= 30,
)


def tell_started(trial: Trial, *, at: datetime) -> None:
    """Confirm what was begun, in the transaction that begins it: until when, and what then."""
    notices.notify_all([_letter(trial, "started", _("Your free trial of %(service)s has begun"), _begun(trial))], at=at)


@enforces("upstage/17.3")
def tell_due(*, at: datetime) -> int:
    """Tell whose trial ends within the days of the setting, and whose is over; each once. Returns how many letters."""
    soon = at + timedelta(days=policy.value("trial_told_days_before", at=at))
    coming = Trial.objects.filter(told_at__isnull=True, ends_at__gt=at, ends_at__lte=soon)
    over = Trial.objects.filter(over_told_at__isnull=True, ends_at__lte=at)
    return _tell_all(coming, "told_at", at) + _tell_all(over, "over_told_at", at)


def _tell_all(waiting: "QuerySet[Trial]", field: str, at: datetime) -> int:
    told = 0
    while some := _tell_some(waiting, field, at):
        told += some
    return told


@transaction.atomic
def _tell_some(waiting: "QuerySet[Trial]", field: str, at: datetime) -> int:
    rows: Sequence[Trial] = list(waiting.select_related("service").locked()[:AT_A_TIME])  # type: ignore[attr-defined]
    Trial.objects.filter(pk__in=[row.pk for row in rows]).update(**{field: at})
    notices.notify_all([_ending(row) if field == "told_at" else _ended(row) for row in rows], at=at)
    return len(rows)


def _ending(trial: Trial) -> Letter:
    body = _(
        "It is free to the end of %(ends_on)s. From %(paid_from)s on what you use is charged, as you agreed: "
        "%(agreed)s Your trials: %(page)s"
    )
    if trial.agreed_at is None:
        body = _(
            "It is free to the end of %(ends_on)s. Nothing is charged unless you agree to the prices; without that the "
            "service is closed to you from %(paid_from)s on. Decide here: %(page)s"
        )
    return _letter(trial, "ending", _("Your free trial of %(service)s ends with %(ends_on)s"), body)


def _ended(trial: Trial) -> Letter:
    body = _("What you use is charged since %(paid_from)s, as you agreed: %(agreed)s Your trials: %(page)s")
    if trial.agreed_at is None:
        body = _(
            "Nothing was charged. The service is closed to you until you agree to its prices, which you can do at any "
            "time: %(page)s"
        )
    elif trial.paid_at is not None and trial.paid_at > trial.ends_at:
        body = _(
            "From %(paid_from)s on what you use is charged, as you agreed, and before that the service is closed: "
            "%(agreed)s Your trials: %(page)s"
        )
    return _letter(trial, "over", _("Your free trial of %(service)s is over"), body)


def _begun(trial: Trial) -> Promise:
    if trial.agreed_at is None:
        return _(
            "It is free to the end of %(ends_on)s, and nothing is charged unless you agree to the prices: %(page)s"
        )
    return _("You agreed to this: %(agreed)s Your trials: %(page)s")


def _letter(trial: Trial, stage: str, subject: Promise, body: Promise) -> Letter:
    text = notices.compose(
        subject, body, service=Phrase(trial.service.name_ko, trial.service.name_en), ends_on=trial.ends_on,
        paid_from=kst_date(trial.paid_at or trial.ends_at), agreed=Phrase(trial.agreed_ko, trial.agreed_en),
        page=settings.SITE_URL + reverse("trials"),
    )  # fmt: skip
    return Letter(trial.member_id, ABOUT, text, f"trial:{stage}:{trial.public_id}", stage, CLAUSES)
