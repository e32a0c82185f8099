import Foundation
import JSONText
import Providers
import RawServer
import Synchronization
import Testing

/// A flood of requests that goes on until ``isOver`` is `true`.
private final class Flood: Sendable {
    let isOver = Mutex(false)
}

/// Access to the admin port.
@Suite struct AdminAccessTests {
    private func stage(_ settings: String = AdminClient.settings) async throws -> (Scene, Scene.Running, AdminClient) {
        let scene = try await Scene(settings: settings)
        let running = try await scene.start()
        return (scene, running, try await AdminClient(running.process))
    }

    @Test func withoutTheTokenThereAreMetricsAlone() async throws {
        let (scene, running, admin) = try await stage()
        for headers in [
            [:], ["Authorization": "Basic \(AdminClient.token)"], ["Authorization": "Bearer wrong"],
            ["Authorization": "Bearer"], ["Authorization": "Bearer \(AdminClient.token)0"],
            ["Authorization": "Bearer \(AdminClient.token.dropLast())"],
        ] {
            let answer = try await admin.ask("GET", "/api/conversations", headers: headers)
            #expect(answer.status == 401)
            #expect(answer.headers["www-authenticate"] == "Bearer")
        }
        #expect(try await admin.ask("GET", "/api/openapi.json", headers: [:]).status == 401)
        #expect(
            try await admin.ask("GET", "/api/rules", headers: [:]).failure
                == "401 unauthorized: show the admin token: 'Authorization: Bearer TOKEN'")
        #expect(try await admin.ask("GET", "/metrics", headers: [:]).status == 200)
        #expect(
            try await admin.ask("GET", "/metrics", headers: ["Authorization": "Bearer wrong"]).failure
                == "401 unauthorized: this is not the admin token")
        #expect(try await scene.get("/api/rules", from: running).status == 404, "the webhook port knows nothing of it")
        #expect(try await scene.get("/metrics", from: running).status == 404)
        #expect(await running.process.waits(for: "a wrong admin token was shown at the admin port"))
        _ = await scene.stop(running)
        #expect(!running.process.errors.contains(AdminClient.token))
    }

    @Test func withoutATokenInTheConfigurationNobodyGetsMore() async throws {
        let (scene, running, admin) = try await stage("admin: 127.0.0.1:0")
        let answer = try await admin.ask("GET", "/api/rules")
        #expect(
            answer.failure
                == "403 forbidden: there is no `admin_token` in the configuration: without one there are metrics alone")
        #expect(try await admin.ask("GET", "/metrics", headers: [:]).status == 200)
        #expect(try await admin.ask("POST", "/login", .object(["token": ""]), headers: [:]).status == 403)
        _ = await scene.stop(running)
    }

    @Test func aPageThatHadItsOwnNameResolvedToUsGetsNothing() async throws {
        let (scene, running, admin) = try await stage()
        for (host, status) in [
            ("evil.example:\(admin.port)", 403), ("127.0.0.1:\(admin.port)", 200), ("localhost", 200),
            ("replyd:8081", 200),
            ("[::1]:8081", 200),
        ] {
            let client = try RawClient(port: admin.port)
            client.send("GET /metrics HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
            let answer = try #require(await client.answer())
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(host)")
        }
        _ = await scene.stop(running)
    }

    @Test func aLoginLastsInItsCookieAloneAndChangesThingsOnlyForOurOwnPage() async throws {
        let (scene, running, admin) = try await stage()
        try await scene.say("hello")
        try await scene.expectDecisions(1)
        let wrong = try await admin.ask("POST", "/login", .object(["token": "wrong"]), headers: [:])
        #expect(wrong.failure == "401 unauthorized: this is not the admin token")
        #expect(wrong.headers["set-cookie"] == nil)
        // A client that is no trusted proxy cannot claim HTTPS, so the cookie is not marked as secure.
        let login = try await admin.ask(
            "POST", "/login", .object(["token": .string(AdminClient.token)]), headers: ["X-Forwarded-Proto": "https"])
        let cookie = try #require(login.headers["set-cookie"])
        #expect(cookie.contains(/^replyd_session_\d+=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/))
        // Browsers send a cookie to all ports of a machine, so its name holds the port.
        #expect(cookie.hasPrefix("replyd_session_\(admin.port)="))
        let session = String(cookie.prefix { $0 != ";" })
        #expect(try await admin.ask("GET", "/api/rules", headers: ["Cookie": "a=b; \(session)"]).status == 200)
        // Another program on the same machine may have set a cookie of any bytes.
        #expect(try await admin.ask("GET", "/api/rules", headers: ["Cookie": "a=א\u{301}; \(session)"]).status == 200)
        #expect(
            try await admin.ask("GET", "/api/rules", headers: ["Cookie": session + "0"]).failure
                == "401 unauthorized: the session is over; log in again")
        let pause = "/api/conversations/1/pause"
        #expect(
            try await admin.ask("POST", pause, headers: ["Cookie": session]).failure
                == "403 forbidden: a session changes things only with the header 'X-Replyd: console'")
        let ours = ["Cookie": session, "X-Replyd": "console"]
        #expect(try await admin.ask("POST", pause, headers: ours).status == 200)
        let origin = "http://127.0.0.1:\(admin.port)"
        #expect(try await admin.ask("POST", pause, headers: ours.merging(["Origin": origin]) { $1 }).status == 200)
        for foreign in [["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"]] {
            #expect(
                try await admin.ask("POST", pause, headers: ours.merging(foreign) { $1 }).failure
                    == "403 forbidden: this comes from a page of somebody else's")
        }
        #expect(
            try await admin.ask("GET", "/api/rules", headers: ["Cookie": session, "Sec-Fetch-Site": "same-site"]).status
                == 403)
        #expect(try await admin.ask("POST", "/logout", headers: ["Cookie": session]).status == 403)
        let logout = try await admin.ask("POST", "/logout", headers: ours)
        #expect(logout.headers["set-cookie"]?.contains("replyd_session_\(admin.port)=; ") == true)
        #expect(try await admin.ask("GET", "/api/rules", headers: ["Cookie": session]).status == 401)
        _ = await scene.stop(running)
        let secret = try #require(session.split(separator: "=").last)
        #expect(secret.count == 64 && !running.process.errors.contains(secret))
    }

    @Test func theCookieTravelsOnlyEncryptedWhereATrustedProxySaysThatItIs() async throws {
        let (scene, running, admin) = try await stage(AdminClient.settings + "\ntrusted_proxies: 127.0.0.1")
        let body = JSON.object(["token": .string(AdminClient.token)])
        for written in ["HTTPS", "https, http"] {
            let login = try await admin.ask("POST", "/login", body, headers: ["X-Forwarded-Proto": written])
            #expect(login.headers["set-cookie"]?.hasSuffix("; Secure") == true, "\(written)")
        }
        let https = try await admin.ask("POST", "/login", body, headers: ["X-Forwarded-Proto": "https"])
        #expect(https.headers["set-cookie"]?.hasSuffix("; Secure") == true)
        let plain = try await admin.ask("POST", "/login", body, headers: [:])
        #expect(plain.headers["set-cookie"]?.contains("Secure") == false)
        _ = await scene.stop(running)
    }

    /// Anybody who reaches the port may guess; the guesses must not keep out the owner of the token.
    @Test func whoGuessesIsSlowedDownAndTheRightTokenGetsInMeanwhile() async throws {
        let (scene, running, admin) = try await stage(AdminClient.settings + "\ntrusted_proxies: 127.0.0.1")
        let wrong = JSON.object(["token": "a guess of somebody's"])
        let right = JSON.object(["token": .string(AdminClient.token)])
        let (guesser, owner) = (["X-Forwarded-For": "192.0.2.1"], ["X-Forwarded-For": "192.0.2.2"])
        let bearer = ["Authorization": "Bearer a guess"].merging(guesser) { $1 }
        let flood = Flood()
        let failures = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<8 {
                group.addTask {
                    var failures: [String] = []
                    while !flood.isOver.withLock({ $0 }) {
                        // A guess counts in whichever way the token is sent.
                        let answer =
                            switch number % 3 {
                            case 0: try await admin.ask("POST", "/login", wrong, headers: guesser)
                            case 1: try await admin.ask("GET", "/api/rules", headers: bearer)
                            default: try await admin.ask("GET", "/metrics", headers: bearer)
                            }
                        failures.append(answer.failure)
                        // This client leaves once it is turned away; the others go on.
                        if answer.status == 429, number == 0 { break }
                    }
                    return failures
                }
            }
            // By now as many requests wait as may wait, and more.
            var failures = Set(try await group.next() ?? [])
            for _ in 0..<10 {
                #expect(try await admin.ask("POST", "/login", right, headers: owner).status == 200)
            }
            flood.isOver.withLock { $0 = true }
            for try await each in group { failures.formUnion(each) }
            return failures
        }
        #expect(
            failures == [
                "401 unauthorized: this is not the admin token",
                "429 too-many: too many wrong tokens come from this address; try again",
            ], "\(failures)")
        #expect(try await admin.ask("POST", "/login", right, headers: owner).status == 200)
        #expect(try await admin.ask("POST", "/login", right, headers: guesser).status == 200, "it takes a moment")
        let shown = ["Authorization": "Bearer \(AdminClient.token)"].merging(guesser) { $1 }
        #expect(try await admin.ask("GET", "/api/rules", headers: shown).status == 200)
        _ = await scene.stop(running)
    }

    @Test func aLoginSaysItsTokenAndNothingElse() async throws {
        let (scene, running, admin) = try await stage()
        for (body, failure) in [
            (
                JSON.object(["token": .string(AdminClient.token), "user": "root"]),
                "400 bad-request: 'user' in the body means nothing here; known are: token"
            ),
            (.object([:]), "400 bad-request: 'token' in the body is a text"),
            (.object(["token": .integer(1)]), "400 bad-request: 'token' in the body is a text"),
        ] {
            let answer = try await admin.ask("POST", "/login", body, headers: [:])
            #expect(answer.failure == failure && answer.headers["set-cookie"] == nil)
        }
        _ = await scene.stop(running)
    }

    @Test func halfOfABodyTakesNobodysPlace() async throws {
        let (scene, running, admin) = try await stage()
        let slow = try (0..<40).map { _ in
            let client = try RawClient(port: admin.port)
            client.send(
                """
                POST /api/try HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(AdminClient.token)\r
                Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{
                """)
            return client
        }
        for _ in 0..<10 {
            #expect(try await admin.call("POST", "/api/try", .object(["text": "opening hours"])).status == 200)
        }
        withExtendedLifetime(slow) {}
        _ = await scene.stop(running)
    }

    @Test func whoHangsUpGivesAPlaceBack() async throws {
        let (scene, running, admin) = try await stage()
        let next = try #require(try await admin.call("GET", "/api/changes").json["next"]?.integer)
        let head =
            "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(AdminClient.token)\r\nConnection: close\r\n\r\n"
        let clients = try (0..<20).map { _ in try RawClient(port: admin.port) }
        await withTaskGroup(of: String?.self) { group in
            for client in clients {
                client.send("GET /api/changes?after=\(next) \(head)")
                group.addTask { await client.answer() }
            }
            // Some get no place, because all places are taken.
            #expect(await group.next()??.hasPrefix("HTTP/1.1 429 ") == true)
            clients.forEach { $0.hangUp() }
            await group.waitForAll()
        }
        // Long before the requests that waited would have been answered.
        let deadline = ContinuousClock.now + .seconds(15)
        var status = 429
        while status == 429, ContinuousClock.now < deadline {
            status = try await admin.ask("GET", "/api/changes?after=5").status
        }
        #expect(status == 200)
        _ = await scene.stop(running)
    }

    @Test func answersAskNobodyElseForAnythingAndStayWhereTheyAre() async throws {
        let (scene, running, admin) = try await stage()
        for answer in [try await admin.ask("GET", "/api/rules"), try await admin.ask("GET", "/nothing", headers: [:])] {
            #expect(
                answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'; script-src 'self'; ") == true)
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["x-frame-options"] == "DENY")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
            #expect(answer.headers["cache-control"] == "no-store")
        }
        _ = await scene.stop(running)
    }

    @Test func aTakenAdminPortIsSaid() async throws {
        let (scene, running, admin) = try await stage()
        try scene.configure(
            "admin: 127.0.0.1:\(admin.port)\nadmin_token: \(AdminClient.token)", database: "other.sqlite")
        let second = try await ReplydProcess.run(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        #expect(second.exit.status == 78)
        #expect(
            second.errors.contains(
                "replyd: 127.0.0.1:\(admin.port) is taken by another program. Stop that program, or change `admin`.\n"))
        _ = await scene.stop(running)
    }
}
