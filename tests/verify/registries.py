"""A stand-in for the registries: one real server that answers in the shape of each of them.

``python registries.py WORLD.json LOG`` prints its port and serves until it is ended. The world
holds `works` and `faults`: for a question such as ``Crossref:10.1/x`` a list of things that go
wrong, one after the other; a last one that ends in ``!`` goes wrong for ever. Every question is
written to the log, a line each.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

HTML = "<!doctype html><html><body><h1>We will be back soon</h1></body></html>"


class World:
    """The works that the registries know, and what goes wrong."""

    def __init__(self, world: Path, log: Path) -> None:
        data = json.loads(world.read_text(encoding="utf-8"))
        self.works: list[dict[str, Any]] = data["works"]
        self.faults: dict[str, list[str]] = data.get("faults", {})
        self.slow: float = data.get("slow", 0.0)
        self.by_doi = {w["doi"].lower(): w for w in self.works if w.get("doi")}
        self.by_pmid = {w["pmid"]: w for w in self.works if w.get("pmid")}
        self.log = log
        self.lock = threading.Lock()

    def fault(self, question: str) -> str:
        """Note a question, and say what goes wrong with it this time."""
        with self.lock:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(question + "\n")
            left = (
                self.faults.get(question)
                or self.faults.get(question.split(":", maxsplit=1)[0] + ":*")
                or []
            )
            if not left:
                return ""
            return left[0][:-1] if left[0].endswith("!") else left.pop(0)


def crossref(work: dict[str, Any]) -> dict[str, Any]:
    """A work in Crossref's form."""
    message: dict[str, Any] = {
        "DOI": work["doi"],
        "type": work.get("type", "journal-article"),
        "title": [work["title"]] if work.get("title") else [],
        "subtitle": [work["subtitle"]] if work.get("subtitle") else [],
        "author": [_crossref_author(i, a) for i, a in enumerate(work["authors"])],
        "container-title": [work["container"]] if work.get("container") else [],
        "short-container-title": [work["short"]] if work.get("short") else [],
        "publisher": "A Press",
        "issued": {"date-parts": [[work["year"], 3]]},
        "published-online": {"date-parts": [[work.get("online", work["year"]), 11, 2]]},
        "indexed": {"date-parts": [[2026, 1, 2]], "timestamp": 1767312000000},
        "relation": work.get("relation", {}),
        "score": 1,
    }
    for field, name in (("volume", "volume"), ("issue", "issue"), ("pages", "page")):
        if work.get(field):
            message[name] = work[field]
    for name in ("article-number", "updated-by", "update-to", "subtype", "group-title"):
        if work.get(name):
            message[name] = work[name]
    return message


def _crossref_author(number: int, author: list[str]) -> dict[str, Any]:
    sequence = "additional" if number else "first"
    if len(author) == 1:
        return {"name": author[0], "sequence": sequence, "affiliation": []}
    return {"given": author[1], "family": author[0], "sequence": sequence, "affiliation": []}


def datacite(work: dict[str, Any]) -> dict[str, Any]:
    """A work in DataCite's form."""
    titles = [{"title": work["title"]}]
    if work.get("subtitle"):
        titles.append({"title": work["subtitle"], "titleType": "Subtitle"})
    creators = [
        {"name": f"{a[0]}, {a[1]}", "nameType": "Personal", "familyName": a[0], "givenName": a[1]}
        for a in work["authors"]
    ]
    attributes = {
        "doi": work["doi"],
        "titles": titles,
        "creators": creators,
        "publisher": {"name": "A Repository"},
        "publicationYear": work["year"],
        "container": {},
        "types": {"resourceTypeGeneral": "Report", "bibtex": "techreport"},
        "relatedIdentifiers": [],
        "state": "findable",
    }
    return {"data": {"id": work["doi"], "type": "dois", "attributes": attributes}}


def csl(work: dict[str, Any]) -> dict[str, Any]:
    """A work in CSL-JSON, as doi.org gives it."""
    return {
        "type": "article-journal",
        "DOI": work["doi"],
        "title": work["title"],
        "author": [{"family": a[0], "given": a[1]} for a in work["authors"]],
        "container-title": work["container"],
        "issued": {"date-parts": [[work["year"]]]},
    }


def openalex(work: dict[str, Any]) -> dict[str, Any]:
    """A work in OpenAlex's form."""
    told = work.get("openalex", {})
    first, _, last = work.get("pages", "").partition("-")
    return {
        "id": f"https://openalex.org/W{abs(hash(work['title'])) % 10**9}",
        "doi": f"https://doi.org/{work['doi'].lower()}" if work.get("doi") else None,
        "display_name": told.get("title", work["title"]),
        "publication_year": work["year"],
        "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{work['pmid']}"}
        if work.get("pmid")
        else {},
        "authorships": [
            {"author": {"display_name": " ".join(reversed(a))}} for a in work["authors"]
        ],
        "primary_location": {"source": {"display_name": work.get("container")}},
        "biblio": {
            "volume": work.get("volume"),
            "issue": work.get("issue"),
            "first_page": first or None,
            "last_page": last or None,
        },
        "type": told.get("type", "article"),
        "is_retracted": told.get("is_retracted", False),
        "open_access": {"is_oa": False},
    }


