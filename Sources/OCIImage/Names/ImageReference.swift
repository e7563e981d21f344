/// Where an image is: a registry, a repository in it, and a tag or a digest, as `docker pull` takes it.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// The registry as people write it: `docker.io`, `ghcr.io`, `localhost:5000`.
    public var registry: String
    /// The repository: `library/debian`, `acme/shop`.
    public var repository: String
    /// The tag, when one is named.
    public var tag: String?
    /// The digest of the manifest, when one is named; it wins over the tag.
    public var digest: Digest?

    /// Where names without a registry are looked for.
    public static let standardRegistry = "docker.io"
    /// The tag where neither tag nor digest is named.
    public static let standardTag = "latest"

    /// Reads a reference: `debian:bookworm-slim`, `ghcr.io/acme/shop@sha256:…`, `localhost:5000/shop`.
    ///
    /// Throws ``OCIError`` `.badName` with what is wrong (distribution specification, "Pulling manifests"; the names of Docker).
    public init(_ text: String) throws(OCIError) {
        let problem = { (reason: String) in
            OCIError(.badName, at: "'\(text.prefix(200))'", reason, next: "write it as registry/repository:tag")
        }
        guard text.utf8.count <= 512 else { throw problem("an image reference has at most 512 characters") }
        var rest = text[...]
        if let at = rest.lastIndex(of: "@") {
            guard let digest = Digest(String(rest[rest.index(after: at)...])) else {
                throw problem("what follows @ is no sha256 digest")
            }
            self.digest = digest
            rest = rest[..<at]
        }
        let slash = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[slash...].lastIndex(of: ":"), colon != rest.startIndex || !rest.contains("/") {
            let tag = String(rest[rest.index(after: colon)...])
            guard Self.isTag(tag) else { throw problem("'\(tag.prefix(140))' is no tag: at most 128 letters, digits, _ . -") }
            self.tag = tag
            rest = rest[..<colon]
        }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if let first = parts.first, parts.count > 1, Self.isRegistry(first) {
            registry = first == "index.docker.io" ? Self.standardRegistry : first
            parts.removeFirst()
        } else {
            registry = Self.standardRegistry
        }
        if registry == Self.standardRegistry, parts.count == 1 { parts.insert("library", at: 0) }
        repository = parts.joined(separator: "/")
        guard parts.allSatisfy(Self.isRepositoryPart) else {
            throw problem("'\(repository.prefix(200))' is no repository: lower-case letters and digits, with . _ - between them")
        }
    }

    /// The tag that is meant where none is named.
    public var tagOrStandard: String { tag ?? Self.standardTag }

    /// What is asked for in a registry: the digest, else the tag.
    public var version: String { digest?.description ?? tagOrStandard }

    /// The whole name.
    public var description: String { name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }

    /// Registry and repository.
    public var name: String { "\(registry)/\(repository)" }

    /// What tells a registry from the first part of a repository: a dot, a port, or `localhost`.
    private static func isRegistry(_ part: String) -> Bool {
        let isHost = part == "localhost" || part.contains(".") || part.contains(":")
        return isHost && part.utf8.allSatisfy { isWord($0) || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D].contains($0) }
    }

    static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        return (isWord(first) || first == 0x5F) && text.utf8.allSatisfy { isWord($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    /// Letters and digits, with one dot, one or two underscores, or any number of dashes between them.
    private static func isRepositoryPart(_ part: String) -> Bool {
        let isPlain = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        guard let first = part.utf8.first, let last = part.utf8.last, isPlain(first), isPlain(last) else { return false }
        return part.utf8.split(whereSeparator: isPlain).allSatisfy { separator in
            let bytes = Array(separator)
            return bytes == [0x2E] || bytes == [0x5F] || bytes == [0x5F, 0x5F] || bytes.allSatisfy { $0 == 0x2D }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
