import Responder
import Testing

/// Menus: what is sent, and which answers are a choice.
@Suite struct ChoiceTests {
    private static let rules = """
          - id: menu
            match: {exact: [תפריט, menu]}
            reply:
              text: במה אפשר לעזור?
              choices:
                hours: שעות פתיחה
                order: {title: איפה ההזמנה?, more: עם מספר ההזמנה}
                person: לדבר עם נציג
          - id: second
            match: {exact: [second]}
            reply: {text: More?, choices: {hours: שעות פתיחה, back: Back}}
          - {id: menu-hours, match: {choice: menu.hours}, reply: "of the first"}
          - {id: hours, match: {choice: hours}, reply: "of the second"}
          - {id: order, match: {choice: order}, reply: its number?}
          - {id: person, match: {choice: [person, back]}, handoff: {pause: 4h}}
          - {id: default, match: anything, priority: -1, reply: "?"}
        """

    private func chat(_ rules: String = rules, lines: LineAbilities = LineAbilities()) throws -> Chat {
        var chat = try Chat(rules)
        chat.policy.lines[Chat.account] = lines
        return chat
    }

    /// A number that was written an hour before a menu is no answer to it; the clocks of providers differ by less.
    @Test(arguments: [(Duration.hours(1), "default"), (.minutes(1), "order")])
    func aNumberThatWasWrittenBeforeTheMenuIsNoChoice(before: Duration, rule: String) throws {
        var chat = try self.chat()
        _ = chat.says("menu")
        var late = chat.message("2")
        late.timestamp = chat.now - before
        #expect(chat.receive(late).rule == rule)
    }

    @Test func aLineThatShowsNoFileNamesIsSentNone() throws {
        var abilities = LineAbilities()
        abilities.showsFileNames = false
        let rules = "  - {id: a, match: a, reply: {document: {link: 'https://x.example/a.pdf', name: מחירון.pdf}}}"
        for (line, name) in [(LineAbilities(), "מחירון.pdf"), (abilities, nil)] {
            var chat = try self.chat(rules, lines: line)
            guard case .message(.rich(.file(let file), _))? = chat.says("a").sends.first?.body else {
                Issue.record("no file")
                return
            }
            #expect(file.name == name)
        }
    }

