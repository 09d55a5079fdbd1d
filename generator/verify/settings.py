"""What the environment says about the network: addresses, contact, patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.verify.record import Registry

PUBLIC: Final[Mapping[Registry, str]] = {
    "Crossref": "https://api.crossref.org",
    "PubMed": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    "OpenAlex": "https://api.openalex.org",
    "DataCite": "https://api.datacite.org",
    "doi.org": "https://doi.org",
    "Europe PMC": "https://www.ebi.ac.uk/europepmc/webservices/rest",
}
VARIABLES: Final[Mapping[Registry, str]] = {
    "Crossref": "BRIEFS_CROSSREF_URL",
    "PubMed": "BRIEFS_PUBMED_URL",
    "OpenAlex": "BRIEFS_OPENALEX_URL",
    "DataCite": "BRIEFS_DATACITE_URL",
    "doi.org": "BRIEFS_DOI_URL",
    "Europe PMC": "BRIEFS_EUROPEPMC_URL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the registries are asked; times in seconds.

    `patience` is the longest wait that a registry may ask for, `window` the time within which one
    question is asked again, `database` the path or address of the Retraction Watch CSV file.
    """

    roots: Mapping[Registry, str] = field(default_factory=lambda: dict(PUBLIC))
    contact: str = ""
    database: str = ""
    timeout: float = 10.0
    attempts: int = 4
    first_wait: float = 0.5
    patience: float = 60.0
    window: float = 30.0

    def is_public(self, registry: Registry) -> bool:
        """Whether the registry's own server is asked, and not a mirror of it."""
        return self.roots[registry] == PUBLIC[registry]


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings that the variables `BRIEFS_...` ask for; those not set or empty keep theirs.

    Raises ValueError, with a sentence for people, where a number is none.
    """
    roots = {
        registry: (environment.get(name) or PUBLIC[registry]).rstrip("/")
        for registry, name in VARIABLES.items()
    }
    plain = Settings()
    return Settings(
        roots=roots,
        contact=_contact(environment),
        database=environment.get("BRIEFS_RETRACTION_WATCH", "").strip(),
        timeout=_number(environment, "BRIEFS_TIMEOUT", plain.timeout),
        attempts=int(_number(environment, "BRIEFS_ATTEMPTS", plain.attempts)),
        first_wait=_number(environment, "BRIEFS_FIRST_WAIT", plain.first_wait),
        patience=_number(environment, "BRIEFS_PATIENCE", plain.patience),
    )


def _contact(environment: Mapping[str, str]) -> str:
    """The contact's address, which stands in the head of every question."""
    given = environment.get("BRIEFS_CONTACT", "").strip()
    if not (given.isascii() and given.isprintable()):
        raise ValueError("BRIEFS_CONTACT must be an e-mail address in plain letters")
    return given


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    given = environment.get(name, "").strip()
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 < value < 3600:
        raise ValueError(
            f"{name} must be a number of seconds or attempts above zero, not '{given}'"
        )
    return value
