import HTTPTransport
import Responder
import RuleFiles

/// Asks for the headers of what the links of rules lead to, and compares them with what WhatsApp takes.
struct LinkCheck {
    /// Sends a request: that of a transport.
    let ask: @Sendable (TransportRequest) async throws(TransportError) -> TransportResponse
    private let timeout = Duration.seconds(10)

    init(ask: @escaping @Sendable (TransportRequest) async throws(TransportError) -> TransportResponse) {
        self.ask = ask
    }

    /// The most questions at once.
    private static let width = 8

    private struct Link: Hashable {
        var link: String
        var kind: MediaFile.Kind?
    }

    /// Returns what is wrong with the links, at the places of the rules that hold them, in their order.
    func diagnostics(of rules: RuleSet) async -> [Diagnostic] {
        var places: [Link: [Rule]] = [:]
        var order: [Link] = []
        for rule in rules.rules {
            for (link, kind) in rule.links {
                let link = Link(link: link, kind: kind)
                if places[link] == nil { order.append(link) }
                places[link, default: []].append(rule)
            }
        }
        let answers = await withTaskGroup(of: (Int, Diagnostic.Severity, String)?.self) { group in
            var found: [(Int, Diagnostic.Severity, String)] = []
            for (index, link) in order.enumerated() {
                if index >= Self.width, let next = await group.next() { found += next.map { [$0] } ?? [] }
                group.addTask { await objection(to: link).map { (index, $0, $1) } }
            }
            for await next in group { found += next.map { [$0] } ?? [] }
            return found.sorted { $0.0 < $1.0 }
        }
        return answers.flatMap { index, severity, text in
            (places[order[index]] ?? []).map { rule in
                Diagnostic(
                    severity, code: "link", file: rule.place.file,
                    range: SourceRange(line: rule.place.line, column: 1), message: "\(order[index].link) \(text)",
                    hint: "in rule '\(rule.id)'")
            }
        }
    }

    private func objection(to link: Link) async -> (Diagnostic.Severity, String)? {
        do {
            let response = try await ask(TransportRequest(get: link.link, isHead: true, timeout: timeout))
            // Some servers do not know the question; what they would say to another is not known.
            if [405, 501].contains(response.status) { return nil }
            guard let kind = link.kind else {
                return response.status < 400 ? nil : (.error, "answers HTTP \(response.status)")
            }
            if (300..<400).contains(response.status) {
                return (.warning, "leads on to another address (HTTP \(response.status)): write that one")
            }
            guard response.status < 400 else { return (.error, "answers HTTP \(response.status)") }
            return kind.objection(toType: response.type, length: response.length)
        } catch {
            return (.warning, "can't be reached from here: \(error.text)")
        }
    }
}

extension MediaFile.Kind {
    /// The greatest size of a file, in megabytes, and the media types that WhatsApp takes; an empty list for any.
    private var limits: (megabytes: Int, types: [String]) {
        switch self {
        case .image: (5, ["image/jpeg", "image/png"])
        case .video: (16, ["video/mp4", "video/3gpp"])
        case .audio: (16, ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/ogg"])
        case .document: (100, [])
        }
    }

    /// Returns what is wrong with a file of that media type and length; `nil` if nothing is, or nothing is known.
    func objection(toType type: String?, length: Int?) -> (Diagnostic.Severity, String)? {
        let (megabytes, types) = limits
        if let length, length > megabytes << 20 {
            let size = (length + (1 << 20) - 1) >> 20
            return (.error, "is too large for WhatsApp: \(size) MB, and \(rawValue) has at most \(megabytes)")
        }
        guard let type = type?.split(separator: ";").first?.lowercased().filter({ $0 != " " }), !types.isEmpty,
            !types.contains(type)
        else { return nil }
        let known = types.joined(separator: ", ")
        return (.error, "is \(type), which WhatsApp does not take as \(rawValue): it takes \(known)")
    }
}
