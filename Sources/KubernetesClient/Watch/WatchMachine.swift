import JSONText

/// How a watch goes on, as a value: what came is put in, what to do next comes out.
struct WatchMachine {
    /// What is to be done.
    enum Action: Equatable {
        /// Ask for all objects.
        case list
        /// Ask for what happened since.
        case watch(resourceVersion: String)
        /// Do nothing for this long, then ask what comes next.
        case wait(Duration)
        /// It cannot go on.
        case fail(KubernetesError)
    }

    private var resourceVersion: String?
    private var failures = 0
    private var isInterrupted = false
    private var mustWait = false

    private static let first = Duration.milliseconds(100)
    private static let longest = Duration.seconds(10)

    /// What to do now. `jitter` is 0 to 1.
    mutating func next(jitter: Double) -> Action {
        if mustWait {
            mustWait = false
            let grown = min(Self.first * (1 << min(failures - 1, 10)), Self.longest)
            return .wait(grown * (0.5 + jitter / 2))
        }
        return resourceVersion.map { .watch(resourceVersion: $0) } ?? .list
    }

    /// All objects came.
    mutating func listed(_ list: ObjectList) -> [WatchEvent] {
        resourceVersion = list.resourceVersion
        return heard() + [.all(list.items)]
    }

    /// The server has taken the watch.
    mutating func opened() -> [WatchEvent] {
        heard()
    }

    /// A line of the watch came. Throws what it says is wrong.
    mutating func received(_ line: JSONValue, error: (JSONValue) -> KubernetesError) throws(KubernetesError) -> [WatchEvent] {
        guard let type = line["type"]?.text, let object = line.at("object") else {
            throw KubernetesError(.protocolBroken, "a watch brought what is no event")
        }
        if type == "ERROR" { throw error(object) }
        if let version = object.at("metadata", "resourceVersion")?.text { resourceVersion = version }
        // A watch that brings something is none that fails each time.
        failures = 0
        return switch type {
        case "ADDED": [.added(object)]
        case "MODIFIED": [.modified(object)]
        case "DELETED": [.deleted(object)]
        // A bookmark only moves the place to go on from; of what will come, nothing is known.
        default: []
        }
    }

    /// The server ended the watch in order, as it does after a time.
    mutating func ended(sawEvents: Bool) {
        // One that ends at once, each time, is not asked in a circle.
        guard !sawEvents else { return }
        failures += 1
        mustWait = true
    }

    /// Something failed. Returns what its reader should know; ``next(jitter:)`` says how it goes on.
    mutating func failed(_ error: KubernetesError) throws(KubernetesError) -> [WatchEvent] {
        switch error.code {
        case .gone:
            resourceVersion = nil
            failures += 1
            mustWait = failures > 1
            return []
        case .unreachable, .timeout, .unavailable, .serverError, .tooManyRequests, .protocolBroken, .badCertificate, .execPlugin:
            // A certificate or a credential that was good when the watch began is being replaced.
            guard resourceVersion != nil || ![.badCertificate, .execPlugin].contains(error.code) else { throw error }
            failures += 1
            mustWait = true
            guard !isInterrupted else { return [] }
            isInterrupted = true
            return [.interrupted(error)]
        default: throw error
        }
    }

    private mutating func heard() -> [WatchEvent] {
        guard isInterrupted else { return [] }
        isInterrupted = false
        return [.resumed]
    }
}
