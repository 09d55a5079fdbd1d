"""Every regular expression of the program, found by itself, and texts that would make it run away.

Patterns are found in two ways: as compiled values of modules, and as what stands in the code as
the pattern of a function of `re`. How a pattern is used decides how it is tried: one that is only
matched from a start cannot be slow because it may begin anywhere.

The texts come from the pattern's own tree: what leads up to a repetition, then a piece that it
repeats, thousands of times, then something at which the whole fails.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any, Final

import generator

ANCHORED: Final = frozenset({"match", "fullmatch"})
_FUNCTIONS: Final = frozenset(
    {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
)
_SIGNS: Final = " \n\ta0AZz_-.,;:!?\x00é@([{<\"'&/%#*$`|=+~^\\)]}>"
_TAILS: Final = ("", "\x00", "!", "a", "\n")
_ENDLESS: Final = 100  # a repetition of this many is as good as one without end
_REPEATS: Final = frozenset({code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT})
_Tree = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A pattern, where it stands, and the methods by which it is used; none where not known."""

    pattern: str
    flags: int
    where: str
    methods: frozenset[str] = frozenset()

    @property
    def is_anchored(self) -> bool:
        """Whether it is only ever tried at one place of a text."""
        return bool(self.methods) and self.methods <= ANCHORED


@dataclass(slots=True, kw_only=True)
class Collection:
    """All patterns of the program, and the places at which a pattern is made only as it runs."""

    found: dict[tuple[str, int], Found] = field(default_factory=dict)
    made_later: set[str] = field(default_factory=set)

    def add(self, pattern: re.Pattern[Any], where: str, methods: Iterable[str] = ()) -> None:
        text = pattern.pattern
        text = text if isinstance(text, str) else text.decode("latin-1")
        key = (text, pattern.flags)
        known = self.found.get(key)
        used = frozenset(methods)
        if known is not None:
            used = used | known.methods if used and known.methods else frozenset()
        self.found[key] = Found(pattern=text, flags=pattern.flags, where=where, methods=used)


def collect() -> Collection:
    """Every pattern of the program."""
    modules = [*_modules()]
    trees = {module.__name__: _tree(module) for module in modules}
    everywhere = _uses(trees.values())
    collection = Collection()
    for module in modules:
        # What begins with an underscore is used in its own module alone.
        private = _uses([trees[module.__name__]])
        for name, value in vars(module).items():
            for pattern in _patterns_in(value):
                if name in _assigned(trees[module.__name__]):
                    uses = private if name.startswith("_") else everywhere
                    collection.add(pattern, f"{module.__name__}:{name}", uses.get(name, ()))
        _add_written(collection, module, trees[module.__name__])
    return collection


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(generator.__path__, "generator."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def _tree(module: ModuleType) -> ast.Module:
    with open(str(module.__file__), encoding="utf-8") as file:  # noqa: PTH123
        return ast.parse(file.read())


def _assigned(tree: ast.Module) -> frozenset[str]:
    """The names that a module gives at its top level, and does not only import."""
    targets: list[ast.expr] = []
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets.extend(node.targets)
        elif isinstance(node, ast.AnnAssign):
            targets.append(node.target)
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))


