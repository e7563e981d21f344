public import HeadlessDNS
import JSONText
import KubernetesClient

/// Follows the Services and EndpointSlices of a cluster, and makes a zone of them whenever one changes. While the API server is not
/// heard, the last zone holds.
public struct ClusterNaming: Sendable {
    private let platform: ClusterPlatform
    private let origin: String

    /// Makes one.
    ///
    /// - Parameter origin: The cluster's domain: `cluster.local`.
    public init(_ platform: ClusterPlatform, origin: String) {
        (self.platform, self.origin) = (platform, origin)
    }

    /// What comes of following.
    public enum Event: Sendable {
        /// The zone as it is now; the first once both kinds are known.
        case zone(Zone)
        /// The API server is not heard, for this reason; it is asked again and again.
        case silent(String)
        /// It is heard again.
        case heard
    }

    /// Tells every event. Returns only with an error, or when the task is cancelled.
    public func run(_ tell: @escaping @Sendable (Event) -> Void) async throws {
        try await platform.translating {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (events, teller) = AsyncStream<(isService: Bool, event: WatchEvent)>.makeStream()
                let (contacts, contact) = AsyncStream<Void>.makeStream()
                group.addTask {
                    for try await event in platform.client.watchEverywhere(.services) {
                        if case .all = event { contact.finish() }
                        teller.yield((true, event))
                    }
                }
                group.addTask {
                    // Who has listed the Services is there, and can say in which version it serves these.
                    for await _ in contacts {}
                    let slices = try await platform.client.resource(kind: "EndpointSlice", group: "discovery.k8s.io")
                    for try await event in platform.client.watchEverywhere(slices) { teller.yield((false, event)) }
                }
                group.addTask { await follow(events, tell) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func follow(
        _ events: AsyncStream<(isService: Bool, event: WatchEvent)>, _ tell: @Sendable (Event) -> Void
    ) async {
        var (services, slices) = (WatchedObjects(), WatchedObjects())
        var serial: UInt32 = 0
        for await (isService, event) in events {
            // One of them tells of the server for both.
            if isService, case .interrupted(let error) = event { tell(.silent(error.reason)) }
            if isService, case .resumed = event { tell(.heard) }
            let isNew = isService ? services.take(event) : slices.take(event)
            guard isNew, let services = services.all, let slices = slices.all else { continue }
            serial &+= 1
            tell(.zone(ClusterZone.make(origin: origin, serial: serial, services: services, slices: slices)))
        }
    }
}

/// The objects of a kind, as the events of a watch leave them.
struct WatchedObjects {
    private var byUID: [String: KubernetesObject]?

    /// The objects, by name; nil before all were told once.
    var all: [KubernetesObject]? {
        byUID?.values.sorted { ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name) }
    }

    /// Takes an event; returns whether it says anything new.
    mutating func take(_ event: WatchEvent) -> Bool {
        switch event {
        case .all(let all):
            byUID = Dictionary(all.map { KubernetesObject(json: $0) }.map { ($0.uid, $0) }) { _, last in last }
        case .added(let json), .modified(let json):
            let object = KubernetesObject(json: json)
            byUID?[object.uid] = object
        case .deleted(let json): byUID?[KubernetesObject(json: json).uid] = nil
        case .interrupted, .resumed: return false
        }
        return true
    }
}
