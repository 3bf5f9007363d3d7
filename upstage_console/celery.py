"""The Celery application, and the schedule of everything that happens by itself.

A task is only a nudge: what is due stands in PostgreSQL (due items, outbox, dates of rows), so a late or repeated
run catches up and does nothing twice. Times are Korean time (rules.md, I-1).
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstage_console.settings")

app = Celery("upstage_console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "tell members of changed terms": {"task": "accounts.tell_of_terms", "schedule": crontab()},
    "record deemed consents": {"task": "accounts.record_deemed_consents", "schedule": crontab(minute="*/10")},
    "ask about paid services of who rejected": {
        "task": "accounts.ask_about_paid_services",
        "schedule": crontab(minute="*/10"),
    },
    "deliver messages": {"task": "kernel.deliver_outbox", "schedule": crontab()},
    "destroy stored data": {"task": "accounts.destroy_stored_data", "schedule": crontab()},
    "build exports": {"task": "accounts.build_exports", "schedule": crontab()},
    "expire exports": {"task": "accounts.expire_exports", "schedule": crontab(minute=10)},
    "send campaigns": {"task": "accounts.send_campaigns", "schedule": crontab()},
    "ask for marketing again": {"task": "accounts.ask_for_marketing_again", "schedule": crontab(minute=0, hour=9)},
    "mark missed due items": {"task": "kernel.mark_missed_due_items", "schedule": crontab(minute="*/5")},
    "tell of coming expiries": {"task": "credits.tell_of_expiries", "schedule": crontab(minute=0, hour=8)},
    "forget idempotency records": {"task": "kernel.forget_idempotency_records", "schedule": crontab(minute=20, hour=4)},
    "post expired credits": {"task": "credits.post_expired", "schedule": crontab(minute=5, hour=0)},
    "end holds that are over": {"task": "credits.expire_holds", "schedule": crontab(minute="*/10")},
    "hand out promotions": {"task": "credits.hand_out", "schedule": crontab()},
    "void credits of who left": {"task": "credits.void_left", "schedule": crontab(minute=15, hour=0)},
    "take up withdrawals": {"task": "accounts.resume_departures", "schedule": crontab(minute="*/10")},
    "find dormant members": {"task": "accounts.find_dormant", "schedule": crontab(minute=0, hour=0)},
    "end rounds of signatures that are over": {
        "task": "contracts.expire_signings",
        "schedule": crontab(minute=1, hour=0),
    },
    "close keys of contracts that are over": {"task": "contracts.close_keys", "schedule": crontab(minute=2, hour=0)},
    "tell which contracts can be billed": {"task": "contracts.plan_invoices", "schedule": crontab(minute=20, hour=0)},
    "find late invoices of contracts": {
        "task": "contracts.find_delinquencies",
        "schedule": crontab(minute="*/20"),
    },
    "make usage partitions": {"task": "billing.make_partitions", "schedule": crontab(minute=30, hour=2)},
    "archive old usage": {"task": "billing.archive_usage", "schedule": crontab(minute=15, hour="3-6")},
    "destroy old archives of usage": {
        "task": "billing.destroy_usage_archives",
        "schedule": crontab(minute=20, hour=4),
    },
    "settle usage": {"task": "billing.settle_usage", "schedule": crontab()},
    "close billing months": {"task": "billing.close_months", "schedule": crontab(minute=10, hour=0)},
    "chase unpaid invoices": {"task": "billing.chase_unpaid", "schedule": crontab(minute=50, hour=0)},
    "state unpaid invoices again": {"task": "billing.state_unpaid_again", "schedule": crontab(minute=55, hour=0)},
    "prepare tax invoices": {"task": "billing.prepare_tax_invoices", "schedule": crontab(minute=0, hour="1,7")},
    "charge invoices to cards": {"task": "billing.collect_invoices", "schedule": crontab(minute=40, hour=0)},
    "charge auto-recharges": {"task": "billing.recharge", "schedule": crontab(minute="*/10")},
    "remind of yearly recharges": {"task": "billing.remind_of_recharges", "schedule": crontab(minute=10, hour=9)},
    "top up low balances": {"task": "billing.top_up", "schedule": crontab()},
    "reconcile payments": {"task": "billing.reconcile_payments", "schedule": crontab(minute="*/10")},
    "end bonuses that holds gave back": {"task": "billing.end_freed_bonuses", "schedule": crontab(minute="*/10")},
    "pay refunds": {"task": "billing.pay_refunds", "schedule": crontab(minute="*/10")},
    "tell of delayed reviews": {"task": "billing.tell_of_delayed_reviews", "schedule": crontab(minute=5, hour=0)},
    "reconcile repayments": {"task": "billing.reconcile_repayments", "schedule": crontab(minute="*/10")},
    "tell of expiring cards": {"task": "billing.tell_of_cards", "schedule": crontab(minute=30, hour=8)},
    "ask about open money": {"task": "billing.ask_about_open_money", "schedule": crontab(minute=5)},
    "apply what gateways told": {"task": "billing.handle_gateway_events", "schedule": crontab()},
    "tell of free trials": {"task": "billing.tell_of_trials", "schedule": crontab(minute=5)},
    "tell of own limits": {"task": "billing.tell_of_limits", "schedule": crontab(minute="*/5")},
    "note ended restrictions": {"task": "accounts.note_ended_restrictions", "schedule": crontab(minute="*/10")},
    "end uploads of ended APIs": {"task": "accounts.end_uploads_of_ended_apis", "schedule": crontab(minute=5, hour=0)},
    "separate former members' data": {"task": "accounts.separate_data", "schedule": crontab(minute=30, hour=1)},
    "collect what is due to be destroyed": {
        "task": "accounts.collect_destructions",
        "schedule": crontab(minute=0, hour=4),
    },
    "carry out destructions": {"task": "accounts.carry_out_destructions", "schedule": crontab(minute="5-59/10")},
    "forget old looks": {"task": "accounts.forget_old_views", "schedule": crontab(minute=50, hour=4)},
    "watch targets of cases": {"task": "contracts.watch_cases", "schedule": crontab()},
    "measure service levels": {"task": "contracts.measure_service_levels", "schedule": crontab(minute=30, hour=1)},
    "let unclaimed service credits lapse": {
        "task": "contracts.lapse_service_credits",
        "schedule": crontab(minute=20, hour=0),
    },
    "give back service credits that no invoice takes": {
        "task": "contracts.give_back_service_credits",
        "schedule": crontab(minute=50, hour=0),
    },
    "accept what was inspected in silence": {
        "task": "contracts.accept_silent_deliveries",
        "schedule": crontab(minute=10, hour=0),
    },
    "check the books": {"task": "credits.check_books", "schedule": crontab(minute=40, hour=3)},
}
