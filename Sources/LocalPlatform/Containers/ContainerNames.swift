import Crypto
import FleetModel

/// What things of one home are called in a Docker Engine, which other homes may use too.
struct ContainerNames: Hashable, Sendable {
    /// Tells this home from every other: eight hexadecimal digits of its path's SHA-256.
    let id: String
    private let home: String

    init(home: Home) {
        self.home = home.path
        let digits = SHA256.hash(data: Array(home.path.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        id = String(digits.joined().prefix(8))
    }

    /// The network.
    var network: String { "beamctl-\(id)" }
    /// The network's interface: at most 15 bytes (IFNAMSIZ).
    var interface: String { "bctl\(id)" }
    /// What the names of images begin with.
    var images: String { "beamctl-\(id)" }

    /// The container of a replica. The Engine gives a name once, so no replica ever runs twice.
    func container(_ replica: Replica) -> String { "beamctl-\(id)-\(replica.key.namespace)-\(replica.name)" }

    /// The container in which something is tried for a process.
    func trial(_ folder: String, _ process: String) -> String { "beamctl-\(id)-trial-\(folder)-\(process)" }

    /// What everything of this home has.
    var labels: [String: String] { [Self.homeLabel: home] }

    /// What the container of a replica has.
    func labels(_ replica: Replica) -> [String: String] {
        labels.merging([
            "com.beamctl.namespace": replica.key.namespace, "com.beamctl.app": replica.key.app,
            "com.beamctl.process": replica.process, Self.replicaLabel: replica.name,
            "com.beamctl.revision": "\(replica.revision)",
        ]) { $1 }
    }

    /// What the containers of a trial have.
    func labels(trial folder: String) -> [String: String] { labels.merging([Self.trialLabel: folder]) { $1 } }

    static let homeLabel = "com.beamctl.home"
    static let replicaLabel = "com.beamctl.replica"
    static let trialLabel = "com.beamctl.trial"
}
