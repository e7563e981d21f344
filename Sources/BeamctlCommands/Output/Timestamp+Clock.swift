import FleetModel
import Foundation

extension Timestamp {
    /// The present moment.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// `2026-01-31T12:00:00Z`: in UTC, as logs have it.
    var rfc3339: String { Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601) }
}
