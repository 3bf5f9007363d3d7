"""What happens to members by itself; each task reads the clock once and calls one service."""

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from accounts.services import (
    batches,
    campaigns,
    deemed,
    destruction,
    destruction_log,
    dormancy,
    exports,
    leaving,
    marketing,
    paid_services,
    restoring,
    separation,
    telling,
    uploads,
    viewing,
)
from upstage_console.kernel import clock, outbox


@shared_task(name="accounts.destroy_stored_data")
def destroy_stored_data(**_: object) -> None:
    """Destroy stored content whose time is over."""
    destruction.destroy_due(at=clock.now())


@shared_task(name="accounts.build_exports")
def build_exports(**_: object) -> None:
    """Make the exports that members asked for."""
    exports.build_due(at=clock.now())


@shared_task(name="accounts.build_export")
def build_export(*, export: int, **_: object) -> None:
    """Make one export at once; where this nudge is lost, the schedule makes it."""
    exports.build(export, at=clock.now())


@shared_task(name="accounts.expire_exports")
def expire_exports(**_: object) -> None:
    """Destroy exports whose link has expired."""
    exports.expire_due(at=clock.now())


@shared_task(name="accounts.ask_for_marketing_again")
def ask_for_marketing_again(**_: object) -> None:
    """Ask who agreed to advertising almost two years ago."""
    marketing.ask_again(at=clock.now())


@shared_task(name="accounts.send_campaigns")
def send_campaigns(**_: object) -> None:
    """Go on with the advertising that is being sent."""
    campaigns.send_campaigns(at=clock.now())


@outbox.deliverer(campaigns.TOPIC)
def deliver_advertisement(payload: Mapping[str, Any]) -> None:
    """Send one advertisement, if it may still be sent now."""
    campaigns.deliver(payload, at=clock.now())


@shared_task(name="accounts.note_ended_restrictions")
def note_ended_restrictions(**_: object) -> None:
    """Note restrictions whose time is over, and tell their members."""
    restoring.note_ended(at=clock.now())


@shared_task(name="accounts.resume_departures")
def resume_departures(**_: object) -> None:
    """Take up withdrawals that an error stopped."""
    leaving.resume_all(at=clock.now())


@shared_task(name="accounts.find_dormant")
def find_dormant(**_: object) -> None:
    """Tell whose year without use ends soon, and restrict whom that notice has warned."""
    dormancy.run(at=clock.now())


@shared_task(name="accounts.end_uploads_of_ended_apis")
def end_uploads_of_ended_apis(**_: object) -> None:
    """Let what was uploaded to APIs that are gone fall due for destruction."""
    uploads.end_uploads_of_ended_apis(at=clock.now())


@shared_task(name="accounts.tell_of_terms")
def tell_of_terms(**_: object) -> None:
    """Tell every active member of newly announced terms."""
    telling.tell_all(at=clock.now())


@shared_task(name="accounts.record_deemed_consents")
def record_deemed_consents(**_: object) -> None:
    """Record that silence has accepted what took effect."""
    deemed.record_deemed(at=clock.now())


@shared_task(name="accounts.ask_about_paid_services")
def ask_about_paid_services(**_: object) -> None:
    """Ask staff about the paid services of members who rejected a version."""
    paid_services.ask_staff(at=clock.now())


@shared_task(name="accounts.separate_data")
def separate_data(**_: object) -> None:
    """Put apart what the law keeps of those whose membership is over for good."""
    separation.separate_due(at=clock.now())


@shared_task(name="accounts.collect_destructions")
def collect_destructions(**_: object) -> None:
    """Propose the destruction of what is due."""
    batches.collect(at=clock.now())


@shared_task(name="accounts.carry_out_destructions")
def carry_out_destructions(**_: object) -> None:
    """Destroy what two people have approved, and bring the file of destructions up to date."""
    batches.carry_out(at=clock.now())
    destruction_log.catch_up()


@shared_task(name="accounts.forget_old_views", housekeeping=True)
def forget_old_views(**_: object) -> None:
    """Drop looks at personal data that the log has kept for its two years."""
    viewing.forget_old(at=clock.now())
