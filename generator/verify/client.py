"""One polite client for all registries: turns, retries, redirects, and what an answer is worth.

An answer that cannot be had or read is `Unreachable`, whatever the reason; never an exception.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx
import stamina

from generator.verify.journal import Answered, Journal
from generator.verify.queue import AT_A_MIRROR, POLITE, Queue
from generator.verify.record import MalformedError, Missing, Registry, Unreachable
from generator.verify.settings import Settings

MOST_BYTES: Final = 8_000_000
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGE: Final = re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_LOCAL: Final = ("all://127.0.0.1", "all://localhost", "all://[::1]")

Value = TypeVar("Value")


class RefusedError(Exception):
    """A registry answered with a status that is no answer to the question."""

    def __init__(self, status: int, wait: float | None = None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait


@dataclass(slots=True, kw_only=True)
class Client:
    """Asks registries; one client serves all threads. Close it when done."""

    settings: Settings
    journal: Journal
    http: httpx.Client = field(init=False)
    queues: Mapping[Registry, Queue] = field(init=False)

    def __post_init__(self) -> None:
        """Open the connection pool and a queue for each registry."""
        stamina.instrumentation.set_on_retry_hooks([])
        contact = f" (mailto:{self.settings.contact})" if self.settings.contact else ""
        self.http = httpx.Client(
            follow_redirects=True,
            max_redirects=5,
            timeout=httpx.Timeout(self.settings.timeout),
            headers={"User-Agent": f"evidence-briefs/0.1{contact}"},
            mounts=dict.fromkeys(_LOCAL),
        )
        self.queues = {name: _queue(self.settings, name) for name in self.settings.roots}

    def close(self) -> None:
        """Close all connections."""
        self.http.close()

    def ask(
        self,
        registry: Registry,
        path: str,
        parse: Callable[[str], Value],
        *,
        params: Mapping[str, str] | None = None,
        accept: str = "application/json",
    ) -> Value | Missing | Unreachable:
        """The answer to a question as `parse` reads it; Missing where the registry has nothing.

        `parse` raises MalformedError for what is no answer. Answers are kept in the journal and not
        asked for again.
        """
        root = self.settings.roots[registry]
        address = str(httpx.URL(root + path, params={**(params or {})}))
        kept = self.journal.find(address)
        if kept is not None:
            try:
                return _read(kept, registry, parse)
            except MalformedError:
                pass
        queue = self.queues[registry]
        if queue.closed:
            queue.skipped()
            return Unreachable(registry=registry, reason="it failed too often in a row")
        try:
            answered, value = self._insist(registry, address, parse, accept)
        except (httpx.HTTPError, httpx.InvalidURL, RefusedError, MalformedError) as error:
            queue.failed(_how(error))
            return Unreachable(registry=registry, reason=_reason(error))
        queue.worked()
        self.journal.keep(address, answered)
        return value

    def lines(self, address: str) -> Iterator[str]:
        """The lines of a file on the web. Raises httpx.HTTPError."""
        with self.http.stream("GET", address) as response:
            response.raise_for_status()
            yield from response.iter_lines()

    def _insist(
        self, registry: Registry, address: str, parse: Callable[[str], Value], accept: str
    ) -> tuple[Answered, Value | Missing]:
        """Ask, and ask again where that may help."""
        settings = self.settings
        for attempt in stamina.retry_context(
            on=self._wait,
            attempts=settings.attempts,
            timeout=settings.window,
            wait_initial=settings.first_wait,
            wait_max=8 * settings.first_wait,
            wait_jitter=settings.first_wait,
        ):
            with attempt:
                answered = self._once(registry, address, accept)
                return answered, _read(answered, registry, parse)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: Exception) -> bool | float:
        """Whether to ask again after an error, or after how many seconds."""
        if isinstance(error, RefusedError):
            if error.wait is not None and error.status in _AGAIN:
                return error.wait if error.wait <= self.settings.patience else False
            return error.status in _AGAIN
        return isinstance(error, httpx.TransportError | MalformedError) and not isinstance(
            error, httpx.UnsupportedProtocol
        )

    def _once(self, registry: Registry, address: str, accept: str) -> Answered:
        """One request, in its turn."""
        queue = self.queues[registry]
        with (
            queue.turn(),
            self.http.stream("GET", address, headers={"Accept": accept}) as response,
        ):
            queue.heed(response.headers)
            if response.status_code in {200, 404}:
                return Answered(status=response.status_code, text=self._body(response))
            wait = _retry_after(response.headers)
            if wait is not None and wait <= self.settings.patience:
                queue.pause(wait)
            raise RefusedError(response.status_code, wait)

    def _body(self, response: httpx.Response) -> str:
        """The text of an answer, unless it is endless."""
        end = time.monotonic() + 3 * self.settings.timeout
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise MalformedError("the answer is too long")
            if time.monotonic() > end:
                raise httpx.ReadTimeout("the answer took too long", request=response.request)
        return body.decode("utf-8", errors="replace")


def _queue(settings: Settings, registry: Registry) -> Queue:
    rate, most = POLITE[registry] if settings.is_public(registry) else AT_A_MIRROR
    return Queue(rate=rate, most=most)


def _read(answered: Answered, registry: Registry, parse: Callable[[str], Value]) -> Value | Missing:
    if answered.status == 404:
        return Missing(registry=registry, page=bool(_PAGE.match(answered.text)))
    return parse(answered.text)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a `Retry-After` header asks for, in either of its two forms."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch("[0-9]{1,9}", value):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, LookupError, ArithmeticError):  # whatever is no date
        return None


def _how(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return "refused"
    return "slow" if isinstance(error, httpx.TimeoutException) else "broken"


def _reason(error: Exception) -> str:
    """Why there is no answer, in a few words that hold on every machine."""
    if isinstance(error, RefusedError):
        return f"it answered with status {error.status}"
    if isinstance(error, MalformedError):
        return str(error)
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, httpx.TooManyRedirects):
        return "it redirects without end"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection broke"
