import JSONText
import Providers
import Responder
import SeededRandom
import Testing

@Suite struct WebhookFuzzTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    /// Every hook the providers document, and a message of each kind.
    private static let mutator = Mutator(
        [
            """
            {"status":"OK","hook":"new","unique":"92E004B950CCEA3C386FCFA2AAF8558A","from":"972507654321",
             "from_id":"IL.1605856887361213","username":null,"country":"IL","phone":"972507654321","to":"972771234567",
             "senderName":"דנה 👍","type":"text","body":"hello","caption":"caption","isForwarded":false,
             "timestamp":"1600517209","media":false,"quote":false,"quoteUnique":false,
             "profilePic":"https://x.example/file.jpg","conversationTimeLeft":"600"}
            """,
            #"{"hook":"new","unique":"3EB0","from":972507654321,"timestamp":1699999990,"body":"שָׁלוֹם \"x\" \\ \n"}"#,
            #"{"hook":"new","unique":"A","from":"IL.16058","phone":null,"type":"button","body":"yes","quoteUnique":"3EB0"}"#,
            #"{"hook":"new","unique":"B","from":"972507654321","type":"image","body":"https://x.example/a.jpg","caption":"c"}"#,
            #"{"hook":"new","unique":"C","from":"972507654321","type":"location","body":"32.08,34.78","quote":true}"#,
            #"{"hook":"new","unique":"D","from":"972507654321","type":"contacts","body":972501111111,"senderName":5}"#,
            #"{"hook":"new","unique":"E","from":"IL.2","body":"a\u0000b","caption":"\u0000","senderName":"\u0000\u001b"}"#,
            #"{"status":"OK","hook":"update","unique":"92E0","from":"972552222222","to":"972553333333","ack":1}"#,
            #"{"hook":"update","unique":"92E0","from":"IL.16058","ack":"-1"}"#,
            """
            {"status":"OK","hook":"system","type":"messages","to":"972553333333","timestamp":1688370011,"unique":"HBgM",
             "messageUpdate":7,"messageTo":"972552222222"}
            """,
            #"{"status":"OK","hook":"system","type":"phone","battery":[{"level":0.5},null,true]}"#,
            #"{"hook":"story"}"#,
        ].map { Array($0.utf8) }, pieces: jsonPieces)

    private static func event(_ bytes: [UInt8]) -> Result<WebhookEvent, WebhookEvent.ParseError> {
        Result { () throws(WebhookEvent.ParseError) in
            try WebhookEvent(parsing: bytes, account: "972771234567", at: now)
        }
    }

    private static func check(_ bytes: [UInt8]) throws -> Bool {
        let json = JSON(parsing: bytes)
        // Foundation accepts a control character in a text now and then; JSON allows none.
        let oracle = JSONOracle.read(bytes)
        try #require(json == oracle || (json == nil && bytes.contains { $0 < 0x20 }), "Foundation reads the same")
        let result = event(bytes)
        try #require(event(bytes) == result, "the same bytes say the same")
        try #require((json == nil) == (result == .failure(.notJSON)))
        guard let json else { return false }
        try #require(JSON(parsing: json.encoded) == json, "what is read stays what it is")
        try #require(event(json.encoded) == result)
        guard case .success(let event) = result else { return false }
        try check(event)
        return true
    }

    private static func check(_ event: WebhookEvent) throws {
        switch event {
        case .message(let message):
            try checkIDs([message.unique, message.contact.address, message.type.rawValue])
            try checkIDs([message.contact.id, message.contact.number, message.quoted].compactMap(\.self))
            try #require(message.account == "972771234567")
            try #require(message.contact.number?.allSatisfy { $0.isASCII && $0.isNumber } ?? true)
            try #require(message.timestamp > Timestamp(seconds: 0) && message.timestamp <= now + .minutes(5))
            for text in [message.body, message.caption, message.contact.name, message.text] {
                try #require(text?.utf8.contains(0) != true)
            }
        case .update(let update): try checkIDs([update.unique] + [update.contact?.address].compactMap(\.self))
        case .failure(let failure): try checkIDs([failure.unique] + [failure.contact?.address].compactMap(\.self))
        case .move(let move):
            for contact in [move.former, move.latest] {
                try checkIDs([contact.id, contact.number, contact.address].compactMap(\.self))
            }
        case .other(let hook): try checkIDs([hook])
        }
    }

    /// Checks ids, which end up in the database, in logs and on terminals.
    private static func checkIDs(_ ids: [String]) throws {
        for id in ids {
            try #require(!id.isEmpty && id.utf8.count <= 256)
            try #require(!id.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    /// A message of each kind, statuses and changes of Meta.
    private static let metaMutator = Mutator(
        [
            """
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
             "messaging_product":"whatsapp","metadata":{"display_phone_number":"972771234567","phone_number_id":"112"},
             "contacts":[{"profile":{"name":"דנה 👍"},"wa_id":"972507654321","user_id":"IL.16058"}],"messages":[
             {"from":"972507654321","from_user_id":"IL.16058","id":"wamid.A","timestamp":"1699999990","type":"text",
              "text":{"body":"שלום"},"context":{"id":"wamid.Q"}},
             {"from":"","from_user_id":"IL.16058","id":"wamid.B","timestamp":1699999991000,"type":"interactive",
              "interactive":{"type":"list_reply","list_reply":{"id":"menu.a","title":"A"}}}]}}]}]}
            """,
            """
            {"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":112},"statuses":[
             {"id":"wamid.S","status":"failed","recipient_user_id":"IL.16058","biz_opaque_callback_data":"replyd.1.2.3",
              "errors":[{"code":131047,"error_data":{"details":"x"}}]},
             {"id":"wamid.T","status":"read","recipient_id":"972507654321"}]}}]}]}
            """,
            """
            {"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"112"},"messages":[
             {"from":"972507654321","id":"wamid.C","timestamp":"1","type":"system","system":{"type":"user_changed_number",
              "wa_id":"972507654322","user_id":"IL.2"}},
             {"from":"972507654321","id":"wamid.D","type":"location","location":{"latitude":32.08,"longitude":-3e2}},
             {"from":"972507654321","id":"wamid.E","type":"audio","audio":{"id":"9","voice":true}},
             {"from":"972507654321","id":"wamid.F","type":"button","button":{"text":"yes","payload":"menu.a"}}]}},
             {"field":"smb_message_echoes","value":{"metadata":{"phone_number_id":"112"},"message_echoes":[
              {"to":"972507654321","id":"wamid.G"}]}},
             {"field":"account_update","value":{"event":"X"}}]}]}
            """,
        ].map { Array($0.utf8) }, pieces: jsonPieces)

    private static func checkOfMeta(_ bytes: [UInt8]) throws -> Bool {
        func read() -> Result<WebhookContent, WebhookEvent.ParseError> {
            Result { () throws(WebhookEvent.ParseError) in
                try Provider.meta.read(
                    webhook: bytes, of: WebhookLines(home: "972771234567", accounts: ["112": "972771234567"]), at: now)
            }
        }
        let result = read().map { $0.items.map { "\($0)" } }
        try #require(read().map { $0.items.map { "\($0)" } } == result, "the same bytes say the same")
        guard case .success(let content) = read() else { return false }
        for item in content.items {
            try check(item.event)
            try #require(item.account == "972771234567")
            try #require(item.payload.isEmpty || JSON(parsing: item.payload.utf8) != nil)
        }
        try #require(content.complaints.count <= 3 && content.complaints.allSatisfy { $0.utf8.count < 600 })
        return content.items.contains { if case .other = $0.event { false } else { true } }
    }

    @Test(arguments: Fuzz.seeds(2000))
    func damagedWebhooksOfMetaKeepWhatIsGoodInThem(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.1...0.9) { random in
            try Self.checkOfMeta(Self.metaMutator.mutated(using: &random))
        }
    }

    @Test(arguments: Fuzz.seeds(4000))
    func damagedWebhooksAreRefusedOrReadAsWhatIsSafeToKeep(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.1...0.9) { random in try Self.check(Self.mutator.mutated(using: &random)) }
    }
}
