import Foundation
import Responder

extension Timestamp {
    /// This moment, by the system's clock.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
