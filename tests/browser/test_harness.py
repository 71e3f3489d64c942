"""What the tests in a browser lean on notices what it is there to notice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.keyboard import focused, press_until, type_into
from tests.browser.looking import PageLook
from tests.browser.ward import BrowserWard
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

SOUND = '<!doctype html><html lang="en"><title>Sound</title><main><h1>Sound</h1>{}</main>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param('<img src="data:,">', "image-alt", id="axe"),
        pytest.param('<p style="color: #bbb">pale</p>', "color-contrast", id="contrast"),
        pytest.param('<p style="width: 360px">wide</p>', "320 px: overflows, 368 px wide (p)", id="overflow"),
        pytest.param(f"<p>{'long ' * 20_001}</p>", "bytes of HTML, more than", id="size"),
        pytest.param(
            '<p><a href="#a" style="font-size: 8px">a</a> <a href="#b" style="font-size: 8px">b</a></p>'
            '<button style="height: 9px; padding: 0; border: 0">c</button><button style="height: 9px">d</button>',
            "target-size",
            id="small targets",
        ),
    ],
)
def test_look_tells_the_fault(body: str, words: str, browse: Browse, tmp_path: Path) -> None:
    page = browse()
    page.set_content(SOUND.format(body))
    with pytest.raises(AssertionError) as raised:
        PageLook(tmp_path)(page, "bad")
    assert words in str(raised.value)


def test_look_passes_a_sound_page_and_gives_it_its_size_back(browse: Browse, tmp_path: Path) -> None:
    page = browse(width=777)
    page.set_content(SOUND.format("<p>Nothing is wrong.</p>"))
    PageLook(tmp_path)(page, "sound")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"sound-{width}.png" for width in (1400, 400, 900)]
    assert page.viewport_size == {"width": 777, "height": 700}


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("console.log('talks')", "console"),
        ("setTimeout(() => { throw new Error('breaks') })", "page error"),
        ("fetch('http://127.0.0.1:1/').catch(() => null)", "failed request"),
        ("fetch('http://elsewhere.example/').catch(() => null)", "foreign request"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "policy"),
    ],
)
def test_the_watch_hears_of(script: str, kind: str, sandbox_ward: BrowserWard, chromium: Browser) -> None:
    """Also in a frame of another site, and under the policy of our own pages."""
    context, watch = chromium.new_context(), PageWatch()
    watch.attach(context)
    page = context.new_page()
    frame = sandbox_ward.launch(page)
    shown = frame if kind == "policy" else page.main_frame
    shown.evaluate(f"() => {{ {script} }}")
    watch.wait_for(page, kind)
    with pytest.raises(AssertionError, match=kind):
        watch.check()
    context.close()


def test_what_was_expected_must_come() -> None:
    watch = PageWatch()
    watch.expect("console", "talks")
    with pytest.raises(AssertionError, match="did not"):
        watch.check()


BUTTONS = '<button>First</button><a href="#a">It\'s: a "link"</a><label>Name <input id="last"></label>'


def test_tabs_go_in_the_order_of_the_page(browse: Browse) -> None:
    page = browse()
    page.set_content(SOUND.format(BUTTONS))
    assert focused(page) is None
    assert str(press_until(page, "First")) == "button 'First'"
    assert press_until(page, 'It\'s: a "link"').role == "link"
    assert press_until(page, "#last").name == "Name"


def test_what_is_typed_must_come_in(browse: Browse) -> None:
    page = browse()
    choices = "".join(f"<option>{each}</option>" for each in ("", "nurse", "physician"))
    page.set_content(SOUND.format(f'<label>Who <select id="who">{choices}</select></label>'))
    type_into(page, "Who", "physician")
    page.locator("#who").blur()
    with pytest.raises(AssertionError, match="holds 'physician', and 'sailor' was typed"):
        type_into(page, "Who", "sailor")


def test_what_tabs_do_not_reach(browse: Browse) -> None:
    page = browse()
    page.set_content(SOUND.format(BUTTONS))
    with pytest.raises(AssertionError, match="'Save'; focused were: button 'First', link"):
        press_until(page, "Save", most=3)


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("outline: none", "has no visible focus"),
        ("position: fixed; left: -100px", "is out of sight"),
    ],
)
def test_a_focus_that_nobody_sees(style: str, words: str, browse: Browse) -> None:
    page = browse()
    page.set_content(SOUND.format(f'<button style="{style}">Save</button>'))
    with pytest.raises(AssertionError, match=words):
        press_until(page, "Save")


def test_a_control_under_a_bar(browse: Browse) -> None:
    page = browse()
    bar = '<div style="position: fixed; inset: 0; background: white"></div>'
    page.set_content(SOUND.format(f"<button>Save</button>{bar}"))
    with pytest.raises(AssertionError, match="is covered by div"):
        press_until(page, "Save")


def test_a_context_without_script(browse: Browse) -> None:
    page = browse(java_script=False)
    page.set_content(SOUND.format("<p id='out'>as it came</p><script>out.textContent = 'changed'</script>"))
    assert page.locator("#out").inner_text() == "as it came"


def test_requests_are_counted(sandbox_ward: BrowserWard, browse: Browse) -> None:
    """What the tests ask past HTTP is not."""
    frame = sandbox_ward.launch(browse())
    before = len(sandbox_ward.fhir.requests)
    sandbox_ward.search("Patient?_count=1")
    assert len(sandbox_ward.fhir.requests) == before
    frame.goto(f"{frame.url}readings/overview")
    load = sandbox_ward.last_load("/readings/overview")
    assert len(sandbox_ward.fhir.requests) == before + len(load.fhir) > before
    assert load.seconds > 0
