internal import NIOCore

/// The routes as requests are matched against them.
struct RoutingTable: Sendable {
    /// One route and its replicas.
    final class Entry: Sendable {
        let route: Route
        let backends: [Backend]

        init(_ route: Route, _ backends: [Backend]) {
            self.route = route
            self.backends = backends
        }
    }

    /// Entries by host, those with the longest path first.
    private let byHost: [String: [Entry]]
    /// Where requests go that name this machine instead of an app: the routes of the only app there is.
    private let only: [Entry]

    /// How a path that a request asks for finds its entry.
    static let empty = RoutingTable(entries: [])

    init(entries: [Entry]) {
        var byHost: [String: [Entry]] = [:]
        for entry in entries {
            for host in entry.route.hosts { byHost[host, default: []].append(entry) }
        }
        self.byHost = byHost.mapValues { $0.sorted { $0.route.path.utf8.count > $1.route.path.utf8.count } }
        let isAlone = Set(entries.map(\.route.app)).count == 1
        only = isAlone ? entries.sorted { $0.route.path.utf8.count > $1.route.path.utf8.count } : []
    }

    /// Every host that has a route, in order.
    var hosts: [String] { byHost.keys.sorted() }

    /// The entry for a host and a path; nil when there is none.
    func entry(host: String, path: String) -> Entry? {
        let entries = byHost[host] ?? (Self.isThisMachine(host) ? only : [])
        return entries.first { Self.covers($0.route.path, path) }
    }

    /// Whether a path is a route's own, or below it.
    static func covers(_ prefix: String, _ path: String) -> Bool {
        if prefix == "/" { return true }
        guard path.utf8.starts(with: prefix.utf8) else { return false }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || prefix.utf8.last == UInt8(ascii: "/") || rest.first == UInt8(ascii: "/")
    }

    private static func isThisMachine(_ host: String) -> Bool {
        host.isEmpty || host == "localhost" || host.utf8.first == UInt8(ascii: "[")
            || host.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    }
}

/// Chooses a replica for a request.
struct Balancer {
    private var turn = 0

    /// The replica with the fewest open requests and WebSockets among those that were not tried yet; with equals they take turns. One that could not
    /// be reached a moment ago is chosen only when nobody else is there.
    mutating func choose(_ backends: [Backend], tried: [Backend], now: NIODeadline) -> Backend? {
        turn &+= 1
        var best: (backend: Backend, isShunned: Bool, open: Int)?
        for offset in backends.indices {
            let backend = backends[(offset + turn) % backends.count]
            if backend.isLeaving || tried.contains(where: { $0 === backend }) { continue }
            let (isShunned, open) = (backend.isShunned(now: now), backend.openRequests + backend.openTunnels)
            if let best, (best.isShunned ? 1 : 0, best.open) <= (isShunned ? 1 : 0, open) { continue }
            best = (backend, isShunned, open)
        }
        return best?.backend
    }
}
