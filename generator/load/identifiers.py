"""What a well-formed DOI, PMID, PMCID, ISBN, ISSN and web address look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\]*[^\s{}\\.,;:]")
_DOI_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:\s*)", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d{0,8}")
_PMCID = re.compile(r"PMC[1-9]\d{0,8}")
_ISSN = re.compile(r"(\d{4})-?(\d{3})([\dXx])")
_ISBN_SIGNS = re.compile(r"[\s–-]")
_URL_FORBIDDEN = re.compile(r"[\s<>\"{}\\^`|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An identifier in its normal form; `message` says what is wrong with it, if anything is."""

    value: str
    message: str = ""
    hint: str = ""


def check_doi(text: str) -> Checked:
    """A DOI, lower case and bare; a DOI written as an address is a fault, with the bare DOI."""
    bare = _DOI_PREFIX.sub("", text).lower()
    if not _DOI.fullmatch(bare):
        trimmed = bare.rstrip(".,;: ")
        hint = (
            f"Write {trimmed}." if _DOI.fullmatch(trimmed) else "A DOI looks like 10.1000/xyz123."
        )
        return Checked(value=bare, message=f"'{text}' is not a well-formed DOI.", hint=hint)
    if bare != text.lower():
        message = f"A DOI is written without an address or a label before it, not '{text}'."
        return Checked(value=bare, message=message, hint=f"Write {bare}.")
    return Checked(value=bare)


def check_pmid(text: str) -> Checked:
    """A PMID: a number of one to nine digits."""
    if _PMID.fullmatch(text):
        return Checked(value=text)
    digits = re.search(r"[1-9]\d{3,8}(?=\D*$)", text)
    hint = f"Write {digits[0]}." if digits else "A PMID looks like 7600123."
    return Checked(value=text, message=f"'{text}' is not a well-formed PMID.", hint=hint)


def check_pmcid(text: str) -> Checked:
    """A PMCID: the letters PMC and a number."""
    if _PMCID.fullmatch(text):
        return Checked(value=text)
    digits = re.search(r"[1-9]\d{3,8}(?=\D*$)", text)
    hint = f"Write PMC{digits[0]}." if digits else "A PMCID looks like PMC1234567."
    return Checked(value=text, message=f"'{text}' is not a well-formed PMCID.", hint=hint)


def check_isbn(text: str) -> Checked:
    """An ISBN of 10 or 13 signs, hyphens as written; its check digit must be right."""
    signs = _ISBN_SIGNS.sub("", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", signs):
        expected = _digit_11(signs[:9])
    elif re.fullmatch(r"97[89]\d{10}", signs):
        expected = _isbn13_digit(signs[:12])
    else:
        message = f"'{text}' is not a well-formed ISBN: it has 10 or 13 digits."
        return Checked(value=text, message=message, hint="An ISBN looks like 978-0-306-40615-7.")
    return _with_check_digit(text, signs[-1], expected, "ISBN")


def check_issn(text: str) -> Checked:
    """An ISSN as ``1234-567X``; its check digit must be right."""
    match = _ISSN.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a well-formed ISSN."
        return Checked(value=text, message=message, hint="An ISSN looks like 1234-5679.")
    value = f"{match[1]}-{match[2]}{match[3].upper()}"
    return _with_check_digit(value, value[-1], _digit_11(match[1] + match[2]), "ISSN")


def check_url(text: str) -> Checked:
    """A web address: http or https, with a host, and no sign that an address cannot hold."""
    message = f"'{text}' is not a web address: it must begin with https:// or http://."
    try:
        parts = urlsplit(text)
        good = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return Checked(value=text, message=message)
    if not good:
        bare = not parts.scheme and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text)
        return Checked(value=text, message=message, hint=f"Write https://{text}." if bare else "")
    wrong = _URL_FORBIDDEN.search(text)
    if wrong:
        message = f"The web address '{text}' holds '{wrong[0]}', which must be percent-encoded."
        return Checked(value=text, message=message)
    return Checked(value=text)


def _with_check_digit(value: str, found: str, expected: str, name: str) -> Checked:
    """The identifier, faulty where its last digit is not the one that follows from the others."""
    if found == expected:
        return Checked(value=value)
    message = f"The check digit of the {name} '{value}' is wrong, so one of its digits is mistyped."
    hint = f"With these digits the last one would be {expected}."
    return Checked(value=value, message=message, hint=hint)


def _digit_11(digits: str) -> str:
    """The check digit of an ISBN-10 or an ISSN (ISO 2108, ISO 3297): weighted sum modulo 11."""
    weights = range(len(digits) + 1, 1, -1)
    rest = -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _isbn13_digit(digits: str) -> str:
    """The check digit of an ISBN-13 (ISO 2108): digits weighted 1 and 3, modulo 10."""
    return str(-sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(digits)) % 10)
