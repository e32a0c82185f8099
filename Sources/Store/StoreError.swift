/// The reason for which the database can't be used, in words for the person who has to repair it.
public enum StoreError: Error, Hashable, CustomStringConvertible {
    /// Another replyd serves from this database.
    case inUse(path: String, process: String)
    /// A newer replyd has written the database.
    case newer(path: String)
    /// An older replyd has written the database.
    case older(path: String)
    /// The file is not a database of replyd.
    case foreign(path: String)
    /// There is no database: no daemon has created it yet.
    case missing(path: String)
    /// The file can't be opened or created.
    case cannotOpen(path: String, why: String)
    /// The user who runs this may not read the database.
    case forbidden(path: String)
    /// The disk is full.
    case full
    /// The disk or the file accepts no writes.
    case readOnly
    /// Another program has locked the database for longer than the busy timeout.
    case busy
    /// The disk or the file accepts no writes, or can't be read: SQLite reports an I/O error.
    case disk
    /// A write has exceeded its time limit, so nobody waits for it any more; it may still succeed.
    case slow
    /// A write that waits for decisions has exceeded its time limit, so nobody waits for it any more; it may still
    /// succeed.
    case deciding
    /// The file was deleted or replaced while the daemon was running.
    case replaced(path: String)
    /// SQLite finds the file damaged.
    case damaged(String)
    /// Any other error of the database, or a step that could not be run.
    case failed(String)

    /// The error in sentences, with advice for the person who has to repair it.
    public var description: String {
        switch self {
        case .inUse(let path, let process):
            "the database \(path) is in use by another replyd (process \(process)). Stop that one, or give this one its own `database`."
        case .newer(let path):
            "the database \(path) was written by a newer replyd. Use that version, or restore a backup from before the upgrade."
        case .older(let path):
            "the database \(path) was written by an older replyd. Start `replyd serve` once: it brings it up to date."
        case .foreign(let path):
            "the file \(path) is not a replyd database. Point `database` at another file."
        case .missing(let path):
            "there is no database \(path) yet: `replyd serve` makes it at its first start. Where it has run before, check `database` in the configuration."
        case .forbidden(let path):
            "you may not read the database \(path). Run this as root, or as the user that replyd runs as."
        case .cannotOpen(let path, let why):
            "the database \(path) can't be opened: \(why). Check that its folder exists and that replyd may write there."
        case .full:
            "the disk is full: nothing more can be stored. Make room; replyd goes on by itself."
        case .readOnly:
            "the database can't be written to. Check the permissions of the file and its folder."
        case .busy:
            "the database is locked by another program. Close it; replyd goes on by itself."
        case .disk:
            "the disk fails: it reports an error, takes no writes, or allows no larger files. Look into the system's log (`dmesg`); replyd goes on by itself."
        case .slow:
            "the disk is slow: a write takes longer than a provider waits for its answer. Check the disk and what else uses it; replyd goes on by itself."
        case .deciding:
            "the rules take too long to decide: messages wait longer than a provider waits for its answer. `replyd check` warns of slow regexes; very long messages take long as well. replyd goes on by itself."
        case .replaced(let path):
            "the file \(path) was deleted or replaced while replyd was running. Nothing more is stored: put the file back, or restart replyd."
        case .damaged(let what):
            "the database is damaged: \(what). Stop replyd, restore a backup, and look into the disk."
        case .failed(let why):
            "the database failed: \(why)."
        }
    }

    /// The description for a person who has run a single command, which does not go on by itself.
    public var forCommand: String {
        description.replacing("; replyd goes on by itself.", with: ", and try again.")
    }
}