def _uses(trees: Iterable[ast.Module]) -> Mapping[str, frozenset[str]]:
    """The methods that are called on each name; a name that is also used otherwise may be used in
    any way, and is left out."""
    called: dict[str, set[str]] = {}
    for tree in trees:
        own = {
            id(node.value): node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                called.setdefault(node.id, set()).add(own.get(id(node), "?"))
    return {name: frozenset(methods) for name, methods in called.items()}


def _patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from (each for each in value.values() if isinstance(each, re.Pattern))
    elif isinstance(value, tuple | list):
        for each in value:
            parts = each if isinstance(each, tuple) else (each,)
            yield from (part for part in parts if isinstance(part, re.Pattern))


def _add_written(collection: Collection, module: ModuleType, tree: ast.Module) -> None:
    """The patterns that stand in calls such as `re.search(r"...", text)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method)) if (
                method in _FUNCTIONS and node.args
            ):
                flags = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "flags")]
                written = _value_of(node.args[0], module)
                where = f"{module.__name__}:{ast.unparse(node.args[0])[:60]}"
                if not isinstance(written, str | bytes | re.Pattern):
                    collection.made_later.add(f"{module.__name__}:{_function_at(tree, node)}")
                    continue
                methods = [] if method == "compile" else [method]
                if isinstance(written, str | bytes) and method != "compile":
                    collection.add(re.compile(written, _flags(flags, module)), where, methods)


def _value_of(node: ast.expr, module: ModuleType) -> object:
    """What an expression comes to by the names of its module alone; None where it does not."""
    try:
        made = compile(ast.Expression(node), "pattern", "eval")
        return eval(made, dict(vars(module)))
    except (NameError, TypeError, AttributeError):
        return None


def _flags(nodes: Iterable[ast.expr], module: ModuleType) -> int:
    values = (_value_of(node, module) for node in nodes)
    return sum(int(value) for value in values if isinstance(value, re.RegexFlag))


def _function_at(tree: ast.Module, call: ast.Call) -> str:
    """The name of the innermost function around a call."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.lineno <= call.lineno <= (node.end_lineno or node.lineno)
    ]
    return max(around, key=lambda node: node.lineno).name if around else ""


