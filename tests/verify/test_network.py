"""Servers that mean ill, or are broken: whatever they send, there is an answer or none, in time."""

from __future__ import annotations

import gzip
import resource
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Final

import httpx
import pytest

from generator.verify import client as asking
from generator.verify.client import Client
from generator.verify.journal import Journal
from generator.verify.record import MalformedError, Unreachable
from generator.verify.run import verify
from generator.verify.settings import settings_from
from generator.verify.shape import json_of
from tests.hostile.answers import DATABASE
from tests.verify.test_run import OURS, site

Reply = Callable[[socket.socket], None]
# How much more memory an answer may take than there was: a bomb would take gigabytes.
MOST_MEGABYTES: Final = 150


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    """A server on this machine that treats each connection so; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def each() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                connection.recv(65_536)
                reply(connection)

        threading.Thread(target=each, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@contextmanager
def asking_at(root: str, folder: Path, **more: str) -> Iterator[Client]:
    quick = {"BRIEFS_TIMEOUT": "0.4", "BRIEFS_ATTEMPTS": "1", "BRIEFS_FIRST_WAIT": "0.01"}
    told = {**quick, "BRIEFS_CROSSREF_URL": root, **more}
    journal = Journal(folder=folder / "answers", now=time.time())
    client = Client(settings=settings_from(told), journal=journal)
    try:
        yield client
    finally:
        client.close()


def answer(reply: Reply, folder: Path) -> object:
    with serving(reply) as root, asking_at(root, folder) as client:
        return client.ask("Crossref", "/works/x", json_of)


def sending(body: bytes = b"", status: bytes = b"200 OK", **headers: bytes) -> Reply:
    lines = [name.encode().replace(b"_", b"-") + b": " + one for name, one in headers.items()]
    head = b"\r\n".join([b"HTTP/1.1 " + status, *lines, b"Connection: close", b"", b""])
    return lambda connection: connection.sendall(head + body)


def without_end(piece: bytes, head: bytes = b"\r\n", pause: float = 0.0) -> Reply:
    def reply(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return reply


def dripping(text: bytes, pause: float = 0.05, again: bytes = b"") -> Reply:
    """Sends a text a byte at a time, and then for ever its last byte, or what comes again."""

    def reply(connection: socket.socket) -> None:
        for piece in chain((bytes([byte]) for byte in text), repeat(again or text[-1:])):
            connection.sendall(piece)
            time.sleep(pause)

    return reply


ZEROS: Final = b"\0" * 200_000_000


@cache
def zipped() -> bytes:
    return gzip.compress(ZEROS)


ODD: Final[dict[str, Reply]] = {
    "nothing": lambda _: None,
    "no HTTP": lambda c: c.sendall(b"garbage\r\n\r\n"),
    "a status that is none": lambda c: c.sendall(b"HTTP/1.1 999 \xff\r\n\r\n"),
    "no content": sending(status=b"204 No Content"),
    "continue and continue": lambda c: c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    "too short": sending(b"{", Content_Length=b"99999999999"),
    "a length below zero": sending(b"{}", Content_Length=b"-5"),
    "a chunk without end": lambda c: c.sendall(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}"
    ),
    "no gzip": sending(b"{}", Content_Encoding=b"gzip"),
    "another packing": sending(zlib.compress(b"{}"), Content_Encoding=b"deflate"),
    "a body without end": without_end(b"x" * 65_536),
    "a body that drips": without_end(b" ", pause=0.05),
    "headers without end": without_end(b"X: " + b"y" * 60_000 + b"\r\n", head=b""),
    "a header without end": without_end(b"y" * 60_000, head=b"X: "),
    "wait for ever": sending(status=b"429 Slow", Retry_After=b"9" * 40),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_none_and_comes_to_an_end(name: str, tmp_path: Path) -> None:
    began = time.monotonic()
    assert isinstance(answer(ODD[name], tmp_path), Unreachable)
    assert time.monotonic() - began < 10


# --- servers that are slow on purpose ------------------------------------------------------------

HEAD: Final = b"HTTP/1.1 200 O"
SLOW: Final[dict[str, Reply]] = {
    "silence": lambda _: time.sleep(9),
    "the first line": dripping(HEAD),
    "a header": without_end(b"y", b"X-Slow: ", pause=0.05),
    "hints that lead to nothing": dripping(b"H", again=b"TTP/1.1 103 Hints\r\n\r\nH"),
    "the body": without_end(b" ", pause=0.05),
    "a piece of the body": without_end(
        b"1\r\n \r\n", b"Transfer-Encoding: chunked\r\n\r\n", pause=0.05
    ),
    "the length of a piece": without_end(b"0", b"Transfer-Encoding: chunked\r\n\r\n", pause=0.05),
    "the body of an answer that leads on": dripping(
        b"HTTP/1.1 302 Found\r\nLocation: /works/y\r\n\r\n ", pause=0.01
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_drips_is_cut_off(name: str, tmp_path: Path) -> None:
    """However it spreads its bytes, the question is over after three times the longest wait."""
    began, before = time.monotonic(), threading.active_count()
    with serving(SLOW[name]) as root, asking_at(root, tmp_path) as client:
        ours = threading.active_count() - before
        told = client.ask("Crossref", "/works/x", json_of)
        assert 0.3 < time.monotonic() - began < 3
        assert threading.active_count() - before <= ours + 2, "only the server has new threads"
    assert isinstance(told, Unreachable)
    assert told.reason == "127.0.0.1 took too long"


def test_one_deadline_covers_all_to_which_an_answer_leads(tmp_path: Path) -> None:
    """Each of the answers is quick enough by itself."""
    slow = b"HTTP/1.1 302 Found\r\nLocation: /works/y\r\nContent-Length: 0\r\n\r\n"
    began = time.monotonic()
    told = answer(dripping(slow, pause=0.008), tmp_path)
    assert isinstance(told, Unreachable)
    assert told.reason == "127.0.0.1 took too long"
    assert time.monotonic() - began < 3


def test_a_proxy_that_drips_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with serving(dripping(HEAD)) as root:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, root)
        for place in ("https://api.example.org", "http://api.example.org"):
            with asking_at(place, tmp_path) as client:
                told = client.ask("Crossref", "/works/x", json_of)
            assert isinstance(told, Unreachable)
            assert told.reason == "api.example.org took too long"
    assert time.monotonic() - began < 6


def test_a_server_that_never_agrees_on_its_keys_is_cut_off(tmp_path: Path) -> None:
    """The first bytes of an encrypted connection, drop by drop."""
    began = time.monotonic()
    with (
        serving(dripping(b"\x16\x03\x03\x40\x00\x02")) as root,
        asking_at(root.replace("http:", "https:"), tmp_path) as client,
    ):
        told = client.ask("Crossref", "/works/x", json_of)
    assert isinstance(told, Unreachable)
    assert told.reason == "127.0.0.1 took too long"
    assert time.monotonic() - began < 3


def test_a_host_of_many_addresses_is_tried_within_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = socket.getaddrinfo, list[str]()

    def found(host: str, port: int, *rest: object, **more: object) -> object:
        if host != "many.example.org":
            return real(host, port, *rest, **more)  # type: ignore[arg-type]
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [*((*kind, (f"127.0.0.{n}", port)) for n in range(2, 100))]

    def connect(place: tuple[str, int], timeout: float, **_: object) -> socket.socket:
        tried.append(place[0])
        time.sleep(timeout)
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connect)
    began = time.monotonic()
    with asking_at("http://many.example.org", tmp_path) as client:
        told = client.ask("Crossref", "/works/x", json_of)
    assert isinstance(told, Unreachable)
    assert told.reason == "many.example.org took too long"
    assert 1 < len(tried) < 5
    assert time.monotonic() - began < 3


def test_a_server_that_dripped_once_is_asked_again(tmp_path: Path) -> None:
    def reply(connection: socket.socket) -> None:
        asked.append(b"")
        (dripping(HEAD) if len(asked) == 1 else sending(b'{"a": 3}'))(connection)

    asked: list[bytes] = []
    with serving(reply) as root, asking_at(root, tmp_path, BRIEFS_ATTEMPTS="2") as client:
        assert client.ask("Crossref", "/works/x", json_of) == {"a": 3}
    assert len(asked) == 2


def test_a_server_that_always_drips_is_left_alone(tmp_path: Path) -> None:
    with (
        serving(dripping(HEAD)) as root,
        asking_at(root, tmp_path, BRIEFS_TIMEOUT="0.05") as client,
    ):
        told = [client.ask("Crossref", f"/works/{number}", json_of) for number in range(9)]
    reasons = [each.reason for each in told if isinstance(each, Unreachable)]
    assert reasons == [*["127.0.0.1 took too long"] * 8, "it failed too often in a row"]


def test_nothing_is_read_of_an_answer_that_leads_on(tmp_path: Path) -> None:
    """Its body may be endless, or unpack to more than there is room for."""
    body = zipped()
    moved = sending(
        body * 3, b"302 Found", Location=b"/works/y", Content_Encoding=b"gzip", Content_Type=b"x/y"
    )

    def reply(connection: socket.socket) -> None:
        asked.append(b"")
        with suppress(OSError):
            (moved if len(asked) == 1 else sending(b'{"a": 4}'))(connection)

    asked: list[bytes] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert answer(reply, tmp_path) == {"a": 4}
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert more < MOST_MEGABYTES


@pytest.mark.parametrize("kind", ["text/html; charset=utf-99", "image/png", "", "\t;;"])
def test_only_what_an_answer_holds_counts(kind: str, tmp_path: Path) -> None:
    assert answer(sending(b'{"a": 1}', Content_Type=kind.encode()), tmp_path) == {"a": 1}
    told = answer(sending(b"<html>", Content_Type=b"application/json"), tmp_path / "other")
    assert isinstance(told, Unreachable)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_small_answer_that_unpacks_to_a_huge_one_takes_no_room(
    times: int, tmp_path: Path
) -> None:
    body = zipped()
    for _ in range(times - 1):
        body = gzip.compress(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = answer(sending(body, Content_Encoding=b", ".join([b"gzip"] * times)), tmp_path)
    assert isinstance(told, Unreachable)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert more < MOST_MEGABYTES


PLACES: Final = (
    *("file:///etc/passwd", "javascript:1", "ftp://x.example/y", "data:application/json,{}"),
    *("http://169.254.169.254/latest", "http://127.0.0.1:9/", "http://localhost/", "//[::1]:9/"),
    *("https://127.0.0.1:9/", "https://2130706433/", "https://0x7f.1/", "https://localhost/"),
    *("https://router.lan/", "https://intranet/", "http://api.crossref.org/works/x"),
    *("http://[::1", "https://" + "a" * 3_000 + ".example/", "https://xn--/", "/a b", "\udcff"),
    *("https://x.internal/", "https://user:word@127.0.0.1/"),
)


@pytest.mark.parametrize("place", PLACES)
def test_no_answer_leads_into_this_machine_or_its_network(place: str, tmp_path: Path) -> None:
    began = time.monotonic()
    reply = sending(status=b"302 Found", Location=place.encode("utf-8", "surrogateescape"))
    told = answer(reply, tmp_path)
    assert isinstance(told, Unreachable)
    asked = "it leads to a server" in told.reason
    assert asked or told.reason in {"the connection broke", "it redirects without end"}
    assert time.monotonic() - began < 5


def test_an_answer_may_lead_on_at_its_own_server(tmp_path: Path) -> None:
    def reply(connection: socket.socket) -> None:
        asked.append(b"")
        moved = sending(status=b"301 Moved", Location=b"/works/y")
        (moved if len(asked) == 1 else sending(b'{"a": 2}'))(connection)

    asked: list[bytes] = []
    assert answer(reply, tmp_path) == {"a": 2}


def test_an_answer_may_lead_on_to_the_open_web() -> None:
    for place, fine in (
        ("https://data.crosscite.org/x", True),
        ("https://api.crossref.org/x", True),
        ("http://api.crossref.org/x", False),
        ("https://10.0.0.1/", False),
    ):
        assert asking._is_open(httpx.URL(place)) is fine


# --- the file of retractions ---------------------------------------------------------------------


def lines_at(reply: Reply, folder: Path) -> list[str]:
    with serving(reply) as root, asking_at(root, folder) as client:
        return list(client.lines(f"{root}/watch.csv"))


def test_the_lines_of_a_file_on_the_web_are_its_lines(tmp_path: Path) -> None:
    body = DATABASE.replace("Dancing", "Däncing").encode()
    assert "".join(lines_at(sending(body), tmp_path)) == body.decode()


@pytest.mark.parametrize(
    ("piece", "bounds"),
    [
        (b"x" * 65_536, {"MOST_OF_A_LINE": 500_000}),
        (b"x,y\n" * 9_000, {"MOST_OF_A_FILE": 3_000_000}),
    ],
    ids=["a line", "a file"],
)
def test_a_file_on_the_web_that_has_no_end_is_given_up(
    piece: bytes, bounds: dict[str, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bounds.items():
        monkeypatch.setattr(asking, name, value)
    with pytest.raises(MalformedError, match="does not come to an end"):
        lines_at(without_end(piece, pause=0.002), tmp_path)


@pytest.mark.parametrize("reply", [without_end(b"x,y\n", pause=0.002), dripping(HEAD)])
def test_a_file_on_the_web_that_drips_is_given_up(
    reply: Reply, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_SECONDS_OF_A_FILE", 0.3)
    with pytest.raises(httpx.ReadTimeout, match=r"127\.0\.0\.1 took too long"):
        lines_at(reply, tmp_path)


# --- what the environment says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BRIEFS_CROSSREF_URL", "http://x:port", "No registry could be reached"),
        ("BRIEFS_CROSSREF_URL", "http://[", "No registry could be reached"),
        ("BRIEFS_CROSSREF_URL", "file:///etc/passwd", "No registry could be reached"),
        ("BRIEFS_RETRACTION_WATCH", "http://x:port", "could not be read"),
        ("BRIEFS_RETRACTION_WATCH", "https://xn--/", "could not be read"),
        ("BRIEFS_RETRACTION_WATCH", "/nowhere/x.csv", "could not be read"),
        ("BRIEFS_CONTACT", "José <jose@example.org>", "BRIEFS_CONTACT must be"),
        ("BRIEFS_CONTACT", "a@example.org\r\nX: y", "BRIEFS_CONTACT must be"),
    ],
)
def test_settings_that_make_no_sense_are_told(
    name: str, value: str, said: str, tmp_path: Path
) -> None:
    nowhere = dict.fromkeys(
        (f"BRIEFS_{one}_URL" for one in ("CROSSREF", "PUBMED", "OPENALEX", "DATACITE", "DOI")),
        "http://127.0.0.1:9",
    )
    quick = {"BRIEFS_TIMEOUT": "0.4", "BRIEFS_ATTEMPTS": "1", "BRIEFS_EUROPEPMC_URL": "ftp://x"}
    heard: list[str] = []
    code = verify(
        site(tmp_path / "site", OURS),
        (),
        environment={**nowhere, **quick, name: value},
        say=heard.append,
        today=date(2026, 1, 2),
    )
    assert code == 2
    assert any(said in line for line in heard), heard
