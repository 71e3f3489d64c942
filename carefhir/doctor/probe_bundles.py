"""Probes of transactions: linked creates, rollback, versions inside, how many entries, pages in a batch (rule R6).

A server may state transactions, answer 200, and write a part (Medplum, as it ships); refuse more than eight entries
(Medplum with transaction-bundles); answer a stale version inside with 400 (Helios). What counts is what can be read
afterward.
"""

from __future__ import annotations

from collections.abc import Sequence

from carefhir.doctor.bench import Bench, entry_answers, read, said, send_bundle, standing, standing_of
from carefhir.doctor.probe import Observed
from carefhir.doctor.probe_reads import paged_in_batch
from carefhir.fhir.changes import match_query
from carefhir.fhir.codec import Json
from carefhir.fhir.record import first_text
from carefhir.fhir.wire import Failure, Flow, Response

SIZES = (9, 40)
"""Entries of the transactions that are tried: one more than Medplum takes, and as many as a long plan has."""
FALLS_BACK = (400, 413, 422)
"""Answers to a large transaction after which carefhir writes the same singly."""


def try_bundles(bench: Bench) -> Flow[list[Observed]]:
    """Everything about transactions; the larger ones only where a small one works."""
    linked = yield from _linked(bench)
    if linked.holds is not True:
        return [linked]
    failed, inside = yield from _rolled_back(bench)
    observed = [*inside]
    sizes, in_part = yield from _sizes(bench)
    observed += sizes
    observed += yield from _paged_batch(bench)
    return [_summed_up(linked, failed, in_part), *observed]


ASKED = "POST a transaction of two linked creates, then some of a create and a write that must fail"


def _linked(bench: Bench) -> Flow[Observed]:
    """Two creates in one transaction, the second of which points to the first."""
    entries = [bench.entry("linked"), bench.entry("linking", bench.link(bench.urn("linked")))]
    answer = yield from send_bundle(bench, entries)
    if isinstance(answer, Failure):
        return Observed("transaction", ASKED, said(answer))
    answers = entry_answers(answer, 2)
    if not answers or not all(200 <= one.status < 300 for one in answers):
        return Observed("transaction", ASKED, f"{said(answer)} to two linked creates", False)
    targets, sources = (yield from standing(bench, "linked")), (yield from standing(bench, "linking"))
    if targets is None or sources is None:
        return Observed("transaction", ASKED, "200, but what was written cannot be searched")
    linked = targets and sources and first_text(sources[0].json, bench.link_path) == targets[0].reference
    if not linked:
        return Observed("transaction", ASKED, "200, but the link between the two is not to be found", False)
    return Observed("transaction", ASKED, "200 and linked", True)


def _summed_up(linked: Observed, failed: Sequence[tuple[str, bool | None]], in_part: str) -> Observed:
    """Whether transactions are all or nothing: no trial left a part, and one at least was rolled back."""
    kept = [words for words, whole in failed if whole is False]
    told = [words for words, whole in failed if whole is True]
    if kept or in_part:
        return Observed("transaction", ASKED, f"{linked.answered}, but {(*kept, in_part)[0]}", False)
    if told:
        return Observed("transaction", ASKED, f"{linked.answered}; {told[0]}", True)
    words = "; ".join(words for words, _ in failed)
    return Observed("transaction", ASKED, f"{linked.answered}; whether it rolls back cannot be told: {words}")


def _rolled_back(bench: Bench) -> Flow[tuple[list[tuple[str, bool | None]], list[Observed]]]:
    """Transactions one entry of which must fail: what was left of each, and how a stale version inside is answered.

    Several, for a server may take what another refuses: a stale version, a link to what cannot be found, a type that
    does not exist."""
    failed: list[tuple[str, bool | None]] = []
    inside: list[Observed] = []
    if bench.stale:
        words, whole, version_check = yield from _stale_inside(bench)
        failed.append((words, whole))
        inside.append(version_check)
    nowhere = f"{bench.type}?{match_query(bench.system, bench.mark + '-nowhere')}"
    unlinked = bench.entry("doomed", bench.link(nowhere))
    failed.append((yield from _left_of(bench, "a link to nothing", "beside no link", unlinked)))
    unknown = {"resourceType": "CarefhirNoSuchType"}
    request = {"method": "POST", "url": "CarefhirNoSuchType"}
    other = {"fullUrl": bench.urn("no such"), "resource": unknown, "request": request}
    failed.append((yield from _left_of(bench, "a type that does not exist", "beside no type", other)))
    return failed, inside


