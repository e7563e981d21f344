/// What an API server refused, or why it could not be asked.
public struct KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// No API server answers there, or the connection to it broke.
        public static let unreachable = Code(description: "kubernetes-unreachable")
        /// It does not know who we are (401).
        public static let unauthorized = Code(description: "kubernetes-unauthorized")
        /// It knows, and we may not (403).
        public static let forbidden = Code(description: "kubernetes-forbidden")
        /// There is no such object, or no such kind (404).
        public static let notFound = Code(description: "kubernetes-not-found")
        /// The server serves no version of this kind that we can write.
        public static let notServed = Code(description: "kubernetes-not-served")
        /// The object is there already (409).
        public static let alreadyExists = Code(description: "kubernetes-already-exists")
        /// Somebody else owns a field, or has changed the object (409); see ``KubernetesError/conflicts``.
        public static let conflict = Code(description: "kubernetes-conflict")
        /// The object is not what its kind may be (422, 400); see ``KubernetesError/causes``.
        public static let invalid = Code(description: "kubernetes-invalid")
        /// It would be more than the namespace may have (403).
        public static let quotaExceeded = Code(description: "kubernetes-quota-exceeded")
        /// Too many requests; ``KubernetesError/retryAfter`` (429).
        public static let tooManyRequests = Code(description: "kubernetes-too-many-requests")
        /// The version to go on from is forgotten (410).
        public static let gone = Code(description: "kubernetes-gone")
        /// No answer came in time (or 504).
        public static let timeout = Code(description: "kubernetes-timeout")
        /// It cannot answer now (503).
        public static let unavailable = Code(description: "kubernetes-unavailable")
        /// It failed (500 and others).
        public static let serverError = Code(description: "kubernetes-server-error")
        /// Its certificate is not trusted, or ours is none.
        public static let badCertificate = Code(description: "kubernetes-bad-certificate")
        /// The kubeconfig does not say what is needed.
        public static let badConfig = Code(description: "kubernetes-bad-config")
        /// The program that gives the credentials failed.
        public static let execPlugin = Code(description: "kubernetes-exec-plugin")
        /// What answered does not speak the API.
        public static let protocolBroken = Code(description: "kubernetes-protocol")
        /// An exec or a port-forward failed behind the API server.
        public static let streamFailed = Code(description: "kubernetes-stream")
    }

    /// A field that another manager owns (server-side apply).
    public struct Conflict: Hashable, Sendable {
        /// `kubectl-client-side-apply`, `helm`, …
        public var manager: String
        /// `.spec.replicas`
        public var field: String

        /// Makes one.
        public init(manager: String, field: String) {
            (self.manager, self.field) = (manager, field)
        }
    }

    /// One of several things that are wrong with an object.
    public struct Cause: Hashable, Sendable {
        /// `spec.template.spec.containers[0].image`, or empty.
        public var field: String
        /// `FieldValueRequired`, …
        public var reason: String
        /// The server's words.
        public var message: String

        /// Makes one.
        public init(field: String, reason: String, message: String) {
            (self.field, self.reason, self.message) = (field, reason, message)
        }
    }

    /// What kind of trouble it is.
    public var code: Code
    /// Why, one line, in the server's own words where it has any.
    public var reason: String
    /// What to do next: a command or a sentence.
    public var next: String?
    /// `PATCH`, where a request failed.
    public var method: String?
    /// `/apis/apps/v1/namespaces/…`, without its query.
    public var path: String?
    /// The status of the answer.
    public var status: Int?
    /// Of a ``Code/conflict`` over fields: who owns which.
    public var conflicts: [Conflict] = []
    /// Of ``Code/invalid``: what is wrong where.
    public var causes: [Cause] = []
    /// When the server wants to be asked again.
    public var retryAfter: Duration?

    /// Makes one.
    public init(_ code: Code, _ reason: String, next: String? = nil) {
        (self.code, self.reason, self.next) = (code, reason, next)
    }

    /// `reason (next)`.
    public var description: String { reason + (next.map { " (try: \($0))" } ?? "") }
}
