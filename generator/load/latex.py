"""LaTeX text as Unicode text: this module alone knows what LaTeX's commands stand for.

Accents, symbols, font commands and simple maths are read; any other command is handed back as one
that is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from unicodedata import normalize

from generator.load.source import with_few_marks

_TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|[{}$~]|---?|``|''|[^\\{}$~`'\-]+|.", re.DOTALL)
_MATHS_TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|.", re.DOTALL)
_SPECIAL = re.compile(r"[\\{}$~]|--|``|''")

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_SYMBOLS = {
    **{char: char for char in "&%#_${}"},
    **dict.fromkeys([" ", "\n", "\t", "\\", ",", ";", ":", ">", "newline", "space", "quad"], " "),
    **dict.fromkeys(["!", "-", "/", "@", "protect", "relax", "null"], ""),
    "ss": "ß",
    "SS": "ẞ",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "dh": "ð",
    "DH": "Ð",
    "dj": "đ",
    "DJ": "Đ",
    "th": "þ",
    "TH": "Þ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "i": "ı",
    "j": "ȷ",
    "S": "§",
    "P": "¶",
    "dag": "†",
    "ddag": "‡",
    "copyright": "©",
    "pounds": "£",
    "euro": "€",
    "degree": "°",
    "ldots": "…",
    "dots": "…",
    "slash": "/",
    "lbrace": "{",
    "rbrace": "}",
    "backslash": "\\",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "textquotesingle": "'",
    "textquotedbl": '"',
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "lq": "‘",
    "rq": "’",
    "guillemotleft": "«",
    "guillemotright": "»",
    "textendash": "–",
    "textemdash": "—",
    "textellipsis": "…",
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textasciigrave": "`",
    "textunderscore": "_",
    "textdollar": "$",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textregistered": "®",
    "texttrademark": "™",
    "textcopyright": "©",
    "textsterling": "£",
    "texteuro": "€",
    "textyen": "¥",
    "textcent": "¢",
    "textdegree": "°",
    "textmu": "µ",
    "texttimes": "×",
    "textpm": "±",
    "textbullet": "•",
    "textperiodcentered": "·",
    "textonehalf": "½",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "Sigma": "Σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Omega": "Ω",
    "times": "×",
    "cdot": "·",
    "pm": "±",
    "sim": "∼",
    "approx": "≈",
    "neq": "≠",
    "ne": "≠",
    "leq": "≤",
    "le": "≤",
    "geq": "≥",
    "ge": "≥",
    "infty": "∞",
    "rightarrow": "→",
    "to": "→",
    "leftarrow": "←",
    "leftrightarrow": "↔",
    "circ": "°",
    "prime": "′",
}
_TRANSPARENT = frozenset(
    re.findall(
        r"\w+",
        """
        emph textit textbf textsc textsl textrm textsf texttt textmd textup textnormal text uline
        underline mbox hbox mathrm mathit mathbf mathsf ensuremath url path nolinkurl
        em it bf sl sc tt rm sf itshape bfseries scshape slshape upshape ttfamily rmfamily sffamily
        normalfont selectfont
        """,
    )
)
_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "~": " "}
_MATHS = re.compile(r"[\\^_=<>]|^\s*[A-Za-z]\s*$")

_VERBATIM_ESCAPE = re.compile(r"\\([%&#_$~^])(?:\{\})?")
_WRAPPER = re.compile(r"^\s*\\(?:url|path|nolinkurl)\s*\{(.*)\}\s*$", re.DOTALL)


@dataclass(slots=True)
class _Reader:
    """One pass over the tokens of a LaTeX text, kept last first so that the next one is popped."""

    tokens: list[str]
    unknown: list[str] = field(default_factory=list)

    def text(self, closing: str = "") -> str:
        """The text up to `closing`, or all that is left."""
        parts: list[str] = []
        while self.tokens:
            sign = self.tokens.pop()
            if sign == closing:
                break
            parts.append(self.read(sign))
        return "".join(parts)

    def read(self, sign: str) -> str:
        """The text of one token, with whatever argument it takes."""
        if sign == "{":
            return self.text("}")
        if sign == "}":
            return ""
        if sign == "$":
            return self.maths()
        if sign.startswith("\\"):
            return self.command(sign[1:].rstrip() or sign[1:2])
        return _LIGATURES.get(sign, sign)

    def command(self, name: str) -> str:
        """The text of a command; one that is not known is noted and stands for nothing."""
        if name in _ACCENTS:
            return self.accented(name)
        if name in _SYMBOLS:
            return _SYMBOLS[name]
        if name in _TRANSPARENT:
            return ""
        match name:
            case "textsuperscript" | "textsubscript":
                return _raised(self.argument(), "^" if name == "textsuperscript" else "_")
            case "enquote":
                return f"“{self.argument()}”"
            case "href" | "texorpdfstring":
                self.argument()
                return self.argument()
        self.unknown.append(f"\\{name}")
        return ""

    def accented(self, accent: str) -> str:
        """The argument with the accent on its first letter; an accent on nothing is the sign."""
        base = self.argument()
        if not base:
            return accent if accent in "~^`" else self.command(f"{accent}{{}}")
        first = {"ı": "i", "ȷ": "j"}.get(base[0], base[0])
        return normalize("NFC", first + _ACCENTS[accent]) + base[1:]

    def argument(self) -> str:
        """The next group, command or character."""
        while self.tokens and self.tokens[-1].isspace():
            self.tokens.pop()
        if not self.tokens or self.tokens[-1] == "}":
            return ""
        sign = self.tokens.pop()
        if sign[0] in "\\{":
            return self.read(sign)
        if len(sign) > 1:
            self.tokens.append(sign[1:])
        return sign[0]

    def maths(self) -> str:
        """Simple maths up to the closing dollar sign; a dollar sign that opens none is noted."""
        end = next((i for i in range(len(self.tokens) - 1, -1, -1) if self.tokens[i] == "$"), None)
        content = "" if end is None else "".join(reversed(self.tokens[end + 1 :]))
        if not _MATHS.search(content):
            self.unknown.append("$")
            return ""
        del self.tokens[end:]
        return _Reader(tokens=_tokens(content, _MATHS_TOKEN), unknown=self.unknown).formula()

    def formula(self) -> str:
        """All that is left as maths: letters and symbols, with raised and lowered signs."""
        parts: list[str] = []
        while self.tokens:
            sign = self.tokens.pop()
            parts.append(_raised(self.argument(), sign) if sign in "^_" else self.read(sign))
        return "".join(parts)


def decode(text: str) -> tuple[str, tuple[str, ...]]:
    """The Unicode text of a LaTeX text, in NFC with single spaces, and the commands not known."""
    unknown: list[str] = []
    if _SPECIAL.search(text):
        reader = _Reader(tokens=_tokens(text, _TOKEN), unknown=unknown)
        try:
            text = reader.text()
        except RecursionError:
            unknown.append("commands nested too deeply")
    plain = with_few_marks(normalize("NFC", " ".join(text.split())))
    return plain, tuple(dict.fromkeys(unknown))


def decode_verbatim(text: str) -> str:
    """The text of a field that is no prose (an address, a DOI): only escapes and braces go."""
    wrapped = _WRAPPER.match(text)
    plain = _VERBATIM_ESCAPE.sub(r"\1", wrapped[1] if wrapped else text)
    return plain.replace("{", "").replace("}", "").strip()


def _tokens(text: str, pattern: re.Pattern[str]) -> list[str]:
    """The tokens of a text, the last one first."""
    tokens: list[str] = pattern.findall(text)
    return tokens[::-1]


def _raised(text: str, mark: str) -> str:
    """The text as superscript (mark ``^``) or subscript, or as it is where Unicode has none."""
    table = _SUPERSCRIPT if mark == "^" else _SUBSCRIPT
    return text.translate(table) if all(ord(char) in table for char in text) else text
