import JSONText
import Providers
import Responder
import Testing

@Suite struct MetaWebhookTests {
    private static let now = Timestamp(seconds: 1_790_000_100)
    private static let lines = WebhookLines(
        home: "972771111111", accounts: ["112": "972771111111", "113": "972772222222"])

    private func content(_ body: String) throws -> WebhookContent {
        try Provider.meta.read(webhook: Array(body.utf8), of: Self.lines, at: Self.now)
    }

    private func events(_ value: String, line: String = "112", field: String = "messages") throws -> [WebhookEvent] {
        try content(
            #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"\#(field)","value":{"metadata":{"phone_number_id":"\#(line)"},\#(value)}}]}]}"#
        ).items.map(\.event)
    }

    private func message(_ rest: String, contacts: String = "[]", from: String = #""972501234567""#) throws -> Message {
        let events = try events(
            #""contacts":\#(contacts),"messages":[{"from":\#(from),"id":"wamid.A","timestamp":"1790000000",\#(rest)}]"#)
        guard case .message(let message)? = events.first else { throw NoMessage() }
        return message
    }

    private struct NoMessage: Error {}

    @Test func aTextIsReadWithItsWriter() throws {
        let contacts = #"[{"profile":{"name":"Dana"},"wa_id":"972501234567","user_id":"IL.16058"}]"#
        let read = try message(
            #""from_user_id":"IL.16058","type":"text","text":{"body":"hi"},"context":{"from":"1","id":"wamid.Q"}"#,
            contacts: contacts)
        #expect(
            read
                == Message(
                    account: "972771111111", unique: "wamid.A",
                    contact: Contact(id: "IL.16058", number: "972501234567", address: "972501234567", name: "Dana"),
                    body: "hi", quoted: "wamid.Q", timestamp: Timestamp(seconds: 1_790_000_000)))
    }

