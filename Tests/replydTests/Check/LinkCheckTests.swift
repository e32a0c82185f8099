import HTTPTransport
import RuleFiles
import Synchronization
import Testing

@testable import replyd

@Suite struct LinkCheckTests {
    private let rules = """
        version: 1
        rules:
          - {id: ok, match: ok, reply: {image: "https://x.example/ok.png"}}
          - {id: gone, match: gone, reply: {image: "https://x.example/gone.png", caption: x}}
          - {id: large, match: large, reply: {video: "https://x.example/large.mp4"}}
          - {id: webp, match: webp, reply: {image: "https://x.example/a.webp"}}
          - {id: list, match: list, reply: {document: {link: "https://x.example/list.xyz", name: list.xyz}}}
          - {id: page, match: page, reply: {text: Look, link: {title: Site, url: "https://x.example/page"}}}
          - {id: moved, match: moved, reply: {audio: "https://x.example/moved.ogg"}}
          - {id: away, match: away, reply: {audio: "https://away.example/a.ogg"}}
          - {id: shy, match: shy, reply: {audio: "https://x.example/shy.ogg"}}
          - id: header
            match: header
            template: {name: t, header: {image: "https://x.example/gone.png"}}
        """

    private static let answers = [
        "ok.png": TransportResponse(status: 200, length: 5 << 20, type: "IMAGE/PNG; charset=x"),
        "gone.png": TransportResponse(status: 404),
        "large.mp4": TransportResponse(status: 200, length: (16 << 20) + 1, type: "video/mp4"),
        "a.webp": TransportResponse(status: 200, length: 1, type: "image/webp"),
        "list.xyz": TransportResponse(status: 200, type: "application/x-any"),
        "page": TransportResponse(status: 302), "moved.ogg": TransportResponse(status: 301),
        "shy.ogg": TransportResponse(status: 405),
    ]

    @Test func whatLinksLeadToIsComparedWithWhatWhatsAppTakes() async throws {
        let loaded = RuleSetLoader.load([SourceFile(path: "r.yaml", text: rules)])
        let set = try #require(loaded.ruleSet, "\(loaded.report())")
        let asked = Mutex<[String]>([])
        let check = LinkCheck { request throws(TransportError) in
            asked.withLock { $0.append("\(request.isHead) \(request.url)") }
            let name = request.url.split(separator: "/").last.map(String.init) ?? ""
            guard let answer = Self.answers[name] else { throw TransportError.notSent("no such name") }
            return answer
        }
        let found = await check.diagnostics(of: set)
        #expect(
            found.map { "\($0.range?.line ?? 0) \($0.severity) \($0.message)" } == [
                "4 error https://x.example/gone.png answers HTTP 404",
                "12 error https://x.example/gone.png answers HTTP 404",
                "5 error https://x.example/large.mp4 is too large for WhatsApp: 17 MB, and video has at most 16",
                "6 error https://x.example/a.webp is image/webp, which WhatsApp does not take as image: it takes image/jpeg, image/png",
                "9 warning https://x.example/moved.ogg leads on to another address (HTTP 301): write that one",
                "10 warning https://away.example/a.ogg can't be reached from here: no such name",
            ])
        #expect(found.first?.hint == "in rule 'gone'")
        // Each link is asked for once, and only for its header.
        #expect(asked.withLock { $0.sorted().first } == "true https://away.example/a.ogg")
        #expect(asked.withLock { $0.count } == 9)
    }
}
