import FleetModel
import HTTPTransport

/// The HTTP check of a manifest (`http.health`), as Kubernetes' httpGet probe: 200…399 is well.
struct HealthCheck: Sendable {
    let transport: HTTPTransport

    /// How long an answer may take.
    static let patience = Duration.seconds(2)

    /// What is asked: as a request that came through the entrance over HTTPS, since an app that insists on that (`force_ssl`) would
    /// answer any other with a redirect.
    struct Question: Sendable {
        var path: String
        /// The host name that the app is known by.
        var host: String
    }

    /// What is wrong with a replica's answer, in a few words; nil when nothing is.
    func problem(_ slot: Replica.Slot, _ question: Question) async -> String? {
        let path = question.path
        let call = HTTPCall(
            "GET", path, at: .tcp(host: slot.address, port: slot.port),
            headers: [("Host", question.host), ("X-Forwarded-Proto", "https"), ("User-Agent", "beamctl health check")])
        do {
            let answer = try await transport.send(call, timeout: Self.patience, bodyLimit: 1 << 20)
            return Self.problem(with: answer.head, question)
        } catch let failure as HTTPFailure {
            return "GET \(path) at \(slot.address):\(slot.port): \(Self.words(failure.reason))"
        } catch {
            return "GET \(path) at \(slot.address):\(slot.port): \(error)"
        }
    }

    /// What is wrong with an answer. An app that sends to HTTPS what came over HTTPS does not believe who says so, and then nobody ever
    /// gets a page of it.
    static func problem(with head: HTTPHead, _ question: Question) -> String? {
        guard (200...399).contains(head.status) else { return "GET \(question.path) answers \(head.status)" }
        guard head.status >= 300, let target = head.value(of: "location"), target.hasPrefix("https://\(question.host)") else {
            return nil
        }
        return "GET \(question.path) answers \(head.status) to \(target.prefix(200)), although X-Forwarded-Proto says https: "
            + "the app does not believe that (Phoenix: force_ssl: [rewrite_on: [:x_forwarded_proto]])"
    }

    private static func words(_ reason: HTTPFailure.Reason) -> String {
        switch reason {
        case .refused: "nothing listens there (does the app listen on PORT, on every address?)"
        case .timeout: "no answer within \(patience.components.seconds) s"
        case .broken, .handshake: "no HTTP answer"
        }
    }
}
