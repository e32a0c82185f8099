import Responder
import SeededRandom
import Testing

@testable import Store

/// Stored values must come back as they were, whatever they hold.
@Suite struct StoredJSONTests {
    private struct Random {
        var source: SeededRandom

        mutating func chance() -> Bool { source.chance(0.5) }

        mutating func text() -> String {
            let pieces = [
                "", "a", "\"", "\\", "\u{0}", "\u{1F}", "\n", "\t", "שלום", "👩‍👩‍👧", "{", "[", ",", "/", "\u{2028}",
                "\u{FFFD}", "\u{7F}",
            ]
            return (0..<source.upTo(6)).map { _ in source.one(of: pieces) }.joined()
        }

        mutating func texts() -> [String] { (0..<source.upTo(4)).map { _ in text() } }

        mutating func time() -> Timestamp {
            Timestamp(milliseconds: Int64(source.upTo(4_000_000_000_000)) - 1_000_000_000)
        }

        mutating func named<Value>(_ value: (inout Random) -> Value) -> [String: Value] {
            Dictionary(
                (0..<source.upTo(4)).map { _ in (text(), value(&self)) }, uniquingKeysWith: { first, _ in first })
        }

        mutating func value() -> Memory.Value { Memory.Value(text: text(), expires: chance() ? time() : nil) }

        mutating func menu() -> SentMenu { SentMenu(choices: texts(), sentAt: time()) }

        mutating func textOrNil() -> String? { chance() ? text() : nil }

        mutating func rich() -> RichContent {
            switch source.upTo(4) {
            case 0:
                .menu(
                    Menu(
                        text: text(),
                        choices: texts().map { Menu.Choice(id: $0, title: text(), more: textOrNil()) }, opener: text()))
            case 1:
                .file(
                    MediaFile(
                        kind: source.one(of: MediaFile.Kind.allCases), link: text(), caption: text(), name: textOrNil())
                )
            case 2:
                .location(Location(latitude: text(), longitude: text(), name: textOrNil(), address: textOrNil()))
            default: .link(LinkButton(text: text(), title: text(), url: text()))
            }
        }

        mutating func template() -> RenderedTemplate {
            var template = RenderedTemplate(
                name: text(), language: source.one(of: TemplateLanguage.common),
                header: chance()
                    ? TemplateHeader(kind: source.one(of: TemplateHeader.Kind.allCases), link: text()) : nil,
                variables: texts())
            template.names = texts()
            template.buttons = texts().enumerated().map { .init(index: $0.offset, value: $0.element) }
            template.coupon = textOrNil()
            template.payloads = texts()
            return template
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func memoriesChangesAndAnswersComeBackAsTheyWere(seed: UInt64) throws {
        var random = Random(source: SeededRandom(seed: seed))
        var memory = Memory(isOptedOut: random.chance(), tags: Set(random.texts()), state: random.named { $0.value() })
        memory.answers = random.named { random in (0..<random.source.upTo(4)).map { _ in random.time() } }
        memory.turns = random.named { $0.source.upTo(100) }
        memory.consentAt = random.chance() ? random.time() : nil
        memory.lastMessageAt = random.chance() ? random.time() : nil
        memory.recentAnswers = (0..<random.source.upTo(4)).map { _ in random.time() }
        memory.lastText = random.chance() ? random.text() : nil
        memory.echoes = random.source.upTo(3)
        memory.menu = random.chance() ? random.menu() : nil
        memory.pause =
            random.chance() ? .init(until: random.time(), rule: random.chance() ? random.text() : nil) : nil
        #expect(try StoredJSON.decode(Memory.self, from: memory.json) == memory, "\(memory.json)")

        var changes = Changes()
        changes.set = random.named { $0.value() }
        changes.unset = random.texts()
        changes.tag = random.texts()
        changes.untag = random.texts()
        changes.pausedUntil = random.chance() ? random.time() : nil
        changes.pausedBy = random.chance() ? random.text() : nil
        changes.optedOut = random.chance() ? random.chance() : nil
        changes.answered = random.texts()
        changes.turns = random.named { $0.source.upTo(100) }
        changes.menu = random.chance() ? random.menu() : nil
        changes.hasAnswer = random.chance()
        #expect(try StoredJSON.decode(Changes.self, from: changes.json) == changes, "\(changes.json)")

        let body: SendContent =
            switch random.source.upTo(5) {
            case 0: .message(.text(random.text(), replyTo: random.chance() ? random.text() : nil))
            case 1: .message(.template(random.template()))
            case 2: .message(.reaction(random.text(), to: random.text()))
            case 3: .message(.rich(random.rich(), replyTo: random.chance() ? random.text() : nil))
            default: .post(link: random.text(), json: random.text())
            }
        var outgoing = Outgoing(body: body, fallback: random.chance() ? random.template() : nil, textEnd: random.time())
        outgoing.notBefore = random.chance() ? random.time() : nil
        outgoing.waitsForOpening = random.chance() ? random.chance() : nil
        #expect(try StoredJSON.decode(Outgoing.self, from: outgoing.json) == outgoing, "\(outgoing.json)")
    }

    @Test func whatIsEmptyTakesNoPlace() {
        #expect(Memory().json == "{}")
        #expect(Changes().json == "{}")
    }
}
