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

extension JSONWriter {
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
        }
    }
}
