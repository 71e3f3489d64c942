"""Where a real server does not keep the contract at all: whole tests, listed, that must fail there, and in these words.

`ledger.py` has what a client must cope with, answer by answer. This list is for a server that is looser or poorer than
the sandbox in many places. It is two-sided too: a listed test that passes fails the run, and so does one that fails
otherwise than listed, or an entry that no test met.
"""

from __future__ import annotations

from dataclasses import dataclass

HELIOS = "Helios FHIR Server 0.2.7, tried in November 2026"


@dataclass(frozen=True)
class Unkept:
    """One way in which a server does not keep the contract."""

    id: str
    server: str
    what: str
    """What it does."""
    tests: tuple[str, ...]
    """`file::test`, with the parameters that are not the server's name; up to a `*` if it ends with one."""
    failing: str
    """What the failure says, in part."""
    why: str
    """What that means for carefhir."""
    source: str = HELIOS
    sometimes: bool = False
    """Whether it keeps the contract in some rounds: what depends on the moment."""

    def settle(self, failure: Exception | None) -> None:
        """Holds how a listed test ended against this entry. Raises the failure where it is another, and
        `AssertionError` where there was none."""
        if failure is None:
            assert self.sometimes, f"{self.server} keeps this now, and unkept.py has it as {self.id}"
        elif self.failing not in f"{failure!r} {failure}":
            raise failure

    def concerns(self, server: str, test: str) -> bool:
        """Whether a test of this server is listed here."""
        return server == self.server and any(
            test.startswith(each[:-1]) if each.endswith("*") else test == each for each in self.tests
        )


