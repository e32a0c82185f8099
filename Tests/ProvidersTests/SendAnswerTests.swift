@testable import Providers
import Responder
import Testing

private func outcome(_ body: String, status: Int = 200, retryAfter: Duration? = nil) -> AttemptOutcome {
    SendAnswer(status: status, body: Array(body.utf8), retryAfter: retryAfter).outcome
}

@Suite struct SendAnswerTests {
    /// The examples of the two documents, and the shapes seen in the field.
    @Test(arguments: [
        (
            #"{"status":"OK","unique":"65d","body":"b","timestamp":1600115719,"from":"1","to":"2","templateTimeLeft":1200,"reason":1}"#,
            1200
        ),
        (
            #"{"status":"OK","unique":"65d","body":"b","timestamp":1600115719,"from":"1","to":"2","templateTimeLeft":"400","conversationTimeLeft":"800","reason":1}"#,
            400
        ),
        (#"{"status":"OK","unique":"65d","timestamp":"1600115719","templateTimeLeft":"400","reason":"1"}"#, 400),
        (#"{"success":true,"ans":{"status":"OK","unique":"65d","timestamp":1600115719,"reason":1}}"#, nil),
        (#"{"success":true,"reason":1,"ans":{"status":"OK","unique":"65d"}}"#, nil),
        (#"{"status":"ok","unique":"65d","more":{"x":[1,2]},"templateTimeLeft":null}"#, nil),
    ])
    func acceptedAnswersAreRead(body: String, minutes: Int?) {
        #expect(outcome(body) == .accepted(unique: "65d", minutesLeft: minutes))
    }

    @Test func anAcceptedAnswerNeedsNoId() {
        #expect(outcome(#"{"status":"OK","reason":1}"#) == .accepted(unique: nil, minutesLeft: nil))
    }

    /// What may have been sent must not be sent again, and what may not have been must not count as sent.
    @Test(
        "An answer that contradicts itself says nothing",
        arguments: [
            #"{"status":"OK","reason":6}"#, #"{"success":true,"reason":6}"#, #"{"status":"OK","reason":2}"#,
            #"{"status":"OK","reason":7,"unique":"65d"}"#, #"{"success":true,"ans":{"status":"OK","reason":99}}"#,
            #"{"status":"OK","ans":{"reason":6}}"#, #"{"status":"OK","unique":"U","ans":{"status":"FAIL","reason":6}}"#,
        ])
    func contradictions(body: String) {
        for status in [200, 503] {
            #expect(outcome(body, status: status).kind == .unknown, "\(body) with HTTP \(status)")
        }
    }

    /// Every row of the reason table, as a number and as a string, in both shapes, whatever the HTTP status.
    @Test(arguments: [
        (2, "account-fault"), (3, "account-fault"), (4, "permanent"), (5, "permanent"), (6, "transient"),
        (7, "window-shut"),
        (8, "window-shut"), (9, "permanent"), (0, "permanent"), (-1, "permanent"),
    ])
    func reasonsAreClassified(reason: Int, name: String) {
        for body in [
            #"{"status":"FAIL","reason":\#(reason)}"#, #"{"status":"FAIL","reason":"\#(reason)"}"#,
            #"{"success":false,"ans":{"status":"FAIL","reason":\#(reason)}}"#,
            #"{"success":false,"reason":\#(reason)}"#,
            #"{"reason":\#(reason)}"#,
        ] {
            for status in [200, 400, 403, 500] {
                let outcome = outcome(body, status: status)
                #expect(outcome.kind.rawValue == name, "\(body) with HTTP \(status)")
                #expect(outcome.refusal?.reason == reason)
            }
        }
    }

    @Test(arguments: [
        (401, "account-fault"), (403, "account-fault"), (408, "transient"), (429, "transient"), (500, "transient"),
        (502, "unknown"), (503, "transient"), (504, "unknown"), (599, "transient"), (400, "permanent"),
        (404, "account-fault"), (405, "account-fault"),
        (422, "permanent"), (301, "account-fault"), (302, "account-fault"),
    ])
    func withoutAReasonTheStatusSpeaks(status: Int, name: String) {
        for body in ["", "<html>", "{}", "[]", "null"] {
            #expect(outcome(body, status: status).kind.rawValue == name, "\(body)")
        }
    }

    /// A message that the provider has taken must not be sent again, whatever the status says.
    @Test(arguments: [429, 500, 502, 503, 504, 401, 404, 302])
    func anAnswerThatAcceptsIsAnAcceptanceWithAnyStatus(status: Int) {
        for body in [
            #"{"status":"OK","reason":1,"unique":"U"}"#, #"{"success":true,"ans":{"status":"OK","unique":"U"}}"#,
        ] {
            #expect(outcome(body, status: status) == .accepted(unique: "U", minutesLeft: nil), "\(body)")
        }
        #expect(outcome(#"{"status":"OK","success":false}"#, status: status).kind == .unknown)
    }

    @Test func theProvidersWishToWaitIsKept() {
        let busy = outcome("", status: 503, retryAfter: .seconds(30))
        guard case .transient(let refusal, let wait) = busy else {
            Issue.record("\(busy)")
            return
        }
        #expect(wait == .seconds(30))
        #expect(refusal == Refusal(status: 503, text: "the provider answered HTTP 503"))
    }

    @Test(arguments: ["", "<html>gateway", "{", "[1]", "42", "{\"status\":\"OK\"", "\u{0}"])
    func aSuccessThatCannotBeReadIsUnknown(body: String) {
        #expect(outcome(body).kind.rawValue == "unknown")
    }

    @Test func aSuccessThatContradictsItselfIsUnknown() {
        #expect(outcome(#"{"status":"FAIL","reason":1}"#).kind.rawValue == "unknown")
        #expect(outcome(#"{}"#).kind.rawValue == "unknown")
        #expect(outcome(#"{"status":"FAIL"}"#).kind.rawValue == "permanent")
    }

    /// An answer that was cut short, or has a warning in front of it, may have been one that accepts.
    @Test(arguments: [#"{"status":"OK","reason":1,"unique":"U""#, #"PHP Warning: x {"status":"OK","reason":1}"#])
    func brokenJSONMayHaveAccepted(body: String) {
        for status in [200, 302, 400, 401, 404, 408, 429, 500, 503] {
            #expect(outcome(body, status: status).kind == .unknown, "HTTP \(status)")
        }
        #expect(outcome("<html>500</html>", status: 500).kind == .transient)
        // A page of another program may hold anything.
        let page = #"<script>let x = {"status": "down", "reason": 12, "unique": ""}</script>"#
        #expect(outcome(page, status: 401).kind == .accountFault && outcome(page, status: 404).kind == .accountFault)
        #expect(outcome(page, status: 500).kind == .unknown)
    }

    /// What says that it was taken, but not in a place where answers say so.
    @Test(arguments: [
        #"[{"status":"OK","reason":1,"unique":"U"}]"#, #"{"data":{"status":"OK"}}"#, #"{"ans":{"unique":"U"}}"#,
        #"{"ans":"{\"status\":\"OK\"}"}"#, #"{"x":{"Status": "ok"}}"#,
        String(repeating: "<br/>Warning: x", count: 1000) + #"{"status":"OK","reason":1}"#,
    ])
    func anAcceptanceInAnotherPlaceIsUnknown(body: String) {
        for status in [200, 400, 429, 500, 503] { #expect(outcome(body, status: status).kind == .unknown) }
    }

    @Test func aRefusalIsNoneTheLessForAnIdBesideIt() {
        #expect(outcome(#"{"status":"FAIL","unique":"U"}"#, status: 500).kind == .transient)
        #expect(outcome(#"{"status":"FAIL","reason":7,"unique":"U"}"#, status: 500).kind == .windowShut)
    }

    @Test func anAnswerWithAnOddPartMayHaveAccepted() {
        for ans in [#""x""#, "7", "[]"] {
            for status in [200, 500] {
                #expect(outcome(#"{"ans":\#(ans),"status":"OK","unique":"U"}"#, status: status).kind == .unknown)
            }
        }
    }

    /// Each answer says in one place that the message was sent, and in another that it was not, or nothing readable.
    @Test(arguments: [
        #"{"success":true,"ans":{"status":"FAIL","unique":"65d"}}"#, #"{"status":"ERROR","unique":"65d","reason":1}"#,
        #"{"success":false,"ans":{"status":"OK","unique":"65d"}}"#, #"{"status":"OK","reason":"ok"}"#,
        #"{"success":0,"ans":{"status":"OK"}}"#,
        #"{"success":true,"ans":{"status":9999999999999999999999,"reason":1}}"#,
        #"{"reason":7,"ans":{"status":"OK","reason":1}}"#,
    ])
    func halfOfAYesIsNone(body: String) {
        #expect(outcome(body).kind.rawValue == "unknown")
    }

    @Test func whatSaysNothingContradictsNothing() {
        for body in [#"{"status":"OK","reason":""}"#, #"{"success":"true","ans":{"status":"OK","reason":false}}"#] {
            #expect(outcome(body) == .accepted(unique: nil, minutesLeft: nil))
        }
    }

    @Test(arguments: ["\\u001b[2J", "\\u0085", "", String(repeating: "A", count: 257)])
    func anIdThatIsNoneIsNotTakenOver(id: String) {
        let body = #"{"status":"OK","unique":"\#(id)","templateTimeLeft":9223372036854775807}"#
        #expect(outcome(body) == .accepted(unique: nil, minutesLeft: Int.max))
    }

    @Test func theWordsForPeopleSayWhatHappened() {
        #expect(ReasonTable.messages.outcome(reason: 3).refusal?.text == "the provider refused the API key (reason 3)")
        #expect(
            ReasonTable.messages.outcome(reason: 7).refusal?.text
                == "more than 24 hours since the contact's last message (reason 7)")
        #expect(
            ReasonTable.messages.outcome(reason: 42).refusal?.text
                == "the provider refused it with the unknown reason 42")
    }
}
