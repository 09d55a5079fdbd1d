"""One polite client for all registries: turns, retries, redirects, and what an answer is worth.

An answer that cannot be had or read is `Unreachable`, whatever the reason; never an exception.
"""

from __future__ import annotations

import contextlib
import email.utils
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx
import stamina

from generator.verify.deadline import keep_deadlines, within
from generator.verify.journal import Answered, Journal
from generator.verify.queue import AT_A_MIRROR, POLITE, Queue
from generator.verify.record import MalformedError, Missing, Registry, Unreachable
from generator.verify.settings import Settings

MOST_BYTES: Final = 8_000_000
# Of a file that is read line by line, such as the whole Retraction Watch database.
MOST_OF_A_FILE: Final = 1_000_000_000
MOST_OF_A_LINE: Final = 1_000_000
MOST_SECONDS_OF_A_FILE: Final = 1_800.0
# How often an answer may lead on to another address.
MOST_TURNS: Final = 5
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGE: Final = re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[0-9a-fx.:\[\]]+", re.IGNORECASE)
# Names that lead to no server but those of the own network.
_INSIDE: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_LOCAL: Final = ("all://127.0.0.1", "all://localhost", "all://[::1]")


class RefusedError(Exception):
    """A registry answered with a status that is no answer to the question."""

    def __init__(self, status: int, wait: float | None = None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait


# Of an address with a host that cannot be written down, the library raises a UnicodeError.
_NO_ANSWER: Final = (
    *(httpx.HTTPError, httpx.InvalidURL, UnicodeError, RefusedError, MalformedError),
)

Value = TypeVar("Value")


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
            # What is packed more than once may unpack to more than there is room for.
            headers={"User-Agent": f"evidence-briefs/0.1{contact}", "Accept-Encoding": "gzip"},
            mounts=dict.fromkeys(_LOCAL),
            event_hooks={"request": [self._refuse_closed], "response": [_refuse_packed]},
        )
        keep_deadlines(self.http)
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
        try:
            address = str(httpx.URL(root + path, params={**(params or {})}))
        except httpx.InvalidURL:
            return Unreachable(registry=registry, reason=f"'{root}' is no address")
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
        except _NO_ANSWER as error:
            queue.failed(_how(error))
            return Unreachable(registry=registry, reason=_reason(error))
        queue.worked()
        self.journal.keep(address, answered)
        return value

    def lines(self, address: str) -> Iterator[str]:
        """The lines of a file on the web. Raises httpx.HTTPError, or MalformedError where the file
        has no end, or one of its lines."""
        with self._answering(address, MOST_SECONDS_OF_A_FILE) as response:
            response.raise_for_status()
            yield from _lines(response)

    @contextlib.contextmanager
    def _answering(
        self, address: str, seconds: float, accept: str = "*/*"
    ) -> Iterator[httpx.Response]:
        """The answer to a question, wherever it leads, which must be had whole in so many seconds.
        Nothing that an answer holds is read where it leads on."""
        request = self.http.build_request(
            "GET",
            address,
            headers={"Accept": accept},
            timeout=within(seconds, each=self.settings.timeout),
        )
        for _ in range(1 + MOST_TURNS):
            try:
                with contextlib.closing(self.http.send(request, stream=True)) as response:
                    if response.next_request is None:
                        yield response
                        return
                    request = response.next_request
            except httpx.TimeoutException as error:
                slow = f"{request.url.host} took too long"
                raise httpx.ReadTimeout(slow, request=request) from error
        raise httpx.TooManyRedirects("it redirects without end", request=request)

    def _refuse_closed(self, request: httpx.Request) -> None:
        """Raise MalformedError where an answer leads to a server that is neither on the open web
        nor one of those that we were told to ask."""
        told = (*self.settings.roots.values(), self.settings.database)
        if not _is_open(request.url) and _server(request.url) not in set(_servers(told)):
            raise MalformedError("it leads to a server that is not open to everybody")

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
        seconds = 3 * self.settings.timeout
        with queue.turn(), self._answering(address, seconds, accept) as response:
            queue.heed(response.headers)
            if response.status_code in {200, 404}:
                return Answered(status=response.status_code, text=_body(response))
            wait = _retry_after(response.headers)
            if wait is not None and wait <= self.settings.patience:
                queue.pause(wait)
            raise RefusedError(response.status_code, wait)


def _servers(addresses: Iterable[str]) -> Iterator[tuple[str, str, int | None]]:
    """Which servers addresses are of; what is no address has none."""
    for address in addresses:
        with contextlib.suppress(httpx.InvalidURL):
            yield _server(httpx.URL(address))


def _refuse_packed(response: httpx.Response) -> None:
    """Raise MalformedError for an answer that is packed otherwise than was asked for."""
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed not in {"", "gzip", "identity"}:
        raise MalformedError("the answer is packed in a way that was not asked for")


def _server(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_open(url: httpx.URL) -> bool:
    """Whether an address is on the open web: encrypted, and at a server that has a name there."""
    named = "." in url.host and not _NUMBERS.fullmatch(url.host)
    return named and url.scheme == "https" and not url.host.endswith(_INSIDE)


def _body(response: httpx.Response) -> str:
    """The text of an answer, unless it is endless."""
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise MalformedError("the answer is too long")
    return body.decode("utf-8", errors="replace")


def _lines(response: httpx.Response) -> Iterator[str]:
    """The lines of an answer, as long as it is within all bounds."""
    read, rest = 0, b""
    for part in response.iter_bytes():
        read += len(part)
        *whole, rest = (rest + part).split(b"\n")
        if read > MOST_OF_A_FILE or len(rest) > MOST_OF_A_LINE:
            raise MalformedError("the file does not come to an end")
        yield from (line.decode("utf-8", errors="replace") + "\n" for line in whole)
    yield rest.decode("utf-8", errors="replace")


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
        return str(error)
    if isinstance(error, httpx.TooManyRedirects):
        return "it redirects without end"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection broke"
