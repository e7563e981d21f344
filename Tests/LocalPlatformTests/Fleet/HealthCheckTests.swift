import HTTPTransport
import Testing

@testable import LocalPlatform

@Suite("what a replica's answer to the HTTP check says")
struct HealthCheckTests {
    private static let question = HealthCheck.Question(path: "/up", host: "shop.localhost")

    @Test("200 to 399 is well", arguments: [200, 204, 302, 399])
    func well(status: Int) {
        let head = HTTPHead(status: status, headers: [("Location", "/login"), ("Location", "https://elsewhere/")])
        #expect(HealthCheck.problem(with: head, Self.question) == nil)
    }

    @Test("everything else is told with its path", arguments: [100, 404, 500, 503])
    func bad(status: Int) {
        #expect(HealthCheck.problem(with: HTTPHead(status: status), Self.question) == "GET /up answers \(status)")
    }

    @Test("an app that sends to HTTPS what came over HTTPS is told what it has to believe")
    func loop() {
        let head = HTTPHead(status: 301, headers: [("location", "https://shop.localhost/up")])
        let problem = HealthCheck.problem(with: head, Self.question) ?? ""
        #expect(problem.hasPrefix("GET /up answers 301 to https://shop.localhost/up") && problem.contains("rewrite_on"))
    }
}
