public import FleetModel
import FoundationEssentials

/// One line of a stream: a value, an error that ends the stream, or nothing but a sign of life (an empty line).
public enum StreamFrame<Value: Codable & Sendable>: Codable, Sendable {
    /// A value.
    case value(Value)
    /// Why nothing more comes.
    case error(PlatformError)
}

/// How values are written: JSON, one line each in streams.
public enum ControlCoding {
    /// The bytes of a value.
    public static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// The value that bytes stand for. Throws `version_mismatch` when they stand for something else.
    public static func value<Value: Decodable>(_: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw PlatformError(
                .versionMismatch, "an answer of the daemon is not as this beamctl expects it: \(error)",
                hint: "beamctl daemon stop, then the command again: replicas keep running")
        }
    }
}
