"""What is written to entries and reservations is applied by functions of our own, without the library's detour.

What PostgreSQL would check anew for every charge, though it never changes, is checked once. Lots and accounts leave room
on their pages, so that a charge changes them in place, without touching an index.
"""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FUNCTIONS = (Path(__file__).parent / "sql" / "0007_apply.sql").read_text(encoding="utf-8")
ROOM = "ALTER TABLE credits_lot SET (fillfactor = 70); ALTER TABLE credits_account SET (fillfactor = 70)"
NO_ROOM = "ALTER TABLE credits_lot RESET (fillfactor); ALTER TABLE credits_account RESET (fillfactor)"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_address_of_a_look'),
        ('credits', '0006_promotions'),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION credits_apply_reservations(); DROP FUNCTION credits_apply_entries();"
            "DROP FUNCTION credits_is_sound(text, numeric, numeric, numeric, uuid)",
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entry',
            name='move_the_books',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reservation',
            name='move_what_is_held',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='account_never_negative',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='account_held_in_range',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_adds_up',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_in_range',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_sign',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_use_has_a_charge',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_has_an_amount',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_remaining_in_range',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_expires_at_the_days_end',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_lives',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_paid_has_a_price',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_names_its_purchase',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_held_in_range',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='move_the_books', sql=pgtrigger.compiler.UpsertTriggerSql(execute='credits_apply_entries()', func='RETURN NULL;', hash='e7ccb9d896b89ea128838d99dcd8396a1ffbffeb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_move_the_books_d13e4', referencing='REFERENCING NEW TABLE AS written ', table='credits_entry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='begins_sound', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE wrong text;', func="\nwrong := CASE\n    WHEN NEW.amount <= 0 THEN 'lot_has_an_amount'\n    WHEN NEW.expires_at <> (NEW.expires_on + 1)::timestamp AT TIME ZONE 'Asia/Seoul' THEN 'lot_expires_at_the_days_end'\n    WHEN NEW.expires_at <= NEW.granted_at THEN 'lot_lives'\n    WHEN NOT coalesce(CASE NEW.kind\n        WHEN 'paid' THEN NEW.source = 'purchase' AND NEW.net >= 0 AND NEW.tax >= 0\n        WHEN 'free' THEN NEW.source <> 'purchase' AND NEW.net IS NULL AND NEW.tax IS NULL\n    END, false) THEN 'lot_paid_has_a_price'\n    WHEN (NEW.source = 'grant') <> (NEW.purchase = '') THEN 'lot_names_its_purchase'\nEND;\nIF wrong IS NOT NULL THEN\n    RAISE EXCEPTION 'a lot that makes no sense: %', wrong USING ERRCODE = 'check_violation', CONSTRAINT = wrong;\nEND IF;\nRETURN NEW;\n", hash='c281085d06e512ab2c385dff85c4c35b3b17d357', operation='INSERT', pgid='pgtrigger_begins_sound_fdbb1', table='credits_lot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reservation',
            trigger=pgtrigger.compiler.Trigger(name='move_what_is_held', sql=pgtrigger.compiler.UpsertTriggerSql(execute='credits_apply_reservations()', func='RETURN NULL;', hash='c3432f76b2792d9739283fb534cbab6dc0864034', level='STATEMENT', operation='INSERT', pgid='pgtrigger_move_what_is_held_46594', referencing='REFERENCING NEW TABLE AS written ', table='credits_reservation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('held__gte', 0), ('held__lte', models.F('balance'))), name='account_never_negative'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('held__gte', 0), ('held__lte', models.F('remaining')), ('remaining__lte', models.F('amount'))), name='lot_in_range'),
        ),
    ]
