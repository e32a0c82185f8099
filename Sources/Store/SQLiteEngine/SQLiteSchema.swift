import GRDB

/// The schema in a file of SQLite.
enum SQLiteSchema {
    /// The mark of replyd's files (`PRAGMA application_id`): "rply".
    static let applicationID: Int32 = 0x7270_6C79

    /// Brings a new or an older file up to date.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in Schema.migrations {
            migrator.registerMigration("\(migration.number)") { db in
                if migration.number == 1 { try db.execute(sql: "PRAGMA application_id = \(applicationID)") }
                try db.execute(sql: migration.sql)
            }
        }
        return migrator
    }

    /// Checks and migrates a database that is open.
    static func prepare(_ database: any DatabaseWriter, path: String) throws {
        try database.read { db in try check(db, path: path) }
        try migrator.migrate(database)
        // GRDB opens WAL databases with `synchronous = NORMAL`, which may lose the last commits in a power cut.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// Throws ``StoreError`` if the database belongs to another program or a newer replyd.
    static func check(_ db: Database, path: String) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        if application != applicationID, !isEmpty { throw StoreError.foreign(path: path) }
        if try migrator.hasBeenSuperseded(db) { throw StoreError.newer(path: path) }
    }
}
