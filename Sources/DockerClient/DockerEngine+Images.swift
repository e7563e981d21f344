import FoundationEssentials
import Glibc
public import HTTPTransport
import NIOCore

extension DockerEngine {
    /// An image that an Engine has.
    public struct ImageFacts: Decodable, Hashable, Sendable {
        /// Its id: the digest of its configuration.
        public var id: String
        /// Bytes, unpacked.
        public var size: Int
        /// Whom its programs run as: `uid`, `uid:gid`, or a name; empty: root.
        public var user: String { configuration?.user ?? "" }
        private var configuration: Configuration?

        private struct Configuration: Decodable, Hashable, Sendable {
            var user: String?

            enum CodingKeys: String, CodingKey {
                case user = "User"
            }
        }

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case size = "Size"
            case configuration = "Config"
        }
    }

    /// An image by name or id. Throws ``DockerError`` `.notFound`.
    public func image(_ name: String) async throws -> ImageFacts {
        try await ask(try call("GET", "/images/\(PercentEncoding.encoded(name))/json"), "image \(name)")
    }

    /// Gives an image another name. Throws ``DockerError`` `.notFound`.
    public func tag(_ image: String, repository: String, tag: String) async throws {
        let path = "/images/\(PercentEncoding.encoded(image))/tag"
        try await send(try call("POST", path, [("repo", repository), ("tag", tag)]), "name the image \(image)")
    }

    /// Takes an image's name away, and the image itself when it has no other; one that is gone already is none. Throws ``DockerError``
    /// `.conflict` while a container uses it.
    public func removeImage(_ name: String) async throws {
        do {
            try await send(try call("DELETE", "/images/\(PercentEncoding.encoded(name))"), "remove the image \(name)")
        } catch let error as DockerError where error.code == .notFound {
            return
        }
    }

    private struct ImageEntry: Decodable {
        var names: [String]?

        enum CodingKeys: String, CodingKey {
            case names = "RepoTags"
        }
    }

    /// The names of all images that fit a pattern, such as `shop/*`. Throws ``DockerError``.
    public func imageNames(like pattern: String) async throws -> [String] {
        let filters = String(decoding: try JSONEncoder().encode(["reference": [pattern]]), as: UTF8.self)
        let entries: [ImageEntry] = try await ask(try call("GET", "/images/json", [("filters", filters)]), "images")
        return entries.flatMap { $0.names ?? [] }
    }

    /// Takes an archive in, as `docker load` does. Throws ``DockerError``.
    public func load(_ archive: HTTPUpload) async throws {
        var call = try call("POST", "/images/load", [("quiet", "1")])
        call.headers.append(("Content-Type", "application/x-tar"))
        call.upload = archive
        let body = try await send(call, "load", timeout: .seconds(3600))
        if let failed = DockerMessage.all(in: body).compactMap(\.error).first { throw DockerError(.refused, "load: \(failed)") }
    }

    /// Writes an image to a file, as `docker save` does. Throws ``DockerError``.
    public func save(_ image: String, to path: String) async throws {
        try await save(try call("GET", "/images/\(PercentEncoding.encoded(image))/get"), "save \(image)", to: path)
    }

    /// Writes an answer that goes on to a file, as new.
    func save(_ call: HTTPCall, _ what: String, to path: String) async throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DockerError(.refused, "\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        try await watchedStream(call, what) { body in
            for try await piece in body {
                var written = 0
                while written < piece.count {
                    let count = piece.withUnsafeBytes {
                        write(file, $0.baseAddress?.advanced(by: written), piece.count - written)
                    }
                    guard count > 0 else { throw DockerError(.refused, "\(path): \(String(cString: strerror(errno)))") }
                    written += count
                }
            }
        }
    }

    /// What a build is asked for.
    public struct BuildRequest: Sendable {
        /// The tar archive that it is built from.
        public var context: HTTPUpload
        /// The path of the Dockerfile in it.
        public var dockerfile: String
        /// What the image is called.
        public var name: String
        /// Values of `ARG`.
        public var arguments: [String: String]

        /// Makes one.
        public init(context: HTTPUpload, dockerfile: String, name: String, arguments: [String: String] = [:]) {
            (self.context, self.dockerfile, self.name, self.arguments) = (context, dockerfile, name, arguments)
        }
    }

    /// A line without the colours that the Engine gives to what went to standard error, and without anything else that a terminal obeys.
    private static func plain(_ line: Substring) -> String {
        let text = line.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "")
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }

    /// Builds an image with the classic builder; `tell` gets every line of its output. Returns the image's id.
    ///
    /// Throws ``DockerError`` `.buildFailed` with the last lines.
    public func build(_ request: BuildRequest, tell: @escaping @Sendable (String) -> Void) async throws -> String {
        let arguments = String(decoding: try JSONEncoder().encode(request.arguments), as: UTF8.self)
        let query = [
            ("dockerfile", request.dockerfile), ("t", request.name), ("rm", "1"), ("forcerm", "1"), ("buildargs", arguments),
        ]
        var call = try call("POST", "/build", query)
        call.headers.append(("Content-Type", "application/x-tar"))
        call.upload = request.context
        let (tail, failure, id) = try await watchedStream(call, "build") { body in
            var (tail, failure, id): ([String], String?, String?) = ([], nil, nil)
            for try await message in DockerMessages(body) {
                if let text = message.stream {
                    for line in text.split(whereSeparator: \.isNewline).map(Self.plain) where !line.isEmpty {
                        tail.append(line)
                        tell(line)
                    }
                    if tail.count > 40 { tail.removeFirst(tail.count - 40) }
                }
                failure = failure ?? message.error
                id = message.aux?.id ?? id
            }
            return (tail, failure, id)
        }
        if let failure { throw DockerError(.buildFailed, String(failure.prefix(500)), output: tail) }
        guard let id else { throw DockerError(.protocolBroken, "the build ended without an image", output: tail) }
        return id
    }
}
