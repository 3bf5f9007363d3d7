"""Evidence, documents and concluded terms are final, for every role that writes rows (rift/4.1)."""

from pathlib import Path

from django.db import migrations

FINAL = (Path(__file__).parent / "sql" / "0002_final.sql").read_text(encoding="utf-8")
BACK = """
    ALTER TABLE contracts_contractfile DROP CONSTRAINT contract_file_hash;
    DROP FUNCTION contracts_refuse() CASCADE;
    DROP FUNCTION contracts_refuse_unless_draft() CASCADE;
    DROP FUNCTION contracts_refuse_where_concluded() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [migrations.RunSQL(FINAL, BACK)]
