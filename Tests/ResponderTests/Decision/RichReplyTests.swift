import Responder
import Testing

/// Answers that are more than text, on lines that show them and on lines that do not.
@Suite struct RichReplyTests {
    private func sends(_ rule: String, lines: LineAbilities = LineAbilities(), window: Bool? = nil) throws -> Decision {
        var chat = try Chat("  - id: a\n    match: hello\n    \(rule)")
        chat.policy.lines[Chat.account] = lines
        return chat.says("hello", window: window)
    }

    private static let picture = "reply: {image: 'https://x.il/a.jpg', caption: 'For {{contact.number}}'}"
    private static let place = "reply: {location: {lat: 32.08, lng: 34.78, name: Shop, address: Herzl 1}}"
    private static let page = "reply: {text: Look here, link: {title: Our site, url: 'https://x.il/'}}"

    @Test func filesPlacesAndLinksGoOutAsTheyAre() throws {
        let file = MediaFile(kind: .image, link: "https://x.il/a.jpg", caption: "For 972501234567")
        #expect(try sends(Self.picture).sends.map(\.body) == [.message(.rich(.file(file), replyTo: "m1"))])
        let place = Location(latitude: "32.08", longitude: "34.78", name: "Shop", address: "Herzl 1")
        #expect(try sends(Self.place).sends.map(\.body) == [.message(.rich(.location(place), replyTo: "m1"))])
        let page = LinkButton(text: "Look here", title: "Our site", url: "https://x.il/")
        #expect(try sends(Self.page).sends.map(\.body) == [.message(.rich(.link(page), replyTo: "m1"))])
        let document = "reply: {document: {link: 'https://x.il/p.pdf', name: מחירון.pdf}, quote: false}"
        let price = MediaFile(kind: .document, link: "https://x.il/p.pdf", name: "מחירון.pdf")
        #expect(try sends(document).sends.map(\.body) == [.message(.rich(.file(price), replyTo: nil))])
    }

    @Test func aLineThatShowsTextAloneGetsText() throws {
        func text(_ rule: String) throws -> [String?] { try sends(rule, lines: .text).sends.map(\.text) }
        #expect(try text(Self.picture) == ["For 972501234567\nhttps://x.il/a.jpg"])
        #expect(try text("reply: {video: 'https://x.il/a.mp4'}") == ["https://x.il/a.mp4"])
        #expect(try text(Self.place) == ["Shop\nHerzl 1\nhttps://maps.google.com/?q=32.08,34.78"])
        #expect(try text(Self.page) == ["Look here\nOur site: https://x.il/"])
    }

    @Test func aReactionGoesBeforeTheWords() throws {
        let decision = try sends("react: 👍\n    reply: [one, two]")
        #expect(decision.sends.map(\.body.kind) == [.reaction, .text, .text])
        #expect(decision.sends.first?.body == .message(.reaction("👍", to: "m1")))
        #expect(decision.outcome == .reply && decision.changes.hasAnswer)
    }

    @Test func aReactionAloneIsAnAnswer() throws {
        let decision = try sends("react: ❤")
        #expect(decision.outcome == .reply && decision.reason == .matched)
        #expect(decision.sends.map(\.body) == [.message(.reaction("❤\u{FE0F}", to: "m1"))])
    }

    @Test func aLineWithoutReactionsIsSilentAndSaysWhy() throws {
        let decision = try sends("react: 👍", lines: .text)
        #expect(decision.outcome == .silent && decision.reason == .noReply && decision.sends.isEmpty)
        #expect(decision.because == "the message says 'hello'; this line shows no reactions")
        #expect(try sends("react: 👍\n    reply: hi", lines: .text).sends.map(\.text) == ["hi"])
    }

    @Test(arguments: [picture, place, page, "react: 👍", "reply: {text: hi, choices: {a: A}}"])
    func allOfItIsAllowedInTheWindowAlone(rule: String) throws {
        let silent = try sends(rule, window: false)
        #expect(silent.outcome == .silent && silent.reason == .windowExpired && silent.sends.isEmpty)
        let replaced = try sends("\(rule)\n    expired: {template: reopen}", window: false)
        #expect(replaced.outcome == .template && replaced.sends.map(\.body.kind) == [.template])
    }

    @Test func aReactionWithATemplateGoesAlong() throws {
        let decision = try sends("react: 👍\n    template: {name: t}")
        #expect(decision.sends.map(\.body.kind) == [.reaction, .template])
    }
}
