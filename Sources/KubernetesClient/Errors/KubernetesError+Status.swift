import HTTPTransport
import JSONText

extension KubernetesError {
    /// An answer that is none of success.
    ///
    /// - Parameters:
    ///   - body: A `Status` of the API (meta/v1), or what a proxy says.
    ///   - server: `https://host:port`.
    init(_ head: HTTPHead, body: [UInt8], method: String, path: String, server: String) {
        let document = (try? JSONReader.read(body)).flatMap { $0["kind"]?.text == "Status" ? $0 : nil }
        let said = document?["message"]?.text ?? Self.firstLine(body) ?? "it answers \(head.status) without a word"
        let reason = document?["reason"]?.text ?? ""
        let code = Self.code(head.status, reason: reason, message: said)
        let target = path.prefix { $0 != "?" }
        // Who lacks a right is told which one by the server; the request would only say it again.
        let request = code == .forbidden ? "" : "\(method) \(target): "
        self.init(code, request + said.prefix(2_000), next: Self.next(code, server: server))
        (self.method, self.path, status) = (method, String(target), head.status)
        for cause in document?.at("details", "causes")?.elements ?? [] { add(cause) }
        let seconds = document?.at("details", "retryAfterSeconds")?.integer ?? head.value(of: "Retry-After").flatMap(Int.init)
        retryAfter = seconds.map { .seconds(min(max($0, 0), 3_600)) }
        if !conflicts.isEmpty { tellConflicts() }
    }

    /// A `Status` that came within a stream, with its own code.
    init(status document: JSONValue, method: String, path: String, server: String) {
        let head = HTTPHead(status: document["code"]?.integer ?? 500)
        self.init(head, body: document.bytes, method: method, path: path, server: server)
    }

    private mutating func add(_ cause: JSONValue) {
        let message = cause["message"]?.text ?? ""
        let (reason, field) = (cause["reason"]?.text ?? "", cause["field"]?.text ?? "")
        if reason == "FieldManagerConflict" {
            // `conflict with "helm" using apps/v1`: the manager stands nowhere else.
            let words = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            conflicts.append(Conflict(manager: words.count == 3 ? String(words[1]) : message, field: field))
        } else {
            causes.append(Cause(field: field, reason: reason, message: message))
        }
    }

    private mutating func tellConflicts() {
        let owned = conflicts.map { "\($0.field) is owned by \($0.manager)" }
        reason = "\(method ?? "") \(path ?? ""): \(owned.prefix(8).joined(separator: ", "))"
        next = "leave these fields out, or take them over (force)"
    }

    private static func firstLine(_ body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(2_000), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(300)) }
    }

    private static func code(_ status: Int, reason: String, message: String) -> Code {
        switch (status, reason) {
        case (401, _): .unauthorized
        // The server gives a quota no reason of its own: only its words tell it from a missing right.
        case (403, _) where message.contains("exceeded quota"): .quotaExceeded
        case (403, _): .forbidden
        case (404, _): .notFound
        case (409, "AlreadyExists"): .alreadyExists
        case (409, _): .conflict
        case (400, _), (413, _), (415, _), (422, _): .invalid
        case (410, _), (_, "Expired"): .gone
        case (429, _): .tooManyRequests
        case (503, _): .unavailable
        case (504, _), (_, "Timeout"), (_, "ServerTimeout"): .timeout
        default: .serverError
        }
    }

    private static func next(_ code: Code, server: String) -> String? {
        switch code {
        case .unauthorized: "kubectl auth whoami; the credentials of this context may have expired"
        case .forbidden: "kubectl auth can-i --list; ask whoever runs the cluster for the right"
        case .quotaExceeded: "kubectl describe resourcequota"
        case .unavailable, .timeout: "kubectl get --raw /readyz --server \(server)"
        default: nil
        }
    }

    /// A request that got no answer.
    init(_ failure: HTTPFailure, method: String, path: String, server: String) {
        let (code, why, next): (Code, String, String?) =
            switch failure.reason {
            case .refused:
                (.unreachable, "no API server answers at \(server)", "kubectl cluster-info; is this the right context?")
            case .unresolved:
                (
                    .unreachable, "the name of the API server at \(server) does not resolve",
                    "kubectl config view --minify; is this the right context, and the network that knows it?"
                )
            case .timeout: (.timeout, "the API server at \(server) does not answer in time", "kubectl cluster-info")
            case .handshake:
                (
                    .badCertificate, "the API server at \(server) and we do not trust each other: \(failure)",
                    "compare certificate-authority-data in the kubeconfig with the cluster's"
                )
            case .denied, .broken: (.unreachable, "the connection to the API server at \(server) broke: \(failure)", nil)
            }
        self.init(code, why, next: next)
        (self.method, self.path) = (method, String(path.prefix { $0 != "?" }))
    }
}
