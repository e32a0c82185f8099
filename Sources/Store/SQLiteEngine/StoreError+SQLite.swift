import GRDB

extension StoreError {
    /// Creates the error for an error of the database layer.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .full
            case .SQLITE_IOERR: self = .disk
            case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_CORRUPT: self = .damaged(error.message ?? "no details")
            default: self = .failed("\(error.resultCode): \(error.message ?? "no details")")
            }
        default: self = .failed("\(error)")
        }
    }

    /// Creates the error for an error at the opening of the file at `path`.
    init(_ error: any Error, opening path: String) {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_NOTADB: self = .foreign(path: path)
        case .SQLITE_CANTOPEN:
            self = .cannotOpen(path: path, why: (error as? DatabaseError)?.message ?? "no details")
        default: self.init(error)
        }
    }
}
