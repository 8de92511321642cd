"""Reading an http or https address, with limits on how much, how long and where.

An address may come from outside, and a job in continuous integration sees more of the network than whoever wrote the
address. So the host is resolved here, all that it resolves to must be public, and the connection goes to what was
looked at: a name that resolves otherwise a moment later gains nothing. The same holds for each redirect.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.request import getproxies_environment

from mtcheck._version import __version__
from mtcheck.errors import InputError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPConnectionPool
    from urllib3.util import Url

MOST_SECONDS = 30.0
"""For all of it: finding the host, redirects and the whole answer."""
MOST_REDIRECTS = 5
SILENCE = 10.0
"""Seconds without an answer that end a connection."""

_CHUNK = 65536
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_ADVICE = "fetch it otherwise and name the file, or pass it on standard input"

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Page:
    """What an address holds: its bytes, and what the server says of them, in small letters or empty."""

    data: bytes
    media_type: str
    charset: str


def fetch(address: str, *, allow_local: bool = False, limit: int, seconds: float = MOST_SECONDS) -> Page:
    """What a server sends for an address, at most ``limit`` bytes, unpacked, within ``seconds``.

    ``allow_local`` permits addresses of this machine and of the local network.

    Raises:
        InputError: it cannot be had within the limits; its text says why.
    """
    try:
        import urllib3  # noqa: F401
    except ImportError as error:
        problem = "reading addresses needs urllib3, which is not installed: python -m pip install 'mtcheck[web]'"
        raise InputError(address, problem) from error
    job = _Job(address, allow_local, limit, time.monotonic() + seconds)
    # A thread, since finding a host and a server that drips its answer know no limit of their own.
    threading.Thread(target=job.run, daemon=True).start()
    try:
        found = job.outcome.get(timeout=seconds)
    except queue.Empty:
        problem = f"no complete answer within {seconds:g} seconds"
        raise InputError(address, f"{problem}; {_proxy_advice(address) or 'try again later'}") from None
    finally:
        job.given_up.set()
    if isinstance(found, Exception):
        raise InputError(address, str(found)) from found
    return found


def is_public(address: str) -> bool:
    """Whether an IP address, and any that it stands for, is of the public internet."""
    try:
        whole = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (whole, *_inside(whole)))


def _inside(address: IpAddress) -> Iterator[IpAddress]:
    """The IPv4 addresses that an IPv6 address leads to by way of some gateway."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address in _NAT64 or address in _COMPATIBLE:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