UNKEPT: tuple[Unkept, ...] = (
    Unkept(
        "whole-statement",
        "helios",
        "sends the whole CapabilityStatement, whatever `_elements` asks for",
        ("test_metadata.py::test_what_is_read_of_it_may_be_asked_for_alone",),
        "'format' not in",
        "All that is read is there; it is only longer.",
    ),
    Unkept(
        "values-not-checked",
        "helios",
        "takes values that R4 does not have: codes outside required lists, impossible dates, numbers for texts",
        ("test_forms.py::test_refused*",),
        "assert 201 == 400",
        "What carefhir writes is looked at before (`carefhir/fhir/r4.py`), and what others wrote when it is read.",
    ),
    Unkept(
        "references-not-checked",
        "helios",
        "takes a reference to what is not there, was deleted, or is no reference at all; keeps an absolute one",
        (
            "test_references.py::test_refused[absent]",
            "test_references.py::test_refused[absolute]",
            "test_references.py::test_refused[nonsense]",
            "test_references.py::test_refused[link outside a Bundle]",
            "test_references.py::test_absolute_to_this_very_server_is_refused_too",
            "test_references.py::test_to_what_was_deleted_is_refused",
        ),
        "assert 201 == 400",
        "A step reads what it refers to before it writes.",
    ),
    Unkept(
        "conditional-references-singly",
        "helios",
        "keeps a conditional reference as it is written in a resource that is created singly",
        ("test_references.py::test_conditional_is_resolved",),
        "'Patient?iden",
        "Never sent.",
    ),
    Unkept(
        "conditional-references-singly-unfound",
        "helios",
        "does not look whether a conditional reference in a resource that is created singly has a match",
        (
            "test_references.py::test_conditional_without_match",
            "test_references.py::test_conditional_with_several_matches",
        ),
        "assert 201 == 4",
        "Never sent.",
    ),
    Unkept(
        "deleting-what-is-referred-to",
        "helios",
        "deletes what others refer to",
        ("test_delete.py::test_what_is_referred_to_stays",),
        "assert 204 == 409",
        "carefhir deletes nothing but what `doctor --probe-writes` has made.",
    ),
    Unkept(
        "deleting-twice",
        "helios",
        "answers 404 to deleting what was deleted",
        ("test_delete.py::test_deleting_again_or_nothing_is_no_error",),
        "assert 404 in (200, 204)",
        "The specification leaves it open.",
    ),
    Unkept(
        "references-not-checked-in-bundles",
        "helios",
        "takes a reference to what is not there in a batch",
        ("test_batch.py::test_each_entry_for_itself",),
        "[200, 201, 201, 404] == [200, 400, 201, 404]",
        "As singly.",
    ),
    Unkept(
        "references-not-checked-in-transactions",
        "helios",
        "takes a reference to what is not there, or to no entry, in a transaction",
        (
            "test_transaction.py::test_all_or_nothing",
            "test_transaction.py::test_a_failed_one_can_be_sent_again_corrected",
            "test_transaction.py::test_refused[a link to no entry]",
        ),
        "assert 200 == 400",
        "That it is all or nothing is shown by a stale version (`test_all_or_nothing_where_a_version_is_stale`).",
    ),
    Unkept(
        "unknown-parameters",
        "helios",
        "ignores a search parameter, an `_include` or a `_count` that it does not know, and searches for the rest",
        ("test_search_result.py::test_what_is_not_understood_is_refused*",),
        "assert 200 == 400",
        "A search may give more than was asked for: every resource that arrives is held against what was asked.",
    ),
    Unkept(
        "unknown-parameters-in-batches",
        "helios",
        "the same inside a batch",
        ("test_batch.py::test_an_unknown_parameter_fails_its_entry_alone",),
        "[200, 200] == [400, 200]",
        "As singly.",
    ),
    Unkept(
        "empty-entry",
        "helios",
        "answers a search that finds nothing with an empty `entry`, which FHIR does not allow",
        ("test_batch.py::test_searches_are_answered_by_searchsets",),
        "'entry' not in",
        "Read as none.",
    ),
    Unkept(
        "conditional-creates-at-once",
        "helios",
        "of twenty conditional creates at once lets several create, in most rounds",
        ("test_conditional_create.py::test_twenty_at_once_make_one",),
        "assert ",
        "Everything is looked at after it was written, and twins are withdrawn (decision 23).",
        sometimes=True,
    ),
    Unkept(
        "conditional-create-location",
        "helios",
        "answers a conditional create that finds something without a Location",
        (
            "test_conditional_create.py::test_a_second_time_names_the_first",
            "test_conditional_create.py::test_names_the_current_version_of_what_was_changed_since",
        ),
        "'location'",
        "The resource is in the body, with id and version.",
    ),
    Unkept(
        "location-without-version",
        "helios",
        "names the place of what it created without its version",
        ("test_create.py::test_answers_the_resource_with_its_place_and_version",),
        "/_history/1'",
        "The version is in the ETag and in the body.",
    ),
    Unkept(
        "outcome-in-details",
        "helios",
        "says what is wrong in `details.text`, not in `diagnostics`",
        ("test_create.py::test_a_body_of_another_type",),
        "'diagnostics'",
        "Both are read.",
    ),
    Unkept(
        "outcome-content-type",
        "helios",
        "answers an OperationOutcome as application/json",
        ("test_outcome.py::test_refused*",),
        "assert 'fhir+json' in 'application/json'",
        "The body is read, whatever it is called.",
    ),
    Unkept(
        "versioned-stated",
        "helios",
        "states `versioned` where it refuses stale versions",
        ("test_metadata.py::test_states_what_this_suite_tries*",),
        "'versioned' == 'versioned-update'",
        "`DEVIATIONS`: If-Match is relied on.",
    ),
    Unkept(
        "history-total",
        "helios",
        "totals a page of a history, not the history",
        ("test_history.py::test_count_cuts_and_total_tells",),
        "assert 1 == 2",
        "Never read.",
    ),
    Unkept(
        "revinclude-complete",
        "helios",
        "brings all of a reverse include, however many",
        ("test_include.py::test_revinclude_stops_at_a_thousand_without_a_word",),
        "Extra items in the left set",
        "Better than the contract says; carefhir relies on it nowhere.",
    ),
    Unkept(
        "year-only",
        "helios",
        "does not find a year (2026) by a day that is its first",
        ("test_search_date.py::test_finds[date=le2026-01-01-ef]",),
        "'e' == 'ef'",
        "Never asked for: `le` is not sent.",
    ),
    Unkept(
        "end-of-a-period-is-an-instant",
        "helios",
        "takes the day with which a period ends for its first instant: it does not reach into that day",
        ("test_search_types.py::test_found_by_patient_and_criteria[Encounter--]",),
        "assert [] ==",
        "A stay that ended on the first day of the time asked for, its end given as a day, is not found.",
    ),
    Unkept(
        "sort-by-start",
        "helios",
        "sorts periods, going back in time, by their end",
        ("test_search_result.py::test_sort[-date-dcbafeg]",),
        "'dfcbaeg' == 'dcbafeg'",
        "What is read is sorted again.",
    ),
    Unkept(
        "no-system",
        "helios",
        "finds a code that has a system where one without is asked for (`|code`)",
        ("test_search_token.py::test_finds[status=|amended-]",),
        "'d' == ''",
        "Never asked for.",
    ),
    Unkept(
        "versioned-canonicals",
        "helios",
        "does not find a canonical reference with a version by its url alone",
        ("test_search_uri.py::test_a_canonical_reference_is_found_by_its_url",),
        "assert [] ==",
        "Never asked for: answers are searched by patient.",
    ),
    Unkept(
        "failed-transaction-is-400",
        "helios",
        "answers a transaction that fails with 400, whatever its entry failed with",
        (
            "test_transaction.py::test_several_matches_of_a_condition",
            "test_transaction.py::test_conditional_references",
        ),
        "assert 400 == 4",
        "After a 400 carefhir reads what is there.",
    ),
    Unkept(
        "unknown-type-is-404",
        "helios",
        "answers 404 to a transaction with a type that it does not know",
        ("test_transaction.py::test_refused[an unknown type]",),
        "assert 404 == 400",
        "The types of a step are read from the statement before anything is written.",
    ),
    Unkept(
        "reference-to-what-the-bundle-makes",
        "helios",
        "finds no match for a conditional reference to what the same transaction creates",
        ("test_transaction.py::test_a_conditional_reference_to_what_the_bundle_makes",),
        "assert 400 == 200",
        "Never sent.",
    ),
    Unkept(
        "link-in-a-condition",
        "helios",
        "does not replace a link in a condition",
        ("test_transaction.py::test_a_link_in_a_condition_is_replaced",),
        "[200, 201] == [200, 200]",
        "Never sent: a condition is a key.",
    ),
    Unkept(
        "resources-unasked",
        "helios",
        "answers a transaction with the resources, asked or not",
        ("test_transaction.py::test_representation_when_preferred",),
        "'resource' not in",
        "What it answers is read either way.",
    ),
    Unkept(
        "full-url-twice",
        "helios",
        "takes one fullUrl for two entries",
        ("test_transaction.py::test_one_full_url_twice_is_refused",),
        "assert 200 == 400",
        "Never sent.",
    ),
    Unkept(
        "number-as-id",
        "helios",
        "lets a client give a number as id",
        ("test_update.py::test_a_client_cannot_give_a_number_as_id",),
        "assert 201 == 400",
        "Never sent.",
    ),
    Unkept(
        "id-from-the-url",
        "helios",
        "takes the id from the URL where the body has none",
        ("test_update.py::test_the_id_must_be_in_the_body",),
        "assert 200 == 400",
        "Never sent.",
    ),
    Unkept(
        "same-content-new-version",
        "helios",
        "makes a new version of an update that changes nothing",
        ("test_update.py::test_the_same_content_makes_no_new_version",),
        "'2' == '1'",
        "An amendment that changes nothing is not sent.",
    ),
)


def entry_for(server: str, test: str) -> Unkept | None:
    """The entry for a test of this server, if it is listed."""
    return next((each for each in UNKEPT if each.concerns(server, test)), None)
