import Foundation
import FoundationNetworking
import DatabaseFile
import HTTPTransport
import JSONText
import Providers
import Responder
import Synchronization
import Testing

@testable import Sandbox

/// A provider, a folder with configuration, rules and database, and replyd as often as it is started.
final class Scene: Sendable {
    static let digital = "972771234567"
    static let sms = "972550000019"
    static let smsV2 = "972550000020"
    static let meta = "972770000021"
    static let metaLine = "1122334455"
    static let appSecret = "app-secret-never-to-be-seen"
    static let apiKey = "api-key-never-to-be-seen"
    static let webhookSecret = "webhook-secret-never-to-be-seen"
    static let contact = "972501234567"

    /// Whether there is an account at Meta beside those of the resellers.
    private let hasMeta: Bool
    let folder: URL
    let sandbox: Sandbox
    let transport = HTTPTransport(userAgent: "test", connectionsPerHost: 128)
    private let sandboxTask: Task<Void, any Error>
    let sandboxPort: Int
    private let started = Mutex<[ReplydProcess]>([])

    /// The template of ``rules``, as 99digital and 019sms-v2 list it.
    static let template = JSON.object([
        "name": "reopen_chat", "templateId": "reopen_chat", "language": "1", "status": "approved",
        "body": "Hello {{1}}", "template": .array([.object(["type": "body", "text": "Hello {{1}}"])]),
    ])

    static let rules = """
        version: 1
        settings:
          expired: {template: reopen_chat, language: he, variables: ["{{contact.name}}"]}
        rules:
          - id: order
            match: {regex: 'order\\s*#?(?<number>\\d+)'}
            reply: "Order {{match.number}} is on its way."
          - id: hours
            match: [שעות פתיחה, opening hours]
            reply: "א׳–ה׳ 09:00–18:00"
          - id: count
            match: {starts: count}
            reply: "counted: {{message.text}}"
        """

    init(
        rules: String = Scene.rules, settings: String = "", accountSettings: String = "", webhookRetries: Bool = true,
        hasMeta: Bool = false
    ) async throws {
        self.hasMeta = hasMeta
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-scene-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let accounts =
            [Self.digital, Self.sms, Self.smsV2].map { number in
                var account = SandboxAccount(number: number, key: Self.apiKey)
                account.retries = webhookRetries
                account.templates = [Self.template]
                return account
            } + [
                SandboxAccount(
                    number: Self.meta, key: Self.apiKey,
                    meta: .init(phoneNumberID: Self.metaLine, appSecret: Self.appSecret))
            ]
        let sandbox = Sandbox(host: "127.0.0.1", port: 0, accounts: accounts, timeScale: 0.001) { announce.yield($0) }
        self.sandbox = sandbox
        sandboxTask = Task { try await sandbox.run() }
        var iterator = ports.makeAsyncIterator()
        sandboxPort = try #require(await iterator.next())
        try write(rules: rules)
        try configure(settings, account: accountSettings)
    }

