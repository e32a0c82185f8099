@testable import Providers
import JSONText
import Responder
import Testing

private let now = Timestamp(seconds: 1_700_000_000)

private func event(_ json: String, account: String = "972771234567") throws -> WebhookEvent {
    try WebhookEvent(parsing: Array(json.utf8), account: account, at: now)
}

private func message(_ json: String) throws -> Message {
    guard case .message(let message) = try event(json) else { throw WebhookEvent.ParseError.notAnEvent("no message") }
    return message
}

/// Returns a new message with some members replaced.
private func new(_ changes: String...) -> String {
    var members = [
        #""hook":"new""#, #""unique":"92E0""#, #""from":"972507654321""#, #""to":"972771234567""#, #""type":"text""#,
        #""body":"hello""#, #""timestamp":"1699999990""#,
    ]
    for change in changes {
        let key = change.prefix { $0 != ":" }
        members.removeAll { $0.hasPrefix(key + ":") }
        if !change.hasSuffix(":-") { members.append(change) }
    }
    return "{\(members.joined(separator: ","))}"
}

@Suite struct WebhookEventTests {
    @Suite struct NewMessage {
        @Test func theDocumentedExampleIsRead() throws {
            let full = """
                {"status":"OK","hook":"new","unique":"92E004B950CCEA3C386FCFA2AAF8558A","from":"972507654321",
                 "from_id":"IL.1605856887361213","username":null,"country":"IL","phone":"972507654321","to":"972771234567",
                 "senderName":"Ronen","type":"text","body":"hello","caption":"caption","isForwarded":false,
                 "timestamp":"1600517209","media":false,"quote":false,"quoteUnique":false,
                 "profilePic":"https://x/file.jpg","conversationTimeLeft":"600"}
                """
            let contact = Contact(
                id: "IL.1605856887361213", number: "972507654321", address: "972507654321", name: "Ronen")
            #expect(
                try message(full)
                    == Message(
                        account: "972771234567", unique: "92E004B950CCEA3C386FCFA2AAF8558A", contact: contact,
                        body: "hello",
                        caption: "caption", timestamp: Timestamp(seconds: 1_600_517_209)
                    )
            )
        }

        @Test(arguments: [
            "text", "image", "audio", "video", "location", "ptt", "document", "button", "contacts", "list", "reaction",
            "order", "poll", "sticker", "voice", "revoked",
        ])
        func everyTypeIsTaken(type: String) throws {
            #expect(try message(new(#""type":"\#(type)""#)).type == MessageType(rawValue: type))
        }

        /// An empty name would otherwise replace the name that is known.
        @Test func anEmptyNameIsNone() throws {
            #expect(try message(new(#""senderName":"""#)).contact.name == nil)
        }

