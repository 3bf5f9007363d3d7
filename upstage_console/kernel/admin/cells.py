"""Small pieces of pages that lists and case files share, rendered by templates so that they read in both languages."""

from datetime import date, datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from upstage_console.kernel.calendars import Calendar, day_start, kst_date, last_day

FARTHEST = 60  # business days are counted this many days ahead; beyond, the date says enough


def cell(name: str, **context: Any) -> SafeString:
    """A fragment of `templates/admin/cells/`."""
    return mark_safe(render_to_string(f"admin/cells/{name}.html", context).strip())  # noqa: S308


def clause_links(codes: Any) -> SafeString:
    """Chips that lead to the articles."""
    return cell("clauses", codes=codes)


def local(row: Any, field: str) -> str:
    """The text of a bilingual field in the reader's language."""
    own, other = ("en", "ko") if (get_language() or "").startswith("en") else ("ko", "en")
    return getattr(row, f"{field}_{own}") or getattr(row, f"{field}_{other}")


def subject_link(public_id: str, label: str = "") -> SafeString:
    """A link to whatever carries this public id."""
    if not public_id:
        return mark_safe("–")
    return format_html(
        '<a class="id" href="{}">{}</a>', reverse("admin:open_subject", args=[public_id]), label or public_id
    )


def business_days_left(calendar: Calendar, today: date, last: date) -> int | None:
    """How many business days remain after today, to the last day; None where they are too many to count."""
    if not 0 <= (last - today).days <= FARTHEST:
        return None
    days = (today + timedelta(days=number) for number in range(1, (last - today).days + 1))
    return sum(calendar.is_business_day(day) for day in days)


def deadline(due_at: datetime, *, at: datetime, calendar: Calendar, is_open: bool = True) -> SafeString:
    """The last day, what remains of it in days and in business days."""
    last, today = last_day(due_at), kst_date(at)
    left = business_days_left(calendar, today, last) if is_open else None
    return cell(
        "deadline", due_at=due_at, last=last, today=today, left=left, is_past=is_open and due_at <= at, is_open=is_open,
        at_midnight=day_start(kst_date(due_at)) == due_at,
    )  # fmt: skip