    deinit {
        // Ends the processes that a failed test has left running.
        for process in started.withLock({ $0 }) where !process.hasEnded { process.send(SIGKILL) }
        sandboxTask.cancel()
        transport.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func write(rules: String) throws {
        try Data(rules.utf8).write(to: folder.appendingPathComponent("rules.yaml"))
    }

    /// Writes the configuration; accounts in `providers` have their provider at that origin, the others at the sandbox.
    func configure(
        _ settings: String, account extra: String = "", key: String = "${API_KEY}", database: String = "data.sqlite",
        providers: [String: String] = [:]
    ) throws {
        var yaml = "listen: 127.0.0.1:0\ndatabase: \(database)\nrules: rules.yaml\n\(settings)\naccounts:\n"
        for (number, provider, path) in [
            (Self.digital, "99digital", "/whatsapp/v2"), (Self.sms, "019sms", "/api/whatsapp"),
            (Self.smsV2, "019sms-v2", "/whatsapp-api"),
        ] {
            yaml += """
                  - number: "\(number)"
                    provider: \(provider)
                    base_url: \(providers[number] ?? "http://127.0.0.1:\(sandboxPort)")\(path)
                    api_key: \(key)
                    webhook_secret_file: secret
                    \(extra)

                """
        }
        if hasMeta {
            yaml += """
                  - number: "\(Self.meta)"
                    provider: meta
                    base_url: http://127.0.0.1:\(sandboxPort)
                    phone_number_id: "\(Self.metaLine)"
                    waba_id: "\(Self.metaLine)"
                    api_key: \(key)
                    app_secret: ["an-older-secret-of-the-app", "${APP_SECRET}"]
                    verify_token: verify-token-never-to-be-seen
                    \(extra)

                """
        }
        // These tests send the same words again and again.
        if !settings.contains("loop_guard") { yaml += "loop_guard: off\n" }
        let secret = folder.appendingPathComponent("secret")
        try Data((Self.webhookSecret + "\n").utf8).write(to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        try Data(yaml.utf8).write(to: folder.appendingPathComponent("replyd.yaml"))
    }

    // MARK: replyd

    struct Running {
        var process: ReplydProcess
        var port: Int
    }

    func start(
        _ arguments: String..., environment: [String: String] = [:], through wrapper: [String] = []
    ) async throws -> Running {
        let process = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"] + arguments,
            environment: ["API_KEY": Self.apiKey, "APP_SECRET": Self.appSecret].merging(environment) { $1 },
            through: wrapper, in: folder
        )
        started.withLock { $0.append(process) }
        guard await process.waits(for: "listening"),
            let port = process.errors.firstMatch(of: /port(?:=|":)(\d+)/).flatMap({ Int($0.1) })
        else {
            Issue.record("replyd did not start: \(process.errors)")
            throw CancellationError()
        }
        for account in [Self.digital, Self.sms, Self.smsV2] {
            _ = try await sandboxCall(
                "/whatsapp/v2/setWebhook",
                [
                    "apiKey": .string(Self.apiKey), "from": .string(account),
                    "url": .string("http://127.0.0.1:\(port)/webhook/\(account)?key=\(Self.webhookSecret)"),
                ]
            )
        }
        if hasMeta {
            _ = try await sandboxCall(
                "/whatsapp/v2/setWebhook",
                [
                    "apiKey": .string(Self.apiKey), "from": .string(Self.meta),
                    "url": .string("http://127.0.0.1:\(port)/webhook/meta"),
                ])
        }
        return Running(process: process, port: port)
    }

    /// Asks replyd to stop and waits until it has ended.
    func stop(_ running: Running) async -> ReplydProcess.Exit {
        running.process.send(SIGTERM)
        // If it does not end, the test must fail and not hang.
        try? await eventually { running.process.hasEnded }
        if !running.process.hasEnded { running.process.send(SIGKILL) }
        return await running.process.exit()
    }

    // MARK: Contacts

    /// Writes as a contact through the sandbox; returns the HTTP status of replyd's answer, 0 for none.
    @discardableResult
    func say(
        _ text: String, to account: String = Scene.digital, from contact: String = Scene.contact, unique: String? = nil,
        ago: String? = nil, name: String? = "Dana"
    ) async throws -> Int {
        var message: [String: JSON] = ["account": .string(account), "from": .string(contact), "text": .string(text)]
        if let unique { message["unique"] = .string(unique) }
        if let ago { message["ago"] = .string(ago) }
        if let name { message["name"] = .string(name) }
        return try await Int(sandboxCall("/sandbox/say", message)["status"]?.integer ?? 0)
    }

    @discardableResult
    func sandboxCall(_ path: String, _ body: [String: JSON]) async throws -> JSON {
        let response = try await transport.send(
            TransportRequest(
                url: "http://127.0.0.1:\(sandboxPort)\(path)", headers: ["Content-Type": "application/json"],
                body: JSON.object(body).encoded, timeout: .seconds(30)
            )
        )
        return JSON(parsing: response.body) ?? .null
    }

    /// Posts to replyd's webhook directly, not through the sandbox.
    func post(
        _ body: [UInt8], to running: Running, path: String = "/webhook/\(Scene.digital)",
        key: String? = Scene.webhookSecret,
        headers: [String: String] = ["Content-Type": "application/json"]
    ) async throws -> TransportResponse {
        var headers = headers
        if let key { headers["X-Webhook-Key"] = key }
        return try await transport.send(
            TransportRequest(
                url: "http://127.0.0.1:\(running.port)\(path)", headers: headers, body: body, timeout: .seconds(30))
        )
    }

    /// Sends a GET request to replyd's port; returns the status and the body.
    func get(_ path: String, from running: Running) async throws -> (status: Int, body: String) {
        let url = try #require(URL(string: "http://127.0.0.1:\(running.port)\(path)"))
        let session = URLSession(configuration: .ephemeral)
        defer { session.finishTasksAndInvalidate() }
        let (data, response) = try await session.data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    // MARK: Looking

    /// Waits until the sandbox has accepted this number of sends, and returns all that it has accepted.
    func accepted(_ count: Int) async throws -> [ReceivedSend] {
        try await eventually { await self.sandbox.received.filter(\.isAccepted).count >= count }
        return await sandbox.received.filter(\.isAccepted)
    }

    /// Reads from the database, beside a replyd that may be running.
    func query(_ sql: String, database: String = "data.sqlite") throws -> [String] {
        try DatabaseFile(folder.appendingPathComponent(database).path, isReadOnly: true).texts(sql)
    }

    /// Opens the database to write to it or to lock it, beside a replyd that may be writing too.
    func openDatabase() throws -> DatabaseFile {
        try DatabaseFile(folder.appendingPathComponent("data.sqlite").path)
    }

    /// Waits until a query gives these rows; if it does not, the test fails with the rows that it gives.
    func expect(
        _ sql: String, gives expected: [String], database: String = "data.sqlite",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        // The rows that are compared are those that ended the wait: a moment later they may be others.
        var rows = try query(sql, database: database)
        try? await eventually {
            rows = (try? self.query(sql, database: database)) ?? rows
            return rows == expected
        }
        #expect(rows == expected, sourceLocation: sourceLocation)
    }

    /// Polls until `isTrue` returns `true`, for 30 seconds at most: events in another process notify nobody here.
    func eventually(_ isTrue: () async -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while await !isTrue() {
            guard ContinuousClock.now < end else {
                Issue.record("did not happen within 30 seconds")
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
