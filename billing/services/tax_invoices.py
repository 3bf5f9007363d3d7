"""Tax invoices: prepared for every business once a month is closed, issued by staff, amended later.

A month's supply is its invoices for fees and the credits that were paid in it; penalties and damages are no supply.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Member
from billing.enums import TAX_INVOICE_MOVES, TaxInvoiceStatus
from billing.errors import ApprovalNumberInvalid, TaxInvoiceIncomplete
from billing.models import BillingMonth, BusinessProfile, TaxInvoice
from billing.models.tax_invoices import PARTIES, TaxStatement
from billing.rules import tax_invoices as rules
from billing.services import tax_amendments
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import ONE_DAY, day_end, day_start, kst_date, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.due import NewItem
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

TASK: Final = "tax_invoice"
CLAUSE: Final = "upstage/18.4"
MONTHS_BACK: Final = 3
"""A run that was missed is caught up for so long."""
WARNED_BEFORE: Final = timedelta(days=3)
APPROVAL: Final = re.compile(r"[0-9A-Za-z]{24}")

PREPARE = """
WITH supply AS (
    SELECT member_id, currency, issued_on AS supplied_on, number AS document, subtotal AS supply_value, tax,
        CASE kind WHEN 'monthly' THEN 'API 서비스 이용료 ' || to_char(month, 'YYYY-MM') ELSE '서비스 이용료' END AS what
    FROM billing_invoice WHERE month = %(month)s AND kind IN ('monthly', 'single') AND subtotal > 0
    UNION ALL
    SELECT member_id, currency, (paid_at AT TIME ZONE 'Asia/Seoul')::date,
        'pur_' || replace(public_id::text, '-', ''), amount, tax, '크레딧 구매'
    FROM billing_purchase WHERE status = 'paid' AND paid_at >= %(start)s AND paid_at < %(end)s
), made AS (
    INSERT INTO billing_taxinvoice (
        public_id, member_id, month, status, currency, supply_value, tax, total, supplied_on, issue_by,
        supplier_number, supplier_name, supplier_representative, supplier_address,
        recipient_number, recipient_name, recipient_representative, recipient_address, recipient_email,
        approval_number, prepared_at
    )
    SELECT kernel_new_id(), member.id, %(month)s, 'prepared', total.currency, total.supply_value, total.tax,
        total.supply_value + total.tax, %(last)s, %(issue_by)s,
        %(number)s, %(name)s, %(representative)s, %(address)s,
        member.business_number, member.name, coalesce(profile.representative, ''), coalesce(profile.address, ''),
        coalesce(nullif(profile.tax_email, ''), person.email), '', %(at)s
    FROM (
        SELECT member_id, currency, sum(supply_value) AS supply_value, sum(tax) AS tax FROM supply GROUP BY 1, 2
    ) AS total
    JOIN accounts_member AS member ON member.id = total.member_id
        AND member.kind = 'firm' AND member.country = 'KR' AND member.business_number <> ''
    JOIN accounts_user AS person ON person.id = member.user_id
    LEFT JOIN billing_businessprofile AS profile ON profile.member_id = member.id
    WHERE NOT EXISTS (
        SELECT FROM billing_taxinvoice AS there
        WHERE there.member_id = member.id AND there.month = %(month)s AND there.currency = total.currency
            AND there.amends_id IS NULL
    )
    RETURNING id, member_id, currency
), items AS (
    INSERT INTO billing_taxitem (tax_invoice_id, position, "on", what, document, supply_value, tax)
    SELECT made.id, row_number() OVER (PARTITION BY made.id ORDER BY supply.supplied_on, supply.document),
        supply.supplied_on, supply.what, supply.document, supply.supply_value, supply.tax
    FROM made JOIN supply USING (member_id, currency)
)
SELECT id FROM made
"""


def prepare_due(*, at: datetime) -> int:
    """Prepare what closed months, new credit notes and refunds ask for; returns how many. A repeat prepares nothing."""
    first = months_later(month_of(kst_date(at)), -MONTHS_BACK)
    closed = BillingMonth.objects.filter(month__gte=first, closed_at__isnull=False).order_by("month")
    return sum(_prepare(row.month, at) for row in closed) + _amend(at)


@enforces(CLAUSE)
@transaction.atomic
def _prepare(month: date, at: datetime) -> int:
    after, company = months_later(month, 1), settings.COMPANY
    values = {
        "month": month, "start": day_start(month), "end": day_start(after), "last": after - ONE_DAY,
        "issue_by": rules.issue_by(month, Holiday.objects.calendar()), "at": at, "number": company["registration"],
        "name": company["name"], "representative": company["representative"], "address": company["address"],
    }  # fmt: skip
    BillingMonth.objects.filter(month=month).locked().get()
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, values)
        made = [key for (key,) in cursor.fetchall()]
    _open_tasks(TaxInvoice.objects.filter(pk__in=made).select_related("member"), at)
    return len(made)


@transaction.atomic
def _amend(at: datetime) -> int:
    made = tax_amendments.write(at=at)
    _open_tasks(made, at)
    return len(made)


def _open_tasks(rows: Iterable[TaxInvoice], at: datetime) -> None:
    items = [_task(row) for row in rows]
    if items:
        due.open_all(items, at=at)


def _task(row: TaxInvoice) -> NewItem:
    last = day_end(row.issue_by)
    ko, en = ("수정 세금계산서 발행", "Issue an amended tax invoice") if row.amends_id else (
        "세금계산서 발행", "Issue a tax invoice")  # fmt: skip
    month = f"{row.month:%Y-%m}"
    return NewItem(
        kind=TASK, key=row.public_id, subject=row, about=row.member, clause=CLAUSE, due_at=last,
        title_ko=f"{ko}: {row.recipient_name}, {month}", title_en=f"{en}: {row.recipient_name}, {month}",
        warn_at=last - WARNED_BEFORE,
    )  # fmt: skip


def missing(row: TaxStatement) -> list[str]:
    """What the law wants and is not there, by field; a wrong check digit counts as missing."""
    return rules.missing(
        numbers=(row.supplier_number, row.recipient_number), names=(row.supplier_name, row.recipient_name),
        representatives=(row.supplier_representative, row.recipient_representative),
        addresses=(row.supplier_address, row.recipient_address),
    )  # fmt: skip


def names_of(fields: Iterable[str]) -> list[str]:
    """What these fields are called in the reader's language."""
    called = {field.name: str(field.verbose_name) for field in TaxInvoice._meta.fields}
    return [called[name] for name in fields]


