import FoundationEssentials

/// The folder under which one daemon keeps everything (`BEAMCTL_HOME`), readable by its owner alone.
public struct Home: Hashable, Sendable {
    /// The folder's absolute path.
    public let path: String

    /// The longest path that a Unix socket can have on Linux (`sun_path`, unix(7)), without its end.
    public static let longestSocketPath = 107

    /// Names the folder; nothing is made yet. Throws ``LocalPlatformError`` when a socket in it could not be bound.
    public init(path: String) throws {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        self.path = absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
        let longest = max(
            socket.utf8.count, nameServerSocket.utf8.count, bridgeNameServerSocket.utf8.count, entranceSocket.utf8.count)
        guard longest <= Self.longestSocketPath else {
            throw LocalPlatformError(
                "BEAMCTL_HOME is too long: \(self.path) leaves no room for a socket's path (\(longest) of \(Self.longestSocketPath) bytes)",
                hint: "export BEAMCTL_HOME=<a shorter path>")
        }
    }

    /// The daemon's socket.
    public var socket: String { path + "/beamctl.sock" }
    /// Held by the daemon as long as it lives; holds its process id.
    public var daemonLock: String { path + "/daemon.lock" }
    /// What the daemon says, when it was started by a command.
    public var daemonLog: String { path + "/daemon.log" }
    /// The state.
    public var database: String { path + "/state.sqlite" }
    /// The key that secrets are encrypted with.
    public var secretsKey: String { path + "/secrets.key" }
    /// Folders of configurations that are being tried.
    public var preflights: String { path + "/preflight" }
    /// What VMs of the user's own need to join a cluster, a folder for each app.
    public var attachments: String { path + "/attach" }
    /// Crash dumps, a folder for each app.
    public var crashes: String { path + "/crashes" }
    /// Read-only copies of releases by digest.
    public var releases: String { path + "/releases" }
    /// Images and their layers, an OCI image layout.
    public var images: String { path + "/images" }
    /// One folder for each replica.
    public var replicas: String { path + "/replicas" }
    /// The name server's folder: zone, lock, socket, log.
    public var nameServer: String { path + "/dns" }
    /// The folder of the name server that containers ask.
    public var bridgeNameServer: String { path + "/dns-bridge" }
    /// Its socket.
    public var bridgeNameServerSocket: String { bridgeNameServer + "/dns.sock" }
    /// The entrance's folder: routes, access log, lock, socket, log.
    public var entrance: String { path + "/entrance" }
    /// The entrance's socket.
    public var entranceSocket: String { entrance + "/entrance.sock" }
    /// The entrance's certificates, a folder for each.
    var certificates: String { Self.certificates(besides: entranceSocket) }

    /// The certificates of the entrance with this socket.
    static func certificates(besides socket: String) -> String {
        socket.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/certificates"
    }

    /// The name server's socket.
    public var nameServerSocket: String { nameServer + "/dns.sock" }

    /// Whether a daemon ever ran here.
    public var hasState: Bool { FileManager.default.fileExists(atPath: database) }

    /// Makes the folders that are missing, mode 0700. Throws what the file system says, and ``LocalPlatformError`` for a folder that is
    /// there for something else: one that others may look into, with things in it that are not ours.
    public func prepare() throws {
        try refuseAnothersFolder()
        for folder in [path, releases, replicas, preflights, nameServer, bridgeNameServer, entrance] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }
}

extension Home {
    /// To close a folder such as `/tmp` to everybody else, because it was named by mistake, would harm the whole machine.
    private func refuseAnothersFolder() throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path), !names.isEmpty, !names.contains("releases"),
            let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int, mode & 0o077 != 0
        else { return }
        throw LocalPlatformError(
            "BEAMCTL_HOME is \(path), which holds other things and is open to other users",
            hint: "name a folder for beamctl alone: export BEAMCTL_HOME=\(path == "/" ? "" : path)/beamctl")
    }
}

/// Something of this machine is not as the local platform needs it.
public struct LocalPlatformError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, where and why.
    public let description: String
    /// A command or a change that mends it.
    public let hint: String?

    /// Makes one.
    public init(_ description: String, hint: String? = nil) {
        self.description = description
        self.hint = hint
    }
}
