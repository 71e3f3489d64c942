"""The doctor's report as one HTML page to forward: no script, nothing loaded from elsewhere, and it prints.

It holds types, counts, statuses and what follows; no record, no id of a patient, no token.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from carefhir.doctor.findings import Finding
from carefhir.doctor.judge import BUNDLE_STATED, Report, StepReport
from carefhir.doctor.judge_site import BesideReport, SiteReport
from carefhir.doctor.routing import Route

STYLE = """
:root { --ink: #1c2430; --quiet: #526070; --line: #c9d1da; --paper: #fff; --works: #1d6b3a; --limits: #8a5a00;
  --not: #a3201d; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 3rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
.verdict { font-weight: 600; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
th { font-weight: 600; }
td.name { white-space: nowrap; overflow-wrap: normal; }
.works, .degraded, .refused { font-weight: 600; white-space: nowrap; }
.stated { font-weight: 600; } .works { color: var(--works); }
.degraded { color: var(--limits); } .refused { color: var(--not); }
ul { padding-left: 1.2rem; max-width: 60rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); padding: .6rem .8rem; font-size: .85rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; width: 100%; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td { border: 0; padding: .1rem 0; }
  td[data-is]::before { content: attr(data-is) ": "; color: var(--quiet); font-weight: 400; }
  td.name { font-weight: 600; white-space: normal; }
  td:empty { display: none; }
}
@media print {
  @page { margin: 1.3cm; }
  body { max-width: none; padding: 0; font: 8.5pt/1.35 system-ui, sans-serif; }
  table, pre { font-size: 7.5pt; } th, td { padding: .15rem .4rem .15rem 0; } h2 { margin-top: 1.2rem; }
  h2, h3 { break-after: avoid; } tr, li, pre { break-inside: avoid; } thead { display: table-header-group; }
}
"""
MOST = 1
"""Reasons of a step on the EHR alone; the JSON document has all."""
AS_STATED = "works as stated"
"""What nobody has tried to write is not green."""
_own_words = re.compile(r', saying "[^"]*"')
STATES = {"works": "works", "degraded": "with limits", "refused": "does not work"}


def rendered(report: Report) -> str:
    """The whole page."""
    beside = report.beside if isinstance(report, SiteReport) else ()
    title = f"carefhir at {_host(report.server)}" + (f", beside {_host(beside[0].server)}" if beside else "")
    parts = [*_head(report, beside)]
    if report.state != "unfit":
        parts += [*_glance(report, beside), *(part for ehr in beside for part in _about(ehr))]
        parts += [*(part for ehr in beside for part in _where(ehr)), *_steps(report, beside)]
    parts += _findings("The companion" if beside else "The server", report.findings)
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _host(base: str) -> str:
    return base.partition("://")[2].partition("/")[0]


def _head(report: Report, beside: Sequence[BesideReport]) -> Iterator[str]:
    yield f'<p class="verdict">{escape(report.verdict)}</p>'
    yield (
        '<p class="quiet">What carefhir, a layer for care management, can do on these servers, found by asking them. '
        "It holds no record and no id of a patient.</p>"
    )
    what = "companion: written, and read" if beside else "written, and read"
    rows = [(what, report.server, report.software or "no answer", report.fhir_version, _tried(report))]
    for ehr in beside:
        how = f"{ehr.away}" if ehr.away else f"{ehr.requests} requests; nothing was written there"
        rows.append((f"{ehr.name}: read", ehr.server, ehr.software or "no answer", ehr.fhir_version, how))
    yield _table(("what it is for", "FHIR base", "software", "FHIR", "asked"), rows)
    if report.at:
        yield f'<p class="quiet">Asked on {escape(report.at)}. Servers change: ask again after each upgrade.</p>'


def _tried(report: Report) -> str:
    if report.state == "unfit" and not report.requests:
        return "not usable"
    wrote = "test resources about nobody were written" if "writes" in report.tried else "nothing was written"
    return f"{report.requests} requests; {wrote}"


def _glance(report: Report, beside: Sequence[BesideReport]) -> Iterator[str]:
    yield "<h2>In short</h2>"
    every = [step for flow in report.workflows for step in flow.steps]
    rows = [("with both" if beside else "here", *_counts(every))]
    rows += [(f"{ehr.name} alone, without the companion", *_counts(ehr.alone)) for ehr in beside]
    yield _table(("steps and pages", *STATES.values()), rows)
    if "writes" not in report.tried:
        yield "<p>Writing was not tried: what works is what the servers state (carefhir doctor --probe-writes).</p>"
    if beside:
        yield (
            "<p>Without the companion, care plans, goals, tasks and the receipts of what was done have no place to "
            "stand: the last row is what leaving it out would cost.</p>"
        )
    yield "<h3>Settings to paste</h3>"
    yield f"<pre>{escape(chr(10).join(report.settings))}</pre>"
    yield '<p class="quiet">Tokens and keys are set beside these and belong in no page.</p>'


def _counts(steps: Iterable[StepReport]) -> tuple[str, str, str]:
    count = Counter(step.state for step in steps)
    return str(count["works"]), str(count["degraded"]), str(count["refused"])


def _where(ehr: BesideReport) -> Iterator[str]:
    yield f"<h2>Which records live where, with {escape(ehr.name)}</h2>"
    rows = [
        (route.type, _read(route, ehr.name), route.written or "nothing", route.why, route.witnessed)
        for route in ehr.routes
    ]
    yield _table(("type", "read in", "written to", "why", "what asking showed"), rows)


def _read(route: Route, name: str) -> str:
    return {"both": f"{name} and companion", "ehr": name, "companion": "companion"}[route.read]


def _steps(report: Report, beside: Sequence[BesideReport]) -> Iterator[str]:
    yield "<h2>Step by step</h2>"
    alone = [{step.name: step for step in ehr.alone} for ehr in beside]
    heads = ("step", "with both" if beside else "here", "how, or why not", *(f"{ehr.name} alone" for ehr in beside))
    for flow in report.workflows:
        yield f"<h3>{escape(flow.title)}</h3>"
        rows = []
        for step in flow.steps:
            words = "; ".join(step.why or step.how) or step.writes
            state = AS_STATED if step.state == "works" and BUNDLE_STATED in words else step.state
            rows.append((step.name, state, words, *(_alone(steps[step.name]) for steps in alone)))
        yield _table(heads, rows)


def _alone(step: StepReport) -> str:
    reasons = [_own_words.sub("", reason) for reason in step.why or step.how]
    more = f"; {len(reasons) - MOST} more" if len(reasons) > MOST else ""
    words = "; ".join(reasons[:MOST]) + more
    return f"{STATES[step.state]}: {words}" if words else STATES[step.state]


def _about(ehr: BesideReport) -> Iterator[str]:
    name = escape(ehr.name)
    yield f"<h2>What {name} keeps, and what it means</h2>"
    yield _list(ehr.says)
    yield f"<h2>What to ask the administrators of {name} for</h2>"
    yield _list(ehr.asks)
    yield "<h2>What is not proven</h2>"
    yield _list(ehr.not_proven)


def _findings(whose: str, findings: Sequence[Finding]) -> Iterator[str]:
    heavy = [one for one in findings if one.weight in ("refused", "degraded", "not tried", "to know")]
    if heavy:
        yield f"<h2>{whose}: what was found</h2>"
        rows = [(one.title, one.answered, one.follows, one.vendor) for one in heavy]
        yield _table(("what", "answered", "so", "what to ask for"), rows)


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(_sentence(line))}</li>" for line in lines) + "</ul>"


def _sentence(line: str) -> str:
    return line[:1].upper() + line[1:]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; on a narrow screen each cell says its column."""
    head = "".join(f"<th scope=col>{escape(title)}</th>" for title in heads)
    body = "".join(f"<tr>{''.join(_cell(*pair) for pair in zip(heads, row, strict=True))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(title: str, text: str) -> str:
    if text == AS_STATED:
        return f'<td data-is="{escape(title)}"><span class="stated">{text}</span></td>'
    if text in STATES:
        return f'<td data-is="{escape(title)}"><span class="{text}">{STATES[text]}</span></td>'
    kind = ' class="name"' if title in ("type", "step") else f' data-is="{escape(title)}"'
    return f"<td{kind}>{escape(text)}</td>"
