"""`make guided`: fuzz every target for some time, and say what was tried and what was found.

Each target runs in a process of its own, which the fuzzer ends. What reached new lines is kept in
build/fuzz/NAME, so that the next run goes on from there; what broke the law is kept beside it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
WORK: Final = ROOT / "build/fuzz"
INSTRUMENTED: Final = ["generator", "pybtex", "markdown_it", "yaml", "json"]
LIMITS: Final = ("-max_len=6000", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1")
_TRIED: Final = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_MEMORY: Final = re.compile(r"stat::peak_rss_mb:\s*(\d+)")
_REACHED: Final = re.compile(r"\bcov: (\d+) ft: (\d+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the targets that are named, or all; 0 when none of them was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="targets (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        fuzz(options.child, options.seconds)
    from tests.hostile.guided.targets import TARGETS

    sys.stdout.write(f"{'target':<16}{'inputs':>10}{'s':>6}{'edges':>8}{'features':>10}{'MB':>6}\n")
    broken = [name for name in options.names or TARGETS if not tried(name, options.seconds)]
    sys.stdout.write(f"broken: {', '.join(broken) or 'none'}\n")
    return 1 if broken else 0


def tried(name: str, seconds: int) -> bool:
    """Fuzz one target in a process of its own; False when its law was broken."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", __package__, "--child", name, "--seconds", str(seconds)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    took = time.monotonic() - started
    executed, memory = (last(pattern, done.stderr, 1)[0] for pattern in (_TRIED, _MEMORY))
    edges, features = last(_REACHED, done.stderr, 2)
    sys.stdout.write(f"{name:<16}{executed:>10}{took:>6.0f}{edges:>8}{features:>10}{memory:>6}\n")
    sys.stdout.flush()
    if done.returncode:
        sys.stdout.write(done.stdout[-4_000:] + done.stderr[-4_000:] + "\n")
    return done.returncode == 0


def last(pattern: re.Pattern[str], text: str, groups: int) -> tuple[str, ...]:
    """The groups of the last match of a pattern, or dashes."""
    matches = list(pattern.finditer(text))
    return matches[-1].groups() if matches else ("-",) * groups


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, until the fuzzer ends it."""
    # It is installed for this alone, and has no types.
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.hostile.guided.targets import TARGETS, found
    target, corpus = TARGETS[name], WORK / name
    corpus.mkdir(parents=True, exist_ok=True)
    starts = [*target.seeds, *(path.read_bytes() for path in found(name))]
    for number, seed in enumerate(starts):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = WORK / "words.txt"
    words.write_text("\n".join(map(quoted, _words())) + "\n", encoding="ascii")
    atheris.Setup(
        [
            name,
            str(corpus),
            f"-dict={words}",
            f"-artifact_prefix={WORK / name}-",
            f"-max_total_time={seconds}",
            *LIMITS,
        ],
        target.run,
    )
    atheris.Fuzz()


def _words() -> list[bytes]:
    """Pieces that texts of ours are made of, and pieces that spoil them."""
    from tests.hostile.documents import site
    from tests.hostile.spoilt import SCALARS

    parts = {part for text in site().values() for part in re.findall(rb"[\w-]{3,20}", text)}
    spoiling = {one.encode("utf-8", "surrogatepass") for one in SCALARS if one}
    return sorted(part for part in parts | spoiling if len(part) <= 40)


def quoted(word: bytes) -> str:
    """A word as the fuzzer's list of words has it."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"'


if __name__ == "__main__":
    sys.exit(main())
