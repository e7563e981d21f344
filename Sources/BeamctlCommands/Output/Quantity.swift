import FleetModel

/// Numbers as people read them.
enum Quantity {
    /// `12s`, `5m`, `3h`, `2d`: the largest unit that fits, rounded down.
    static func age(seconds: Int) -> String {
        switch seconds {
        case ..<0: "0s"
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// `1 replica`, `2 replicas`.
    static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    /// `12 KiB`, `41 MiB`, `1.5 GiB`.
    static func bytes(_ count: Int) -> String {
        if count < 1 << 20 { return "\((count + (1 << 9)) >> 10) KiB" }
        return count < 1 << 30 ? "\((count + (1 << 19)) >> 20) MiB" : "\(decimal(Double(count) / Double(1 << 30), digits: 1)) GiB"
    }

    /// `4%`, rounded.
    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }

    /// `1.4 s`.
    static func seconds(_ span: Duration) -> String { "\(decimal(Double(span.milliseconds) / 1000, digits: 1)) s" }

    private static func decimal(_ value: Double, digits: Int) -> String {
        let scale = digits == 1 ? 10.0 : 100.0
        let rounded = Int((value * scale).rounded())
        let fraction = String(rounded % Int(scale))
        return "\(rounded / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
