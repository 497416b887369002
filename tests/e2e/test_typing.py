"""What the user types wins over what Python says late; caret, focus and scroll stay."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import AppPage
from tests.e2e.server import Server


def field(app: AppPage, name: str) -> Locator:
    return app.root.get_by_role("textbox", name=name, exact=True)


def caret(box: Locator) -> list[int]:
    found: list[int] = box.evaluate("el => [el.selectionStart, el.selectionEnd]")
    return found


def test_nothing_is_lost_when_keys_come_faster_than_answers(
    visitor: Visitor, own_served: Server
) -> None:
    app = AppPage(visitor().page, own_served.url("late/")).open()
    field(app, "Shout").press_sequentially("hello tempest")
    expect(field(app, "Shout")).to_have_value("HELLO TEMPEST")
    expect(app.text("Shouted: HELLO TEMPEST")).to_be_visible()


def test_an_answer_to_an_earlier_key_is_not_written_over_a_later_one(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("late/")).open()
    box = field(app, "Shout")
    # Two keys before Python has a turn: its answer to the first comes while the second waits.
    seen = box.evaluate(
        """async (el) => {
          const type = (text) => {
            el.value = text;
            el.dispatchEvent(new InputEvent('input', {bubbles: true}));
          };
          const done = new Promise((resolve) => {
            const values = [];
            const look = () => {
              if (values.at(-1) !== el.value) values.push(el.value);
              if (el.value === 'AB') resolve(values);
              else requestAnimationFrame(look);
            };
            look();
          });
          type('a');
          type('ab');
          return done;
        }"""
    )
    assert [value for value in seen if len(value) == 1] == []


def test_typing_in_the_middle_keeps_the_caret_there(visitor: Visitor, own_served: Server) -> None:
    app = AppPage(visitor().page, own_served.url("late/")).open()
    box = field(app, "Shout")
    box.press_sequentially("abcd")
    expect(box).to_have_value("ABCD")
    box.evaluate("el => el.setSelectionRange(2, 2)")
    box.press_sequentially("xy")
    expect(box).to_have_value("ABXYCD")
    assert caret(box) == [4, 4]


def test_a_late_result_leaves_what_was_typed_since(visitor: Visitor, own_served: Server) -> None:
    app = AppPage(visitor().page, own_served.url("late/")).open()
    box = field(app, "Search")
    box.press_sequentially("tempest")
    expect(app.text("Results: nothing yet")).to_be_visible()
    app.button("Answer").click()
    expect(app.text("Results: found tempest")).to_be_visible()
    expect(box).to_have_value("tempest")


def test_an_app_can_clear_what_was_typed(visitor: Visitor, own_served: Server) -> None:
    app = AppPage(visitor().page, own_served.url("late/")).open()
    field(app, "Shout").press_sequentially("abc")
    expect(field(app, "Shout")).to_have_value("ABC")
    app.button("Clear").click()
    expect(field(app, "Shout")).to_have_value("")


def test_an_input_that_the_app_does_not_control_keeps_its_text(
    visitor: Visitor, own_served: Server
) -> None:
    app = AppPage(visitor().page, own_served.url("late/")).open()
    field(app, "Own").press_sequentially("mine")
    expect(app.text("Renders: 4")).to_be_visible()
    expect(field(app, "Own")).to_have_value("mine")


def test_a_composition_is_not_cut_off_by_an_answer(visitor: Visitor, own_served: Server) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("late/")).open()
    box = field(app, "Search")
    box.focus()
    keyboard = page.context.new_cdp_session(page)
    for text in ("に", "にほ", "にほん"):
        composed = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        keyboard.send("Input.imeSetComposition", composed)
    expect(box).to_have_value("にほん")
    app.root.get_by_role("button", name="Answer").dispatch_event("click")
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(box).to_have_value("日本")
    expect(app.text("Results: found 日本")).to_be_visible()


def test_focus_caret_and_scroll_stay_when_rows_change_places(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("keeping/")).open()
    box = field(app, "Row 20")
    box.press_sequentially("twenty")
    box.evaluate("el => el.setSelectionRange(1, 3)")
    rows = app.root.get_by_role("group", name="Rows").or_(
        app.root.get_by_role("region", name="Rows")
    )
    top = rows.evaluate("el => el.scrollTop")
    assert top > 0
    button = app.button("Last first")
    # Not a click, which would take the focus.
    button.dispatch_event("click")
    expect(app.root.get_by_role("textbox").first).to_have_accessible_name("Row 40")
    expect(box).to_be_focused()
    assert caret(box) == [1, 3]
    expect(box).to_have_value("twenty")


def test_only_the_row_that_moves_leaves_its_place(visitor: Visitor, own_served: Server) -> None:
    app = AppPage(visitor().page, own_served.url("keeping/")).open()
    app.root.evaluate(
        """root => {
          window.moved = new Set();
          new MutationObserver((records) => {
            for (const record of records) for (const node of record.removedNodes) {
              const input = node.querySelector?.('input');
              if (input) window.moved.add(input.getAttribute('aria-label'));
            }
          }).observe(root, {childList: true, subtree: true});
        }"""
    )
    box = field(app, "Row 20")
    box.press("Enter")
    expect(app.root.get_by_role("textbox").first).to_have_accessible_name("Row 20")
    assert app.page.evaluate("[...window.moved]") == ["Row 20"]
    expect(box).to_be_focused()