        @Test func whatIsMissingIsNoMistake() throws {
            let bare = try message(#"{"hook":"new","unique":"U","from":"972507654321"}"#)
            #expect(bare.type == .text && bare.body.isEmpty && bare.timestamp == now && bare.contact.name == nil)
            #expect(bare.contact.id == nil && bare.contact.number == "972507654321" && bare.quoted == nil)
        }

        @Test func numbersAndStringsStandForEachOther() throws {
            let strange = try message(
                new(
                    #""unique":12345"#, #""from":972507654321"#, #""to":972771234567"#, #""timestamp":1699999990"#,
                    #""body":42"#))
            #expect(strange.unique == "12345")
            #expect(strange.contact.address == "972507654321")
            #expect(strange.body == "42")
            #expect(strange.timestamp == Timestamp(seconds: 1_699_999_990))
            #expect(try message(new(#""timestamp":1699999990.7"#)).timestamp == Timestamp(seconds: 1_699_999_990))
        }

        @Test func aContactWhoHidesTheNumberIsKnownAndAddressedById() throws {
            let hidden = try message(
                new(#""from":"IL.1605856887361213""#, #""from_id":"IL.1605856887361213""#, #""phone":null"#)
            ).contact
            #expect(hidden == Contact(id: "IL.1605856887361213", address: "IL.1605856887361213"))
            let older = try message(new(#""from":"IL.1605856887361213""#)).contact
            #expect(older == Contact(id: "IL.1605856887361213", address: "IL.1605856887361213"))
            let bare = try message(new(#""from":-"#, #""from_id":"IL.9""#)).contact
            #expect(bare.address == "IL.9")
        }

        @Test func anIdThatIsTheNumberAndANumberWithoutItsCountryTellNothing() throws {
            let known = Contact(number: "972507654321", address: "972507654321")
            for more in [#""from_id":"972507654321""#, #""phone":"0507654321""#, #""from_id":"972507654321@c.us""#] {
                #expect(
                    try message(#"{"hook":"new","unique":"U","from":"972507654321",\#(more)}"#).contact == known)
            }
            #expect(
                try message(#"{"hook":"new","unique":"U","from":"972507654321","from_id":"16058"}"#).contact.id
                    == "16058")
        }

        @Test(arguments: ["972771234567@c.us", "+972771234567", "+972 77-123-4567"])
        func ourNumberIsKnownHoweverItIsWritten(to: String) throws {
            #expect(try message(#"{"hook":"new","unique":"U","from":"9725","to":"\#(to)"}"#).account == "972771234567")
        }

        /// Otherwise one person would be two, and an opt-out under one would not reach what waits under the other.
        @Test(arguments: ["+972507654321", "+972 50-765-4321", "972507654321@c.us", "972507654321@s.whatsapp.net"])
        func aNumberIsItsDigitsHoweverItIsWritten(number: String) throws {
            let known = Contact(number: "972507654321", address: "972507654321")
            let contact = try message(#"{"hook":"new","unique":"U","from":"\#(number)"}"#).contact
            #expect(contact == known)
            #expect(ReportedContact(number).contact == known)
            for id in ["IL.1605856887361213", "120363041234@g.us", "status@broadcast", "+x@lid"] {
                #expect(ReportedContact(id).address == id)
            }
        }

        @Test func aQuoteIsAnIdOrFalse() throws {
            #expect(try message(new(#""quoteUnique":"Q1""#)).quoted == "Q1")
            #expect(try message(new(#""quoteUnique":false"#)).quoted == nil)
        }

        /// Timestamps that can't be true are replaced by the moment of arrival.
        @Test(arguments: ["0", "-5", "\"\"", "\"soon\"", "null", "9999999999999999999", "1700000400", "[]", "true"])
        func absurdTimestampsAreTheMomentOfArrival(timestamp: String) throws {
            #expect(try message(new(#""timestamp":\#(timestamp)"#)).timestamp == now)
        }

        @Test func aClockThatIsALittleAheadIsBelieved() throws {
            #expect(try message(new(#""timestamp":"1700000200""#)).timestamp == Timestamp(seconds: 1_700_000_200))
        }

        /// These texts would otherwise end up in the database, in logs and on terminals.
        @Test(arguments: ["\\u001b]0;x", "\\u009b2J", "A\\n", String(repeating: "A", count: 257)])
        func whatIsNoIdIsNotTakenForOne(text: String) throws {
            let odd = try message(new(#""quoteUnique":"\#(text)""#, #""type":"\#(text)""#))
            #expect(odd.quoted == nil)
            #expect(odd.type == MessageType(rawValue: "unreadable"))
            let update = #"{"hook":"update","unique":"U","from":"\#(text)","ack":1}"#
            let failure = #"{"hook":"system","type":"messages","unique":"U","messageTo":"\#(text)","messageUpdate":7}"#
            let other = #"{"hook":"\#(text)"}"#
            #expect(try event(update) == .update(.init(unique: "U", contact: nil, ack: 1)))
            #expect(
                try event(failure)
                    == .failure(.init(unique: "U", contact: nil, outcome: ReasonTable.messages.outcome(reason: 7))))
            #expect(try event(other) == .other(hook: "unreadable"))
        }

        @Test func aPhoneNumberHasABound() throws {
            let phone = String(repeating: "9", count: 257)
            #expect(try message(new(#""phone":"\#(phone)""#)).contact.number == "972507654321")
        }

        /// Some tools cut a name in the middle of an emoji.
        @Test func halfAnEmojiInANameIsReplaced() throws {
            #expect(try message(new(#""senderName":"Dana \ud83d""#)).contact.name == "Dana \u{FFFD}")
        }

        @Test func nulInTextsIsReplaced() throws {
            #expect(try message(new(#""body":"a\u0000b""#)).body == "a\u{FFFD}b")
        }
    }

    @Suite struct OtherHook {
        @Test(arguments: [(1, "1"), (2, "\"2\""), (3, "3"), (0, "0"), (-1, "\"-1\"")])
        func updatesAreRead(ack: Int, written: String) throws {
            let json =
                #"{"status":"OK","hook":"update","unique":"92E0","from":"972552222222","to":"972553333333","ack":\#(written)}"#
            #expect(try event(json) == .update(.init(unique: "92E0", contact: .init("972552222222"), ack: ack)))
        }

        @Test func failuresAfterAcceptanceAreRead() throws {
            let json = """
                {"status":"OK","hook":"system","type":"messages","to":"972553333333","timestamp":1688370011,
                 "unique":"HBgM","messageUpdate":7,"messageTo":"972552222222"}
                """
            #expect(
                try event(json)
                    == .failure(
                        .init(
                            unique: "HBgM", contact: .init("972552222222"),
                            outcome: ReasonTable.messages.outcome(reason: 7))))
        }

        @Test func aSystemHookWithTheReasonOfSuccessIsNoFailure() throws {
            let json = #"{"hook":"system","type":"messages","unique":"U","messageTo":"972552222222","messageUpdate":1}"#
            #expect(try event(json) == .update(.init(unique: "U", contact: .init("972552222222"), ack: 1)))
        }

        @Test func otherHooksAreKeptNotUnderstood() throws {
            #expect(try event(#"{"hook":"system","type":"phone"}"#) == .other(hook: "system"))
            #expect(try event(#"{"hook":"story","x":[{}]}"#) == .other(hook: "story"))
        }
    }

    @Suite struct Malformed {
        @Test(arguments: [
            "", "hello", "{", "{\"hook\":}", "\u{FEFF}x", "{\"a\":1}}", "[" + String(repeating: "[", count: 5000),
        ])
        func whatIsNoJSONIsSaidToBeNone(body: String) {
            #expect(throws: WebhookEvent.ParseError.notJSON) { try event(body) }
        }

        @Test func bytesThatAreNoUTF8LoseNoMessage() throws {
            let event = try WebhookEvent(
                parsing: Array(#"{"hook":"new","from":"972501234567","unique":"U","body":"a"#.utf8) + [0xC3, 0x28]
                    + Array("\"}".utf8), account: "972771234567", at: now)
            guard case .message(let message) = event else {
                Issue.record("\(event)")
                return
            }
            #expect(message.body == "a\u{FFFD}(")
        }

        @Test(arguments: [
            ("[]", "it is not a JSON object"),
            ("42", "it is not a JSON object"),
            ("{}", "'hook' is missing"),
            (#"{"hook":null}"#, "'hook' is missing"),
            (#"{"hook":"new","from":"9725"}"#, "'unique' is missing"),
            (#"{"hook":"new","from":"9725","unique":""}"#, "'unique' is missing"),
            (#"{"hook":"new","unique":"U"}"#, "'from' is missing"),
            (#"{"hook":"new","unique":"U\n","from":"9725"}"#, "'unique' is no id"),
            (#"{"hook":"new","unique":"U","from":"97\u001b25"}"#, "'from' is no address"),
            (#"{"hook":"new","unique":"U","from":"9725","to":"972999999999"}"#, "it is for another account ('to')"),
            (#"{"hook":"new","unique":"U\u009b2J","from":"9725"}"#, "'unique' is no id"),
            (#"{"hook":"new","unique":"U","from":"9725","from_id":"IL.\u0085"}"#, "'from' is no address"),
            (#"{"hook":"update","unique":"U"}"#, "'ack' is missing"),
            (#"{"hook":"update","ack":1}"#, "'unique' is missing"),
            (#"{"hook":"system","type":"messages","unique":"U","messageUpdate":"x"}"#, "'messageUpdate' is no number"),
        ])
        func whatIsNoEventIsSaidToBeNone(body: String, why: String) {
            #expect(throws: WebhookEvent.ParseError.notAnEvent(why)) { try event(body) }
        }

        @Test func idsHaveABound() {
            let long = String(repeating: "A", count: 257)
            #expect(throws: WebhookEvent.ParseError.notAnEvent("'unique' is no id")) {
                try event(new(#""unique":"\#(long)""#))
            }
            #expect(throws: WebhookEvent.ParseError.notAnEvent("'from' is no address")) {
                try event(new(#""from":"\#(long)""#))
            }
        }
    }
}