@enforces(CLAUSE)
@transaction.atomic
def note_issued(
    tax_invoice_id: str, *, approval_number: str, issued_on: date, reason: str, by: Any, at: datetime
) -> TaxInvoice:
    """Write down that it was issued, under the tax office's number; its task is done.

    Refuses `not_found`, `already_done`, `tax_invoice_incomplete`, `invalid_approval_number`, and `invalid_dates` for a
    day to come or before the supply.
    """
    row = _to_issue(tax_invoice_id)
    number = checked(row, approval_number, issued_on, at)
    if TaxInvoice.objects.filter(approval_number=number).exists():
        raise AlreadyDone
    move(row, TaxInvoiceStatus.ISSUED, allowed=TAX_INVOICE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         approval_number=number, issued_on=issued_on, issued_by=audit.actor(by))  # fmt: skip
    audit.record("tax_invoice.issued", row, by=by, at=at, about=row.member, reason=reason, clauses=[CLAUSE],
                 facts={"approval_number": number, "total": row.total})  # fmt: skip
    due.close_item(TASK, row.public_id, by=by, at=at, outcome=number)
    return row


def checked(row: TaxStatement, approval_number: str, issued_on: date, at: datetime) -> str:
    """The tax office's number without hyphens, for whomever the tax invoice is.

    Refuses `tax_invoice_incomplete`, `invalid_approval_number`, `invalid_dates`.
    """
    number = approval_number.replace("-", "").strip()
    if lacking := missing(row):
        raise TaxInvoiceIncomplete(facts={"missing": ", ".join(names_of(lacking))})
    if not APPROVAL.fullmatch(number):
        raise ApprovalNumberInvalid
    if not row.supplied_on <= issued_on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": row.supplied_on, "ends_on": issued_on})
    return number


@transaction.atomic
def take_data_anew(tax_invoice_id: str, *, reason: str, by: Any, at: datetime) -> TaxInvoice:
    """Take the data of both sides as they are now; refuses `not_found`, `already_done` once it is issued."""
    row = _to_issue(tax_invoice_id)
    company, member = settings.COMPANY, row.member
    business = BusinessProfile.objects.filter(member=member).first() or BusinessProfile()
    values = (
        company["registration"], company["name"], company["representative"], company["address"],
        member.business_number, member.name, business.representative, business.address,
        business.tax_email or member.user.email,
    )  # fmt: skip
    for name, value in zip(PARTIES, values, strict=True):
        setattr(row, name, value)
    row.save(update_fields=PARTIES)
    audit.record("tax_invoice.data_taken", row, by=by, at=at, about=row.member, reason=reason, clauses=[CLAUSE])
    return row


def _to_issue(tax_invoice_id: str) -> TaxInvoice:
    found = TaxInvoice.objects.get_public(tax_invoice_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    row: TaxInvoice = TaxInvoice.objects.select_related("member__user").get_public(tax_invoice_id)
    if row.status != TaxInvoiceStatus.PREPARED:
        raise AlreadyDone
    return row
