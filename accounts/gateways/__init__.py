"""What carries messages that are no notices."""

from accounts.gateways.advertising import Carrier, Parcel, carrier_of

__all__ = ["Carrier", "Parcel", "carrier_of"]
