import Foundation
import JSONText
import Providers
import Responder
import Testing

@Suite struct MetaAnswerTests {
    private static let account = ProviderAccount(
        number: "1", provider: .meta, credential: Secret("t"), settings: ["phone_number_id": "7"])

    private func outcome(_ body: String, status: Int = 200, retryAfter: Duration? = nil) -> AttemptOutcome {
        SendRequest(.text("x", replyTo: nil), from: Self.account, to: "972501234567").outcome(
            of: SendAnswer(status: status, body: Array(body.utf8), retryAfter: retryAfter))
    }

    private func error(_ code: Int, status: Int = 400, more: String = "") -> AttemptOutcome {
        outcome(#"{"error":{"message":"m","type":"OAuthException","code":\#(code)\#(more)}}"#, status: status)
    }

    @Test func anAnswerWithTheIdOfAMessageIsAcceptance() {
        let body = #"{"messaging_product":"whatsapp","contacts":[{"input":"9725"}],"messages":[{"id":"wamid.A"}]}"#
        #expect(outcome(body) == .accepted(unique: "wamid.A", minutesLeft: nil))
    }

    @Test(arguments: [
        "", "{}", "<html>", #"{"messages":[]}"#, #"{"messages":[{"id":""}]}"#, #"{"success":true}"#,
        #"{"messages":[{"id":"wamid.A"}],"error":{"code":131047}}"#,
    ])
    func whatCanNotBeReadMayHaveBeenSent(body: String) {
        #expect(outcome(body).kind == .unknown)
    }

    /// The kinds of outcome, by code: the table of Meta's documentation.
    @Test(arguments: [
        (
            AttemptOutcome.Kind.accountFault,
            [0, 190, 3, 10, 200, 250, 299, 131005, 368, 131031, 131042, 131045, 131037]
        ),
        (.accountFault, [133000, 133006, 133010, 133015, 133005, 133008, 133009, 133016, 131048, 131064]),
        (.transient, [4, 80007, 130429, 131056]), (.unknown, [1, 2, 131000, 131016, 131057, 133004]),
        (.windowShut, [131047]),
        (.permanent, [131026, 131049, 131050, 130472, 131036, 130403, 130497, 131062, 131063, 131030]),
        (.permanent, [131021, 131008, 131009, 100, 135000, 131051, 131052, 131053, 132000, 132012, 132018, 132001]),
        (.permanent, [132005, 132007, 132008, 132015, 132016, 137000, 77_777_777]),
    ])
    func theCodeDecidesWhateverTheStatus(kind: AttemptOutcome.Kind, codes: [Int]) {
        for code in codes {
            for status in [200, 400, 401, 403, 404] {
                #expect(error(code, status: status).kind == kind, "\(code) with HTTP \(status)")
                #expect(error(code, status: status).refusal?.reason == code)
            }
        }
    }

    @Test func theLimitOfOneContactSlowsNobodyElse() {
        #expect(error(131056, status: 429).isTurnedAway == false)
        #expect(error(131056, status: 429).refusal?.congestion == .contact)
        for code in [4, 80007, 130429] { #expect(error(code, status: 400).isTurnedAway) }
        #expect(outcome("", status: 429).isTurnedAway)
    }

    @Test func anAddressThatNamesNothingIsTheAccountsFault() {
        let answer = error(100, more: #","error_subcode":33"#)
        #expect(answer.kind == .accountFault)
        #expect(
            answer.refusal?.text
                == "Meta knows no such number, or the token may not use it: check `phone_number_id` and `api_key` (code 100)"
        )
        #expect(error(33).kind == .accountFault)
    }

    @Test func withoutACodeTheStatusDecides() {
        let kinds: [(Int, AttemptOutcome.Kind)] = [
            (401, .accountFault), (403, .accountFault), (404, .accountFault), (302, .accountFault), (429, .transient),
            (500, .unknown), (502, .unknown), (503, .unknown), (504, .unknown), (408, .unknown), (400, .permanent),
        ]
        for (status, kind) in kinds {
            #expect(outcome("", status: status).kind == kind, "HTTP \(status)")
            #expect(outcome(#"{"error":{"message":"x"}}"#, status: status).kind == kind, "HTTP \(status)")
        }
        #expect(
            outcome("", status: 429, retryAfter: .seconds(9))
                == .transient(
                    Refusal(status: 429, text: "the provider answered HTTP 429", congestion: .account),
                    retryAfter: .seconds(9)))
    }

    @Test func whatIsTransientByAnUnknownCodeMayHaveBeenSent() {
        #expect(error(77_777_777, more: #","is_transient":true"#).kind == .unknown)
        #expect(error(77_777_777, status: 500).kind == .unknown)
        #expect(error(77_777_777, status: 429).kind == .transient)
    }

    /// Meta repeats a token that it can't read.
    @Test func noWordOfMetaAboutTheTokenIsRepeated() {
        let answer = outcome(
            #"{"error":{"message":"Malformed access token EAAG123","code":190,"error_data":"EAAG123"}}"#, status: 401)
        #expect(
            answer.refusal?.text
                == "the token has expired or was withdrawn: make a new one and set `api_key` (code 190)")
    }

    @Test func theReasonNamesTheTraceAndWhatIsWrong() {
        let answer = error(
            131008, more: #","error_data":{"details":"Parameter 'x'\nis missing"},"fbtrace_id":"AbC1""#)
        #expect(
            answer.refusal?.text
                == "a field is missing in the request (code 131008, trace AbC1): Parameter 'x' is missing")
        #expect(error(131009, more: #","error_data":"text""#).refusal?.text.hasSuffix("(code 131009): text") == true)
    }
}
