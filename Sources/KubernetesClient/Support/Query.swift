import HTTPTransport

/// Paths and queries.
enum Query {
    /// A name as one segment of a path: neither empty nor one that leads elsewhere.
    static func segment(_ name: String) -> String {
        let encoded = PercentEncoding.encoded(name)
        // Dots are left as they are by the encoding, and these two would be taken for steps.
        return encoded == "." ? "%2E" : encoded == ".." ? "%2E%2E" : encoded
    }

    /// `?a=b&c=d`, or nothing.
    static func text(_ items: [(String, String)]) -> String {
        let text = items.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
        return text.isEmpty ? "" : "?\(text)"
    }
}
