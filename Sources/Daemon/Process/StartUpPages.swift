import Foundation

/// The machine code that only starting up needs: parsing arguments, configuration and rules, migrating the database.
enum StartUpPages {
    /// Releases the pages of code that are mapped so far. Those that serving needs come back from the page cache as
    /// they are used.
    ///
    /// Only executable mappings of files are touched: they are never written to, so nothing can be lost (madvise(2),
    /// `MADV_DONTNEED` on a private file mapping).
    static func release() {
        #if os(Linux)
            guard let maps = fopen("/proc/self/maps", "r") else { return }
            defer { fclose(maps) }
            var line: UnsafeMutablePointer<CChar>?
            var capacity = 0
            defer { free(line) }
            while getline(&line, &capacity, maps) > 0, let line {
                // 55d0c0a00000-55d0c2e00000 r-xp 00000000 fe:00 5482909 /usr/local/bin/replyd
                let fields = String(cString: line).split(separator: " ", omittingEmptySubsequences: true)
                guard fields.count == 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
                let range = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                guard range.count == 2, let start = UnsafeMutableRawPointer(bitPattern: range[0]) else { continue }
                _ = madvise(start, Int(range[1] - range[0]), MADV_DONTNEED)
            }
        #endif
    }
}