class _Job:
    """Fetches one address; ``outcome`` gets the page, or an exception whose text is for people."""

    def __init__(self, address: str, allow_local: bool, limit: int, deadline: float) -> None:
        self._address = address
        self._allow_local = allow_local
        self._limit = limit
        self._deadline = deadline
        self.outcome: queue.Queue[Page | Exception] = queue.Queue(1)
        self.given_up = threading.Event()

    def run(self) -> None:
        """Do it."""
        from urllib3.exceptions import HTTPError

        try:
            self.outcome.put(self._page())
        except (HTTPError, OSError) as error:
            advice = _proxy_advice(self._address)
            self.outcome.put(ValueError(f"cannot be fetched: {_reason(error)}{advice and '; ' + advice}"))
        except Exception as error:
            self.outcome.put(error)

    def _page(self) -> Page:
        address = self._address
        for _ in range(MOST_REDIRECTS + 1):
            response = self._open(address)
            try:
                if response.status not in _REDIRECTS:
                    return self._read(response)
                target = response.headers.get("Location", "")
            finally:
                response.close()
            if not target:
                raise ValueError(f"the server answers {response.status} without saying where to go; {_ADVICE}")
            address = urljoin(address, target)
        raise ValueError(f"more than {MOST_REDIRECTS} redirects; name the address that they lead to")

    def _open(self, address: str) -> BaseHTTPResponse:
        """The server's answer to a request for an address, its body not read yet."""
        from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError
        from urllib3.util import parse_url

        try:
            url = parse_url(address)
        except LocationParseError as error:
            raise ValueError(f"{address} is no address that can be read") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"leads to {address}; only http and https addresses are read")
        if url.auth:
            raise ValueError(f"an address with a user name in it is not read, since reports would show it; {_ADVICE}")
        found = self._resolve(url)
        headers = {"Host": url.netloc or "", "Accept-Encoding": "gzip", "User-Agent": f"mtcheck/{__version__}"}
        for number, ip in enumerate(found, 1):
            pool = _pool(url, ip)
            try:
                return pool.request(
                    "GET",
                    url.request_uri,
                    headers=headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                )
            except (NewConnectionError, ConnectTimeoutError):
                if number == len(found):
                    raise
        raise ValueError(f"the host {url.host} has no address")

    def _resolve(self, url: Url) -> list[str]:
        """The IP addresses of a host, all of them public unless local ones are allowed."""
        host = (url.host or "").strip("[]")
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            advice = _proxy_advice(self._address)
            problem = f"the host {host} is not found: {_reason(error)}{advice and '; ' + advice}"
            raise ValueError(problem) from error
        found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        local = [ip for ip in found if not is_public(ip)]
        if local and not self._allow_local:
            where = host if host == local[0] else f"{host} ({local[0]})"
            raise ValueError(f"{where} is in the local network, which is not read from without --allow-local")
        return found

    def _read(self, response: BaseHTTPResponse) -> Page:
        if response.status != 200:
            raise ValueError(f"the server answers {response.status} {response.reason or ''}".rstrip())
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("identity", "", "gzip", "x-gzip"):
            raise ValueError(f"the server packs its answer in a way that is not read, {packed!r}; {_ADVICE}")
        unpack = zlib.decompressobj(31) if "gzip" in packed else None
        parts: list[bytes] = []
        length = 0
        for chunk in response.stream(_CHUNK, decode_content=False):
            if self.given_up.is_set() or time.monotonic() > self._deadline:
                raise TimeoutError("the time is up")
            # One byte more than fits shows that it is too much, and no more than that is ever unpacked.
            part = unpack.decompress(chunk, self._limit + 1 - length) if unpack else chunk
            parts.append(part)
            length += len(part)
            if length > self._limit:
                raise ValueError(f"larger than {self._limit / 1024**2:,.0f} MB, the most that is read; {_ADVICE}")
        if unpack and not unpack.eof:
            raise ValueError("the answer is cut short; try again later")
        media_type, charset = _content_type(response.headers.get("Content-Type", ""))
        return Page(b"".join(parts), media_type, charset)


def _pool(url: Url, ip: str) -> HTTPConnectionPool:
    """A pool for one connection to an IP address; of https the certificate must be that of the host's name."""
    import urllib3

    host = f"[{ip}]" if ":" in ip else ip
    timeout = urllib3.Timeout(connect=SILENCE, read=SILENCE)
    if url.scheme == "http":
        return urllib3.HTTPConnectionPool(host, url.port, timeout=timeout, maxsize=1)
    name = (url.host or "").strip("[]")
    return urllib3.HTTPSConnectionPool(
        host,
        url.port,
        timeout=timeout,
        maxsize=1,
        cert_reqs="CERT_REQUIRED",
        server_hostname=name,
        assert_hostname=name,
    )


def _content_type(header: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = header
    return message.get_content_type() if header else "", (message.get_content_charset() or "") if header else ""


def _proxy_advice(address: str) -> str:
    """What to do where the environment names a proxy for an address, which may be the only way out."""
    scheme = address.partition(":")[0].lower()
    named = scheme in getproxies_environment() or "all" in getproxies_environment()
    return f"proxies are not used: {_ADVICE}" if named else ""


def _reason(error: Exception) -> str:
    """What went wrong, without the names of objects that libraries put in front."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return re.sub(r"^\S*(?:Pool|Connection)\([^)]*\):\s*", "", said)
