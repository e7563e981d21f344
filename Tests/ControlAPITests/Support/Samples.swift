import ControlAPI
import FleetModel

/// Values that tests make often.
enum Sample {
    static let key = AppKey(app: "hello")
    static let digest = String(repeating: "0", count: 64)

    static func request(_ app: String = "hello", namespace: String = AppKey.defaultNamespace, web: Int = 1) -> DeployRequest {
        let release = ReleaseDescription(
            tool: .mix, name: "hello", version: "0.1.0", erts: "13.1.5", otp: "25", elixir: "1.14.0",
            applications: ["hello": "0.1.0"])
        return DeployRequest(
            namespace: namespace, spec: AppSpec(app: app, processes: ["web": ProcessSpec(replicas: web)]),
            release: StoredRelease(description: release, digest: digest),
            origin: RevisionOrigin(user: "tester@here"))
    }

    static func status(revision number: Int = 1) -> AppStatus {
        let request = request()
        let deployment = Deployment(key: key, revision: number, scale: ["web": 1])
        let revision = Revision(
            number: number, release: request.release, spec: request.spec, origin: request.origin,
            createdAt: Timestamp(milliseconds: 1))
        return AppStatus(deployment: deployment, revision: revision, replicas: [], mesh: nil)
    }

    static let daemon = DaemonStatus(
        pid: 7, version: "1.2.3", api: 1, socket: "/s", dns: nil, network: "127.94.0.0/16", apps: 2, replicas: 3)

    /// A value as the daemon would write it.
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try ControlCoding.bytes(value), as: UTF8.self)
    }

    /// A line of a stream.
    static func line(_ status: AppStatus) throws -> String {
        try json(StreamFrame.value(status)) + "\n"
    }
}
