import Foundation
import Responder

extension Timestamp {
    /// The current time, by the system's clock.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
