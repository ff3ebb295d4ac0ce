"""Where an address leads: only what lies in the open internet is asked, unless told otherwise."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import httpx

from keikaku.errors import HarvestError
from keikaku.open_internet import is_open


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be asked, and the addresses of the machines that answer for it."""

    url: httpx.URL
    machines: tuple[str, ...]

    def request(self, client: httpx.Client, machine: str, headers: dict[str, str]) -> httpx.Request:
        """Return a request to one of the machines, which is not looked up by its name again.

        So a name cannot lead elsewhere between the look at where it leads and the request.
        """
        host = f"[{machine}]" if ":" in machine else machine
        return client.build_request(
            "GET",
            self.url.copy_with(host=host),
            headers={"Host": self.url.netloc.decode("ascii"), **headers},
            extensions={"sni_hostname": self.url.raw_host.decode("ascii")},
        )


def place_of(url: str, *, allow_private: bool) -> Place:
    """Return where an address leads. Raises HarvestError for one that may not be asked."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        address = httpx.URL()
    if address.scheme not in ("http", "https") or not address.host:
        raise HarvestError(
            f"「{url[:200]}」は http(s) のアドレスではありません。",
            f"{url[:200]!r} is no http(s) address",
        )
    if address.userinfo:
        raise HarvestError(
            "利用者名やパスワードの入ったアドレスは使えません。",
            "an address with a user name or a password is not asked",
        )
    machines = _machines(address, url)
    inside = [machine for machine in machines if not is_open(machine)]
    if inside and not allow_private:
        raise HarvestError(
            f"{address.host} は内部のネットワークのアドレス({inside[0]})です。"
            "自分の網の中から集めるときは --allow-private を付けてください。",
            f"{address.host} is an address inside a network ({inside[0]}); "
            "--allow-private asks it all the same",
        )
    return Place(address.copy_with(fragment=None), machines)


def _machines(address: httpx.URL, url: str) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(
            address.host, address.port or address.scheme, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise HarvestError(
            f"{url} のサーバーが見つかりません。アドレスを確かめてください。",
            f"there is no server at {url}: {error}",
        ) from error
    return tuple(dict.fromkeys(str(where[0]).partition("%")[0] for *_, where in found))
