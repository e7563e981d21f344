import FleetModel
import HTTPEntrance

/// Which requests go to which replicas, as the fleet is now.
enum FleetRoutes {
    /// A route for each process that serves HTTP, in order. A process that the wanted revision does not have any more keeps its route as
    /// long as it has replicas of older ones.
    static func all(deployments: [AppKey: Deployment], revisions: [AppKey: [Revision]], replicas: [Replica]) -> [Route] {
        let byKey = Dictionary(grouping: replicas) { $0.key }
        return deployments.keys.sorted().flatMap { key -> [Route] in
            let current = revisions[key]?.first { $0.number == deployments[key]?.revision }
            guard let spec = current?.spec else { return [] }
            return spec.processes.sorted { $0.key < $1.key }.compactMap { name, process in
                process.http.map { http in
                    var route = route(key, spec.hosts, http, (byKey[key] ?? []).filter { $0.process == name })
                    route.isStopped = deployments[key]?.intent == .stop
                    return route
                }
            }
        }
    }

    private static func route(_ key: AppKey, _ hosts: [String], _ http: HTTPSpec, _ replicas: [Replica]) -> Route {
        let ordered = replicas.sorted { $0.name < $1.name }
        return Route(
            app: key.namespace == AppKey.defaultNamespace ? key.app : "\(key.app) -n \(key.namespace)",
            hosts: [HostName.local(key)] + hosts, path: http.path,
            endpoints: ordered.filter { $0.phase == .ready }.compactMap { replica in
                UInt16(exactly: replica.slot.port).map {
                    Route.Endpoint(replica: replica.name, address: replica.slot.address, port: $0)
                }
            },
            notes: ordered.filter { $0.phase != .ready }.map { replica in
                "\(replica.name) is \(replica.phase.rawValue)" + (replica.reason.map { ": \($0.prefix(200))" } ?? "")
            },
            maximumBody: http.maxBodyBytes.flatMap { UInt64(exactly: $0) }, forcesHTTPS: http.forcesHTTPS)
    }
}
