public import FleetModel
import FoundationEssentials
import GRDB

/// A secret's value as it is kept: encrypted, by whoever has the key.
public struct SealedSecret: Hashable, Sendable {
    /// The variable's name.
    public var name: String
    /// Counts from 1 for each name of an app; a version's value never changes.
    public var version: Int
    /// The encrypted value.
    public var sealed: [UInt8]
    /// When it was set.
    public var setAt: Timestamp

    /// Makes one.
    public init(name: String, version: Int, sealed: [UInt8], setAt: Timestamp) {
        self.name = name
        self.version = version
        self.sealed = sealed
        self.setAt = setAt
    }
}

extension FleetStore {
    /// Writes an app's settings with the secrets that are new in them and, if there is one, the revision that takes them with the
    /// deployment that wants it: all or nothing.
    public func save(
        _ settings: Settings, of key: AppKey, newSecrets: [SealedSecret], deployment: Deployment?, newRevision: Revision?
    ) throws {
        try write { database in
            for secret in newSecrets {
                try database.execute(
                    sql: "INSERT INTO secret (namespace, app, name, version, sealed, setAt) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        key.namespace, key.app, secret.name, secret.version, Data(secret.sealed), secret.setAt.milliseconds,
                    ])
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO settings (namespace, app, body) VALUES (?, ?, ?)",
                arguments: [key.namespace, key.app, try Self.json(settings)])
            if let deployment { try Self.write(deployment, newRevision, database) }
        }
    }

    /// The settings of every app that has some.
    public func settings() throws -> [AppKey: Settings] {
        try read { database in
            let decoder = JSONDecoder()
            let rows = try Row.fetchAll(database, sql: "SELECT namespace, app, body FROM settings")
            return try rows.reduce(into: [:]) { settings, row in
                let body: String = row["body"]
                settings[AppKey(namespace: row["namespace"], app: row["app"])] = try decoder.decode(
                    Settings.self, from: Data(body.utf8))
            }
        }
    }

    /// Whether any app has a secret.
    public func hasSecrets() throws -> Bool {
        try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM secret)") ?? false }
    }

    /// One version of a secret; nil when there is none.
    public func secret(_ name: String, version: Int, of key: AppKey) throws -> SealedSecret? {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT sealed, setAt FROM secret WHERE namespace = ? AND app = ? AND name = ? AND version = ?",
                arguments: [key.namespace, key.app, name, version])
            return row.map { row in
                let sealed: Data = row["sealed"]
                return SealedSecret(
                    name: name, version: version, sealed: Array(sealed), setAt: Timestamp(milliseconds: row["setAt"]))
            }
        }
    }

    /// The newest version of a secret that there ever was, also of one that was forgotten since; 0 when there was none.
    public func newestVersion(ofSecret name: String, of key: AppKey) throws -> Int {
        try read { database in
            try Int.fetchOne(
                database, sql: "SELECT max(version) FROM secret WHERE namespace = ? AND app = ? AND name = ?",
                arguments: [key.namespace, key.app, name]) ?? 0
        }
    }
}
