"""What a person is told of a sign-in that was tried."""

from __future__ import annotations

from carefhir.faces.terminal import say, tell
from carefhir.transport.discovery import in_the_clear
from carefhir.transport.login import SignIn


def page(signed_in: SignIn) -> None:
    """How it was tried, what was granted and what was not, and whether the FHIR server takes the token."""
    if signed_in.accepted:
        say(f"signed in to {signed_in.server}", "bold green")
    else:
        say(f"there is a token, but {signed_in.server} does not take it: {signed_in.answered}", "bold red")
        tell("The token may be for another audience, or lack scopes; ask whoever runs the server.", indent=2)
    if in_the_clear(signed_in.server):
        tell("the server is not https: the token goes over the network in the clear", "bold yellow", indent=2)
    tell(f"with {signed_in.how}", indent=2)
    if signed_in.token_url:
        tell(f"token from {signed_in.token_url}", indent=2)
    if signed_in.lasts is not None:
        tell(f"it holds for {signed_in.lasts:g} seconds, and is renewed in time", indent=2)
    elif signed_in.accepted:
        tell("it cannot be renewed: when it ends, every command is refused", "yellow", indent=2)
    if signed_in.granted is None:
        tell("which scopes it has, nobody said; carefhir doctor tries what it can do", indent=2)
    else:
        tell(f"granted: {' '.join(signed_in.granted) or 'nothing by name'}", indent=2)
    if signed_in.withheld:
        tell(f"asked for and not granted: {' '.join(signed_in.withheld)}", "bold yellow", indent=2)
        tell("what these cover is not visible, or cannot be written", "yellow", indent=2)
    if signed_in.accepted:
        tell(signed_in.answered, "dim", indent=2)
