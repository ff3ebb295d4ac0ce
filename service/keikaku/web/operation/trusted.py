"""Which proxies are believed: addresses and networks, nothing that could be anyone."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from keikaku.errors import SettingsError

if TYPE_CHECKING:
    from keikaku.settings import Settings


def trusted_proxies(settings: Settings) -> list[str]:
    """Return the addresses and networks whose forwarded headers are believed.

    Raises SettingsError for what is neither: a star would let any client choose its address.
    """
    given = settings.trusted_proxies.replace(",", " ").split()
    for address in given:
        try:
            ip_network(address)
        except ValueError as error:
            raise SettingsError(
                f"trusted_proxies の「{address}」は IP アドレスでもネットワークでもありません。",
                f"trusted_proxies: {address!r} is neither an IP address nor a network ({error})",
            ) from error
    return given
