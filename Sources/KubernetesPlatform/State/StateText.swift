import FleetModel
import FoundationEssentials
import JSONText

/// Values as the text of objects.
enum StateText {
    /// JSON with its keys in order: the same value gives the same text.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value of a text; nil when it is none.
    static func value<Value: Decodable>(_ type: Value.Type, _ text: String?) -> Value? {
        text.flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// The data of a Secret, as text; what is no UTF-8 is left out.
    static func decoded(_ data: JSONValue?) -> [String: String] {
        (data?.texts ?? [:]).compactMapValues { text in
            Data(base64Encoded: text).flatMap { String(validating: $0, as: UTF8.self) }
        }
    }

    /// Data for a Secret.
    static func encoded(_ values: [String: String]) -> JSONValue {
        JSONValue(values.mapValues { Data($0.utf8).base64EncodedString() })
    }
}

extension Timestamp {
    /// `2026-01-31T12:00:00.000000Z`, as a Lease wants it (MicroTime).
    var microTime: String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        let text = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return text.hasSuffix("Z") ? text.dropLast() + "000Z" : text
    }

    /// Now, by this machine's clock.
    static var present: Timestamp { Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000)) }
}
