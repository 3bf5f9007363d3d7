import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum

from billing.errors import NotUsageFile, TooFewMembers, UsageArchived
from billing.models import BillingMonth, Charge, Invoice, UsageArchive, UsageBatch, UsageEvent, UsageImport, UsageTally
from billing.services import closing, importing, settlement, usage
from tests.billing import make
from upstage_console.kernel.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/2.7")]

HEAD = "TIMESTAMP,ContextTokens,GeneratedTokens"
START = datetime(2023, 11, 16, 18, 15, 46, 680590, tzinfo=UTC)
TRACES = Path(__file__).resolve().parents[3] / "shared" / "data"
REQUESTS, TOKENS = 28_185, 44_756_405


@pytest.fixture
def catalogue(db):
    call_command("load_catalogue", verbosity=0)


@pytest.fixture
def trace(tmp_path):
    """40 requests with 1, 2, 3 … input and 2, 4, 6 … output tokens: 820 and 1,640 tokens."""
    rows = [f"{START + timedelta(seconds=n):%Y-%m-%d %H:%M:%S.%f}0,{n},{2 * n}" for n in range(1, 41)]
    path = tmp_path / "trace.csv.gz"
    path.write_bytes(gzip.compress("\r\n".join([HEAD, *rows]).encode()))
    return path


def imported(path, **how):
    done = importing.import_file(path, service="solar", by=None, at=make.NOON, **how)
    settlement.settle(at=make.NOON)
    return done


def books():
    sums = Charge.objects.aggregate(Sum("amount"), Sum("burned"), Sum("owed"), Sum("events"))
    return sums, sorted(UsageEvent.objects.values_list("member_id", "event_id", "amount"))


@pytest.mark.usefixtures("catalogue")
def test_every_token_is_billed_once(trace):
    kim, lee = make.member(), make.member()
    make.granted(kim, "0.1")
    done = imported(trace)
    assert (done.requests, done.members, done.accepted, done.duplicate) == (40, 2, 80, 0)
    amount = 820 * Decimal("0.0002") + 1640 * Decimal("0.0008")
    assert Charge.objects.aggregate(Sum("amount"))["amount__sum"] == amount
    assert set(UsageEvent.objects.values_list("member_id", flat=True)) == {kim.pk, lee.pk}


@pytest.mark.usefixtures("catalogue")
def test_again_changes_nothing_whoever_has_joined(trace):
    make.member()
    imported(trace)
    before = books()
    make.member()
    again = imported(trace)
    assert (again.accepted, again.duplicate, again.members) == (0, 80, 1)
    assert (books(), UsageImport.objects.count(), UsageBatch.objects.count()) == (before, 1, 1)


class Killed(Exception):
    pass


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("after", [0, 1, 3])
def test_killed_and_begun_again_gives_the_same_books(trace, monkeypatch, after):
    make.granted(make.member(), "0.2")
    make.member()
    monkeypatch.setattr(importing, "REQUESTS_A_BATCH", 10)
    real, calls = usage.take_columns, []

    def dying(*args, **how):
        with transaction.atomic():
            done = real(*args, **how)
            if len(calls) == after:
                raise Killed
            calls.append(args)
            return done

    with monkeypatch.context() as patch:
        patch.setattr(usage, "take_columns", dying)
        with pytest.raises(Killed):
            imported(trace)
    assert UsageEvent.objects.count() == after * 20
    make.member()
    assert imported(trace).accepted == 80 - after * 20
    sums, events = books()
    assert (sums["amount__sum"], sums["burned__sum"], len(events)) == (Decimal("1.476"), Decimal("0.2"), 80)
    assert UsageImport.objects.get().finished_at == make.NOON


