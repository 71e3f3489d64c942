"""Papers for those who are not in front of the screen: the summary for a signature, the packet of a transition.

What must not be printed is not on them; that something stays out is said above the paper, on the screen alone.
"""

from __future__ import annotations

from starlette.responses import Response

from carefhir.faces.web.pages import pdf
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.workflows.whole_picture.packet_sheet import PacketSheet
from carefhir.workflows.whole_picture.sign_off_summary import PlanSummary

MOST = 10
"""How many lines of one part stand on a paper; the rest is counted."""

MEDICINES = frozenset({"medication_requests", "medication_statements", "medication_lists"})
"""The needs that a list of medicines rests on."""


def summary_paper(frame: LaunchFrame, summary: PlanSummary) -> Response:
    """The summary of a plan."""
    return frame.page(
        "plan_summary.html",
        "Summary for the signature",
        summary=summary,
        most=MOST,
        medicines_unseen=bool(MEDICINES & summary.unseen_parts),
        pdf=pdf.can_make() and not summary.why_not,
    )


def packet_paper(frame: LaunchFrame, packet: PacketSheet) -> Response:
    """The packet of a transition."""
    return frame.page(
        "transition_print.html",
        "Transition packet",
        packet=packet,
        most=MOST,
        pdf=pdf.can_make() and not packet.why_not,
    )
