/// The key of everything a platform keeps: an app within a namespace.
public struct AppKey: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    /// The namespace, a DNS label; `default` unless the user says otherwise.
    public let namespace: String
    /// The app's name, a DNS label.
    public let app: String

    /// The namespace that is meant where none is named.
    public static let defaultNamespace = "default"

    /// Makes a key; both names are DNS labels (see ``DNSLabel``).
    public init(namespace: String = AppKey.defaultNamespace, app: String) {
        self.namespace = namespace
        self.app = app
    }

    /// `namespace/app`.
    public var description: String { "\(namespace)/\(app)" }

    /// Orders by namespace, then by app.
    public static func < (left: AppKey, right: AppKey) -> Bool {
        (left.namespace, left.app) < (right.namespace, right.app)
    }
}
