"""Triggers that keep what was written down, for `Meta.triggers` of rows whose state goes on."""

import pgtrigger


def never_deleted() -> pgtrigger.Trigger:
    """Nobody deletes a row."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def kept(name: str, *columns: str, since: str = "") -> pgtrigger.Trigger:
    """Nobody changes these columns; with `since` from when that column is set."""
    old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("OLD", "NEW"))
    changed = f"({old}) IS DISTINCT FROM ({new})" if len(columns) > 1 else f"{old} IS DISTINCT FROM {new}"
    sql = f'OLD."{since}" IS NOT NULL AND {changed}' if since else changed
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=pgtrigger.Condition(f"({sql})"))
