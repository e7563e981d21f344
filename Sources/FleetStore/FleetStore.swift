public import FleetModel
import FoundationEssentials
import GRDB

/// Everything that the local platform must not forget, in one SQLite file (WAL). A write has happened when it returns.
///
/// Writes are synchronous on purpose: the one that decides (an actor) must not be entered again between deciding and writing
/// down. With WAL and `synchronous = NORMAL` a write is an append without a flush, some tens of microseconds.
public struct FleetStore: Sendable {
    private let database: DatabaseQueue

    /// Opens or makes the file; brings its tables up to date. Throws ``StoreError``.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try Schema.migrator.migrate(database)
        } catch {
            throw StoreError(opening: path, error)
        }
    }

    /// Opens the file to read in it, and changes nothing. Throws ``StoreError`` for one that is damaged, or that a newer beamctl made.
    public init(inspecting path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            let verdicts = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
            guard verdicts == ["ok"] else {
                throw StoreError("the state file \(path) is damaged: \(verdicts.joined(separator: "; "))")
            }
            guard try database.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
                throw StoreError("the state file \(path) was made by a newer beamctl")
            }
        } catch {
            throw error as? StoreError ?? StoreError(opening: path, error)
        }
    }

    /// What is kept, all of it, as a daemon reads it once when it starts.
    public func load() throws -> FleetState {
        try read { database in
            FleetState(
                deployments: try Self.all(Deployment.self, "SELECT body FROM deployment", database),
                revisions: try Self.keyedRevisions(database),
                replicas: try Self.all(Replica.self, "SELECT body FROM replica", database)
            )
        }
    }

    /// Writes a deployment, and the new revision that it wants, if there is one.
    public func save(_ deployment: Deployment, newRevision revision: Revision? = nil) throws {
        try write { try Self.write(deployment, revision, $0) }
    }

    static func write(_ deployment: Deployment, _ revision: Revision?, _ database: Database) throws {
        let key = deployment.key
        if let revision {
            try database.execute(
                sql: "INSERT INTO revision (namespace, app, number, body) VALUES (?, ?, ?, ?)",
                arguments: [key.namespace, key.app, revision.number, try json(revision)])
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO deployment (namespace, app, body) VALUES (?, ?, ?)",
            arguments: [key.namespace, key.app, try json(deployment)])
    }

    /// Writes a revision that is there already as it now is.
    public func update(_ revision: Revision, of key: AppKey) throws {
        try write { database in
            try database.execute(
                sql: "UPDATE revision SET body = ? WHERE namespace = ? AND app = ? AND number = ?",
                arguments: [try Self.json(revision), key.namespace, key.app, revision.number])
        }
    }

    /// Writes replicas as they now are, all or none.
    public func save(_ replicas: [Replica]) throws {
        try write { database in
            for replica in replicas {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO replica (name, namespace, app, body) VALUES (?, ?, ?, ?)",
                    arguments: [replica.name, replica.key.namespace, replica.key.app, try Self.json(replica)])
            }
        }
    }

    /// Forgets a replica.
    public func forget(replica name: String) throws {
        try write { try $0.execute(sql: "DELETE FROM replica WHERE name = ?", arguments: [name]) }
    }

    /// Forgets an app: its deployment, its revisions, its settings, its secrets, and the cookies of these clusters.
    public func forget(_ key: AppKey, clusters: Set<String>) throws {
        try write { database in
            for table in ["deployment", "revision", "settings", "secret"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE namespace = ? AND app = ?", arguments: [key.namespace, key.app])
            }
            for cluster in clusters {
                try database.execute(
                    sql: "DELETE FROM cluster WHERE namespace = ? AND name = ?", arguments: [key.namespace, cluster])
            }
        }
    }

    /// The cookie of a cluster: the one that is kept, or `fresh`, which is then kept.
    public func cookie(namespace: String, cluster: String, orElse fresh: @autoclosure () -> String) throws -> String {
        let made = fresh()
        return try write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO cluster (namespace, name, cookie) VALUES (?, ?, ?)",
                arguments: [namespace, cluster, made])
            return try String.fetchOne(
                database, sql: "SELECT cookie FROM cluster WHERE namespace = ? AND name = ?", arguments: [namespace, cluster])
                ?? made
        }
    }

    /// A single remembered text, such as the boot that the replicas were started in.
    public func fact(_ name: String) throws -> String? {
        try read { try String.fetchOne($0, sql: "SELECT value FROM fact WHERE name = ?", arguments: [name]) }
    }

    /// Remembers a single text.
    public func setFact(_ name: String, to value: String) throws {
        try write { try $0.execute(sql: "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", arguments: [name, value]) }
    }
}

extension FleetStore {
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try database.read(body) } catch { throw StoreError(from: error) }
    }

    @discardableResult
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try database.write(body) } catch { throw StoreError(from: error) }
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func all<Value: Decodable>(_: Value.Type, _ sql: String, _ database: Database) throws -> [Value] {
        let decoder = JSONDecoder()
        return try String.fetchAll(database, sql: sql).map { try decoder.decode(Value.self, from: Data($0.utf8)) }
    }

    private static func keyedRevisions(_ database: Database) throws -> [AppKey: [Revision]] {
        let rows = try Row.fetchAll(database, sql: "SELECT namespace, app, body FROM revision ORDER BY number")
        let decoder = JSONDecoder()
        var revisions: [AppKey: [Revision]] = [:]
        for row in rows {
            let key = AppKey(namespace: row["namespace"], app: row["app"])
            let body: String = row["body"]
            revisions[key, default: []].append(try decoder.decode(Revision.self, from: Data(body.utf8)))
        }
        return revisions
    }
}

/// Everything that a store holds, at one moment.
public struct FleetState: Sendable {
    /// What is wanted.
    public var deployments: [Deployment]
    /// Every revision by app, oldest first.
    public var revisions: [AppKey: [Revision]]
    /// Every replica that was recorded.
    public var replicas: [Replica]
}

/// The state could not be read or written.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one line.
    public let description: String
    /// Whether the disk has no room left.
    public let isDiskFull: Bool

    init(_ description: String, isDiskFull: Bool = false) {
        self.description = description
        self.isDiskFull = isDiskFull
    }

    init(opening path: String, _ error: any Error) {
        self.init("the state file \(path) cannot be opened: \(error)", isDiskFull: Self.isFull(error))
    }

    private static func isFull(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_FULL
    }

    init(from error: any Error) {
        let isFull = Self.isFull(error)
        self.init(
            isFull ? "the disk is full: the state cannot be written" : "the state cannot be read or written: \(error)",
            isDiskFull: isFull)
    }
}
