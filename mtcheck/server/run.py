"""Listening: the socket, uvicorn, and a stop that lets requests under way end."""

from __future__ import annotations

import ipaddress
import signal
import socket

import uvicorn
from starlette.types import ASGIApp

from mtcheck.errors import UsageError

STOP_SECONDS = 30
"""Time that requests under way have when the server is to stop."""
IDLE_SECONDS = 30
"""Time that an idle connection is kept."""
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A socket at an address; port 0 takes a free one.

    Raises:
        UsageError: it cannot be had; the text says why.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host} port {port}: {reason}; choose another --host or --port") from error


def url(listening: socket.socket) -> str:
    """The address of a socket for a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until a signal says to stop; then requests under way are answered, for ``STOP_SECONDS`` at most."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # its lines would hold the text of GET requests
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        ws="none",
    )
    # uvicorn raises the signal that stopped it once more; a server that was told to stop has not failed.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
