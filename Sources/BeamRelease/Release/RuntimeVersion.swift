/// A version of OTP's own kind: numbers with dots, of any length (`13.1.5`, `11.1`, `25.0.0.1`), perhaps with a
/// suffix (`14.0-rc1`), which does not count when two are compared.
public struct RuntimeVersion: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    /// The numbers.
    public let parts: [Int]
    /// As it was written.
    public let description: String

    /// Reads one; nil when it does not begin with a number, or has one of more than nine digits.
    public init?(_ text: String) {
        let numbers = text.prefix { $0.isNumber || $0 == "." }
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false).map { $0.count > 9 ? nil : Int($0) }
        guard !parts.isEmpty, !parts.contains(nil) else { return nil }
        self.parts = parts.compactMap { $0 }
        description = text
    }

    /// Number by number; a missing one is less than 0 (OTP's System Principles, "Versions": 11.1 comes after 11.0.4).
    public static func < (left: RuntimeVersion, right: RuntimeVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}

extension RuntimeVersion {
    /// The first ERTS with `-erl_epmd_port`, which a cluster without EPMD is built on (OTP 23.1).
    public static let oldestSupportedERTS = "11.1"

    /// Whether nodes of this ERTS can form a cluster without EPMD.
    public var isSupportedERTS: Bool {
        (parts[0], parts.count > 1 ? parts[1] : 0) >= (11, 1)
    }

    /// The OTP release that has this ERTS. A release does not name it: its `.rel` has the version of ERTS and those of the
    /// applications. But since ERTS 9 = OTP 20 the first numbers move together: 11 is 23, 13 is 25, 16 is 28; only ERTS 10
    /// served two, 21 and from 10.4 on 22. So from ERTS 11 on, OTP is ERTS + 12.
    public var otpOfERTS: String {
        switch parts[0] {
        case 11...: "\(parts[0] + 12)"
        case 10: (parts.count > 1 ? parts[1] : 0) >= 4 ? "22" : "21"
        case 5...9: "\(parts[0] + 11)"
        default: "unknown"
        }
    }
}