BAD = {
    "nothing": b"",
    "another head": b"a,b,c\n1,2,3\n",
    "no requests": HEAD.encode(),
    "a missing column": f"{HEAD}\n2023-11-16 18:17:03,1\n".encode(),
    "a bad time": f"{HEAD}\nsoon,1,1\n".encode(),
    "the future": f"{HEAD}\n2029-11-16 18:17:03,1,1\n".encode(),
    "negative tokens": f"{HEAD}\n2023-11-16 18:17:03,-1,1\n".encode(),
    "a fraction": f"{HEAD}\n2023-11-16 18:17:03,1.5,1\n".encode(),
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
@pytest.mark.parametrize("packed", [True, False])
def test_malformed_file_leaves_nothing(tmp_path, content, packed):
    make.member()
    path = tmp_path / ("bad.csv.gz" if packed else "bad.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(NotUsageFile):
        imported(path)
    assert not UsageImport.objects.exists()


@pytest.mark.usefixtures("catalogue")
def test_last_line_bad_still_leaves_nothing(trace, tmp_path):
    make.member()
    path = tmp_path / "late.csv"
    path.write_bytes(gzip.decompress(trace.read_bytes()) + b"\r\nwhat")
    with pytest.raises(CommandError, match="late.csv: .* line 42 has 1 columns instead of 3"):
        call_command("import_usage", path, verbosity=0)
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("cut", [10, 100])
def test_truncated_archive(trace, tmp_path, cut):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(trace.read_bytes()[:cut])
    with pytest.raises(NotUsageFile):
        imported(path)


def test_damaged_archive(tmp_path):
    content = gzip.compress(
        "\n".join([HEAD, *(f"2023-11-16 18:15:46,{n * 7919 % 10007},1" for n in range(2000))]).encode()
    )
    middle = len(content) // 2
    flipped = bytes(byte ^ 0xFF for byte in content[middle : middle + 400])
    path = tmp_path / "damaged.csv.gz"
    path.write_bytes(content[:middle] + flipped + content[middle + 400 :])
    with pytest.raises(NotUsageFile):
        imported(path)


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_usage", tmp_path / "nothing.csv")


@pytest.mark.usefixtures("catalogue")
def test_too_few_members(trace):
    make.member()
    with pytest.raises(TooFewMembers):
        imported(trace, members=2)


def test_service_that_is_not_there(trace):
    make.member()
    with pytest.raises(NotFound):
        imported(trace)


@pytest.mark.skipif(not TRACES.is_dir(), reason="the traces are not beside the project")
def test_real_traces_to_the_last_digit(catalogue):
    members = [make.member() for _ in range(25)]
    for member in members[::2]:
        make.granted(member, "300.123456")
    for name in ("code", "conv"):
        imported(TRACES / f"AzureLLMInferenceTrace_{name}.csv.gz")
    assert UsageEvent.objects.count() == 2 * REQUESTS
    assert UsageEvent.objects.aggregate(Sum("quantity"))["quantity__sum"] == TOKENS
    closing.close_due(at=make.NOON)
    assert BillingMonth.objects.filter(closed_at__isnull=True).count() == 0
    tokens = UsageEvent.objects.values("price__unit_price", "price__per").annotate(total=Sum("quantity"))
    price = sum(row["total"] * row["price__unit_price"] / row["price__per"] for row in tokens)
    invoices = Invoice.objects.aggregate(Sum("subtotal"), Sum("credits_applied"), Sum("rounding"))
    assert sum(invoices.values()) == price
    assert invoices["credits_applied__sum"] == 13 * Decimal("300.123456")


@pytest.mark.usefixtures("catalogue")
def test_a_file_with_use_of_an_archived_month_leaves_nothing(trace):
    make.member()
    UsageArchive.objects.create(month=START.date().replace(day=1), sealed_at=make.NOON)
    with pytest.raises(UsageArchived):
        imported(trace)
    assert (UsageImport.objects.count(), UsageEvent.objects.count()) == (0, 0)


@pytest.mark.usefixtures("catalogue")
def test_what_is_imported_counts_at_once_and_is_settled_by_the_command(trace):
    kim = make.member()
    importing.import_file(trace, service="solar", by=None, at=make.NOON)
    assert (UsageEvent.objects.count(), Charge.objects.count()) == (80, 0)
    assert UsageTally.objects.filter(member=kim).aggregate(Sum("events"))["events__sum"] == 80
    call_command("import_usage", trace, verbosity=0)
    assert Charge.objects.aggregate(Sum("events"))["events__sum"] == 80
