import Responder
import Testing

private let wrote = Timestamp(seconds: 1_700_000_000)

@Suite struct WindowTests {
    @Test func aContactWhoNeverWroteHasNoWindow() {
        #expect(!Window().isOpen(at: wrote))
        #expect(Window().textEnd == nil)
    }

    /// 24 hours less the margin of a minute, to the millisecond.
    @Test(arguments: [
        (0, true), (86_339_000, true), (86_339_999, true), (86_340_000, false), (86_399_999, false),
        (86_400_000, false),
        (90_000_000, false),
    ])
    func textIsAllowedUntilAMinuteBeforeTheEnd(milliseconds: Int, isOpen: Bool) {
        var window = Window()
        window.recordMessage(at: wrote)
        #expect(window.isOpen(at: wrote + .milliseconds(milliseconds)) == isOpen)
    }

    @Test func everyMessageResetsItAndAnOlderOneDoesNot() {
        var window = Window()
        window.recordMessage(at: wrote)
        window.recordMessage(at: wrote + .hours(5))
        window.recordMessage(at: wrote + .hours(3))
        #expect(window.end == wrote + .hours(29))
        #expect(window.lastMessageAt == wrote + .hours(5))
    }

    @Test func aRefusalShutsItAndOnlyAnotherMessageOpensIt() {
        var window = Window()
        window.recordMessage(at: wrote)
        window.recordShut(askedAt: wrote + .hours(2))
        #expect(!window.isOpen(at: wrote + .hours(2)))
        // A late message from before the refusal: the provider knew it when it refused.
        window.recordMessage(at: wrote + .hours(1))
        #expect(!window.isOpen(at: wrote + .hours(3)))
        window.recordMessage(at: wrote + .hours(4))
        #expect(window.end == wrote + .hours(28))
    }

    /// The provider's clock may be ahead of ours.
    @Test func aRefusalCountsThoughTheMessageSeemsToBeNewer() {
        var conversation = Conversation()
        let message = Message(
            account: "9", unique: "U", contact: Contact(address: "972501234567"), body: "hi",
            timestamp: wrote + .seconds(200))
        conversation.receive(message, at: wrote)
        conversation.window.recordShut(askedAt: wrote + .seconds(1))
        #expect(!conversation.window.isOpen(at: wrote + .seconds(2)))
    }

    @Test func aRefusalThatAMessageHasOvertakenSaysNothing() {
        var window = Window()
        window.recordMessage(at: wrote)
        window.recordMessage(at: wrote + .hours(30))
        window.recordShut(askedAt: wrote + .hours(29))
        #expect(window.end == wrote + .hours(54))
        window.recordTimeLeft(minutes: 0, askedAt: wrote + .hours(29))
        #expect(window.end == wrote + .hours(54))
    }

    /// The provider's clock is believed over ours, but its figure has no seconds.
    @Test(arguments: [
        (1200, Duration.minutes(1200)), (30, .minutes(30)), (0, .zero), (-5, .zero), (99_999, .hours(24)),
    ])
    func templateTimeLeftCorrectsIt(minutes: Int, left: Duration) {
        var window = Window()
        window.recordMessage(at: wrote)
        let asked = wrote + .hours(10)
        window.recordTimeLeft(minutes: minutes, askedAt: asked)
        #expect(window.end == asked + left)
    }

    @Test(arguments: [14 * 60, 14 * 60 - 1])
    func aFigureThatAgreesToTheMinuteLeavesTheSeconds(minutes: Int) {
        var window = Window()
        window.recordMessage(at: wrote)
        window.recordTimeLeft(minutes: minutes, askedAt: wrote + .hours(10) + .milliseconds(1))
        #expect(window.end == wrote + .hours(24))
        #expect(window.correctedAt == nil)
    }

    @Test func aTemplateToAContactWhoseWindowIsShutDoesNotOpenIt() {
        var window = Window()
        window.recordMessage(at: wrote)
        window.recordTimeLeft(minutes: 0, askedAt: wrote + .hours(30))
        #expect(window.end == wrote + .hours(24))
        window.recordMessage(at: wrote + .hours(29))
        #expect(window.isOpen(at: wrote + .hours(31)))
    }
}