def _left_of(bench: Bench, what: str, name: str, doomed: Json) -> Flow[tuple[str, bool | None]]:
    """Sends a create with an entry that must fail: what was answered, and whether nothing was left (None where the
    entry did not fail, or it cannot be told)."""
    answer = yield from send_bundle(bench, [bench.entry(name), doomed])
    kept = yield from standing(bench, name)
    accepted = all(200 <= one.status < 300 for one in entry_answers(answer, 2)) and bool(entry_answers(answer, 2))
    if kept is None:
        return f"{said(answer)} to one with {what}, and what was left cannot be searched", None
    if kept and accepted:
        return f"{said(answer)} to one with {what}, which was accepted", None
    if kept:
        return f"{said(answer)} to one with {what}, and the rest of it was written", False
    if isinstance(answer, Failure) or accepted:
        return f"{said(answer)} to one with {what}", None
    return f"{said(answer)} to one with {what}, and nothing of it was written", True


def _stale_inside(bench: Bench) -> Flow[tuple[str, bool | None, Observed]]:
    """A create with an amendment of a version long gone, in one transaction."""
    asked = "POST a transaction of a create and a PUT with a stale ifMatch"
    name = "If-Match inside a transaction"
    now = yield from read(bench, bench.first)
    if now is None:
        return "what was written cannot be read", None, Observed(name, asked, "what was written cannot be read")
    request = {"method": "PUT", "url": bench.first, "ifMatch": f'W/"{bench.stale}"'}
    change: Json = {"priority": "stat"} if bench.type == "Task" else {"code": {"text": "stat"}}
    doomed = {"fullUrl": f"{bench.home.base}/{bench.first}", "resource": {**now.json, **change}, "request": request}
    answer = yield from send_bundle(bench, [bench.entry("beside stale"), doomed])
    kept = yield from standing(bench, "beside stale")
    after = yield from read(bench, bench.first)
    what = f"{said(answer)} to one with a stale version"
    if after is None or kept is None:
        return f"{what}, and what was left cannot be read", None, Observed(name, asked, said(answer))
    overwritten = "stat" in str(after.json.get("priority", after.json.get("code")))
    if overwritten:
        version_check = Observed(name, asked, f"{said(answer)}, and the stale one was written", False, value="written")
        return f"{what}, which was written", None if kept else False, version_check
    codes = {answer.status} if isinstance(answer, Response) else set()
    codes |= {one.status for one in entry_answers(answer, 2)}
    version_check = Observed(name, asked, f"{said(answer)}, the stale one was not written", bool(codes & {409, 412}))
    if kept:
        return f"{what}, and the rest of it was written", False, version_check
    return f"{what}, and nothing of it was written", True if isinstance(answer, Response) else None, version_check


# -- how many ----------------------------------------------------------------------------------------------------------


def _sizes(bench: Bench) -> Flow[tuple[list[Observed], str]]:
    """Transactions of 9 and of 40 conditional creates: which are taken, and in words where one left a part."""
    asked = f"POST transactions of {' and of '.join(map(str, SIZES))} conditional creates"
    words: list[str] = []
    for size in SIZES:
        answer, stand = yield from _of_size(bench, size)
        if stand is not None and 0 < stand < size:
            words.append(f"{said(answer)} to {size} entries, of which {stand} were written")
            return [Observed("transaction size", asked, "; ".join(words))], words[-1]
        if stand == size and isinstance(answer, Response) and answer.status == 200:
            words.append(f"{size} entries written")
            continue
        words.append(f"{said(answer)} to {size} entries" + ("" if stand == 0 else "; what was written cannot be told"))
        return [_too_many(asked, "; ".join(words), answer, size)], ""
    return [Observed("transaction size", asked, "; ".join(words), True)], ""


def _of_size(bench: Bench, size: int) -> Flow[tuple[Response | Failure, int | None]]:
    """What is answered to a transaction of this size, and how many of its resources are there afterward."""
    group = f"{size} entries"
    names = [f"{number} of {size}" for number in range(size)]
    answer = yield from send_bundle(bench, [bench.entry(one, bench.wrong_from_the_start, group=group) for one in names])
    standing = yield from standing_of(bench, names, tag=bench.key(group))
    return answer, None if standing is None else sum(bool(records) for records in standing.values())


def _too_many(asked: str, words: str, answer: Response | Failure, size: int) -> Observed:
    """A size that is not taken. `value` is the most that was not refused, "none" where carefhir does not fall back."""
    if isinstance(answer, Failure):
        return Observed("transaction size", asked, words)
    taken = size - 1 if size == SIZES[0] else SIZES[0]
    return Observed(
        "transaction size", asked, words, False, value=str(taken) if answer.status in FALLS_BACK else "none"
    )


def _paged_batch(bench: Bench) -> Flow[list[Observed]]:
    """The long list that is there now, a few a page, in a batch."""
    target = f"{bench.type}?{match_query(bench.system, bench.key(f'{SIZES[-1]} entries'), '_tag')}"
    return (yield from paged_in_batch(target, bench.home))
