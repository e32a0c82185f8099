/// A page in Prometheus's text format (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4).
struct PrometheusText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""
    private var name = ""

    /// Begins the samples of one name.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample of the name begun last.
    mutating func sample(_ value: Double, _ labels: [(String, String)] = []) {
        line(name, labels, value)
    }

    mutating func sample(_ value: some BinaryInteger, _ labels: [(String, String)] = []) {
        sample(Double(value), labels)
    }

    mutating func sample(_ histogram: Histogram, _ labels: [(String, String)] = []) {
        var sum: UInt64 = 0
        for (place, count) in histogram.counts.enumerated() {
            sum += count
            let bound = place < histogram.bounds.count ? Self.figure(histogram.bounds[place]) : "+Inf"
            line(name + "_bucket", labels + [("le", bound)], Double(sum))
        }
        line(name + "_sum", labels, histogram.sum)
        line(name + "_count", labels, Double(sum))
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.figure(value))\n"
    }

    private static func figure(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else { return value }
        // The text is escaped by scalar, because a sign with a combining mark is another `Character`.
        return value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\", "\"": text.unicodeScalars.append(contentsOf: ["\\", scalar])
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
