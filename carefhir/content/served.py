"""Content on a FHIR server: newer versions of our own artefacts, by their urls, read once at the start.

Only artefacts that have the url of one of ours are asked for: what else a server keeps is not for us. R4 has no search
for ObservationDefinition by url, so bands and results come from the package and from folders only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from carefhir.content.layers import SERVER, Layer
from carefhir.content.loading import Content, as_r4, content_of
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.codec import Json, NotJson
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import Page, read_page
from carefhir.fhir.wire import FHIR_JSON, NO_CACHE, Failure, Flow, Request, Response, ask, exchange

ASKED = ("CodeSystem", "ConceptMap", "PlanDefinition", "Questionnaire")
AT_ONCE = 20
"""So many urls are asked for in one search: an address of 2,000 characters is taken everywhere."""
PAGES = 50


def with_served(content: Content, home: Home) -> Flow[Content]:
    """The same content, with what a server has of it in a higher version. Raises `ServerUnreachable` and `ServerUnfit`:
    what a site has put there is used, or nothing is."""
    artefacts: list[Json] = []
    requests = [_search(type_, urls) for type_ in ASKED for urls in _urls(content, type_)]
    answers = yield from exchange(requests)
    for answer in answers:
        page = _page(answer, home)
        artefacts += [record.json for record in page.records]
        pages = 1
        while page.next is not None:
            target = home.target_of(page.next)
            if target is None or pages >= PAGES:
                raise ServerUnfit("the content on the server cannot be read to its end")
            page = _page((yield from ask(Request("GET", target, _HEADERS, repeatable=True))), home)
            artefacts += [record.json for record in page.records]
            pages += 1
    ours = {str(artefact.get("url")) for artefact in content.artefacts.values() if artefact.get("url")}
    wanted = tuple(each for each in artefacts if each.get("url") in ours and each.get("content") != "fragment")
    return content_of((*content.layers, Layer(SERVER, tuple(map(as_r4, wanted)))), content.licenses)


_HEADERS = (("Accept", FHIR_JSON), NO_CACHE)


def _urls(content: Content, type_: str) -> Iterator[Sequence[str]]:
    urls = sorted({str(each["url"]) for (of, _), each in content.artefacts.items() if of == type_ and each.get("url")})
    for start in range(0, len(urls), AT_ONCE):
        yield urls[start : start + AT_ONCE]


def _search(type_: str, urls: Sequence[str]) -> Request:
    return Request("GET", f"{type_}?url={quote(','.join(urls), safe=',')}&_count=200", _HEADERS, repeatable=True)


def _page(answer: Response | Failure, home: Home) -> Page:
    if isinstance(answer, Failure):
        raise ServerUnreachable("the server did not answer when it was asked for its content", sent=answer.sent)
    if answer.status != 200:
        raise ServerUnfit(f"asked for its content, the server answers {answer.status}")
    try:
        return read_page(answer.body, home)
    except NotJson as error:
        raise ServerUnfit(f"asked for its content, the server answers something else: {error}") from None
