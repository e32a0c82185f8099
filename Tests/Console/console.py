"""The console in a real browser, at a real replyd."""

import json
import pathlib
import subprocess
import sys
import time
import unittest

import axe_playwright_python
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from stage import ACCOUNT, META_ACCOUNT, OTHER_ACCOUNT, REPLYD, RULES, SECRET, TOKEN, Stage, eventually, make_browser, request

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
DESKTOP, PHONE = (1200, 760), (390, 844)
VIEWS = ["/conversations", "/outbox", "/try", "/rules", "/overview"]

MENUS = """
version: 1
rules:
  - id: menu
    match: {exact: [תפריט, menu]}
    reply: {text: במה אפשר לעזור?, choices: {hours: שעות פתיחה, order: איפה ההזמנה?}}
  - id: list
    match: {exact: list}
    reply:
      text: Which department?
      choices: {sales: {title: Sales, more: "prices, offers"}, support: Support, bills: Bills, else: Something else}
  - {id: hours, match: {choice: hours}, react: 👍, reply: "א׳–ה׳ 09:00–18:00"}
  - id: prices
    match: מחירון
    reply:
      - {document: {link: "https://example.com/prices.pdf", name: מחירון.pdf}, caption: המחירון שלנו}
      - {image: "https://example.com/a.jpg", caption: Our shop}
  - id: where
    match: where
    reply:
      - location: {lat: "32.0853", lng: "34.7818", name: החנות, address: "הרצל 12, תל אביב"}
      - {text: הנה האתר שלנו, link: {title: לאתר, url: "https://example.com/he"}}
  - id: promo
    match: promo
    template: {name: promo, language: he, header: {image: "https://example.com/a.jpg"}, variables: ["{{contact.name}}"]}
"""


class ConsoleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = make_browser()
        cls.browser.set_script_timeout(60)

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    def setUp(self):
        self.stage = Stage()
        self.addCleanup(self.stage.end)
        self.screen(DESKTOP)
        self.media()
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.browser.get("about:blank")
        self.browser.get_log("performance"), self.browser.get_log("browser")
        self.blocks = 0

    def tearDown(self):
        # Whatever a test does: the page asks its own replyd alone, and does nothing that its policy forbids.
        asked = {}
        for entry in self.browser.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                asked[event["params"]["requestId"]] = event["params"]["request"]["url"]
            if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp":
                asked.pop(event["params"]["requestId"], None)
        for url in asked.values():
            self.assertTrue(url.startswith((self.stage.page + "/", "about:", "data:")), f"asked {url}")
        log = [entry["message"] for entry in self.browser.get_log("browser")]
        self.assertEqual(sum("Content Security Policy" in line for line in log) > 0, self.blocks > 0, log)
        self.assertFalse([line for line in log if "Uncaught" in line], log)
        self.browser.get("about:blank")

    # What is done and seen

    def screen(self, size):
        width, height = size
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE})

    def media(self, scheme="light", motion="no-preference"):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}]})

    def find(self, selector, text=None):
        """What is seen of that kind, with that text in it; waits for it."""
        def look():
            try:
                for element in self.browser.find_elements(By.CSS_SELECTOR, selector):
                    if element.is_displayed() and (text is None or text in element.text):
                        return element
            except StaleElementReferenceException:
                return None
        return eventually(look, f"{selector} with '{text}' in: {self.body()[:2000]}")

    def body(self):
        return self.browser.execute_script("return document.body?.innerText ?? ''")

    def sees(self, text):
        eventually(lambda: text in self.body(), f"'{text}' is seen")

    def sees_no(self, text):
        eventually(lambda: text not in self.body(), f"'{text}' is not seen")

    def script(self, code, *arguments):
        return self.browser.execute_script(code, *arguments)

    def open(self, route="/conversations", wait=None):
        """Logs in, and goes there."""
        self.browser.get(f"{self.stage.page}/#{route}")
        self.find("#token").send_keys(TOKEN, Keys.ENTER)
        self.find("#live", "Live")
        if wait:
            self.sees(wait)

    def go(self, route):
        self.script("location.hash = arguments[0]", route)

    def click(self, selector, text=None):
        element = self.find(selector, text)
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def focused(self):
        return self.browser.switch_to.active_element

    def press(self, *keys):
        for key in keys:
            self.focused().send_keys(key)

    def tab_to(self, text):
        """Goes on with Tab until something with this text, or this name, has the focus."""
        for _ in range(60):
            self.press(Keys.TAB)
            element = self.focused()
            if element.tag_name in ("a", "button", "summary", "select") and text in element.text:
                return element
        self.fail(f"the Tab key does not lead to '{text}'")

    def problems(self):
        """What axe has to say."""
        self.script(AXE)
        found = self.browser.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(done, error => done({violations: [{id: String(error), nodes: []}]}))")
        return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]

    # Who gets in

    def test_a_wrong_token_is_said_and_the_right_one_lets_in(self):
        self.browser.get(self.stage.page)
        self.find("#token").send_keys("wrong", Keys.ENTER)
        self.sees("This is not the admin token. It stands in replyd's configuration as admin_token")
        self.assertEqual(self.focused().get_attribute("id"), "token")
        self.assertEqual(self.browser.get_cookies(), [])
        self.find("#token").send_keys(TOKEN, Keys.ENTER)
        self.sees("Nobody has written yet.")
        cookie, = self.browser.get_cookies()
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Strict")
        self.assertEqual(self.script("return [document.cookie, localStorage.length, sessionStorage.length]"), ["", 0, 0])
        self.assertEqual(self.find("#content h1, #content").tag_name, "main")
        self.click("#log-out")
        self.sees("You are logged out.")
        self.assertEqual(self.browser.get_cookies(), [])

    def test_when_the_session_is_over_nothing_stays_and_a_login_goes_on_where_it_was(self):
        self.stage.say("opening hours", name="Dana Cohen")
        self.open("/conversations/1", wait="א׳–ה׳ 09:00–18:00")
        # A restart ends all sessions.
        self.stage.stop()
        self.sees("replyd does not answer.")
        self.find("#live", "Not connected")
        self.sees("א׳–ה׳ 09:00–18:00")
        self.stage.start()
        self.click("#gone button", "Try now")
        self.sees("The session is over. Log in again to go on where you were.")
        self.assertNotIn("Dana", self.script("return document.documentElement.textContent + document.title"))
        self.find("#token").send_keys(TOKEN, Keys.ENTER)
        self.sees("א׳–ה׳ 09:00–18:00")
        self.assertTrue(self.browser.current_url.endswith("#/conversations/1"))

    # Conversations

    def test_a_conversation_is_seen_while_it_happens(self):
        self.open(wait="Nobody has written yet.")
        self.stage.say("opening hours", name="Dana")
        self.click(".row", "Dana")
        self.sees("the message says 'opening hours'")
        self.find(".out .progress.read", "✓✓ read")
        self.stage.say("where is order 4711?")
        self.find(".out", "Order 4711 is on its way.")
        self.find(".decision", "order")
        self.stage.say("hm", contact="972502222222", name="Tom")
        self.find(".row", "Tom")
        self.assertEqual([row.text.split("\n")[0] for row in self.browser.find_elements(By.CSS_SELECTOR, ".row")], ["Tom", "Dana"])
        self.find("#search").send_keys("050-123")
        eventually(lambda: len(self.browser.find_elements(By.CSS_SELECTOR, ".row")) == 1, "the search finds one")
        self.find("#search").send_keys("9")
        self.sees("No conversation is like that.")
        self.go("/outbox")
        self.find("h1", "Outbox")
        self.go("/conversations")
        self.sees("No conversation is like that.")
        self.assertEqual(self.find("#search").get_attribute("value"), "050-1239", "what is searched for is seen")

    def test_why_is_told_as_it_was_and_as_the_rules_are_now(self):
        self.stage.say("opening hours")
        self.open("/conversations/1")
        self.click("details.decision > summary")
        self.sees("The rules have not changed since.")
        self.sees_no("today it would be")
        self.sees("2 rules, 1 matching")
        self.sees("rules.yaml:6")
        self.go("/rules")
        self.find("h1", "Rules")
        self.stage.write_rules(RULES.replace("opening hours", "opening times"))
        eventually(lambda: self.stage.api("GET", "/api/messages/1/why")["is_same_revision"] is False, "the rules are loaded")
        self.sees(self.stage.api("GET", "/api/rules")["revision"])
        self.go("/conversations/1")
        self.click("details.decision > summary")
        self.sees("The rules have changed since. Decided today it would be: silent")
        self.find(".decision summary", "the message says 'opening hours'")

    def test_a_conversation_is_taken_over_and_handed_back_on_a_phone(self):
        self.screen(PHONE)
        self.stage.say("opening hours")
        self.open()
        self.click(".row", "Dana")
        self.sees("replyd answers here.")
        self.assertFalse(self.browser.find_element(By.CSS_SELECTOR, ".list").is_displayed())
        self.click(".foot button", "Pause")
        self.sees("replyd is quiet here.")
        self.assertEqual(self.focused().text, "Resume", "the focus stays where the button was")
        self.find("#said", "Paused until")
        self.assertTrue(self.script("""
            const [said, foot] = ["#said", ".foot"].map(name => document.querySelector(name).getBoundingClientRect());
            return said.bottom <= foot.top && said.top > 0;
            """), "what is said covers nothing that may be wanted next")
        self.stage.say("opening hours")
        self.find(".decision", "silent")
        self.assertEqual(len(self.stage.received()), 1)
        self.click(".foot button", "Resume")
        self.sees("replyd answers here.")
        # That it was quiet is no news: nobody who asks why is alarmed.
        self.click("details.decision > summary", "silent")
        self.sees("The rules have not changed since.")
        self.sees_no("today it would be")
        self.stage.say("opening hours")
        eventually(lambda: len(self.stage.received()) == 2, "it is answered again")
        # Nothing but the messages moves, whatever is brought into sight.
        self.script("document.querySelector('.foot').scrollIntoView({block: 'start'})")
        self.assertEqual(self.script("return document.getElementById('content').scrollTop"), 0)
        self.sees("replyd answers here again.")
        self.click(".back", "All")
        self.sees_no("replyd answers here again.")
        self.find(".row", "Dana")
        for route in ["/conversations/1", *VIEWS]:
            self.go(route)
            self.find("#content h1, #content h2")
            wide = self.script("return [document.documentElement.scrollWidth, document.getElementById('content').scrollWidth]")
            self.assertLessEqual(max(wide), PHONE[0], route)

    def test_a_contact_is_opted_out_and_in(self):
        self.stage.say("opening hours")
        self.open("/conversations/1")
        self.click("button", "Opt out")
        self.sees("replyd never writes to this contact again")
        self.press(Keys.ESCAPE)
        self.assertFalse(self.stage.api("GET", "/api/conversations/1")["conversation"]["opted_out"])
        self.click("button", "Opt out")
        self.click("dialog button", "Opt out")
        self.sees("This contact has opted out and gets nothing.")
        self.click("button", "Opt in")
        self.click("dialog button", "Opt in")
        self.sees("replyd answers here.")

    def test_hebrew_runs_from_right_to_left_and_numbers_from_left_to_right(self):
        self.stage.say("שלום, מה שעות פתיחה?", name="דנה כהן")
        self.stage.say("opening hours, please (שלום)", name="דנה כהן")
        self.open("/conversations/1", wait="opening hours, please")
        direction = "return getComputedStyle(arguments[0]).direction"
        self.assertEqual(self.script(direction, self.find(".in .words", "שלום, מה")), "rtl")
        self.assertEqual(self.script(direction, self.find(".in .words", "opening")), "ltr")
        self.assertEqual(self.script(direction, self.find(".out .words", "א׳")), "rtl")
        self.assertEqual(self.script(direction, self.find(".head h2 bdi")), "rtl")
        for number in self.browser.find_elements(By.CSS_SELECTOR, ".number"):
            self.assertEqual(self.script(direction, number), "ltr")
            self.assertEqual(self.script("return getComputedStyle(arguments[0]).unicodeBidi", number), "isolate")
        # What is seen first of the Hebrew line stands at the right.
        places = self.script("""
            const text = arguments[0].firstChild, range = document.createRange();
            return [0, 6].map(at => { range.setStart(text, at); range.setEnd(text, at + 1); return range.getBoundingClientRect().left; })
            """, self.find(".in .words", "שלום, מה"))
        self.assertGreater(places[0], places[1])

    def test_dates_in_a_hebrew_browser_stay_in_one_piece(self):
        self.browser.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": "he-IL"})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setLocaleOverride", {})
        self.stage.say("opening hours", ago="30h")
        self.stage.say("opening hours", contact="972502222222", name="Tom")
        self.open("/conversations/2", wait="window open until")
        # The day stands at the right and the time of day at the left of it, as Hebrew reads; and nothing else between.
        places = """
            const walk = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT), places = {};
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                for (const [name, shape] of [["day", /\\d+ ב/], ["hour", /\\d\\d:\\d\\d/], ["words", /until /]]) {
                    const found = node.data.match(shape);
                    if (!found || places[name] !== undefined) continue;
                    const range = document.createRange();
                    range.setStart(node, found.index); range.setEnd(node, found.index + found[0].trim().length);
                    places[name] = range.getBoundingClientRect().left;
                }
            }
            return places;
            """
        for selector in (".row time[title*='.']", ".head p"):
            each = next(each for each in self.browser.find_elements(By.CSS_SELECTOR, selector) if "ב" in each.text)
            found = self.script(places, each)
            self.assertGreater(found["day"], found["hour"], f"{selector}: {each.text}")
            self.assertLess(found.get("words", 0), found["hour"], f"{selector}: {each.text}")
        for each in self.browser.find_elements(By.CSS_SELECTOR, "time"):
            self.assertEqual(self.script("return [getComputedStyle(arguments[0]).unicodeBidi, arguments[0].lang]", each), ["isolate", "he-IL"])
        self.click(".foot button", "Pause")
        self.find("#said", "\u2068")

    def test_each_text_says_its_language_and_its_direction(self):
        texts = {"he": "שעות פתיחה?", "ar": "مرحبا", "ru": "Здравствуйте", "en": "opening hours at https://חנות.example"}
        for number, (lang, text) in enumerate(texts.items()):
            self.stage.say(text, contact=f"97250111111{number}", name=text[:4])
        self.stage.say("12:30?", contact="972501111119", name="Dana")
        self.open(wait="12:30?")
        attributes = "return [arguments[0].lang, arguments[0].getAttribute('dir')]"
        for number, (lang, text) in enumerate(texts.items(), 1):
            self.assertEqual(self.script(attributes, self.find(".row .latest", text)), [lang, "auto"])
            self.assertEqual(self.script(attributes, self.find(".row .name bdi", text[:4])), [lang, "auto"])
            self.go(f"/conversations/{number}")
            self.assertEqual(self.script(attributes, self.find(".in .words", text)), [lang, "auto"])
        self.assertEqual(self.script(attributes, self.find(".row .latest", "12:30?")), ["", "auto"], "no letters, no language")
        self.go("/conversations/1")
        self.assertEqual(self.script(attributes, self.find(".out .words", "א׳")), ["he", "auto"])

    def test_what_contacts_choose_is_text_and_nothing_else(self):
        name = "<img src=x onerror=\"document.title='owned'\">"
        self.stage.say("<script>document.title='owned'</script> opening hours <img src=//127.0.0.2/x>", name=name)
        self.stage.say("\u202eopening hours\u2066 {{contact.name}}\u0000\u0007", contact="972502222222", name="\u202ezzz\u202d")
        self.stage.say("javascript:alert(1)", contact="972503333333", type="image", caption="look")
        self.open()
        self.find(".row", "<img src=x onerror=")
        for number in (1, 2, 3):
            self.go(f"/conversations/{number}")
            self.find(".in")
            self.click("details.decision > summary")
            self.sees("matching")
            self.sees_no("Loading")
            self.assertEqual(self.script("return document.querySelectorAll('#content img, #content script, [href^=javascript], [onerror]').length"), 0)
            self.assertFalse(set("\u202e\u202d\u0007") & set(self.script("return document.body.textContent + document.title")))
            self.assertNotEqual(self.browser.title, "owned")
        self.go("/outbox")
        self.find("select[data-do=filter]").send_keys("All")
        self.find(".out")
        self.assertEqual(self.script("return document.querySelectorAll('#content img, #content script').length"), 0)

    def test_earlier_messages_come_without_moving_what_is_seen(self):
        for number in range(60):
            self.stage.say(f"message {number}.")
        self.open("/conversations/1", wait="message 59.")
        seen = "const log = document.querySelector('.log'); return [log.scrollTop, log.scrollHeight, log.clientHeight]"
        top, height, shown = self.script(seen)
        self.assertAlmostEqual(top + shown, height, delta=2, msg="the latest is in sight")
        self.assertNotIn("message 9.", self.body())
        self.script("document.querySelector('.log').scrollTop = 0")
        place = "return arguments[0].getBoundingClientRect().top"
        first = self.find(".in", "message 10.")
        before = self.script(place, first)
        self.find("button", "Earlier messages").click()
        self.sees("message 0.")
        self.sees_no("Earlier messages")
        self.assertAlmostEqual(self.script(place, first), before, delta=60)
        # Who reads what was is not torn away by what comes, nor by asking why.
        top = self.script(seen)[0]
        self.stage.say("message 60.")
        self.sees("message 60.")
        self.assertEqual(self.script(seen)[0], top)
        self.go("/conversations")
        self.go("/conversations/1")
        self.sees("message 60.")
        self.click("details.decision > summary", "no rule")
        self.sees("2 rules, 0 matching")

    def test_what_cannot_be_loaded_is_said_and_tried_again(self):
        self.stage.faults({"reset": True, "times": 1})
        self.stage.say("opening hours")
        self.open("/conversations", wait="Dana")
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.addCleanup(self.browser.execute_cdp_cmd, "Network.setBlockedURLs", {"urls": []})
        self.browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/outbox*"]})
        self.go("/outbox")
        self.find("#content .notice", "replyd does not answer. It may be restarting")
        self.browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
        self.click("#content .notice button", "Try again")
        self.sees("Nobody knows whether it was sent")
        self.go("/conversations/999")
        self.sees("there is no conversation 999")

    # What was not sent

    def test_a_held_entry_is_released_once_it_is_confirmed(self):
        self.stage.faults({"reset": True, "times": 2})
        self.stage.say("opening hours")
        self.stage.say("opening hours", contact="972502222222", name="Tom")
        self.open("/outbox", wait="Nobody knows whether it was sent")
        self.find("#attention", "2")
        self.click("[data-entry='1'][data-do=release]")
        self.sees("perhaps for the second time")
        self.click("dialog button", "Cancel")
        self.assertEqual(self.stage.api("GET", "/api/outbox/1")["state"], "held")
        self.click("[data-entry='1'][data-do=release]")
        self.click("dialog button", "Release")
        self.sees("Entry 1 is released.")
        eventually(lambda: [send["to"] for send in self.stage.received()] == ["972501234567"], "it is sent")
        self.click("[data-entry='2'][data-do=drop]")
        self.click("dialog button", "Drop")
        self.sees("Nothing needs a look.")
        self.assertEqual(self.focused().tag_name, "h1", "the focus does not get lost with what is gone")
        self.assertEqual(self.stage.api("GET", "/api/outbox/2")["state"], "dropped")
        eventually(lambda: not self.browser.find_element(By.ID, "attention").is_displayed(), "nothing is counted")

    def test_an_entry_whose_window_has_shut_has_no_button_to_release_it(self):
        revision = lambda: self.stage.api("GET", "/api/rules")["revision"]
        before = revision()
        self.stage.write_rules(RULES.replace("settings:\n  expired: {template: reopen_chat, language: he, variables: [\"{{contact.name}}\"]}\n", ""))
        eventually(lambda: revision() != before, "the rules are loaded")
        self.stage.faults({"reason": 7, "times": 1})
        self.stage.say("opening hours")
        for route in ("/outbox", "/conversations/1"):
            self.open(route) if route == "/outbox" else self.go(route)
            self.sees("Entry 1 can't be sent now: the 24-hour window has shut, and the rule had no template for that case. "
                      "It can be sent once the contact has written again")
            self.find("[data-do=drop]")
            self.assertEqual(self.browser.find_elements(By.CSS_SELECTOR, "[data-do=release]"), [])
        self.stage.say("hello?")
        self.click("[data-do=release]")
        self.click("dialog button", "Release")
        self.sees("Entry 1 is released.")
        eventually(lambda: len(self.stage.received()) == 1, "it is sent")

    def test_an_entry_of_a_stopped_account_is_released_once_the_account_is_mended(self):
        self.stage.faults({"reason": 3, "times": 0})
        self.stage.say("opening hours")
        self.open("/outbox", wait="The account is stopped: the provider refused the API key")
        self.stage.faults()
        self.click("[data-do=release]")
        self.sees("Its account is tried at once.")
        self.click("dialog button", "Release")
        eventually(lambda: len(self.stage.received()) == 1, "it is sent")
        self.sees("Nothing needs a look.")

    def test_what_is_forwarded_is_no_message_to_the_contact(self):
        host = f"127.0.0.1:{self.stage.ports['webhooks']}"
        revision = lambda: self.stage.api("GET", "/api/rules")["revision"]
        before = revision()
        # Nothing is there: HTTP 404.
        self.stage.write_rules(RULES.replace('    reply: "Order', f'    forward: "http://secret-user@{host}/hook/secret-path?key=secret-key"\n    reply: "Order'))
        eventually(lambda: revision() != before, "the rules are loaded")
        self.stage.say("order 4711")
        self.open("/conversations/1")
        self.find(".out:not(.post)", "Order 4711 is on its way.")
        post = self.find(".out.post", f"Forwarded to {host}")
        self.assertIn("the link answered HTTP 404", post.text)
        places = "const [one, other] = arguments; return [one.getBoundingClientRect().right, other.getBoundingClientRect().right]"
        right, edge = self.script(places, post, self.find(".out:not(.post)"))
        self.assertLess(right, edge, "it does not stand where the answers stand")
        self.find("#needs", "1 post to a link of a rule was given up within a week")
        self.assertNotIn("secret-", self.script("return document.documentElement.outerHTML"))
        self.go("/outbox")
        self.find(".out.post", "about +972501234567")
        self.assertNotIn("to +972501234567", self.body())
        self.click("[data-do=release]")
        self.sees("It is posted to the link again.")
        self.click("dialog button", "Cancel")
        self.go("/overview")
        self.find(".card", "1 post failed")
        self.find(".facts", "not forwarded")
        facts = self.script("return Object.fromEntries([...document.querySelectorAll('.facts > div')].map(each => [...each.children].map(part => part.textContent)))")
        self.assertEqual([facts[name] for name in ("sent", "failed", "not forwarded")], ["1", "0", "1"])
        self.go("/try")
        self.find("textarea").send_keys("order 4711")
        self.click("form button", "Try")
        self.find(".result .out.post", f"Forwarded to {host}")
        self.assertNotIn("secret-", self.script("return document.documentElement.outerHTML"))

    # What needs a person

    def test_what_status_calls_needing_somebody_stands_on_every_page(self):
        self.open(wait="Nobody has written yet.")
        self.assertEqual(self.find("#live").text, "Live")
        self.assertFalse(self.browser.find_element(By.ID, "needs").is_displayed())
        colour = "return getComputedStyle(arguments[0], '::before').backgroundColor"
        calm = self.script(colour, self.find("#live"))
        self.stage.faults({"reset": True, "times": 1, "to": "972502222222"}, {"reason": 3, "times": 0, "to": "972503333333"})
        self.stage.say("opening hours", contact="972502222222", name="Tom")
        self.stage.say("opening hours", contact="972503333333", account=OTHER_ACCOUNT)
        self.stage.write_rules(RULES.replace("match: [שעות", "mach: [שעות"))
        status = lambda: json.loads(subprocess.run(
            [REPLYD, "status", "--json", "--config", "replyd.yaml"], cwd=self.stage.folder, capture_output=True, text=True).stdout)["problems"]
        eventually(lambda: len(status()) == 3, "three things need somebody")
        for route in VIEWS:
            self.go(route)
            self.find("#content h1, #content h2")
            for problem in status():
                self.sees(problem)
            self.assertEqual(self.find("#live").text, "Live, needs you")
        self.assertNotEqual(self.script(colour, self.find("#live")), calm, "that is no green light")
        for problem, place, seen in (("nobody knows", "#/outbox?state=held", "Nobody knows whether it was sent"),
                                     ("the changed rules", "#/rules", "The rules below are still in use"),
                                     (f"account {OTHER_ACCOUNT}", "#/overview", "stopped")):
            self.find("#needs li", problem).find_element(By.TAG_NAME, "a").click()
            self.find("#content", seen)
            self.assertTrue(self.browser.current_url.endswith(place))
        # Folded away it stays so; on a phone it begins like that.
        self.click("#needs summary")
        self.stage.write_rules(RULES)
        self.sees("This needs you: 2 things")
        self.assertIsNone(self.browser.find_element(By.CSS_SELECTOR, "#needs details").get_attribute("open"))
        self.stage.faults()
        for entry in (1, 2):
            self.stage.api("POST", f"/api/outbox/{entry}/release", {})
        eventually(lambda: self.find("#live").text == "Live", "it is calm again")
        self.assertFalse(self.browser.find_element(By.ID, "needs").is_displayed())

    def test_on_a_phone_what_needs_somebody_leaves_room_for_the_rest(self):
        self.screen(PHONE)
        self.stage.faults({"reset": True, "times": 1})
        self.stage.say("opening hours")
        self.open("/conversations/1", wait="This needs you: 1 thing")
        self.sees_no("nobody knows whether 1 entry was sent")
        self.assertLess(self.find("#needs").rect["height"], 60)
        self.click("#needs summary")
        self.find("#needs a", "Look at what is held").click()
        self.find(".out.held")

    # Rules

    def test_a_message_is_tried_and_nothing_comes_of_it(self):
        self.open("/try")
        self.find("textarea").send_keys("is order 4711 here?")
        self.click("form button", "Try")
        self.find(".result .out", "Order 4711 is on its way.")
        self.find(".rules .matched", "order")
        self.find("select[name=window]").send_keys("shut")
        self.click("form button", "Try")
        self.find(".result .out", "reopen_chat")
        self.assertEqual(self.find("textarea").get_attribute("value"), "is order 4711 here?")
        self.find("input[name=at]").send_keys("noon")
        self.click("form button", "Try")
        self.sees("'at' in the body is a time like 2026-11-21 22:30")
        self.assertEqual(self.stage.received(), [])
        self.assertEqual(self.stage.api("GET", "/api/conversations")["conversations"], [])

    def test_a_message_of_every_type_is_tried_without_a_text_too(self):
        body = self.stage.api("GET", "/api/openapi.json")["paths"]["/api/try"]["post"]["requestBody"]
        types = body["content"]["application/json"]["schema"]["properties"]["type"]["enum"]
        self.open("/try")
        offered = [option.get_attribute("value") for option in self.browser.find_elements(By.CSS_SELECTOR, "select[name=type] option")]
        # One of the two words for a voice message is enough.
        self.assertEqual(sorted(offered), sorted(set(types) - {"ptt"}))
        self.click("form button", "Try")
        self.sees("'text' in the body is missing: a message of type text has one")
        self.find("select[name=type]").send_keys("sticker")
        self.click("form button", "Try")
        self.find(".result .chip", "silent")
        self.sees("the message has no text")

    def test_a_try_in_a_conversation_takes_it_as_it_stands(self):
        self.stage.say("hello")
        self.open("/conversations/1")
        self.click(".foot button", "Pause")
        self.sees("replyd is quiet here.")
        self.click("a.button", "Try")
        self.sees("In the conversation with Dana")
        self.find("textarea").send_keys("opening hours", Keys.TAB)
        self.click("form button", "Try")
        self.find(".result .chip", "silent")

    def test_wrong_rules_are_said_and_the_old_ones_stay(self):
        self.open("/rules", wait="2 rules in 1 file")
        self.stage.write_rules(RULES.replace("match: [שעות", "mach: [שעות"))
        self.sees("Refused")
        self.sees("The rules below are still in use")
        self.find(".diagnostics", "rules.yaml:7:")
        self.click("button", "Load the files now")
        self.find("#said.bad")
        self.stage.write_rules(RULES + "  - {id: thanks, match: [thanks], reply: Welcome}\n")
        self.sees("3 rules in 1 file")
        self.sees_no("Refused")
        self.click("button", "Load the files now")
        self.sees("The rules are loaded.")

    # How it goes

    def test_accounts_and_traffic_are_seen(self):
        self.stage.say("opening hours")
        self.open("/overview")
        self.find("figure svg rect.replies")
        self.find("figure svg path.p50")
        self.click("figure summary", "As a table")
        self.find("figure table", "Replied to")
        facts = lambda: self.script("""
            return Object.fromEntries([...document.querySelectorAll('.facts > div')].map(each =>
                [each.querySelector('dt').textContent, Number(each.querySelector('dd').textContent)]))
            """)
        seen = {"messages": 1, "replied to": 1, "by template": 0, "left alone": 0, "sent": 1, "failed": 0}
        eventually(lambda: facts() == seen, f"{seen} is counted")
        # A restart forgets nothing of it.
        self.stage.stop()
        self.stage.start()
        self.browser.get("about:blank")
        self.open("/overview")
        self.find("figure svg rect.replies")
        eventually(lambda: facts() == seen, f"{seen} is counted after a restart")
        self.stage.faults({"reason": 3, "times": 0})
        self.stage.say("opening hours", account=OTHER_ACCOUNT)
        self.find(".card.bad", f"+{OTHER_ACCOUNT} stopped")
        self.sees("1 entry waiting")

    def test_conversations_of_one_account_are_shown_alone(self):
        self.stage.say("opening hours", name="Dana")
        self.stage.say("opening hours", name="Tom", account=OTHER_ACCOUNT)
        self.open(wait="Tom")
        self.find(".row", f"to +{ACCOUNT}")
        self.find(".row", f"to +{OTHER_ACCOUNT}")
        names = lambda: [row.text.split("\n")[0] for row in self.browser.find_elements(By.CSS_SELECTOR, ".row")]
        for account, name in ((ACCOUNT, "Dana"), (OTHER_ACCOUNT, "Tom")):
            self.script("""
                arguments[0].value = arguments[1];
                arguments[0].dispatchEvent(new Event('input', {bubbles: true}));
                """, self.find("#account"), account)
            eventually(lambda: names() == [name], f"{name} alone is shown")
            self.assertNotIn("to +", self.find(".row").text)
        self.click(".row", "Tom")
        self.find(".head", f"to +{OTHER_ACCOUNT}")

    # What must hold everywhere

    def test_nothing_is_cut_off_on_narrow_phones_with_wide_letters(self):
        self.stage.faults({"reset": True, "times": 2}, {"reason": 3, "times": 0, "to": "972503333333"})
        self.stage.say("opening hours")
        self.stage.say("opening hours", contact="972502222222", name="Tom")
        self.stage.say("opening hours", contact="972503333333", account=OTHER_ACCOUNT)
        self.addCleanup(self.screen, DESKTOP)
        self.open(wait="This needs you")
        cut = """
            const [width, height, found] = [innerWidth, innerHeight, []];
            const bars = [...document.querySelectorAll('.brand, #live, #log-out, nav a')];
            const boxes = bars.map(each => each.getBoundingClientRect());
            for (const [at, each] of bars.entries()) {
                const box = boxes[at], text = each.textContent.trim();
                if (box.left < 0 || box.right > width + .5 || box.top < 0 || box.bottom > height + .5) found.push(`${text} leaves the screen`);
                if (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1) found.push(`${text} is cut`);
                for (const [other, that] of boxes.entries()) {
                    if (other > at && box.right > that.left + .5 && that.right > box.left + .5 && box.bottom > that.top + .5 && that.bottom > box.top + .5)
                        found.push(`${text} covers ${bars[other].textContent.trim()}`);
                }
            }
            for (const each of document.querySelectorAll('#console *')) {
                const box = each.getBoundingClientRect();
                if (!box.width || each.closest('.scrollx, svg, .unseen, .skip')) continue;
                if (box.right > width + .5 || box.left < -.5) found.push(`${each.tagName}.${each.className} "${each.textContent.slice(0, 40)}": ${box.left} to ${box.right}`);
            }
            return found.slice(0, 9);
            """
        names = dict(zip(VIEWS, ["שיחות", "הודעות יוצאות", "ניסוי", "כללים", "מבט כללי"]))
        for language in ("en", "he"):
            for font in ("", "20px 'DejaVu Sans'"):
                self.script("""
                    document.documentElement.style.fontSize = arguments[0] ? '20px' : '';
                    document.body.style.font = arguments[0];
                    document.documentElement.dir = arguments[1] === 'he' ? 'rtl' : 'ltr';
                    if (arguments[1] === 'he') for (const link of document.querySelectorAll('nav a')) link.firstChild.data = arguments[2][link.hash.slice(1)];
                    """, font, language, names)
                for width in (320, 360, 390):
                    self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                        "width": width, "height": 740, "deviceScaleFactor": 1, "mobile": True})
                    for route in ("/conversations/1", *VIEWS):
                        with self.subTest(language=language, font=font, width=width, route=route):
                            self.go(route)
                            self.find("#content h1, #content h2")
                            self.sees_no("Loading")
                            self.assertEqual(self.script(cut), [])

    def test_no_script_and_no_style_but_our_own_files_is_taken(self):
        self.open(wait="Nobody has written yet.")
        self.blocks = 1
        self.script("""
            const add = (name, make) => { const element = document.createElement(name); try { make(element); document.body.append(element); } catch { } };
            add('script', element => element.textContent = 'window.owned = 1');
            add('script', element => element.append('window.owned = 1'));
            add('div', element => element.innerHTML = '<img src=x onerror="window.owned = 1">');
            add('div', element => element.setAttribute('onclick', 'window.owned = 1'));
            add('img', element => element.src = 'http://127.0.0.2:9/');
            add('iframe', element => element.src = 'http://127.0.0.2:9/');
            add('p', element => { element.id = 'styled'; element.setAttribute('style', 'position: fixed'); });
            document.querySelectorAll('div[onclick]').forEach(element => element.click());
            """)
        self.assertIsNone(self.script("return window.owned ?? null"))
        self.assertEqual(self.script("return getComputedStyle(document.getElementById('styled')).position"), "static")
        for path in ("/", "/console/console.js"):
            status, headers, text = request(self.stage.page + path)
            self.assertIn("script-src 'self'; style-src 'self'", headers["Content-Security-Policy"])
            self.assertNotIn("unsafe", headers["Content-Security-Policy"])
            self.assertEqual(headers["Cache-Control"], "no-cache")
            known = request(self.stage.page + path, headers={"If-None-Match": headers["ETag"]})
            self.assertEqual((known[0], known[2]), (304, ""))
            self.assertEqual(known[1]["ETag"], headers["ETag"])

    def test_everything_is_reached_by_the_keyboard_alone(self):
        self.stage.say("opening hours", name="Dana")
        self.browser.get(self.stage.page)
        self.find("#token")
        self.press(TOKEN, Keys.ENTER)
        self.find("#live", "Live")
        self.find(".row", "Dana")
        self.script("document.activeElement.blur()")
        self.tab_to("Skip to content")
        self.assertGreaterEqual(self.focused().rect["y"], 0, "the link is seen once it has the focus")
        self.press(Keys.ENTER)
        self.assertEqual(self.focused().get_attribute("id"), "content")
        row = self.tab_to("Dana")
        outline = "const style = getComputedStyle(arguments[0]); return [style.outlineStyle, parseFloat(style.outlineWidth)]"
        self.assertEqual(self.script(outline, row), ["solid", 2])
        self.press(Keys.ENTER)
        self.find(".head h2", "Dana")
        eventually(lambda: self.focused().tag_name == "h2", "the heading has the focus")
        why = self.tab_to("the message says")
        self.press(Keys.ENTER)
        self.sees("The rules have not changed since.")
        # What comes in meanwhile takes the focus from nobody.
        self.stage.say("order 4711")
        self.find(".out", "Order 4711 is on its way.")
        self.assertEqual(self.focused(), why)
        self.assertIn("The rules have not changed since.", self.body())
        self.assertEqual(self.tab_to("2 hours").tag_name, "select")
        self.tab_to("Pause")
        self.press(Keys.ENTER)
        self.sees("replyd is quiet here.")
        self.assertEqual(self.focused().text, "Resume")
        self.press(Keys.ENTER)
        self.sees("replyd answers here.")

    def test_axe_finds_nothing_in_light_and_dark_and_on_a_phone(self):
        self.browser.get(self.stage.page)
        self.find("#token").send_keys("wrong", Keys.ENTER)
        self.sees("This is not the admin token.")
        self.assertEqual(self.problems(), [])
        self.stage.faults({"reset": True, "times": 1, "to": "972502222222"}, {"reason": 3, "times": 0, "to": "972503333333"})
        self.stage.say("שעות פתיחה")
        self.stage.say("opening hours", contact="972502222222", name="Tom")
        self.stage.say("opening hours", contact="972503333333", account=OTHER_ACCOUNT)
        self.stage.say("opening hours", contact="972504444444", name="Old", ago="25h")
        self.stage.say("nothing matches")
        self.stage.write_rules(RULES.replace("reply:", "replay:"))
        self.find("#token").send_keys(Keys.CONTROL, "a")
        self.find("#token").send_keys(TOKEN, Keys.ENTER)
        self.find("#attention", "2")
        waits = {"/conversations/1": ".out", "/conversations/2": ".out.held", "/rules": ".diagnostics", "/overview": ".card.bad",
                 "/outbox": ".out.held", "/try": "textarea", "/conversations": ".row"}
        for scheme, size in (("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)):
            self.media(scheme)
            self.screen(size)
            for route, selector in waits.items():
                with self.subTest(route=route, scheme=scheme, size=size):
                    self.go(route)
                    self.find(selector)
                    if route == "/conversations/1" and not self.browser.find_elements(By.CSS_SELECTOR, "details.decision[open]"):
                        self.click("details.decision > summary")
                    if route == "/conversations/1":
                        self.sees("matching")
                    if route == "/try":
                        self.find("textarea").send_keys("order 1")
                        self.click("form button", "Try")
                        self.find(".result")
                    # Colours that are on their way are not those that stay.
                    self.script("document.getAnimations().forEach(animation => animation.finish())")
                    self.assertEqual(self.problems(), [])
            self.go("/outbox")
            self.click("[data-do=drop]")
            self.find("dialog")
            self.assertEqual(self.problems(), [])
            self.click("dialog button", "Cancel")

    def test_nothing_moves_for_who_wants_no_motion(self):
        moving = "return [...document.querySelectorAll('*')].filter(each => parseFloat(getComputedStyle(each).transitionDuration) > 0).length"
        self.open(wait="Nobody has written yet.")
        self.assertGreater(self.script(moving), 0)
        self.media(motion="reduce")
        self.assertEqual(self.script(moving), 0)

    def test_menus_files_and_places_are_shown_as_customers_see_them(self):
        """Buttons, a list, pictures as links that are never loaded (tearDown looks), choices, and what it came to."""
        self.stage.end()
        self.stage = Stage(MENUS, meta=True)
        self.addCleanup(self.stage.end)
        for text in ["תפריט", "list", "מחירון", "where", "promo"]:
            self.stage.say(text, account=META_ACCOUNT)
        self.stage.say("Opening hours", account=META_ACCOUNT, type="button", choice="menu.hours")
        eventually(lambda: len(self.stage.received("meta")) == 9, "all answers are there")
        self.open("/conversations/1")
        for size in (DESKTOP, PHONE):
            self.screen(size)
            for selector, text in [
                    (".choices li", "שעות פתיחה"), (".choices.rows li", "Sales"), (".choices.rows .detail", "prices, offers"),
                    (".choices.rows li", "Something else"), (".kind", "מחירון.pdf"), ("a.file", "example.com"),
                    ("a.file", "32.0853, 34.7818"), (".choices li a.file", "לאתר"), (".variables li", "1. Dana"),
                    (".entry, .bubble, div", "Reaction 👍"), ("code", "menu.hours")]:
                self.find(selector, text)
            rows = [row.text for row in self.browser.find_elements(By.CSS_SELECTOR, ".choices.rows li")]
            self.assertEqual([row.split("\n")[0] for row in rows], ["Sales", "Support", "Bills", "Something else"])
            media = self.browser.find_elements(By.CSS_SELECTOR, "img, video, audio")
            self.assertFalse([each for each in media if not each.get_attribute("src").startswith(self.stage.page)])
            links = {link.get_attribute("rel") for link in self.browser.find_elements(By.CSS_SELECTOR, "a.file")}
            self.assertEqual(links, {"noopener noreferrer"})
        self.screen(DESKTOP)
        self.go("/overview")
        self.find(".hint", "0.60 ILS")
        self.find("p", "9 of 10 messages of its budget this month")


def take_picture(file):
    """A conversation as the README shows it."""
    class Picture(ConsoleTests):
        def runTest(self):
            self.stage.write_rules(pathlib.Path("rules/faq.yaml").read_text())
            eventually(lambda: len(self.stage.api("GET", "/api/rules")["rules"]) > 3, "the rules are loaded")
            self.screen((1160, 700))
            self.browser.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": "en-GB"})
            self.stage.faults({"reset": True, "times": 1, "to": "972546660000"})
            for contact, name, text in (
                ("972546660000", "Maya", "where are you?"), ("972529876543", "Tom Becker", "Where is my order #5512?"),
                ("972533333333", "נועה לוי", "כמה עולה משלוח לחיפה?"), ("972528001122", "Ruth", "Can I pay by bit?"),
                ("972501234567", "דנה כהן", "שלום, מה שעות הפתיחה שלכם?"), ("972501234567", "דנה כהן", "ואיפה הזמנה מספר 48213?"),
            ):
                self.stage.say(text, contact, name)
            eventually(lambda: {send["to"] for send in self.stage.received()} >= {"972501234567", "972533333333"}, "they are answered")
            self.open("/conversations/5")
            eventually(lambda: len(self.browser.find_elements(By.CSS_SELECTOR, ".out .progress.read")) == 2, "they are read")
            self.click("details.decision > summary")
            self.sees("matching")
            self.script("document.activeElement.blur(); document.querySelector('.log').scrollTop = 0")
            time.sleep(0.5)
            self.browser.save_screenshot(file)
    unittest.TextTestRunner().run(unittest.TestSuite([Picture()]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--picture"]:
        take_picture(sys.argv[2])
    else:
        unittest.main(verbosity=2, argv=[sys.argv[0], *(f"ConsoleTests.{name}" for name in sys.argv[1:])])