    @Test func threeChoicesAreButtonsWithIdsOfOurs() throws {
        var chat = try chat()
        let decision = chat.says("תפריט")
        guard case .message(.rich(.menu(let menu), let replyTo))? = decision.sends.first?.body else {
            Issue.record("no menu")
            return
        }
        #expect(menu.text == "במה אפשר לעזור?")
        #expect(menu.choices.map(\.id) == ["menu.hours", "menu.order", "menu.person"])
        #expect(menu.choices.map(\.title) == ["שעות פתיחה", "איפה ההזמנה?", "לדבר עם נציג"])
        #expect(!menu.isList && replyTo == "m1")
        #expect(decision.outcome == .reply && decision.sends.map(\.body.kind) == [.choices])
        #expect(
            decision.changes.menu
                == SentMenu(choices: ["menu.hours", "menu.order", "menu.person"], sentAt: chat.now))
    }

    @Test func aLineWithoutButtonsGetsTheSameMenuWithNumbers() throws {
        var chat = try chat(lines: .text)
        #expect(
            chat.answers("menu") == [
                """
                במה אפשר לעזור?

                1. שעות פתיחה
                2. איפה ההזמנה?
                3. לדבר עם נציג

                כתבו את המספר.
                """
            ])
        #expect(chat.says("2").rule == "order")
    }

    @Test(arguments: [
        ("2", "order"), ("2.", "order"), (" 2 ", "order"), ("(2)", "order"), ("٢", "order"), ("２", "order"),
        ("2️⃣", "order"), ("०२", "order"), ("②", "order"), ("*2*", "order"), ("2\u{200F}", "order"),
        ("איפה ההזמנה?", "order"), ("איפה ההזמנה", "order"), ("אֵיפֹה הַהַזְמָנָה?!", "order"),
        ("4", "default"), ("0", "default"), ("22", "default"), ("2 או 3", "default"), ("2.5", "default"),
        ("שתיים", "default"), ("ההזמנה", "default"), ("\u{1F1EE}\u{1F1F1}", "default"), ("", "default"),
    ])
    func aMenuIsAnsweredByNumberOrTitle(text: String, rule: String) throws {
        var chat = try chat()
        #expect(chat.says("תפריט").rule == "menu")
        #expect(chat.says(text).rule == rule)
    }

    @Test func aNumberWithoutAnOpenMenuIsJustAText() throws {
        var chat = try chat()
        #expect(chat.says("2").rule == "default")
        _ = chat.says("menu")
        #expect(chat.says("2", after: .hours(24) - .seconds(1)).rule == "order")
        #expect(chat.says("2", after: .seconds(1)).rule == "default", "24 hours have passed")
    }

    @Test func aNumberStandsForAChoiceOfTheLatestMenu() throws {
        var chat = try chat()
        _ = chat.says("menu")
        _ = chat.says("second")
        #expect(chat.says("2").rule == "person", "the second choice of the second menu is Back")
        #expect(chat.conversation.memory.menu?.choices == ["second.hours", "second.back"])
    }

    @Test func aTitleOfSeveralMenusIsThatOfTheLatest() throws {
        var chat = try chat()
        _ = chat.says("second")
        #expect(chat.says("שעות פתיחה").rule == "hours")
        _ = chat.says("menu")
        #expect(chat.says("שעות פתיחה").rule == "menu-hours")
    }

    @Test func aTitleIsAChoiceWithoutAMenuToo() throws {
        var chat = try chat()
        #expect(chat.says("לדבר עם נציג").rule == "person")
    }

    /// Nobody is shown the menu of a rule on trial, except those to whom it was sent when it was live.
    @Test func titlesOfAMenuOnTrialAreNoChoices() throws {
        let trial = """
              - {id: trial, match: offer, mode: shadow, reply: {text: New?, choices: {hours: Best hours}}}

            """
        var chat = try chat(trial + Self.rules)
        #expect(chat.says("best hours").rule == "default")
        var tap = chat.message("Best hours")
        tap.choice = "trial.hours"
        #expect(chat.receive(tap).rule == "hours")
        var live = try self.chat(trial + Self.rules)
        live.rules = live.rules.withLive("trial")
        #expect(live.says("best hours").rule == "hours")
    }

    /// A menu that is tried as another version of a live one takes no title from that.
    @Test func aMenuOnTrialHidesNoTitleOfALiveOne() throws {
        let trial = """
              - {id: trial, match: offer, mode: shadow, reply: {text: New?, choices: {hours: Best hours}}}
              - {id: live, match: deal, reply: {text: Which?, choices: {hours: Best hours}}}

            """
        var chat = try chat(trial + Self.rules)
        #expect(chat.says("best hours").rule == "hours")
        chat.rules = chat.rules.withLive("trial")
        #expect(chat.says("best hours").rule == "hours")
    }

    @Test func theIdThatComesBackCountsBeforeAllElse() throws {
        var chat = try chat()
        _ = chat.says("second")
        var tap = chat.message("שעות פתיחה", type: .button)
        tap.choice = "menu.hours"
        #expect(chat.receive(tap).rule == "menu-hours", "an older menu, further up")
        tap.unique = "again"
        tap.choice = "second.hours"
        #expect(chat.receive(tap).rule == "hours")
    }

    @Test func anIdThatNoMenuOffersAnyMoreIsNamed() throws {
        var chat = try chat("  - {id: hello, match: hello, reply: hi}")
        var tap = chat.message("Prices", type: .list)
        tap.choice = "menu.prices"
        let decision = chat.receive(tap)
        #expect(decision.reason == .noMatch)
        #expect(decision.because == "no rule matches, and no menu offers the choice 'menu.prices' any more")
        tap = chat.message("hello", type: .list)
        tap.choice = "menu.prices"
        #expect(chat.receive(tap).rule == "hello", "its words count as those of any message")
    }

    @Test func captionsAndOtherMessagesAreNoChoice() throws {
        var chat = try chat()
        _ = chat.says("menu")
        #expect(chat.receive(chat.message("2", type: .image)).rule == "default")
        #expect(chat.receive(chat.message("2", type: .location)).rule == "default")
    }

    @Test func aMenuThatIsNotSentLeavesNoNumbers() throws {
        let rules = Self.rules.replacing(
            "match: {exact: [תפריט, menu]}", with: "match: menu\n    expired: {template: t}")
        var chat = try chat(rules)
        #expect(chat.says("menu", window: false).outcome == .template)
        #expect(chat.conversation.memory.menu == nil)
        #expect(chat.says("2").rule == "default")
    }

    @Test func aMenuThatWaitsForTheMorningCountsFromThenOn() throws {
        var chat = try Chat(
            """
              - {id: menu, match: menu, at_open: shop, reply: {text: hi, choices: {a: A, b: B}}}
              - {id: b, match: {choice: b}, reply: ok}
            """, at: "2026-11-21 22:00")
        _ = chat.says("menu")
        // The shop opens eleven hours later.
        #expect(chat.says("2", after: .hours(34)).rule == "b")
        #expect(chat.says("2", after: .hours(1)).rule == nil)
    }

    @Test func moreThanThreeChoicesAreAListThatOpensInItsLanguage() throws {
        let choices = "choices: {a: A, b: B, c: C, d: D}"
        for (text, opener) in [("Choose", "Menu"), ("בחרו", "לבחירה"), ("Выберите", "Меню"), ("اختاروا", "القائمة")] {
            var chat = try chat("  - {id: m, match: anything, reply: {text: \(text), \(choices)}}")
            guard case .message(.rich(.menu(let menu), _))? = chat.says("x").sends.first?.body else {
                Issue.record("no menu")
                return
            }
            #expect(menu.isList && menu.opener == opener)
        }
    }

    @Test func whyARuleOfAChoiceAnswersIsExplained() throws {
        var chat = try chat()
        _ = chat.says("menu")
        let why = chat.why(chat.message("2"))
        #expect(why.contains("*order: the contact chose 'menu.order'"))
        #expect(why.contains("-hours: choice: the message is not 'menu.hours' or 'second.hours'"))
    }

    @Test func whatIsMarkedInTheTextCountsBesideTheChoice() throws {
        var chat = try chat(
            """
              - {id: menu, match: menu, reply: {text: hi, choices: {a: Plan A, b: Plan B}}}
              - {id: a, match: {choice: a, type: button}, reply: tapped}
              - {id: words, match: {choice: b, any: [plan]}, reply: written}
            """)
        _ = chat.says("menu")
        #expect(chat.says("1").rule == nil, "it is written, not tapped")
        #expect(chat.receive(chat.message("Plan A", type: .button)).rule == "a")
        #expect(chat.says("2").rule == "words", "who writes the number says the title")
        #expect(chat.says("plan").rule == nil, "it is no choice")
        #expect(chat.says("plan b!").rule == "words")
    }
}

