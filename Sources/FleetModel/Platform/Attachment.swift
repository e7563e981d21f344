/// What a VM of the user's own needs to join an app's cluster as a hidden node.
public struct Attachment: Hashable, Codable, Sendable {
    /// The nodes that are there now.
    public var nodes: [String]
    /// The path of an arguments file for `erl`: name, flags, where the cookie is read and the nodes are found.
    public var argumentsFile: String
    /// The same for a program that starts distribution by itself, under a name of its own, as Livebook does: where the nodes are found.
    public var ownNameArgumentsFile: String
    /// The path of the file that holds the cookie, readable by its owner alone.
    public var cookieFile: String

    /// Makes one.
    public init(nodes: [String], argumentsFile: String, ownNameArgumentsFile: String, cookieFile: String) {
        self.nodes = nodes
        self.argumentsFile = argumentsFile
        self.ownNameArgumentsFile = ownNameArgumentsFile
        self.cookieFile = cookieFile
    }
}
