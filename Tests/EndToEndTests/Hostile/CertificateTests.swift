import Foundation
import Synchronization
import RawServer
import Testing

@testable import Sandbox

/// A provider behind TLS that answers one request: `openssl s_server`, which prints the text that it reads and sends
/// the text that it is given.
final class TLSProvider: Sendable {
    let port: Int
    private let folder: URL
    private let process = Mutex<ChildProcess?>(nil)
    private let input = Mutex<FileHandle?>(nil)
    private let text = Mutex("")

    init(in folder: URL) throws {
        self.folder = folder
        port = try Self.freePort()
        for authority in ["trusted", "stranger"] {
            try openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(authority).key", "-out",
                "\(authority).pem", "-subj", "/CN=\(authority)", "-days", "2")
        }
        try openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server"
        )
    }

    deinit {
        process.withLock { server in
            if let server, !server.hasEnded { server.send(SIGKILL) }
        }
    }

    private func openssl(_ arguments: String...) throws {
        try Tool.run(["openssl"] + arguments, in: folder)
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Starts to serve with a certificate for these names.
    func serve(names: String = "DNS:localhost", days: Int = 2, authority: String = "trusted") throws {
        stop()
        try Data("subjectAltName=\(names)\n".utf8).write(to: folder.appendingPathComponent("names"))
        try openssl(
            "x509", "-req", "-in", "server.csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key", "-set_serial",
            "\(UInt32.random(in: 1...UInt32.max))", "-days", "\(days)", "-extfile", "names", "-out", "server.pem")
        let input = Pipe()
        let output = Pipe()
        let server = try ChildProcess(
            [
                "openssl", "s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert", "server.pem", "-key",
                "server.key",
            ], in: folder, input: input, output: output)
        process.withLock { $0 = server }
        self.input.withLock { $0 = input.fileHandleForWriting }
        let reader = output.fileHandleForReading
        Thread { [weak self] in
            while case let data = reader.nextData, !data.isEmpty {
                self?.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
        }.start()
    }

    private func stop() {
        guard let server = process.withLock({ $0 }) else { return }
        if !server.hasEnded { server.send(SIGKILL) }
        // The port must be free again.
        server.waitUntilExit()
    }

    /// The text that it has read, decrypted.
    var received: String { text.withLock { $0 } }

    func answer(_ text: String) {
        input.withLock { try? $0?.write(contentsOf: Data(text.utf8)) }
    }
}

/// A fault of a certificate.
struct CertificateFault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var serve: @Sendable (TLSProvider) throws -> Void
    /// The words in the log.
    var words: String

    static let all: [CertificateFault] = [
        .init(
            testDescription: "expired", serve: { try $0.serve(days: -1) },
            words: "SSL certificate problem: certificate has expired"),
        .init(
            testDescription: "of another host", serve: { try $0.serve(names: "DNS:provider.example") },
            words: "no alternative certificate subject name matches target host name 'localhost'"),
        .init(
            testDescription: "of an authority that is not trusted", serve: { try $0.serve(authority: "stranger") },
            words: "SSL certificate problem: unable to get local issuer certificate"),
    ]
}

@Suite(.enabled(if: Tool.works("openssl", "version"), "`openssl` is not installed"))
struct CertificateTests {
    /// Not a byte of a request goes to a provider that can't prove its identity; once it can, the answer goes out.
    @Test(arguments: CertificateFault.all)
    func aCertificateThatIsWrongGetsNothing(fault: CertificateFault) async throws {
        let scene = try await Scene()
        let provider = try TLSProvider(in: scene.folder)
        try scene.configure("", providers: [Scene.digital: "https://localhost:\(provider.port)"])
        try fault.serve(provider)
        let running = try await scene.start(environment: ["SSL_CERT_FILE": "trusted.pem"])
        #expect(try await scene.say("count 1") == 200)
        try await scene.eventually { running.process.errors.contains(fault.words) }
        try await scene.expect(
            "SELECT DISTINCT state || ' ' || outcome FROM outbox JOIN attempt ON entry = outbox.id WHERE outcome <> ''",
            gives: ["waiting transient"])
        #expect(try await scene.say("count 2", to: Scene.sms) == 200)
        #expect(try await scene.accepted(1).map(\.text) == ["counted: count 2"])
        #expect(provider.received.isEmpty)

        try provider.serve()
        try await scene.eventually { provider.received.contains("counted: count 1") }
        provider.answer("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + #"{"status":"OK","unique":"P1"} "#)
        try await scene.expect("SELECT state FROM outbox WHERE account = '\(Scene.digital)'", gives: ["sent"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(provider.received.ranges(of: "counted: count 1").count == 1)
    }
}
