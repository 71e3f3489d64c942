"""Words we do not write, what to write instead, and the few places where one of them has to stay.

Our readers are nurses and engineers of American hospitals: American spelling, and plain words. `test_vocabulary.py`
holds the code, the documents and the artefacts to this list.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_YET_CLEAN: tuple[str, ...] = ()
"""Files and folders that are not held to the list yet. The goal is an empty tuple."""


class Word(NamedTuple):
    """A word or a phrase we do not write."""

    pattern: str
    """A regular expression, searched without regard to case, inside other words and names too. A blank is any gap."""
    instead: str


BRITISH = (
    Word("programme(?!d|r)", "program"),
    Word("enrol(?!l)", "enroll, enrollment"),
    Word("colour", "color"),
    Word("behaviour", "behavior"),
    Word("neighbour", "neighbor"),
    Word("recognis", "recogniz-"),
    Word("organis(?!m)", "organiz-"),
    Word("catalogue", "catalog"),
    Word("licence", "license"),
    Word("judgement", "judgment"),
    Word("labell", "labeled, labeling"),
    Word("fulfil(?!l)", "fulfill"),
    Word("learnt", "learned"),
    Word("whilst", "while"),
    Word("favour", "favor"),
    Word("honour", "honor"),
    Word("centre", "center"),
    Word("fortnight", "two weeks"),
    Word("litre", "liter"),
    Word("analys(e|ing)(?!s)", "analyze"),
    Word(
        "summaris|normalis|minimis|optimis|prioritis|authoris|initialis|generalis|serialis|utilis|emphasis(e|ing)",
        "-iz-",
    ),
    Word("(glyc|kal|natr|leuk|an)aemi", "-emi-: hypoglycemia, anemia"),
    Word("isch?aem", "ischem-"),
    Word("diarrhoea", "diarrhea"),
    Word("(?<!e)oedema", "edema"),
    Word("pnoea", "-pnea"),
    Word("tumour", "tumor"),
    Word("paediatric", "pediatric"),
)

RETIRED = (
    Word("against each other", "conflicting advice"),
    Word("particulars", "details: 'different details', 'the command's fields'"),
    Word("on the desk", "name what is meant: the records, the open Tasks"),
    Word("hung on", "depended on, belonged to"),
    Word("hangs on it", "depends on it"),
    Word("not ours to decide", "say who decides: 'a provider decides'"),
    Word("what (then )?stands", "what the server holds, what is on record"),
    Word("stands already", "is already done, already written"),
    Word("goes on all the same", "is not paused, continues"),
    Word("end of its road", "final"),
    Word("lies in the future", "is in the future"),
    Word("a day to come", "a later day"),
    Word("states no (create|update)", "the CapabilityStatement has no create"),
)

RETIRED_CLASSES = ("Desk", "Context", "Standing", "Found", "Told", "Moved", "People", "Running")
"""Class names that say nothing about what the value is; also with an underscore before them."""


class Kept(NamedTuple):
    """Text in which a word of the list stays, and why."""

    text: str
    """A regular expression; what it matches is passed over."""
    where: str
    """The start of the path it is meant for; "" is everywhere."""
    reason: str


EXCEPTIONS = (
    Kept(r"\bbehavioural\b", "docs/steps/", "the code of a domain, as people give it"),
    Kept("behavioural_age_days", "", "a fact that artefacts of a site may ask for: its name never changes"),
    Kept(r"(?<=[#'\"`])behavioural\b|not-assessed-behavioural", "", "codes of a domain, a property and a rule"),
    Kept(r"(?<=[#'\"])enrolment\b|(?<=, )enrolment(?=\))", "", "the code of an anchor of due dates"),
    Kept(r"\b(any|metastatic)-tumour\b", "", "codes of groups of LACE"),
    Kept(r"(?<=[#'\"])orthopnoea\b|(?<=, )orthopnoea(?=\))", "", "the code of a symptom that rules ask for"),
    Kept(r"\bsleep-apnoea\b", "", "the code of a condition group"),
    Kept("hypoglycaemia-teach-back", "", "the code of an item of plans"),
    Kept(r"; oedema;|\bangioo?edemas?\b", "profiles/input/fsh/medicine-safety.fsh", "swelling, in charts"),
)
"""Codes and names that stand on servers and in artefacts of sites. What a person reads has none of these words."""
