import JSONText
import Responder

extension Outgoing {
    /// A replacement for content that can't be read.
    static var unreadable: Outgoing {
        Outgoing(body: .message(.text("(unreadable)", replyTo: nil)), textEnd: Timestamp(seconds: 0))
    }

    var json: String {
        JSONWriter.object { json in
            json.member("body") { json in
                json.object { json in
                    switch body {
                    case .message(.text(let text, let replyTo)):
                        json.member("text") { json in
                            json.object { json in
                                json.member("_0", text)
                                if let replyTo { json.member("replyTo", replyTo) }
                            }
                        }
                    case .message(.rich(let content, let replyTo)):
                        json.member(content.key) { json in
                            json.object { json in
                                json.write(content)
                                if let replyTo { json.member("replyTo", replyTo) }
                            }
                        }
                    case .message(.reaction(let emoji, let unique)):
                        json.member("reaction") { json in
                            json.object { json in
                                json.member("emoji", emoji)
                                json.member("to", unique)
                            }
                        }
                    case .message(.template(let template)):
                        json.member("template") { json in
                            json.object { json in json.member("_0") { $0.write(template) } }
                        }
                    case .post(let link, let content):
                        json.member("post") { json in
                            json.object { json in
                                json.member("link", link)
                                json.member("json", content)
                            }
                        }
                    }
                }
            }
            if let fallback { json.member("fallback") { $0.write(fallback) } }
            json.member("textEnd", textEnd)
            if let notBefore { json.member("notBefore", notBefore) }
            if let waitsForOpening { json.member("waitsForOpening", waitsForOpening) }
            if let isFallback { json.member("isFallback", isFallback) }
        }
    }
}

extension RichContent {
    fileprivate var key: String {
        switch self {
        case .menu: "menu"
        case .file: "file"
        case .location: "location"
        case .link: "link"
        }
    }
}

extension JSONWriter {
    /// Writes the members of the content into the current object.
    fileprivate mutating func write(_ content: RichContent) {
        switch content {
        case .menu(let menu):
            member("text", menu.text)
            member("choices") { json in
                json.array(menu.choices) { json, choice in
                    json.object { json in
                        json.member("id", choice.id)
                        json.member("title", choice.title)
                        if let more = choice.more { json.member("more", more) }
                    }
                }
            }
            member("opener", menu.opener)
        case .file(let file):
            member("kind", file.kind.rawValue)
            member("link", file.link)
            if !file.caption.isEmpty { member("caption", file.caption) }
            if let name = file.name { member("name", name) }
        case .location(let location):
            member("latitude", location.latitude)
            member("longitude", location.longitude)
            if let name = location.name { member("name", name) }
            if let address = location.address { member("address", address) }
        case .link(let link):
            member("text", link.text)
            member("title", link.title)
            member("url", link.url)
        }
    }

    mutating func write(_ template: RenderedTemplate) {
        object { json in
            json.member("name", template.name)
            json.member("language", template.language.rawValue)
            if let header = template.header {
                json.member("header") { json in
                    json.object { json in
                        json.member("kind", header.kind.rawValue)
                        json.member("link", header.link)
                    }
                }
            }
            json.member("variables") { $0.array(template.variables) { $0.text($1) } }
            if !template.names.isEmpty { json.member("names") { $0.array(template.names) { $0.text($1) } } }
            if !template.buttons.isEmpty {
                json.member("buttons") { json in
                    json.array(template.buttons) { json, button in
                        json.object { json in
                            json.member("index") { $0.number(Int64(button.index)) }
                            json.member("value", button.value)
                        }
                    }
                }
            }
            if let coupon = template.coupon { json.member("coupon", coupon) }
            if !template.payloads.isEmpty { json.member("payloads") { $0.array(template.payloads) { $0.text($1) } } }
        }
    }
}
