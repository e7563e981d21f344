import FoundationEssentials

/// What a registry refused or could not do: the request, its code, and what to do next. Never a token, a password or a query.
public struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// Who asks is not known there, or may not do this.
        public static let denied = Code(description: "registry-denied")
        /// There is no such image, or no such blob.
        public static let notFound = Code(description: "registry-not-found")
        /// It does not answer, or breaks off, however often it is tried.
        public static let unreachable = Code(description: "registry-unreachable")
        /// It answers what the distribution specification does not know.
        public static let protocolBroken = Code(description: "registry-protocol")
        /// It refused what was sent.
        public static let refused = Code(description: "registry-refused")
        /// A file with credentials, or a helper that keeps them, does not do what it should.
        public static let badCredentials = Code(description: "registry-credentials")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// Method and place, or the file.
    public let place: String
    /// Why, one line.
    public let reason: String
    /// What to do next, a command or a sentence.
    public let next: String?

    init(_ code: Code, at place: String, _ reason: String, next: String? = nil) {
        (self.code, self.place, self.reason, self.next) = (code, place, reason, next)
    }

    /// `place: reason (next)`.
    public var description: String { "\(place): \(reason)" + (next.map { " (\($0))" } ?? "") }
}

/// What the body of a refusal says (distribution specification, "Error Codes").
struct RegistryRefusal: Decodable {
    struct Problem: Decodable {
        var code: String?
        var message: String?
    }

    var errors: [Problem]

    /// `CODE: message`, of the first; nil when the body says nothing that is known.
    static func words(in body: [UInt8]) -> String? {
        guard let refusal = try? JSONDecoder().decode(RegistryRefusal.self, from: Data(body)), let first = refusal.errors.first
        else {
            return nil
        }
        let text = [first.code, first.message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        let plain = String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return plain.isEmpty ? nil : String(plain.prefix(300))
    }
}
