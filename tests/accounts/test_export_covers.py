"""Whatever is kept of a member is in the member's export, or stands here with why not (upstage/6.5)."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, User
from accounts.services import own_data
from upstage_console.scenarios.registry import discovered

LEFT_OUT = {
    "account.EmailAddress": "the address stands in the profile",
    "accounts.Case": "what staff look into; what came of it is told as a measure",
    "accounts.DataExport": "the exports themselves",
    "accounts.KeptRecord": "begins when nobody can log in any more",
    "accounts.LegalHold": "an order about the data, which is destroyed when it ends",
    "accounts.Member": "the profile",
    "admin.LogEntry": "of staff",
    "billing.CreditProposal": "what staff weighed; what came of it is a credit note",
    "billing.HeldUse": "each hold says in its note what it was for",
    "billing.InvoicePayment": "each payment says what it was for",
    "billing.UsageEvent": "summed up by day; call by call they are a file of their own",
    "billing.UsageHourShift": "where the sum of an hour fell; the corrections are told",
    "billing.UsageSteps": "worked out of the uses of a month; each line of an invoice says it",
    "billing.UsageTally": "minutes old; the hours have it once it is settled",
    "contracts.Seat": "of a firm that is a customer, which manages its own people",
    "contracts.Signer": "staff who signed for the company: evidence of a firm's contract",
    "credits.Account": "its balance is the last entry's",
    "credits.HandoutRefusal": "that a promotion was not given, by a list of staff: nothing came of it",
    "mfa.Authenticator": "secrets",
}


def owned() -> set[str]:
    """The models whose rows belong to a member."""
    return {model._meta.label for model in apps.get_models() if {Member, User} & owners_of(model)}


def owners_of(model: type[Model]) -> set[object]:
    fields = (field for field in model._meta.get_fields() if field.is_relation and not field.auto_created)
    return {field.related_model for field in fields if field.name in ("member", "user")}


@pytest.mark.clause("upstage/6.5")
def test_every_table_of_members_is_exported_or_left_out_for_a_reason(member: Member) -> None:
    discovered()
    with CaptureQueriesContext(connection) as asked:
        for part in own_data.parts():
            list(part.rows(member))
    read = " ".join(query["sql"] for query in asked)
    untold = {label for label in owned() if f'"{apps.get_model(label)._meta.db_table}"' not in read}
    assert untold - LEFT_OUT.keys() == set(), "export it (services/own_….py), or say here why not"
    assert LEFT_OUT.keys() - untold == set(), "it is exported by now"
