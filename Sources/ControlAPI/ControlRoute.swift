public import FleetModel

/// The paths of the control API. Version 1 is in each path: a daemon may serve several.
public enum ControlRoute {
    /// The version that this build speaks.
    public static let version = 1

    /// `GET`: a ``DaemonStatus``.
    public static let daemon = "/v1/daemon"
    /// `POST`: the daemon ends; replicas go on.
    public static let daemonStop = "/v1/daemon/stop"
    /// `POST`: every replica of every app ends, then the name server, then the daemon.
    public static let stopAll = "/v1/stop"
    /// `GET`: a `ReleaseIntake`.
    public static let intake = "/v1/releases/intake"
    /// `PUT`: an `ImageIntake`, after everything was made ready that containers need.
    public static let imageIntake = "/v1/images/intake"
    /// `GET` with `?namespace=`: a list of `AppStatus`. `POST` of a `DeployRequest`: a `Revision`.
    public static let apps = "/v1/apps"
    /// `GET`: a list of `CertificateReport`. `POST` of a `CertificateRequest`: a `CertificateReport`. `DELETE` with `?id=`.
    public static let certificates = "/v1/certificates"
    /// `POST` of a `PreflightRequest`: a `Preflight`. `DELETE` with `?directory=`: its folder is removed.
    public static let preflight = "/v1/preflight"

    /// `GET` with `?directory=`: lines that say that a `Preflight` is wanted, as long as they are read. When nobody reads any more, it is
    /// discarded.
    public static let preflightLease = "/v1/preflight/lease"

    /// `GET`: `AppStatus`; `DELETE`: destroy. Below it: ``Verb``.
    public static func app(_ key: AppKey) -> String {
        "/v1/namespaces/\(key.namespace)/apps/\(key.app)"
    }

    /// The path of a verb of an app.
    public static func app(_ key: AppKey, _ verb: Verb) -> String {
        "\(app(key))/\(verb.rawValue)"
    }

    /// What can be asked of an app.
    public enum Verb: String, CaseIterable, Sendable {
        /// `GET`: lines of `AppStatus`.
        case watch
        /// `GET`: a `NodesReport`.
        case nodes
        /// `PUT` of a ``ScaleRequest``: `AppStatus`.
        case scale
        /// `POST`: `AppStatus`.
        case restart
        /// `POST`: ends when no replica is left.
        case stop
        /// `POST` of a `LogQuery`: lines of `LogLine`.
        case logs
        /// `GET`: a `History`.
        case history
        /// `PUT` of a `RollbackRequest`: a `Revision`.
        case rollback
        /// `GET`: a `SettingsReport`. `PUT` of a `SettingsRequest`: a `SettingsOutcome`.
        case settings
        /// `POST` of a `OneOff`: a `ProgramCall`.
        case call
        /// `PUT`: an `Attachment`.
        case attachment
        /// `GET`: a list of `CrashReport`.
        case crashes
        /// `POST` of a `LockHolder`: lines of ``LockState``; the lock is held as long as they are read, or until it is released.
        case lock
        /// `POST` of a `LockHolder`: lets go of its lock.
        case unlock
    }
}

/// What `daemon status` shows.
public struct DaemonStatus: Hashable, Codable, Sendable {
    /// The daemon's process id.
    public var pid: Int32
    /// Its version of beamctl.
    public var version: String
    /// The version of the control API that it speaks.
    public var api: Int
    /// The path of its socket.
    public var socket: String
    /// Where its name server answers, as `address:port`; nil while it does not.
    public var dns: String?
    /// Where the name server for containers answers; nil while there is none.
    public var containerDNS: String?
    /// An address that a container may have, and that of the name server for it; nil where there are no containers.
    public var containers: ContainerAddresses?
    /// Where its entrance takes requests, each as `address:port`; empty while there is none.
    public var entrance: [String]
    /// Why there is no entrance although an app serves HTTP.
    public var entranceProblem: String?
    /// The settings of the entrance that the daemon was started with, as variables of an environment.
    public var entranceSettings: String?
    /// The network that replicas get their addresses from.
    public var network: String
    /// How many apps it knows.
    public var apps: Int
    /// How many replicas there are.
    public var replicas: Int

    /// Makes one.
    public init(
        pid: Int32, version: String, api: Int, socket: String, dns: String?, entrance: [String] = [],
        entranceProblem: String? = nil, entranceSettings: String? = nil, network: String, apps: Int, replicas: Int
    ) {
        self.pid = pid
        self.version = version
        self.api = api
        self.socket = socket
        self.dns = dns
        self.entrance = entrance
        self.entranceProblem = entranceProblem
        self.entranceSettings = entranceSettings
        self.network = network
        self.apps = apps
        self.replicas = replicas
    }
}

/// Addresses in the network of containers, as there may be some.
public struct ContainerAddresses: Hashable, Codable, Sendable {
    /// A replica's.
    public var replica: String
    /// The name server's.
    public var nameServer: String

    /// Makes them.
    public init(replica: String, nameServer: String) {
        (self.replica, self.nameServer) = (replica, nameServer)
    }
}

/// Another number of replicas for one process.
public struct ScaleRequest: Hashable, Codable, Sendable {
    /// The process; nil where there is only one.
    public var process: String?
    /// How many.
    public var replicas: Int

    /// Makes one.
    public init(process: String?, replicas: Int) {
        self.process = process
        self.replicas = replicas
    }
}

/// Whether a deploy lock is held by who asked, or by whom else.
public struct LockState: Hashable, Codable, Sendable {
    /// Who else holds it; nil: the one who asked does.
    public var heldBy: LockHolder?

    /// Makes one.
    public init(heldBy: LockHolder?) {
        self.heldBy = heldBy
    }
}
