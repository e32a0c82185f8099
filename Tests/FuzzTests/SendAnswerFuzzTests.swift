import JSONText
import Providers
import Responder
import SeededRandom
import Testing

@Suite struct SendAnswerFuzzTests {
    private static let mutator = Mutator(
        [
            """
            {"status":"OK","unique":"65d","body":"b","timestamp":1600115719,"from":"1","to":"2","templateTimeLeft":1200,
             "reason":1}
            """,
            """
            {"status":"OK","unique":"65d","body":"ב","timestamp":"1600115719","templateTimeLeft":"400",
             "conversationTimeLeft":"800","reason":"1"}
            """,
            #"{"success":true,"ans":{"status":"OK","unique":"65d","timestamp":1600115719,"reason":1}}"#,
            #"{"success":true,"reason":1,"ans":{"status":"OK","unique":"65d"}}"#,
            #"{"status":"FAIL","reason":7}"#, #"{"success":false,"ans":{"status":"FAIL","reason":"3"}}"#,
            #"{"success":false,"reason":6}"#, "<html>Bad gateway</html>", "",
        ].map { Array($0.utf8) }, pieces: jsonPieces)

    private static let statuses = [
        201, 204, 301, 400, 401, 404, 408, 429, 500, 502, 503, 504, 0, -1, 999,
    ]

    /// Returns the claims of an answer about the send, each by itself: `true` if it says that the send was accepted.
    private static func claims(_ json: JSON) -> [Bool] {
        let inner = json["ans"] ?? json
        let isSaid = { (value: JSON) in value != "" && value != .bool(false) }
        let reasons = [inner["reason"], json["reason"]].compactMap(\.self).filter(isSaid)
        let success = json["success"].map { $0 == .bool(true) || ["1", "true"].contains($0.text?.lowercased()) }
        return [inner["status"].map { $0.text?.uppercased() == "OK" }, success].compactMap(\.self)
            + reasons.map { $0.integer == 1 }
    }

    private static func check(_ body: [UInt8], status: Int) throws -> Bool {
        let outcome = SendAnswer(status: status, body: body).outcome
        let isSuccess = (200..<300).contains(status)
        guard let json = JSON(parsing: body), case .object = json, case .object = json["ans"] ?? json else {
            try #require(!isSuccess || outcome.kind.rawValue == "unknown" || outcome.refusal?.reason != nil)
            try #require(outcome.kind.rawValue != "accepted")
            return false
        }
        let claims = claims(json)
        let isAccepted = !claims.isEmpty && claims.allSatisfy(\.self)
        try #require((outcome.kind == .accepted) == isAccepted, "\(String(decoding: body, as: UTF8.self))")
        guard case .accepted(let unique, let minutes) = outcome else {
            // A send that may have been accepted after all must not be sent again.
            let isSaid = outcome.refusal?.reason.map { $0 != 1 } ?? false
            try #require(isSaid || outcome.kind.rawValue == "unknown" || !claims.contains(true))
            return false
        }
        let isID = unique.map { id in
            (1...256).contains(id.utf8.count)
                && !id.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        try #require(isID ?? true)
        var window = Window(end: Timestamp(seconds: 1_700_000_000))
        if let minutes { window.recordTimeLeft(minutes: minutes, askedAt: Timestamp(seconds: 1_700_000_000)) }
        try #require(window.end.map { $0 <= Timestamp(seconds: 1_700_000_000) + Window.length } ?? true)
        return true
    }

    @Test(arguments: Fuzz.seeds(4000))
    func damagedAnswersAreAcceptedOnlyWhereAllTheySaySaysSo(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.01...0.5) { random in
            try Self.check(
                Self.mutator.mutated(using: &random), status: random.chance(0.8) ? 200 : random.one(of: Self.statuses))
        }
    }
}
