"""What a well-formed DOI, PMID, PMCID, ISBN, ISSN, ORCID and web address look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from generator.load.source import short

_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\]*[^\s{}\\.,;:]")
_DOI_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:\s*)", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d{0,8}")
_PMCID = re.compile(r"PMC[1-9]\d{0,8}")
# A number behind nothing but its own label or its registry's address.
_NCBI = r"(?:https?://)?(?:{0}\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/{0})/"
_LABELLED_PMID = re.compile(
    rf"(?:PMID:?\s*|{_NCBI.format('pubmed')})([1-9]\d{{0,8}})/?", re.IGNORECASE
)
_LABELLED_PMCID = re.compile(
    rf"(?:PMCID:?\s*|{_NCBI.format('pmc')}articles/)?PMC\s*([1-9]\d{{0,8}})/?", re.IGNORECASE
)
_LABELS = re.compile(r"^(?:(?:ISBN(?:-?1[03])?|ISSN):?\s*)+", re.IGNORECASE)
_ORCID = re.compile(r"([0-9]{4})[- –]?([0-9]{4})[- –]?([0-9]{4})[- –]?([0-9]{3}[0-9Xx])")
_ORCID_LABEL = re.compile(
    r"^(?:ORCID(?: iD)?[:\s]\s*)?(?:(?:https?://)?(?:www\.)?orcid\.org/)?", re.IGNORECASE
)
_ISSN = re.compile(r"(\d{4})-?(\d{3})([\dXx])")
_ISBN_SIGNS = re.compile(r"[\s–-]")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-f:.]+\]")
_URL_FORBIDDEN = re.compile(r"[\s<>\"{}\\^`|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An identifier in its normal form; `message` says what is wrong with it, if anything is, and
    `meant` is the right form where no other can be meant."""

    value: str
    message: str = ""
    hint: str = ""
    meant: str = ""


def check_doi(text: str) -> Checked:
    """A DOI, lower case and bare; a DOI written as an address is a fault, with the bare DOI."""
    bare = _DOI_PREFIX.sub("", text).lower()
    if not _DOI.fullmatch(bare):
        trimmed = bare.rstrip(".,;: ")
        meant = trimmed if _DOI.fullmatch(trimmed) else ""
        hint = f"Write {meant}." if meant else "A DOI looks like 10.1000/xyz123."
        message = f"'{short(text)}' is not a well-formed DOI."
        return Checked(value=bare, message=message, hint=hint, meant=meant)
    if bare != text.lower():
        message = f"A DOI is written without an address or a label before it, not '{short(text)}'."
        return Checked(value=bare, message=message, hint=f"Write {bare}.", meant=bare)
    return Checked(value=bare)


def check_pmid(text: str) -> Checked:
    """A PMID: a number of one to nine digits."""
    if _PMID.fullmatch(text):
        return Checked(value=text)
    digits = re.search(r"[1-9]\d{3,8}(?=\D*$)", text)
    hint = f"Write {digits[0]}." if digits else "A PMID looks like 7600123."
    message = f"'{short(text)}' is not a well-formed PMID."
    labelled = _LABELLED_PMID.fullmatch(text)
    return Checked(value=text, message=message, hint=hint, meant=labelled[1] if labelled else "")


def check_pmcid(text: str) -> Checked:
    """A PMCID: the letters PMC and a number."""
    if _PMCID.fullmatch(text):
        return Checked(value=text)
    digits = re.search(r"[1-9]\d{3,8}(?=\D*$)", text)
    hint = f"Write PMC{digits[0]}." if digits else "A PMCID looks like PMC1234567."
    message = f"'{short(text)}' is not a well-formed PMCID."
    labelled = _LABELLED_PMCID.fullmatch(text)
    meant = f"PMC{labelled[1]}" if labelled else ""
    return Checked(value=text, message=message, hint=hint, meant=meant)