def pubmed(work: dict[str, Any]) -> str:
    """A work in PubMed's form: one article of a set."""
    told = work.get("pubmed", {})
    authors = "".join(_pubmed_author(author) for author in work["authors"])
    kinds = "".join(
        f'<PublicationType UI="D016428">{kind}</PublicationType>'
        for kind in ("Journal Article", *told.get("types", []))
    )
    references = "".join(
        f'<CommentsCorrections RefType="{ref["type"]}"><RefSource>{escape(ref["source"])}'
        f'</RefSource><PMID Version="1">{ref.get("pmid", "")}</PMID>'
        f"<Note>{escape(ref.get('note', ''))}</Note></CommentsCorrections>"
        for ref in told.get("references", [])
    )
    title = escape(told.get("title", work["title"] + _tail(work)))
    doi = f'<ArticleId IdType="doi">{escape(work["doi"])}</ArticleId>' if work.get("doi") else ""
    doi = told.get("doi", doi)
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">{work["pmid"]}</PMID><Article PubModel="Print"><Journal>
<ISSN IssnType="Print">1234-5678</ISSN><JournalIssue CitedMedium="Print">
<Volume>{work.get("volume", "")}</Volume><Issue>{work.get("issue", "")}</Issue>
<PubDate><Year>{work["year"]}</Year><Month>Mar</Month></PubDate></JournalIssue>
<Title>{escape(work.get("container", ""))} (Tower, N.N.)</Title>
<ISOAbbreviation>{escape(work.get("short", work.get("container", "")))}</ISOAbbreviation></Journal>
<ArticleTitle>{title}.</ArticleTitle>
<Pagination><MedlinePgn>{work.get("pages", "")}</MedlinePgn></Pagination>
<Abstract><AbstractText Label="RESULTS">{escape(work.get("abstract", ""))}</AbstractText></Abstract>
<AuthorList CompleteYN="{told.get("complete", "Y")}">{authors}</AuthorList>
<PublicationTypeList>{kinds}</PublicationTypeList></Article>
<CommentsCorrectionsList>{references}</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{work["pmid"]}</ArticleId>{doi}
</ArticleIdList></PubmedData></PubmedArticle>"""


def _tail(work: dict[str, Any]) -> str:
    return f": {work['subtitle']}" if work.get("subtitle") else ""


def _pubmed_author(author: list[str]) -> str:
    if len(author) == 1:
        return f"<Author><CollectiveName>{escape(author[0])}</CollectiveName></Author>"
    initials = "".join(part[0] for part in author[1].split())
    return (
        f'<Author ValidYN="Y"><LastName>{escape(author[0])}</LastName>'
        f"<ForeName>{escape(author[1])}</ForeName><Initials>{initials}</Initials></Author>"
    )


def pubmed_set(articles: list[str]) -> str:
    """Articles as efetch gives them."""
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle,'
        ' 1st January 2026//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n'
        f"<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"
    )


def europepmc(work: dict[str, Any] | None) -> dict[str, Any]:
    """The answer of Europe PMC's search."""
    results = []
    if work is not None:
        results.append(
            {
                "title": work["title"] + ".",
                "pmcid": work.get("pmcid"),
                "doi": work.get("doi"),
                "authorList": {
                    "author": [{"lastName": a[0], "firstName": a[1]} for a in work["authors"]]
                },
                "journalInfo": {
                    "volume": work.get("volume"),
                    "journal": {"title": work.get("container")},
                },
                "pubYear": str(work["year"]),
                "abstractText": work.get("abstract", ""),
            }
        )
    return {"version": "6.9", "hitCount": len(results), "resultList": {"result": results}}


