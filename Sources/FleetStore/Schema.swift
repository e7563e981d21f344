import GRDB

/// The tables, as named steps that are never changed once released. Values are kept as JSON beside the columns they are found by.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 apps, revisions, replicas") { database in
            try database.create(table: "deployment") { table in
                table.column("namespace", .text).notNull()
                table.column("app", .text).notNull()
                table.column("body", .text).notNull()
                table.primaryKey(["namespace", "app"])
            }
            try database.create(table: "revision") { table in
                table.column("namespace", .text).notNull()
                table.column("app", .text).notNull()
                table.column("number", .integer).notNull()
                table.column("body", .text).notNull()
                table.primaryKey(["namespace", "app", "number"])
            }
            try database.create(table: "replica") { table in
                table.primaryKey("name", .text)
                table.column("namespace", .text).notNull()
                table.column("app", .text).notNull()
                table.column("body", .text).notNull()
            }
            try database.create(table: "cluster") { table in
                table.column("namespace", .text).notNull()
                table.column("name", .text).notNull()
                table.column("cookie", .text).notNull()
                table.primaryKey(["namespace", "name"])
            }
            try database.create(table: "fact") { table in
                table.primaryKey("name", .text)
                table.column("value", .text).notNull()
            }
        }
        migrator.registerMigration("2 settings, secrets") { database in
            try database.create(table: "settings") { table in
                table.column("namespace", .text).notNull()
                table.column("app", .text).notNull()
                table.column("body", .text).notNull()
                table.primaryKey(["namespace", "app"])
            }
            try database.create(table: "secret") { table in
                table.column("namespace", .text).notNull()
                table.column("app", .text).notNull()
                table.column("name", .text).notNull()
                table.column("version", .integer).notNull()
                table.column("sealed", .blob).notNull()
                table.column("setAt", .integer).notNull()
                table.primaryKey(["namespace", "app", "name", "version"])
            }
        }
        return migrator
    }
}
