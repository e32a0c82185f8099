import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing

@testable import Daemon

private let shut: [ConnectionState.Action] = [.wait, .arm(.farewell), .breakOff, .closeOutput, .read]
private let hastilyShut: [ConnectionState.Action] = [.wait, .arm(.hastyFarewell), .breakOff, .closeOutput, .read]

@Suite struct ConnectionStateTests {
    @Test func aConnectionThatSaysNothingIsShutWithoutAWord() {
        var connection = SimulatedConnection()
        #expect(connection.take() == [.join, .arm(.request)])
        connection.pass()
        #expect(connection.take() == shut)
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aRequestRunsFromItsFirstByteToItsLastAndTheNextOneIsAwaitedLonger() {
        var connection = SimulatedConnection()
        _ = connection.take()
        connection.receive()
        #expect(connection.take() == [.wait])
        connection.receive(Parts.head(), Parts.body(), Parts.end)
        #expect(connection.take() == [.pass(Parts.head()), .pass(Parts.body()), .disarm, .pass(Parts.end)])
        connection.answer()
        #expect(connection.take() == [.wait, .arm(.idle)])
        connection.receive()
        #expect(connection.take() == [.wait, .arm(.request)])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func anIdleConnectionIsShutWithoutAWord() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head(), Parts.end)
        connection.answer()
        _ = connection.take()
        connection.pass()
        #expect(connection.take() == shut)
    }

    @Test func theRequestBehindAnotherIsHeldUntilThatOneIsAnswered() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end)
        _ = connection.take()
        connection.receive(Parts.head("/2"), Parts.body(), Parts.end, Parts.head("/3"))
        #expect(connection.take() == [.arm(.request), .disarm, .disarm])
        connection.perform(connection.state.requestedRead())
        #expect(connection.take() == [])
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(Parts.head("/2")), .pass(Parts.body()), .disarm, .pass(Parts.end),
                .passReadComplete,
            ])
        connection.answer()
        #expect(connection.take() == [.arm(.request), .pass(Parts.head("/3")), .passReadComplete, .read])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func anAnswerThatClosesEndsTheConnectionAndWhatIsHeldIsNeverPassedOn() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end, Parts.head("/2"), Parts.end)
        _ = connection.take()
        connection.answer([.connection: "close"])
        #expect(connection.take() == [.flush] + shut)
        connection.receive(Parts.head("/3"), Parts.end)
        connection.answer()
        #expect(connection.take() == [])
    }

    @Test(arguments: ConnectionRefusal.allCases)
    fileprivate func aRefusalFollowsTheAnswerInFlight(refusal: ConnectionRefusal) {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end)
        connection.receive()
        _ = connection.take()
        connection.perform(connection.state.refuse(refusal))
        #expect(connection.take() == [.disarm] && !connection.state.takesRequests)
        connection.answer()
        #expect(connection.take() == [.refuse(refusal)] + shut)
    }

    @Test func wholeRequestsBeforeARefusedOneHaveTheirAnswersFirst() {
        var connection = SimulatedConnection()
        connection.receive(
            Parts.head("/1"), Parts.end, Parts.head("/2"), Parts.body(), Parts.end, Parts.head("/3"), Parts.body())
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        connection.perform(connection.state.refuse(.tooSlow))
        #expect(connection.take() == [.disarm] && !connection.state.takesRequests)
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(Parts.head("/2")), .pass(Parts.body()), .disarm, .pass(Parts.end),
                .passReadComplete,
            ])
        connection.answer()
        #expect(connection.take() == [.refuse(.malformed)] + shut)
    }

    @Test func aConnectionThatGivesWayBeginsNothingMore() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end, Parts.head("/2"), Parts.end)
        connection.perform(connection.state.refuse(.malformed))
        _ = connection.take()
        connection.perform(connection.state.giveWay())
        connection.answer()
        #expect(connection.take() == [.disarm, .refuse(.malformed)] + hastilyShut)
    }

    @Test(arguments: ["close", "Close", "keep-alive, CLOSE", "te , close "])
    func nothingIsTakenBehindARequestThatAsksToClose(option: String) {
        var connection = SimulatedConnection()
        let last = HTTPRequestPart.head(
            HTTPRequest(
                method: .post, scheme: nil, authority: "a", path: "/2", headerFields: [.connection: option]))
        connection.receive(Parts.head("/1"), Parts.end, last, Parts.end)
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        connection.answer()
        #expect(connection.take() == [.disarm, .flush] + shut)
    }

    @Test func aClientThatSendsNothingMoreHasAllItsAnswers() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end, Parts.head("/2"), Parts.end)
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection])
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(Parts.head("/2")), .disarm, .pass(Parts.end), .passReadComplete, .passInputClosed,
            ])
    }

    @Test func theDeadlineOfAnUnreadAnswerOutlastsTheRequestsBehindIt() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end, Parts.head("/2"), Parts.end)
        connection.perform(connection.state.changedWritability(isWritable: false))
        _ = connection.take()
        connection.answer()
        connection.answer()
        #expect(connection.deadline == .unread)
        #expect(!connection.take().contains { if case .arm = $0 { true } else { $0 == .disarm } })
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aRequestThatCameWhileAnAnswerLayUnreadHasItsTimeOnceItIsRead() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head("/1"), Parts.end)
        connection.perform(connection.state.changedWritability(isWritable: false))
        connection.receive()
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.changedWritability(isWritable: true))
        #expect(connection.take() == [.arm(.request)])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func aRefusalOfARequestWhoseAnswerIsBeingWrittenAddsNothingToIt() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head(), Parts.body())
        connection.perform(connection.state.answered(.head(HTTPResponse(status: .ok))))
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        #expect(connection.take() == [.disarm])
        connection.perform(connection.state.answered(.end(nil)))
        #expect(connection.take() == [.flush] + shut)
    }

    @Test func aRequestWithItsAnswerBeforeItsBodyIsReadToItsEndAndThenTheNextIsAwaited() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head(), Parts.body())
        connection.answer()
        _ = connection.take()
        connection.receive(Parts.body("y"), Parts.end)
        #expect(connection.take() == [.pass(Parts.body("y")), .wait, .arm(.idle), .pass(Parts.end)])
    }

    @Test func aRequestWithItsAnswerIsNotRefusedInTheMiddleOfItsBody() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head(), Parts.body())
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        #expect(connection.take() == shut)
    }

    @Test func aConnectionThatGivesWayHearsWhyIfItHasSaidSomethingAndEndsInHaste() {
        var silent = SimulatedConnection()
        _ = silent.take()
        silent.perform(silent.state.giveWay())
        #expect(silent.take() == hastilyShut)
        var reading = SimulatedConnection()
        reading.receive(Parts.head())
        _ = reading.take()
        reading.hasRoom = false
        reading.receive(Parts.body(), Parts.end)
        #expect(reading.take() == [.refuse(.noRoom)] + hastilyShut)
        reading.pass()
        #expect(reading.take() == [.close])
    }

    @Test func anAnswerThatLiesUnreadEndsTheConnectionUnlessItIsReadMeanwhile() {
        var connection = SimulatedConnection()
        connection.receive(Parts.head(), Parts.end)
        _ = connection.take()
        connection.perform(connection.state.changedWritability(isWritable: false))
        #expect(connection.take() == [.arm(.unread)])
        connection.perform(connection.state.changedWritability(isWritable: true))
        #expect(connection.take() == [.disarm])
        connection.pass()
        #expect(connection.take() == [])
        connection.perform(connection.state.changedWritability(isWritable: false))
        _ = connection.take()
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aClientThatHangsUpIsReportedAndEndsAFarewellAtOnce() {
        var connection = SimulatedConnection()
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection, .passInputClosed])
        connection.perform(connection.state.shut())
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection, .close])
        connection.perform(connection.state.ended())
        #expect(connection.take() == [.disarm, .notifyDisconnection, .leave])
        connection.perform(connection.state.ended())
        connection.perform(connection.state.shut())
        connection.perform(connection.state.giveWay())
        #expect(connection.take() == [])
    }
}