class Handler(BaseHTTPRequestHandler):
    """Answers questions; below /crossref, /pubmed and so on stand the paths of the real ones."""

    protocol_version = "HTTP/1.1"
    world: World

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        registry, _, path = parts.path.lstrip("/").partition("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        time.sleep(self.world.slow)
        getattr(self, f"_{registry}", self._nothing)("/" + path, query)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _crossref(self, path: str, query: dict[str, str]) -> None:
        limits = {"x-rate-limit-limit": "200", "x-rate-limit-interval": "1s"}
        limits["x-concurrency-limit"] = "5"
        if path == "/works":
            words = query["query.bibliographic"].casefold()
            if self._goes_wrong("Crossref:search"):
                return
            found = [w for w in self.world.works if w.get("doi") and w["title"].casefold() in words]
            message = {"items": [crossref(w) for w in found], "total-results": len(found)}
            self._json({"status": "ok", "message-type": "work-list", "message": message})
            return
        doi = unquote(path.removeprefix("/works/")).lower()
        if self._goes_wrong(f"Crossref:{doi}", f"/crossref{path}"):
            return
        work = self.world.by_doi.get(doi)
        if work is None or work.get("agency", "Crossref") != "Crossref":
            self._send(404, "Resource not found.", "text/plain")
            return
        message = {"message-type": "work", "message-version": "1.0.0", "message": crossref(work)}
        self._json({"status": "ok", **message}, limits)

    def _doi(self, path: str, _: dict[str, str]) -> None:
        doi = unquote(path.removeprefix("/doiRA").lstrip("/")).lower()
        work = self.world.by_doi.get(doi)
        if path.startswith("/doiRA/"):
            if self._goes_wrong(f"doi.org:{doi}"):
                return
            known = {"RA": work.get("agency", "Crossref")} if work else None
            self._json([{"DOI": doi, **(known or {"status": "DOI does not exist"})}])
        elif self._goes_wrong(f"csl:{doi}"):
            return
        elif work is None:
            self._send(404, HTML, "text/html")
        elif "citationstyles" in self.headers.get("Accept", ""):
            self._json(csl(work))
        else:
            self._send(200, HTML, "text/html")

    def _datacite(self, path: str, _: dict[str, str]) -> None:
        doi = unquote(path.removeprefix("/dois/")).lower()
        if self._goes_wrong(f"DataCite:{doi}"):
            return
        work = self.world.by_doi.get(doi)
        if work is None or work.get("agency") != "DataCite":
            self._json({"errors": [{"status": "404", "title": "Not found"}]}, status=404)
            return
        self._json(datacite(work))

    def _openalex(self, path: str, __: dict[str, str]) -> None:
        scheme, _, name = unquote(path.removeprefix("/works/")).partition(":")
        if self._goes_wrong(f"OpenAlex:{name}"):
            return
        known = self.world.by_doi if scheme == "doi" else self.world.by_pmid
        work = known.get(name.lower())
        if work is None or work.get("openalex") == {}:
            self._send(404, HTML, "text/html")
            return
        self._json(openalex(work))

    def _pubmed(self, path: str, query: dict[str, str]) -> None:
        if path == "/esearch.fcgi":
            if self._goes_wrong("PubMed:search"):
                return
            words = query["term"].casefold().removesuffix("[title]").split()
            found = [
                pmid
                for pmid, work in self.world.by_pmid.items()
                if set(words) <= set(work["title"].casefold().split())
            ]
            self._json({"header": {}, "esearchresult": {"count": "1", "idlist": found}})
            return
        pmid = query["id"]
        if self._goes_wrong(f"PubMed:{pmid}"):
            return
        work = self.world.by_pmid.get(pmid)
        self._send(200, pubmed_set([pubmed(work)] if work else []), "text/xml")

    def _europepmc(self, _: str, query: dict[str, str]) -> None:
        if self._goes_wrong(f"EuropePMC:{query['query']}"):
            return
        name = query["query"]
        found = None
        for work in self.world.works:
            names = (
                f"PMCID:{work.get('pmcid')}",
                f"EXT_ID:{work.get('pmid')} AND SRC:MED",
                f'DOI:"{work.get("doi")}"',
            )
            found = work if name in names else found
        self._json(europepmc(found))

    def _nothing(self, *_: object) -> None:
        self._send(404, HTML, "text/html")

    def _goes_wrong(self, question: str, path: str = "") -> bool:
        """Answer wrongly, if this question is to be answered so now."""
        fault = self.world.fault(question)
        if fault == "429":
            self._send(429, "Too many requests", "text/plain", {"Retry-After": "1"})
        elif fault == "429-long":
            self._send(429, "Too many requests", "text/plain", {"Retry-After": "86400"})
        elif fault in {"500", "502", "503", "403", "410"}:
            self._send(int(fault), HTML, "text/html")
        elif fault == "timeout":
            time.sleep(3)
            self.close_connection = True
        elif fault == "html":
            self._send(200, HTML, "text/html")
        elif fault == "malformed":
            self._send(200, '{"message": {"DOI": ', "application/json")
        elif fault == "odd":
            self._send(200, '{"message": ["no work"], "data": 3}', "application/json")
        elif fault == "empty":
            self._send(200, "", "application/json")
        elif fault == "truncated":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"status": "ok", "message": {')
            self.close_connection = True
        elif fault == "reset":
            self.close_connection = True
        elif fault == "redirect":
            self._send(301, "", "text/plain", {"Location": path})
        elif fault == "loop":
            self._send(302, "", "text/plain", {"Location": self.path})
        else:
            return False
        return True

    def _json(
        self, data: object, headers: dict[str, str] | None = None, *, status: int = 200
    ) -> None:
        self._send(status, json.dumps(data), "application/json", headers)

    def _send(
        self, status: int, body: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": f"{kind}; charset=utf-8"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """Never minds a client that went away."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients are killed in tests."""


def main() -> None:
    """Serve a world on a free port of this machine."""
    Handler.world = World(Path(sys.argv[1]), Path(sys.argv[2]))
    server = Server(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
