import FoundationEssentials

/// Times as Kubernetes writes them (RFC 3339).
enum Moment {
    /// Seconds since 1970; nil when it is no time.
    static func seconds(_ text: String) -> Double? {
        guard text.utf8.count <= 64 else { return nil }
        let whole = try? Date.ISO8601FormatStyle().parse(text)
        let fractional = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
        return (whole ?? fractional)?.timeIntervalSince1970
    }
}