    @Test(arguments: [
        (#""type":"image","image":{"id":"9","caption":"look"}"#, "image", "9", "look", nil as String?),
        (#""type":"audio","audio":{"id":"9","voice":true}"#, "ptt", "9", nil, nil),
        (#""type":"audio","audio":{"id":"9"}"#, "audio", "9", nil, nil),
        (#""type":"sticker","sticker":{"id":"9"}"#, "sticker", "9", nil, nil),
        (#""type":"location","location":{"latitude":32.08,"longitude":34.5}"#, "location", "32.08,34.5", nil, nil),
        (#""type":"contacts","contacts":[{"phones":[{"phone":"+1 2"}]}]"#, "contacts", "+1 2", nil, nil),
        (#""type":"reaction","reaction":{"message_id":"m","emoji":"👍"}"#, "reaction", "👍", nil, nil),
        (#""type":"reaction","reaction":{"message_id":"m"}"#, "reaction", "", nil, nil),
        (#""type":"button","button":{"text":"Yes","payload":"menu.yes"}"#, "button", "Yes", nil, "menu.yes"),
        (
            #""type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"menu.a","title":"A"}}"#,
            "button", "A", nil, "menu.a"
        ),
        (
            #""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"menu.b","title":"B"}}"#,
            "list", "B", nil, "menu.b"
        ),
        (#""type":"interactive""#, "interactive", "", nil, nil),
        (#""type":"unsupported","errors":[{"code":131051}]"#, "unsupported", "", nil, nil),
        (#""type":"edit","edit":{"original_message_id":"m"}"#, "edit", "", nil, nil),
        (#""type":"revoke","revoke":{"original_message_id":"m"}"#, "revoke", "", nil, nil),
        (#""type":"order","order":{"catalog_id":"1"}"#, "order", "", nil, nil),
        (#""type":"tomorrow","tomorrow":[]"#, "tomorrow", "", nil, nil),
        (#""timestamp":"1""#, "unreadable", "", nil, nil),
    ])
    func eachTypeHasItsWords(rest: String, type: String, body: String, caption: String?, choice: String?) throws {
        let read = try message(rest)
        #expect(read.type.rawValue == type && read.body == body && read.caption == caption && read.choice == choice)
    }

    @Test func aHiddenNumberLeavesTheId() throws {
        for from in [#""""#, "null", "[]"] {
            let read = try message(#""from_user_id":"IL.16058","type":"text","text":{"body":"hi"}"#, from: from)
            #expect(read.contact == Contact(id: "IL.16058", address: "IL.16058"))
        }
        #expect(
            try message(#""type":"text""#, from: #""IL.16058""#).contact == Contact(id: "IL.16058", address: "IL.16058")
        )
        // The only person of the change wrote it, where the message names nobody.
        let contacts = #"[{"profile":{"name":"Dana"},"user_id":"IL.7"}]"#
        #expect(
            try message(#""type":"text""#, contacts: contacts, from: "null").contact
                == Contact(id: "IL.7", address: "IL.7", name: "Dana"))
    }

    @Test func figuresMayStandForTexts() throws {
        #expect(try message(#""type":"text","text":{"body":5}"#, from: "972501234567").contact.number == "972501234567")
        #expect(try events(#""messages":[{"from":"972501234567","id":77,"type":"text"}]"#).count == 1)
    }

    @Test func halfAnEmojiBecomesAReplacement() throws {
        let read = try message(
            #""type":"text","text":{"body":"a\ud83d"}"#,
            contacts: #"[{"profile":{"name":"\ud83d!"},"wa_id":"972501234567"}]"#)
        #expect(read.body == "a\u{FFFD}" && read.contact.name == "\u{FFFD}!")
    }

    @Test func timesComeInSecondsOrMillisecondsAndNotFromTheFuture() throws {
        func time(_ text: String) throws -> Timestamp {
            let events = try events(#""messages":[{"from":"9725","id":"a","timestamp":\#(text),"type":"text"}]"#)
            guard case .message(let message)? = events.first else { throw NoMessage() }
            return message.timestamp
        }
        #expect(try time(#""1790000000123""#) == Timestamp(milliseconds: 1_790_000_000_123))
        #expect(try time("1790000000") == Timestamp(seconds: 1_790_000_000))
        for text in [#""1890000000""#, "-1", "null", #""x""#, "9223372036854775807"] {
            #expect(try time(text) == Self.now)
        }
    }

    @Test func statusesNameTheirAttemptOrSomebodyElse() throws {
        let mark = AttemptMark(entry: 1, attempt: 2, startedAt: Timestamp(milliseconds: 3))
        let contact = ReportedContact("972501234567")
        func status(_ word: String, _ more: String = "") throws -> WebhookEvent? {
            try events(#""statuses":[{"id":"wamid.S","status":"\#(word)","recipient_id":"972501234567"\#(more)}]"#)
                .first
        }
        let ours = #","biz_opaque_callback_data":"replyd.1.2.3""#
        for (word, ack) in [("sent", 1), ("delivered", 2), ("read", 3), ("played", 3)] {
            #expect(
                try status(word, ours)
                    == .update(.init(unique: "wamid.S", contact: contact, ack: ack, origin: .attempt(mark))))
            #expect(
                try status(word, #","biz_opaque_callback_data":"other""#)
                    == .update(.init(unique: "wamid.S", contact: contact, ack: ack, origin: .elsewhere)))
        }
        guard case .failure(let failure)? = try status("failed", #"\#(ours),"errors":[{"code":131047}]"#) else {
            throw NoMessage()
        }
        #expect(failure.outcome.kind == .windowShut && failure.origin == .attempt(mark) && failure.unique == "wamid.S")
        // A status tells what became of a message: trouble that was in doubt is no doubt any more.
        guard case .failure(let doubtful)? = try status("failed", #"\#(ours),"errors":[{"code":131000}]"#) else {
            throw NoMessage()
        }
        #expect(doubtful.outcome.kind == .permanent)
        guard case .failure(let bare)? = try events(#""statuses":[{"id":"s","status":"failed"}]"#).first else {
            throw NoMessage()
        }
        #expect(bare.contact == nil && bare.outcome.kind == .permanent)
        #expect(try status("warning") == .other(hook: "status-warning"))
        #expect(try status("sent", #","recipient_type":"group""#) == .other(hook: "group-status"))
    }

    @Test func whoHasANewNumberOrIdIsMoved() throws {
        func moves(_ message: String) throws -> [WebhookEvent] {
            try events(#""messages":[{"id":"wamid.M","timestamp":"1790000000","type":"system",\#(message)}]"#)
        }
        let former = Contact(id: "IL.1", number: "972501111111", address: "972501111111")
        for type in ["user_changed_number", "customer_changed_number"] {
            #expect(
                try moves(
                    #""from":"972501111111","from_user_id":"IL.1","system":{"type":"\#(type)","wa_id":"972502222222","user_id":"IL.2"}"#
                ) == [
                    .move(
                        ContactMove(
                            from: former, to: Contact(id: "IL.2", number: "972502222222", address: "972502222222"),
                            at: Timestamp(seconds: 1_790_000_000)))
                ])
        }
        #expect(
            try moves(#""from_user_id":"IL.1","system":{"type":"user_changed_user_id","user_id":"IL.2"}"#) == [
                .move(
                    ContactMove(
                        from: Contact(id: "IL.1", address: "IL.1"), to: Contact(id: "IL.2", address: "IL.2"),
                        at: Timestamp(seconds: 1_790_000_000)))
            ])
        // Meta names the id of before, and may name the new one as the sender's.
        for sender in ["", #""from_user_id":"IL.2","#] {
            #expect(
                try moves(
                    #"\#(sender)"system":{"type":"user_changed_user_id","user_id":"IL.2","previous_user_id":"IL.1"}"#
                ) == [
                    .move(
                        ContactMove(
                            from: Contact(id: "IL.1", address: "IL.1"), to: Contact(id: "IL.2", address: "IL.2"),
                            at: Timestamp(seconds: 1_790_000_000)))
                ])
        }
        #expect(
            try moves(#""from":"972501111111","system":{"type":"customer_identity_changed"}"#) == [
                .other(hook: "system")
            ])
    }

    /// The order in the body says nothing, and whoever writes after the news may be somebody else.
    @Test func newsAndMessagesAreTakenInTheOrderOfTheirTimes() throws {
        let system = { (place: Int) in
            #"{"id":"wamid.\#(place)","from":"97250000000\#(place)","timestamp":"179000000\#(place)","type":"system","system":{"type":"user_changed_number","wa_id":"97250000000\#(place + 2)"}}"#
        }
        let message =
            #"{"id":"wamid.T","from":"972500000001","timestamp":"1790000002","type":"text","text":{"body":"x"}}"#
        let events = try events("\"messages\":[\(system(3)),\(message),\(system(1))]")
        let kinds = events.map { event in
            switch event {
            case .move(let move): move.former.address
            case .message(let message): message.unique
            default: "?"
            }
        }
        #expect(kinds == ["972500000001", "wamid.T", "972500000003"])
    }

    @Test(arguments: ["messages", "statuses"], [#""x""#, "{}", "7"])
    func aListThatIsNoneIsKept(key: String, value: String) throws {
        let other = key == "messages" ? "statuses" : "messages"
        #expect(try events("\"\(key)\":\(value),\"\(other)\":[]") == [.other(hook: "unreadable")])
    }

    @Test(arguments: [#""x":1"#, #""message_echoes":{}"#])
    func echoesThatAreNoListAreKept(value: String) throws {
        #expect(try events(value, field: "smb_message_echoes") == [.other(hook: "unreadable")])
    }

    @Test func whatAPersonWritesOnThePhoneIsATakeover() throws {
        #expect(
            try events(
                #""message_echoes":[{"from":"1","to":"972501234567","id":"wamid.E","type":"text"}]"#,
                field: "smb_message_echoes")
                == [
                    .update(
                        .init(unique: "wamid.E", contact: .init("972501234567"), ack: 1, origin: .elsewhere))
                ])
    }

    @Test func copiesForOtherAppsAndWhatIsNewAreKept() throws {
        for field in ["standby", "messaging_handovers", "account_update", "tomorrow"] {
            #expect(
                try events(#""messages":[{"from":"972501234567","id":"a","type":"text"}]"#, field: field) == [
                    .other(hook: field)
                ])
        }
        #expect(try events(#""errors":[{"code":130429}]"#) == [.other(hook: "errors")])
        #expect(
            try events(#""messages":[{"from":"9725","id":"a","type":"text","group_id":"g"}]"#) == [
                .other(hook: "group")
            ])
    }

    /// Two entries, two changes each, several messages and statuses, for two accounts and one that is none of ours.
    @Test func everyPartOfABatchIsReadMessagesFirstAndInTheirOrder() throws {
        func change(_ line: String, _ value: String) -> String {
            #"{"field":"messages","value":{"metadata":{"phone_number_id":"\#(line)"},\#(value)}}"#
        }
        func message(_ id: String, at second: Int) -> String {
            #"{"from":"972501234567","id":"\#(id)","timestamp":"17900000\#(second)","type":"text","text":{"body":"x"}}"#
        }
        let status = #"{"id":"s","status":"sent"}"#
        let first = [
            change(
                "112",
                #""statuses":[\#(status),\#(status)],"messages":[\#(message("b", at: 20)),\#(message("d", at: 40))]"#),
            change("113", #""messages":[\#(message("c", at: 30)),{"from":"972501234567"},7]"#),
        ]
        let second = [
            change("999", #""messages":[\#(message("x", at: 0o5))]"#),
            change("112", #""messages":[\#(message("a", at: 10))]"#),
        ]
        let read = try content(
            #"{"entry":[{"changes":[\#(first.joined(separator: ","))]},{"changes":[\#(second.joined(separator: ","))]},{"id":"odd"}]}"#
        )
        let words = read.items.map { item in
            switch item.event {
            case .message(let message): "\(item.account) \(message.unique)"
            case .update(let update): "\(item.account) \(update.unique)"
            case .other(let hook): "\(item.account) \(hook)"
            case .failure, .move: "?"
            }
        }
        #expect(
            words == [
                "972771111111 a", "972771111111 b", "972772222222 c", "972771111111 d", "972771111111 s",
                "972771111111 s", "972771111111 unknown-line", "972771111111 unreadable", "972772222222 unreadable",
            ])
        #expect(
            read.complaints == [
                "a part of it is no event: 'id' is missing or no id, and is kept as it came",
                "a part of it is no event: it is not a JSON object, and is kept as it came",
                "it is for phone_number_id 999, which no account here has; it is kept as it came",
            ])
        #expect(read.items.last?.payload == #"[{"from":"972501234567"},7]"#)
    }

    @Test func aBodyThatIsNothingOfMetasIsRefused() {
        for body in ["", "x", "[]", "{}", #"{"entry":{}}"#, #"{"hook":"new"}"#] {
            #expect(throws: WebhookEvent.ParseError.self) { try content(body) }
        }
    }

    @Test func theKeptPartOfAMessageIsItsOwn() throws {
        let body =
            #"{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"112"},"contacts":[{"wa_id":"1","profile":{"name":"A"}},{"wa_id":"2","profile":{"name":"B"}}],"messages":[{"from":"2","id":"m","type":"text"}]}}]}]}"#
        #expect(
            try content(body).items.map(\.payload) == [
                #"{"contacts":[{"profile":{"name":"B"},"wa_id":"2"}],"messages":[{"from":"2","id":"m","type":"text"}]}"#
            ])
    }
}

@Suite struct WebhookSignatureTests {
    private let body = Array(#"{"text":"\u05e9"}"#.utf8)
    // printf '{"text":"\\u05e9"}' | openssl dgst -sha256 -hmac s3cret
    private let code = "e2d2b01ead0dcfdcfdc633425572db6b0fbb93688690b30aacad3418ed220e9d"

    @Test func theBytesAreSignedAsTheyCame() throws {
        let signature = try #require(WebhookSignature("sha256=\(code)"))
        #expect(signature.isValid(of: body, by: Secret("s3cret")))
        #expect(!signature.isValid(of: body, by: Secret("s3cre")))
        #expect(!signature.isValid(of: Array(#"{"text":"ש"}"#.utf8), by: Secret("s3cret")), "written anew")
        #expect(!signature.isValid(of: [], by: Secret("s3cret")))
        #expect(try #require(WebhookSignature("SHA256=\(code.uppercased())")).isValid(of: body, by: Secret("s3cret")))
    }

    @Test(arguments: [
        "", "sha256=", "sha1=abc", "sha256=xyz", "e2d2b01ead0dcfdcfdc633425572db6b0fbb93688690b30aacad3418ed220e9d",
        "sha256=\(String(repeating: "g", count: 64))",
    ])
    func whatIsNoSignatureIsNone(text: String) {
        #expect(WebhookSignature(text) == nil)
    }
}
