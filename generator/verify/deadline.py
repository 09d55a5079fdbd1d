"""When a whole question must be over. The library below bounds each wait alone, so a server that
sends a byte now and then, in whatever part of its answer, could keep us for ever.

A question's allowance travels in its timeouts, down to the connection that waits. Looking up the
address of a name is the machine's own affair, and has the machine's own bounds.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx

_MOST_ADDRESSES: Final = 8


class _Allowance(float):
    """The seconds that one wait may take; `end` is when all waiting ends."""

    __slots__ = ("end",)
    end: float

    def __new__(cls, each: float, end: float) -> _Allowance:
        """An allowance of `each` seconds for a wait, until the moment `end`."""
        made = super().__new__(cls, each)
        made.end = end
        return made


def within(seconds: float, each: float) -> httpx.Timeout:
    """The timeouts of a question that must be over in so many seconds from now, and no wait of
    which may take longer than `each`."""
    return httpx.Timeout(_Allowance(each, time.monotonic() + seconds))


def keep_deadlines(client: httpx.Client) -> None:
    """Have every connection of a client, through a proxy or not, heed `within`."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _Backend(transport._pool._network_backend)


def _left(timeout: float | None) -> float | None:
    """How long the next wait may take. Raises httpcore.ReadTimeout where there is no time left."""
    if not isinstance(timeout, _Allowance):
        return timeout
    left = min(float(timeout), timeout.end - time.monotonic())
    if left <= 0:
        raise httpcore.ReadTimeout("there is no time left")
    return left


class _Backend(httpcore.NetworkBackend):
    """Opens connections that heed the allowance of the question for which they wait."""

    def __init__(self, below: httpcore.NetworkBackend) -> None:
        self._below = below

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses of a host one after the other, none of them past the end."""
        failed: Exception = httpcore.ConnectError("the host has no address")
        for address in _addresses(host, port):
            try:
                return _Stream(
                    self._below.connect_tcp(
                        address, port, _left(timeout), local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _Stream(httpcore.NetworkStream):
    """A connection whose waits end with the question."""

    def __init__(self, below: httpcore.NetworkStream) -> None:
        self._below = below

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._below.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._below.write(buffer, _left(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._below.start_tls(ssl_context, server_hostname, _left(timeout)))

    def close(self) -> None:
        self._below.close()

    def get_extra_info(self, info: str) -> Any:
        return self._below.get_extra_info(info)


def _addresses(host: str, port: int) -> Iterable[str]:
    """The first addresses of a host. Raises httpcore.ConnectError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))[:_MOST_ADDRESSES]
