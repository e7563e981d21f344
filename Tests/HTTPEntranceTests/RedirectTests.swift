import Foundation
import JSONText
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: routes that want HTTPS", .timeLimit(.minutes(1)))
struct RedirectTests {
    @Test("who asks in clear is sent to HTTPS once that is listened for; no replica is asked")
    func redirects() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance()
        let routes = [
            Route(app: "hello", hosts: ["hello.localhost"], endpoints: [replica.endpoint], forcesHTTPS: true),
            Route(app: "other", hosts: ["other.localhost"], endpoints: [replica.endpoint]),
        ]
        try await entrance.use(routes)
        #expect(try entrance.get().status == 200, "nowhere to send it to")
        let files = try await certificates.make("hello", ["DNS:hello.localhost"])
        try await entrance.use(routes, [files])
        let base = "https://hello.localhost:\(entrance.httpsPort)"
        for (method, status) in [("GET", 301), ("HEAD", 301), ("POST", 308), ("DELETE", 308), ("OPTIONS", 308)] {
            let wire = try Wire(to: entrance.port)
            try wire.send("\(method) /a/b?c=d&e HTTP/1.1\r\nHost: HELLO.localhost:\(entrance.port)\r\n\r\n")
            let answer = try Message.read(wire, hasBody: method != "HEAD")
            #expect(answer?.status == status && answer?.value("Location") == base + "/a/b?c=d&e", "\(method)")
            #expect(answer?.value("Connection") == nil, "the connection goes on")
        }
        let body = try Wire(to: entrance.port)
        try body.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try Message.read(body)?.status == 308)
        #expect(try body.read().isEmpty, "the body is not read")
        let absolute = try Wire(to: entrance.port)
        try absolute.send("GET http://hello.localhost HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        #expect(try Message.read(absolute)?.value("Location") == base + "/")
        #expect(replica.requests.count == 1 && replica.connections == 1)
        // Over HTTPS, by the other route, and for a certificate authority it is served.
        let secure = try Wire.overTLS(to: entrance.httpsPort, trust: certificates.authority)
        try secure.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        #expect(try Message.read(secure)?.status == 200)
        #expect(try entrance.get(host: "other.localhost").status == 200)
        #expect(try entrance.get("/.well-known/acme-challenge/x-Y_9?z").status == 200)
        #expect(try entrance.get("/.well-known/acme-challenge/../admin").status == 301)
        #expect(try entrance.get(fields: "X-Forwarded-Proto: https\r\n").status == 301, "nobody is believed")
        try await entrance.use(routes)
        #expect(try entrance.get().status == 200, "nowhere to send it to any more")
        await entrance.stop()
    }

    @Test("a load balancer that is trusted says whether the request was in clear")
    func trusted() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        var proxies = TrustedProxies()
        let isOne = proxies.add("127.0.0.1")
        #expect(isOne)
        let files = try await certificates.make("hello", ["DNS:hello.localhost"])
        let entrance = try await TestEntrance(trusted: proxies)
        let route = Route(app: "hello", hosts: ["hello.localhost"], endpoints: [replica.endpoint], forcesHTTPS: true)
        try await entrance.use([route], [files])
        for (scheme, status) in [("https", 200), ("HTTPS", 200), ("https, http", 200), ("http", 301), ("http, https", 301)] {
            #expect(try entrance.get(fields: "X-Forwarded-Proto: \(scheme)\r\n").status == status, "\(scheme)")
        }
        #expect(try entrance.get().status == 301)
        await entrance.stop()
    }

    @Test("the port stands in a place unless it is the usual one")
    func places() {
        #expect(SecurePlace.url(host: "a.example", port: 443, target: "/x?y") == "https://a.example/x?y")
        #expect(SecurePlace.url(host: "a.example", port: 8443, target: "") == "https://a.example:8443/")
        #expect(SecurePlace.url(host: "[::1]", port: 8443, target: "*") == "https://[::1]:8443/")
        #expect(SecurePlace.isChallenge("/.well-known/acme-challenge/aZ0-_"))
        for path in ["/.well-known/acme-challenge/", "/.well-known/acme-challenge/a/b", "/.well-known/acme-challenge/%2e", "/x"] {
            #expect(!SecurePlace.isChallenge(path), "\(path)")
        }
    }

    @Test("a table goes through JSON as it is; one without HTTPS is written as it was before there was such")
    func json() throws {
        let files = CertificateFiles(certificate: "/c.pem", key: "/k.pem", digest: "1")
        let secure = RouteTable(
            serial: 1, routes: [Route(app: "a", hosts: ["a"], endpoints: [], forcesHTTPS: true)], certificates: [files])
        let plain = RouteTable(serial: 1, routes: [Route(app: "a", hosts: ["a"], endpoints: [])])
        for table in [secure, plain] { #expect(try RouteTable(JSONNode(JSONReader.read(table.json.bytes))) == table) }
        let text = String(decoding: plain.json.bytes, as: UTF8.self)
        #expect(!text.contains("certificates") && !text.contains("force_https"))
        let wrong = String(decoding: secure.json.bytes, as: UTF8.self).replacing(
            "\"force_https\":true", with: "\"force_https\":1")
        #expect(throws: JSONProblem(path: "routes[0].force_https", problem: "true or false is expected")) {
            try RouteTable(JSONNode(JSONReader.read(Array(wrong.utf8))))
        }
    }

    @Test("a status of an entrance that knew no HTTPS can be read")
    func oldStatus() throws {
        let status = EntranceStatus(
            pid: 1, version: "1", listeners: ["a:1"], serial: 2, uptimeSeconds: 3, openConnections: 4, connections: 5,
            requests: 6,
            refused: 7)
        guard case .object(var members) = status.json else { throw Wire.Failure(description: "no object") }
        members["problems"] = nil
        members["httpsListeners"] = nil
        #expect(try EntranceStatus(JSONNode(.object(members))) == status)
    }
}
