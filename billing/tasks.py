"""What billing does by itself; each task reads the clock once and calls one service."""

from celery import shared_task

from billing.services import (
    alerts,
    announcements,
    archive_files,
    archiving,
    card_notices,
    close_asked,
    closing,
    collecting,
    credit_backs,
    documents,
    inbox,
    nonpayment,
    open_money,
    own_claims,
    own_data,
    own_invoices,
    own_payments,
    own_recharges,
    own_refunds,
    partitions,
    payments,
    payouts,
    recharge_reminders,
    recharging,
    refunded_bonuses,
    reinvoicing,
    repayments,
    review_delays,
    sandbox_bank,
    setting_off,
    settlement,
    tax_invoices,
    topping,
    trial_letters,
)
from upstage_console.kernel import clock

__all__ = [  # by name only
    "announcements",
    "close_asked",
    "credit_backs",
    "documents",
    "own_claims",
    "own_data",
    "own_invoices",
    "own_payments",
    "own_recharges",
    "own_refunds",
]


@shared_task(name="billing.make_partitions", housekeeping=True)
def make_partitions(**_: object) -> None:
    """Make the partitions of the coming months."""
    partitions.make_ahead(at=clock.now())


@shared_task(name="billing.archive_usage", housekeeping=True)
def archive_usage(**_: object) -> None:
    """Move months long past from the table to files."""
    archiving.archive_due(at=clock.now())


@shared_task(name="billing.destroy_usage_archives")
def destroy_usage_archives(**_: object) -> None:
    """Destroy the files that the law no longer keeps."""
    archive_files.destroy_due(at=clock.now())


@shared_task(name="billing.settle_usage")
def settle_usage(**_: object) -> None:
    """Charge and burn the usage that has come in; run every minute, what a crash left is done by the next."""
    settlement.settle(at=clock.now())


@shared_task(name="billing.close_months")
def close_months(**_: object) -> None:
    """Invoice the months that are over; run daily, so that a missed first day is caught up."""
    closing.close_due(at=clock.now())


@shared_task(name="billing.collect_invoices")
def collect_invoices(**_: object) -> None:
    """Charge new monthly invoices to the registered cards."""
    collecting.collect(at=clock.now())


@shared_task(name="billing.tell_of_cards")
def tell_of_cards(**_: object) -> None:
    """Tell members whose card expires soon, or has expired."""
    card_notices.tell(at=clock.now())


@shared_task(name="billing.ask_about_open_money")
def ask_about_open_money(**_: object) -> None:
    """Ask staff about payments and repayments that no gateway has decided for long."""
    open_money.ask_staff(at=clock.now())


@shared_task(name="billing.reconcile_payments")
def reconcile_payments(**_: object) -> None:
    """Find out what became of payments whose outcome is unknown."""
    payments.reconcile(at=clock.now())


@shared_task(name="billing.reconcile_repayments")
def reconcile_repayments(**_: object) -> None:
    """Go on with money that is on its way back, also where the gateway was down."""
    repayments.reconcile(at=clock.now())


@shared_task(name="billing.recharge")
def recharge(**_: object) -> None:
    """Charge the auto-recharges whose day has come, and try again those that failed."""
    recharging.charge_due(at=clock.now())


@shared_task(name="billing.handle_gateway_events")
def handle_gateway_events(**_: object) -> None:
    """Apply what gateways told and a crash left; send what the sandbox has to tell."""
    sandbox_bank.deliver(at=clock.now())
    inbox.handle_waiting(at=clock.now())


@shared_task(name="billing.remind_of_recharges")
def remind_of_recharges(**_: object) -> None:
    """Remind members of what is charged once a year."""
    recharge_reminders.remind(at=clock.now())


@shared_task(name="billing.top_up")
def top_up(**_: object) -> None:
    """Buy credits for members whose balance has fallen below what they chose."""
    topping.top_up_due(at=clock.now())


@shared_task(name="billing.chase_unpaid")
def chase_unpaid(**_: object) -> None:
    """Tell of unpaid invoices, and suspend use where the notice is old enough."""
    nonpayment.tell(at=clock.now())
    nonpayment.suspend(at=clock.now())


@shared_task(name="billing.state_unpaid_again")
def state_unpaid_again(**_: object) -> None:
    """State unpaid invoices again, each at the end of a completed month, with the late fee."""
    reinvoicing.state_again(at=clock.now())


@shared_task(name="billing.prepare_tax_invoices")
def prepare_tax_invoices(**_: object) -> None:
    """Prepare the tax invoices of months that are closed, and amendments for credit notes and refunds."""
    tax_invoices.prepare_due(at=clock.now())


@shared_task(name="billing.tell_of_limits")
def tell_of_limits(**_: object) -> None:
    """Tell members whose spending has reached their own limits, or whose balance is low."""
    alerts.tell(at=clock.now())


@shared_task(name="billing.tell_of_trials")
def tell_of_trials(**_: object) -> None:
    """Tell whose free trial ends soon, and whose is over."""
    trial_letters.tell_due(at=clock.now())


@shared_task(name="billing.pay_refunds")
def pay_refunds(**_: object) -> None:
    """Set off what is set off by now, and send back what is due to be paid."""
    at = clock.now()
    try:
        setting_off.set_off_due(at=at)
    finally:
        payouts.pay_due(at=at)


@shared_task(name="billing.end_freed_bonuses")
def end_freed_bonuses(**_: object) -> None:
    """Withdraw what holds have given back of the bonuses of refunded purchases."""
    refunded_bonuses.end_freed(at=clock.now())


@shared_task(name="billing.tell_of_delayed_reviews")
def tell_of_delayed_reviews(**_: object) -> None:
    """Tell who asked for a refund or objected to a fee that the answer is late, and why."""
    review_delays.tell(at=clock.now())
