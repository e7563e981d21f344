public import JSONText

/// What happened to the objects that are watched.
public enum WatchEvent: Hashable, Sendable {
    /// All that there are now: whatever is not among them is gone. Comes first, and whenever the server has forgotten where we were.
    case all([JSONValue])
    /// One came.
    case added(JSONValue)
    /// One changed.
    case modified(JSONValue)
    /// One went; this is what it was.
    case deleted(JSONValue)
    /// The server is not heard. What was told before is all that is known; the watch goes on by itself.
    case interrupted(KubernetesError)
    /// The server is heard again. What happened meanwhile follows: one by one, or as ``all(_:)`` when it has forgotten where we were.
    case resumed
}
