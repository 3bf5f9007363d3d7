"""Telling customers: a notice that is kept, and a mail to each of their contacts in the firm's language (rift/8.2).

Composed as notices to members are; a customer without contacts is told at the address for invoices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation

from accounts.services.mail import DOMAIN, is_refused
from accounts.services.notices import Text
from contracts.models import CustomerNotice
from upstage_console.kernel import outbox
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import OutboxMessage
from upstage_console.kernel.outbox import Outcome, Undeliverable

# Each text goes to the database once, however many customers it is for.
WRITE = """
WITH told AS (
    INSERT INTO contracts_customernotice (
        public_id, customer_id, contract_id, about, key, subject_ko, subject_en, body_ko, body_en, clauses, at
    )
    SELECT kernel_new_id(), letter.customer_id, letter.contract_id, letter.about, letter.key, text.subject_ko,
        text.subject_en, text.body_ko, text.body_en, string_to_array(letter.clauses, ' '), %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
        AS letter (customer_id, contract_id, about, key, clauses, place)
    JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
        AS text (subject_ko, subject_en, body_ko, body_en, place) USING (place)
    ON CONFLICT (customer_id, key) DO NOTHING
    RETURNING customer_id, 'cnt_' || replace(public_id::text, '-', '') AS name
), addressed AS (
    SELECT told.name, contact.name AS person, contact.email FROM told
    JOIN contracts_contact AS contact ON contact.customer_id = told.customer_id AND contact.left_at IS NULL
    UNION ALL
    SELECT told.name, firm.name, firm.invoice_email FROM told
    JOIN contracts_customer AS customer ON customer.id = told.customer_id
    JOIN billing_firm AS firm ON firm.id = customer.firm_id AND firm.invoice_email <> ''
    WHERE NOT EXISTS (
        SELECT FROM contracts_contact AS contact
        WHERE contact.customer_id = told.customer_id AND contact.left_at IS NULL
    )
), mailed AS (
    INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
    SELECT 'customer_notice', left(name || ' ' || email, 200),
        jsonb_build_object('notice', name, 'person', person, 'email', email), %s, %s, 'waiting', 0, ''
    FROM addressed
)
SELECT count(*) FROM told
"""


@dataclass(frozen=True)
class Letter:
    """One notice to one customer; the same `key` goes out to a customer once."""

    customer_id: int
    contract_id: int | None
    about: str
    text: Text
    key: str
    clauses: Sequence[str] = ()


def tell(letters: Sequence[Letter], *, at: datetime) -> int:
    """Tell customers by one statement; who was told before is not told again. Returns how many were new."""
    require_transaction()
    if not letters:
        return 0
    texts = list(dict.fromkeys(letter.text for letter in letters))
    place = {text: number for number, text in enumerate(texts, start=1)}
    given: list[Any] = [
        [letter.customer_id for letter in letters],
        [letter.contract_id for letter in letters],
        [letter.about for letter in letters],
        [letter.key for letter in letters],
        [" ".join(letter.clauses) for letter in letters],
        [place[letter.text] for letter in letters],
        *([getattr(text, part.name) for text in texts] for part in fields(Text)),
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [at, *given, at, at])
        return int(cursor.fetchone()[0])


@outbox.batch_deliverer("customer_notice", note=lambda outcomes, at: None)
def deliver(messages: Sequence[OutboxMessage]) -> Iterator[Outcome]:
    """Mail the notices that the messages name, each to its person, and tell of each whether it went."""
    rows = CustomerNotice.objects.filter(public_id__in=[message.payload["notice"] for message in messages])
    notices = {notice.public_id: notice for notice in rows.select_related("customer__firm")}
    with get_connection() as mailbox:
        for message in messages:
            yield Outcome(message, _sent(notices[message.payload["notice"]], message, mailbox))


def _sent(notice: CustomerNotice, message: OutboxMessage, mailbox: Any) -> Exception | None:
    """Send one mail; what went wrong with it alone is returned, and the connection stays good for the next."""
    try:
        mailbox.send_messages([mail_of(notice, message)])
    except Exception as error:  # one bad mail stops none of the others
        mailbox.close()
        mailbox.open()
        return Undeliverable(str(error)) if is_refused(error) else error
    return None


def mail_of(notice: CustomerNotice, message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail to one person in the firm's language; its Message-ID is the same should it leave twice."""
    language = notice.customer.firm.language
    shown = {
        "member": {"name": message.payload["person"], "language": language}, "clauses": notice.clauses,
        "subject": getattr(notice, f"subject_{language}"), "body": getattr(notice, f"body_{language}"),
        "site": settings.SITE_URL,
    }  # fmt: skip
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=shown["subject"], body=render_to_string("emails/customer_notice.txt", shown),
            to=[message.payload["email"]], headers={"Message-ID": f"<{notice.public_id}.{message.pk}@{DOMAIN}>"},
        )  # fmt: skip
        mail.attach_alternative(render_to_string("emails/customer_notice.html", shown), "text/html")
    return mail
