/// An app that cannot be put into objects as it is.
public struct RenderingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of mistake. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// Two things that need names of their own would have the same.
        public static let name = Code(description: "name")
        /// A port has a name or a number that Kubernetes does not take, or that another has.
        public static let port = Code(description: "port")
        /// A patch changes nothing that is rendered, or what it may not.
        public static let patch = Code(description: "patch")
        /// A secret that is referred to has no value.
        public static let secret = Code(description: "secret")
        /// More than an object may hold.
        public static let size = Code(description: "size")
    }

    /// What kind of mistake it is.
    public var code: Code
    /// The key of the manifest that it is about, such as `kubernetes.patches[1]`.
    public var path: String
    /// What is wrong, one line in lower case.
    public var message: String

    init(_ code: Code, _ path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// `path: message`.
    public var description: String { "\(path): \(message)" }
}