def check_isbn(text: str) -> Checked:
    """An ISBN of 10 or 13 signs, hyphens as written; its check digit must be right."""
    signs = _ISBN_SIGNS.sub("", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", signs):
        expected = _digit_11(signs[:9])
    elif re.fullmatch(r"97[89]\d{10}", signs):
        expected = _isbn13_digit(signs[:12])
    else:
        message = f"'{short(text)}' is not a well-formed ISBN: it has 10 or 13 digits."
        hint = "An ISBN looks like 978-0-306-40615-7."
        meant = _unlabelled(text, check_isbn)
        return Checked(value=text, message=message, hint=hint, meant=meant)
    return _with_check_digit(text, signs[-1], expected, "ISBN")


def check_issn(text: str) -> Checked:
    """An ISSN as ``1234-567X``; its check digit must be right."""
    match = _ISSN.fullmatch(text)
    if match is None:
        message = f"'{short(text)}' is not a well-formed ISSN."
        hint = "An ISSN looks like 1234-5679."
        meant = _unlabelled(text, check_issn)
        return Checked(value=text, message=message, hint=hint, meant=meant)
    value = f"{match[1]}-{match[2]}{match[3].upper()}"
    return _with_check_digit(value, value[-1], _digit_11(match[1] + match[2]), "ISSN")


def check_orcid(text: str) -> Checked:
    """An ORCID, bare and with hyphens; its check digit must be right."""
    match = _ORCID.fullmatch(_ORCID_LABEL.sub("", text.strip()).rstrip("/"))
    if match is None:
        message = f"'{short(text)}' is not a well-formed ORCID: it has 16 digits in four groups."
        return Checked(value=text, message=message, hint="An ORCID looks like 0000-0002-1825-0097.")
    value = "-".join(match.groups()).upper()
    checked = _with_check_digit(value, value[-1], _digit_11_2(value[:-1].replace("-", "")), "ORCID")
    if checked.message or value == text:
        return checked
    message = f"An ORCID is written in groups of four, without an address, not '{short(text)}'."
    return Checked(value=value, message=message, hint=f"Write {value}.", meant=value)


def check_url(text: str) -> Checked:
    """A web address: http or https, with a host that everybody sees, and no sign that an address
    cannot hold."""
    message = f"'{short(text)}' is not a web address: it must begin with https:// or http://."
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
        what = f"holds '{short(wrong[0])}', which must be percent-encoded"
        message = f"The web address '{short(text)}' {what}."
        return Checked(value=text, message=message)
    if not names_its_host(text):
        message = f"The web address '{short(text)}' hides which host it leads to."
        hint = "Leave out what stands before an @ in its first part, and odd signs and ports."
        return Checked(value=text, message=message, hint=hint)
    return Checked(value=text)


def names_its_host(address: str) -> bool:
    """Whether everybody sees where a web address leads: what stands before an @ is no host, though
    it may look like one."""
    try:
        parts = urlsplit(address)
        usable = parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    return usable and _HOST.fullmatch(re.sub(r":\d*$", "", parts.netloc)) is not None


def _unlabelled(text: str, check: Callable[[str], Checked]) -> str:
    """An identifier without its label and with plain hyphens, if it is sound then; else empty."""
    bare = _LABELS.sub("", text).replace("–", "-").strip()
    if bare == text:
        return ""
    checked = check(bare)
    return "" if checked.message else checked.value


def _with_check_digit(value: str, found: str, expected: str, name: str) -> Checked:
    """The identifier, faulty where its last digit is not the one that follows from the others."""
    if found == expected:
        return Checked(value=value)
    what = f"'{short(value)}' is wrong, so one of its digits is mistyped"
    message = f"The check digit of the {name} {what}."
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


def _digit_11_2(digits: str) -> str:
    """The check digit of an ORCID (ISO/IEC 7064, MOD 11-2): each digit added, the sum doubled."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    rest = (12 - total) % 11
    return "X" if rest == 10 else str(rest)