# --- texts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attack:
    """A text in three parts, the middle one of which is repeated."""

    head: str
    pump: str
    tail: str

    def text(self, length: int) -> str:
        """The text, about as long as asked."""
        return self.head + self.pump * (length // len(self.pump)) + self.tail


def attacks(pattern: str, flags: int, *, variants: int, most: int) -> list[Attack]:
    """At most `most` texts made for a pattern: `variants` of what each repetition may repeat."""
    dice = random.Random(repr(pattern))
    tree = [*_parser.parse(pattern, flags)]
    signs = sorted({*_SIGNS, *_literals(tree)})
    found: dict[Attack, None] = {}
    for before, body in _repetitions(tree, ()):
        pumps = {_sample(body, dice, signs) for _ in range(variants)} | _single(body)
        few = sorted(pumps)[:2]
        pumps |= {one + other for one in few for other in few}
        for pump in sorted(pumps - {""}):
            head = "".join(_sample(part, dice, signs) for part in before)
            found[Attack(head, pump, dice.choice(_TAILS))] = None
            found[Attack("", pump, "\x00")] = None
            if head:
                found[Attack(head, head + pump, dice.choice(_TAILS))] = None
    for _ in range(variants):
        if whole := _sample(tree, dice, signs):
            found[Attack("", whole, "\x00")] = None
    return [*found] if len(found) <= most else dice.sample([*found], most)


def _single(body: _Tree) -> set[str]:
    """The signs that a body of one sign may be, out of the usual ones."""
    if len(body) != 1 or body[0][0] is not code.IN:
        return set()
    return {sign for sign in " \na0.,-é[(" if _is_member(body[0][1], sign)}


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


_CATEGORIES: Final[Mapping[Any, Callable[[str], bool]]] = {
    code.CATEGORY_DIGIT: str.isdecimal,
    code.CATEGORY_NOT_DIGIT: lambda sign: not sign.isdecimal(),
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_NOT_SPACE: lambda sign: not sign.isspace(),
    code.CATEGORY_WORD: _is_word,
    code.CATEGORY_NOT_WORD: lambda sign: not _is_word(sign),
}


def _is_member(items: _Tree, sign: str) -> bool:
    turned = hit = False
    for kind, value in items:
        if kind is code.NEGATE:
            turned = True
        elif kind is code.LITERAL:
            hit = hit or ord(sign) == value
        elif kind is code.RANGE:
            hit = hit or value[0] <= ord(sign) <= value[1]
        elif kind is code.CATEGORY:
            hit = hit or _CATEGORIES[value](sign)
    return hit != turned


def _parts(kind: Any, value: Any) -> tuple[_Tree, ...]:
    """The trees inside a node."""
    if kind in _REPEATS:
        return (value[2],)
    if kind is code.SUBPATTERN:
        return (value[3],)
    if kind is code.ATOMIC_GROUP:
        return (value,)
    if kind is code.BRANCH:
        return tuple(value[1])
    return (value[1],) if kind in (code.ASSERT, code.ASSERT_NOT) else ()


def _literals(tree: _Tree) -> Iterator[str]:
    for kind, value in tree:
        if kind in (code.LITERAL, code.NOT_LITERAL):
            yield chr(value)
        elif kind is code.IN:
            for inner, of in value:
                if inner is code.LITERAL:
                    yield chr(of)
                elif inner is code.RANGE:
                    yield from (chr(of[0]), chr(of[1]))
        for part in _parts(kind, value):
            yield from _literals(part)


def _repetitions(tree: _Tree, before: tuple[_Tree, ...]) -> Iterator[tuple[tuple[_Tree, ...], Any]]:
    """Every repetition without end: what stands before it, and what it repeats."""
    for index, (kind, value) in enumerate(tree):
        here = (*before, [*tree][:index])
        if kind in _REPEATS and value[1] >= _ENDLESS:
            yield here, value[2]
        for part in _parts(kind, value):
            yield from _repetitions(part, here)


def _sample(tree: _Tree, dice: random.Random, signs: Sequence[str]) -> str:
    """A text that a tree may match; what it only looks at is left out."""
    return "".join(_piece(kind, value, dice, signs) for kind, value in tree)


def _piece(kind: Any, value: Any, dice: random.Random, signs: Sequence[str]) -> str:
    if kind is code.LITERAL:
        return chr(value)
    if kind is code.NOT_LITERAL:
        return dice.choice([sign for sign in signs if ord(sign) != value])
    if kind is code.ANY:
        return dice.choice([sign for sign in signs if sign != "\n"])
    if kind is code.IN:
        fit = [sign for sign in signs if _is_member(value, sign)]
        return dice.choice(fit) if fit else ""
    if kind in _REPEATS:
        least = value[0]
        times = least if dice.random() < 0.4 else min(value[1], max(least, 1))
        return "".join(_sample(value[2], dice, signs) for _ in range(times))
    if kind is code.BRANCH:
        return _sample(dice.choice(value[1]), dice, signs)
    if kind in (code.SUBPATTERN, code.ATOMIC_GROUP):
        return _sample(_parts(kind, value)[0], dice, signs)
    return ""


# --- time ------------------------------------------------------------------------------------


class TooSlowError(Exception):
    """The time is up."""


def _give_up(_: int, __: FrameType | None) -> None:
    raise TooSlowError


def seconds(work: Callable[[], object], limit: float) -> float:
    """The processor's time that some work takes; `limit` where it takes longer. Only for the main
    thread: the work is stopped by a signal."""
    old = signal.signal(signal.SIGVTALRM, _give_up)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        work()
    except TooSlowError:
        return limit
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)
    return min(limit, time.process_time() - start)


def is_runaway(work: Callable[[str], object], attack: Attack, length: int, limit: float) -> bool:
    """Whether the time that some work takes grows faster than its text: four times the text take
    more than `limit` seconds and nine times as long. What takes less is tried again in case the
    machine was busy."""
    for _ in range(3):
        long = seconds(lambda: work(attack.text(4 * length)), 20 * limit)
        if long <= limit:
            return False
        if long >= 20 * limit:
            return True
        short = seconds(lambda: work(attack.text(length)), 20 * limit)
        if long < 9 * short:
            return False
    return True


def trials(found: Found) -> Mapping[str, Callable[[str], object]]:
    """The ways in which a pattern is tried on a text."""
    pattern = re.compile(found.pattern, found.flags)
    ways: dict[str, Callable[[str], object]] = {
        "match": pattern.match,
        "fullmatch": pattern.fullmatch,
        "search": lambda text: sum(1 for _ in pattern.finditer(text)),
    }
    if found.is_anchored:
        return {way: ways[way] for way in sorted(found.methods)}
    return {"search": ways["search"]}
