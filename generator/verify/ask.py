"""Which registries are asked about a work, and in which order."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from generator.model import Work
from generator.verify import crossref, datacite, europepmc, openalex, pubmed
from generator.verify.client import Client
from generator.verify.judge import Heard
from generator.verify.record import Answer, Missing, Registry, Unreachable, Update

Database = dict[str, tuple[Update, ...]]

CSL = "application/vnd.citationstyles.csl+json"


def hear(work: Work, client: Client, database: Database | None) -> Heard:
    """All answers about a work: by its DOI, its PMID, and its PMCID if it has nothing else."""
    answers: list[tuple[str, Answer]] = []
    if work.doi:
        answers.append(("doi", by_doi(work.doi.lower(), client)))
    if work.pmid:
        answers.append(("pmid", by_pmid(work.pmid, client)))
    if work.pmcid and not answers:
        answers.append(("pmcid", by_pmcid(work.pmcid, client)))
    known = None if database is None else _known(work, database)
    return Heard(answers=tuple(answers), third=_third(work, client), database=known)


def by_doi(doi: str, client: Client) -> Answer:
    """Crossref's record; for DOIs it does not have, that of the agency which doi.org names."""
    path = crossref.work_path(doi)
    answer = client.ask("Crossref", path, crossref.parse_work, params=mailto(client))
    if not isinstance(answer, Missing):
        return answer
    agency = client.ask("doi.org", datacite.agency_path(doi), datacite.parse_agency)
    if isinstance(agency, Unreachable):
        return agency
    if isinstance(agency, Missing) and agency.page and answer.page:
        return _portal("doi.org")
    if isinstance(agency, Missing) or not agency:
        return Missing(registry="doi.org")
    if agency.lower() == "crossref":
        reason = "doi.org says that Crossref keeps the DOI, and Crossref has no record yet"
        return Unreachable(registry="Crossref", reason=reason)
    if agency.lower() == "datacite":
        return _registered(client.ask("DataCite", datacite.work_path(doi), datacite.parse_work))
    found = client.ask("doi.org", f"/{quote(doi, safe='/')}", crossref.parse_csl, accept=CSL)
    return _registered(found)


def by_pmid(pmid: str, client: Client) -> Answer:
    """PubMed's record."""
    params = {"db": "pubmed", "id": pmid, "retmode": "xml", **tool(client)}
    parse = partial(pubmed.parse_article, pmid=pmid)
    answer = client.ask("PubMed", pubmed.FETCH, parse, params=params, accept="application/xml")
    return _portal("PubMed") if isinstance(answer, Missing) and answer.page else answer


def by_pmcid(pmcid: str, client: Client) -> Answer:
    """Europe PMC's record."""
    params = europepmc.question(f"PMCID:{pmcid}")
    answer = client.ask("Europe PMC", europepmc.SEARCH, europepmc.parse_first, params=params)
    return _portal("Europe PMC") if isinstance(answer, Missing) and answer.page else answer


def mailto(client: Client) -> dict[str, str]:
    """The parameter by which Crossref and OpenAlex know whom to write to."""
    return {"mailto": client.settings.contact} if client.settings.contact else {}


def tool(client: Client) -> dict[str, str]:
    """The parameters by which PubMed knows whom to write to."""
    contact = {"email": client.settings.contact} if client.settings.contact else {}
    return {"tool": "evidence-briefs", **contact}


def _portal(registry: Registry) -> Unreachable:
    """Where only pages for browsers say that there is nothing, no registry has spoken."""
    return Unreachable(registry=registry, reason="a page for browsers answered in its place")


def _registered(answer: Answer) -> Answer:
    """An agency that keeps a DOI but has no record of it leaves us without an answer."""
    if isinstance(answer, Missing):
        reason = "the DOI is registered, and its agency gives no record"
        return Unreachable(registry=answer.registry, reason=reason)
    return answer


def _third(work: Work, client: Client) -> Answer | None:
    scheme, identifier = ("doi", work.doi.lower()) if work.doi else ("pmid", work.pmid)
    if not identifier:
        return None
    path = openalex.work_path(identifier, scheme=scheme)
    return client.ask("OpenAlex", path, openalex.parse_work, params=mailto(client))


def _known(work: Work, database: Database) -> tuple[Update, ...]:
    """What the Retraction Watch file says of a work, once."""
    found = (*database.get(work.doi.lower(), ()), *database.get(work.pmid, ()))
    return tuple(dict.fromkeys(found))
