import HTTPTransport
import Testing

@testable import KubernetesClient

/// The statuses are those of a real API server 1.20.2.
@Suite("what a server refuses")
struct ErrorTests {
    static func error(
        _ status: Int, _ body: String, headers: [(name: String, value: String)] = [], method: String = "PATCH"
    ) -> KubernetesError {
        KubernetesError(
            HTTPHead(status: status, headers: headers), body: Array(body.utf8), method: method,
            path: "/api/v1/x?fieldManager=beamctl",
            server: "https://api:6443")
    }

    @Test("a conflict over a field names field and manager")
    func conflict() {
        let error = Self.error(
            409,
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Apply failed with 1 conflict: conflict with \"helm\": .data.a","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"helm\"","field":".data.a"}]},"code":409}"#
        )
        #expect(error.code == .conflict)
        #expect(error.conflicts == [KubernetesError.Conflict(manager: "helm", field: ".data.a")])
        #expect(error.reason == "PATCH /api/v1/x: .data.a is owned by helm")
        #expect(error.method == "PATCH" && error.path == "/api/v1/x" && error.status == 409)
    }

    @Test("what is invalid is told field by field")
    func invalid() {
        let error = Self.error(
            422,
            #"{"kind":"Status","status":"Failure","message":"Deployment.apps \"X\" is invalid: spec.selector: Required value","reason":"Invalid","details":{"name":"X","group":"apps","kind":"Deployment","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.selector"}]},"code":422}"#
        )
        #expect(error.code == .invalid)
        #expect(
            error.causes == [
                KubernetesError.Cause(field: "spec.selector", reason: "FieldValueRequired", message: "Required value")
            ])
        #expect(error.reason == "PATCH /api/v1/x: Deployment.apps \"X\" is invalid: spec.selector: Required value")
    }

    @Test(
        "each kind of trouble has its code",
        arguments: [
            (401, "Unauthorized", "Unauthorized", KubernetesError.Code.unauthorized),
            (403, "Forbidden", "pods is forbidden: User x cannot list resource pods", .forbidden),
            (
                403, "Forbidden", "pods y is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1",
                .quotaExceeded
            ),
            (404, "NotFound", "pods none not found", .notFound),
            (409, "AlreadyExists", "configmaps c2 already exists", .alreadyExists),
            (409, "Conflict", "the object has been modified", .conflict), (410, "Expired", "too old resource version", .gone),
            (429, "TooManyRequests", "slow down", .tooManyRequests), (503, "ServiceUnavailable", "no", .unavailable),
            (504, "Timeout", "late", .timeout), (500, "InternalError", "oops", .serverError),
        ])
    func codes(status: Int, reason: String, message: String, code: KubernetesError.Code) {
        let error = Self.error(
            status, #"{"kind":"Status","status":"Failure","message":"\#(message)","reason":"\#(reason)","code":\#(status)}"#)
        #expect(error.code == code)
        // Who lacks a right is told in the server's words alone.
        #expect(error.reason == (code == .forbidden ? message : "PATCH /api/v1/x: \(message)"))
    }

    @Test("a proxy's page is told by its first line, and a server that wants patience by its time")
    func others() {
        #expect(Self.error(502, "\n<html>bad gateway\nmore").reason == "PATCH /api/v1/x: <html>bad gateway")
        #expect(Self.error(500, "").reason == "PATCH /api/v1/x: it answers 500 without a word")
        #expect(Self.error(429, "no", headers: [("Retry-After", "3")]).retryAfter == .seconds(3))
        #expect(Self.error(429, "no", headers: [("Retry-After", "-7")]).retryAfter == .zero)
        #expect(Self.error(429, "no", headers: [("Retry-After", "soon")]).retryAfter == nil)
    }
}

@Suite("when a request is sent again")
struct RetryTests {
    private func wait(
        _ code: KubernetesError.Code, attempt: Int = 1, _ repeatability: RetryPolicy.Repeatability = .safe, refused: Bool = false,
        after: Duration? = nil
    ) -> Duration? {
        var error = KubernetesError(code, "")
        error.retryAfter = after
        return RetryPolicy().wait(after: error, attempt: attempt, repeatability, wasRefused: refused, jitter: 1)
    }

    @Test("what cannot do harm is asked again, ever later, and not for ever")
    func growing() {
        #expect(
            (1...5).map { wait(.unavailable, attempt: $0) } == [
                .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600), nil,
            ])
    }

    @Test("what could happen twice is sent again only when it was never taken")
    func unsafe() {
        #expect(wait(.unavailable, .unsafe) == nil)
        #expect(wait(.unreachable, .unsafe) == nil)
        #expect(wait(.unreachable, .unsafe, refused: true) != nil)
        #expect(wait(.tooManyRequests, .unsafe) != nil)
    }

    @Test("a server's own time counts, unless nobody would wait so long")
    func asked() {
        #expect(wait(.tooManyRequests, after: .seconds(3)) == .seconds(3))
        #expect(wait(.tooManyRequests, after: .zero) == .milliseconds(200))
        #expect(wait(.tooManyRequests, after: .seconds(60)) == nil)
    }

    @Test(
        "what will not become better is not asked again",
        arguments: [KubernetesError.Code.forbidden, .notFound, .conflict, .invalid, .timeout, .gone])
    func hopeless(code: KubernetesError.Code) {
        #expect(wait(code) == nil)
    }
}