/// Numbers of choices, for rules that look for words.
@Suite struct ChoiceNumberTests {
    @Test func whoWritesANumberSaysTheTitleToRulesThatLookForWords() throws {
        var chat = try Chat(
            """
              - {id: menu, match: menu, reply: {text: hi, choices: {hours: Opening hours, person: A person}}}
              - {id: words, match: [opening hours], reply: "9 to 18"}
              - {id: one, match: {exact: ["7"]}, reply: seven}
            """)
        #expect(chat.says("1").rule == nil)
        _ = chat.says("menu")
        #expect(chat.says("1").rule == "words")
        #expect(chat.says("2").rule == nil)
        #expect(chat.says("7").rule == "one")
    }

    @Test(arguments: [false, true])
    func aShutWindowThatMayBeOpenIsTried(isTried: Bool) throws {
        var chat = try Chat("  - {id: a, match: hello, reply: hi, expired: silent}")
        chat.policy.lines[Chat.account] = LineAbilities()
        chat.policy.lines[Chat.account]?.triesShutWindow = isTried
        var late = chat.message("hello")
        late.timestamp = chat.now - .hours(30)
        let decision = chat.receive(late)
        #expect(decision.reason == (isTried ? .matched : .windowExpired))
        late.unique = "later"
        late.timestamp = chat.now - .hours(49)
        #expect(chat.receive(late).outcome == .silent)
    }
}
