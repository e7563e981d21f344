import FoundationEssentials
import HTTPTransport

/// One message of an answer that goes on: a JSON object to a line.
struct DockerMessage: Decodable {
    var stream: String?
    var error: String?
    var aux: Aux?

    struct Aux: Decodable {
        var id: String?

        enum CodingKeys: String, CodingKey {
            case id = "ID"
        }
    }

    /// The messages of a whole answer.
    static func all(in body: [UInt8]) -> [DockerMessage] {
        body.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(DockerMessage.self, from: Data($0)) }
    }
}

/// The messages of an answer, as they come.
struct DockerMessages: AsyncSequence {
    typealias Element = DockerMessage
    private let body: HTTPBody
    /// No message is longer.
    private static let longest = 1 << 20

    init(_ body: HTTPBody) {
        self.body = body
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pieces: HTTPBody.AsyncIterator
        private var rest: [UInt8] = []
        private var ready: [DockerMessage] = []

        fileprivate init(_ pieces: HTTPBody.AsyncIterator) {
            self.pieces = pieces
        }

        mutating func next() async throws -> DockerMessage? {
            while ready.isEmpty {
                guard let piece = try await pieces.next() else {
                    ready = DockerMessage.all(in: rest)
                    rest = []
                    return ready.isEmpty ? nil : ready.removeFirst()
                }
                rest += piece
                guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
                    if rest.count > DockerMessages.longest {
                        throw DockerError(.protocolBroken, "the Engine sends a message without end")
                    }
                    continue
                }
                ready = DockerMessage.all(in: Array(rest[...end]))
                rest.removeSubrange(...end)
            }
            return ready.removeFirst()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body.makeAsyncIterator()) }
}
