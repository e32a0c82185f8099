import JSONText
import Providers
import Responder
import Testing

@Suite struct MetaRequestTests {
    private let account = ProviderAccount(
        number: "972771234567", provider: .meta, credential: Secret("t0ken"),
        settings: ["phone_number_id": "112233"])

    private func body(_ message: ProviderMessage, to address: String = "972501234567", mark: AttemptMark? = nil)
        -> String
    {
        JSON.object(SendRequest(message, from: account, to: address, mark: mark).body).encodedText
    }

    @Test func textGoesToTheNumbersOwnAddressWithTheToken() {
        let request = SendRequest(.text("שלום", replyTo: "wamid.A"), from: account, to: "972501234567")
        #expect(request.url == "https://graph.facebook.com/v26.0/112233/messages")
        #expect(request.headers["Authorization"] == "Bearer t0ken")
        #expect(request.redacted().headers["Authorization"] == "Bearer •••")
        #expect(
            body(.text("שלום", replyTo: "wamid.A"))
                == #"{"context":{"message_id":"wamid.A"},"messaging_product":"whatsapp","recipient_type":"individual","text":{"body":"שלום","preview_url":false},"to":"972501234567","type":"text"}"#
        )
    }

    @Test func anotherVersionAndAddressCanBeConfigured() {
        let account = ProviderAccount(
            number: "1", provider: .meta, baseURL: "http://127.0.0.1:9090/graph/", credential: Secret("t"),
            settings: ["phone_number_id": "7", "graph_version": "v27.0"])
        #expect(
            SendRequest(.text("x", replyTo: nil), from: account, to: "1").url
                == "http://127.0.0.1:9090/graph/v27.0/7/messages")
    }

    /// An id in `to` is answered with a 200 and never delivered.
    @Test func whoHidesTheNumberIsTheRecipient() {
        #expect(
            body(.text("x", replyTo: nil), to: "IL.1605856887361213")
                == #"{"messaging_product":"whatsapp","recipient":"IL.1605856887361213","recipient_type":"individual","text":{"body":"x","preview_url":false},"type":"text"}"#
        )
    }

    @Test func theMarkOfTheAttemptGoesAlong() throws {
        let mark = AttemptMark(entry: 12, attempt: 34, startedAt: Timestamp(milliseconds: 1_790_000_000_123))
        #expect(
            body(.reaction("👍", to: "wamid.A"), mark: mark)
                == #"{"biz_opaque_callback_data":"replyd.12.34.1790000000123","messaging_product":"whatsapp","reaction":{"emoji":"👍","message_id":"wamid.A"},"recipient_type":"individual","to":"972501234567","type":"reaction"}"#
        )
        #expect(AttemptMark(mark.text) == mark)
        for text in ["replyd.1.2", "replyd.1.2.3.4", "outbox-42", "replyd.a.2.3", "", "x.1.2.3"] {
            #expect(AttemptMark(text) == nil)
        }
    }

    @Test func upToThreeChoicesAreButtonsAndMoreAreAList() {
        let choices = "abcd".map { Menu.Choice(id: "m.\($0)", title: "\($0)", more: $0 == "a" ? "more" : nil) }
        #expect(
            body(.rich(.menu(Menu(text: "Which?", choices: Array(choices.prefix(2)))), replyTo: nil)).contains(
                #""interactive":{"action":{"buttons":[{"reply":{"id":"m.a","title":"a"},"type":"reply"},{"reply":{"id":"m.b","title":"b"},"type":"reply"}]},"body":{"text":"Which?"},"type":"button"}"#
            ))
        #expect(
            body(.rich(.menu(Menu(text: "Which?", choices: choices)), replyTo: nil)).contains(
                #""interactive":{"action":{"button":"Menu","sections":[{"rows":[{"description":"more","id":"m.a","title":"a"},{"id":"m.b","title":"b"},{"id":"m.c","title":"c"},{"id":"m.d","title":"d"}]}]},"body":{"text":"Which?"},"type":"list"}"#
            ))
    }

    @Test func filesPlacesLinksAndTemplatesHaveTheirOwnForms() {
        let file = MediaFile(kind: .document, link: "https://x.il/a.pdf", caption: "c", name: "a.pdf")
        #expect(
            body(.rich(.file(file), replyTo: nil)).contains(
                #""document":{"caption":"c","filename":"a.pdf","link":"https://x.il/a.pdf"}"#))
        let sound = MediaFile(kind: .audio, link: "https://x.il/a.ogg", name: "unseen")
        #expect(body(.rich(.file(sound), replyTo: nil)).contains(#""audio":{"link":"https://x.il/a.ogg"}"#))
        let place = Location(latitude: "32.08", longitude: "34.78", name: "Shop")
        #expect(
            body(.rich(.location(place), replyTo: nil)).contains(
                #""location":{"latitude":"32.08","longitude":"34.78","name":"Shop"}"#))
        let link = LinkButton(text: "Look", title: "Site", url: "https://x.il/")
        #expect(
            body(.rich(.link(link), replyTo: nil)).contains(
                #""interactive":{"action":{"name":"cta_url","parameters":{"display_text":"Site","url":"https://x.il/"}},"body":{"text":"Look"},"type":"cta_url"}"#
            ))
        let template = RenderedTemplate(
            name: "reopen", language: .hebrew, header: TemplateHeader(kind: .image, link: "https://x.il/h.jpg"),
            variables: ["דנה", "42"])
        #expect(
            body(.template(template)).contains(
                #""template":{"components":[{"parameters":[{"image":{"link":"https://x.il/h.jpg"},"type":"image"}],"type":"header"},{"parameters":[{"text":"דנה","type":"text"},{"text":"42","type":"text"}],"type":"body"}],"language":{"code":"he","policy":"deterministic"},"name":"reopen"}"#
            ))
    }
}
