"""What a member's page about their own data shows (upstage/6.5, 22)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import DataExport, StoredData


def export_of_member(member_id: int, export_id: str) -> DataExport:
    """One of the member's exports; a stranger's is `not_found`."""
    row: DataExport = DataExport.objects.filter(member_id=member_id).get_public(export_id)
    return row


def item_of_member(member_id: int, data_id: str) -> StoredData:
    """One of the member's stored items; a stranger's is `not_found`."""
    row: StoredData = StoredData.objects.filter(member_id=member_id).get_public(data_id)
    return row


def exports_of_member(member_id: int) -> QuerySet[DataExport]:
    """The exports the member asked for, newest first."""
    return DataExport.objects.filter(member_id=member_id).order_by("-pk")


def stored_of_member(member_id: int) -> QuerySet[StoredData]:
    """What the member stored, newest first, also what is destroyed."""
    return StoredData.objects.filter(member_id=member_id).order_by("-pk")


def there_at(at: datetime) -> Q:
    """What can still be read at `at`: stored whole, not destroyed, and its time not over."""
    return Q(destroyed_at__isnull=True) & ~Q(sha256="") & (Q(destroy_at__isnull=True) | Q(destroy_at__gt=at))
