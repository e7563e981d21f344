@preconcurrency import Dispatch
import FleetModel
import FoundationEssentials
import Glibc
import NIOConcurrencyHelpers

/// The daemon's side of one keeper: what it says arrives as a stream that ends when the keeper does.
///
/// Orders go through a pipe that only this slot's keeper reads, never to a process id, so they can reach nobody else.
struct KeeperLink: Sendable {
    /// What the keeper says, from `running` or `failed` to the end.
    let states: AsyncStream<SlotState>
    private let control: String

    /// Opens the pipes of a slot whose keeper is there or is about to be. Throws what the file system says.
    init(_ slot: SlotDirectory) throws {
        control = slot.path + "/control"
        let descriptor = open(slot.path + "/alive", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SlotDirectory.systemError("open \(slot.path)/alive") }
        states = Self.states(from: descriptor)
    }

    /// Asks the BEAM to end, and has it killed when it has not by then. Returns false when there is no keeper.
    @discardableResult
    func stop(grace: Duration) -> Bool {
        send("stop \(grace.milliseconds)\n")
    }

    /// Has the BEAM killed now. Returns false when there is no keeper.
    @discardableResult
    func kill() -> Bool {
        send("kill\n")
    }

    /// Whether the keeper is there.
    func isKept() -> Bool {
        send("")
    }

    private func send(_ words: String) -> Bool {
        let descriptor = open(control, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(words.utf8)
        return bytes.isEmpty || write(descriptor, bytes, bytes.count) == bytes.count
    }

    private static func states(from descriptor: Int32) -> AsyncStream<SlotState> {
        let (stream, continuation) = AsyncStream.makeStream(of: SlotState.self)
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        let lines = NIOLockedValueBox(LineBuffer())
        source.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
            guard count > 0 else {
                source.cancel()
                return
            }
            for line in lines.withLockedValue({ $0.take(buffer[..<count]) }) {
                if let state = SlotState(line: line) { continuation.yield(state) }
            }
        }
        source.setCancelHandler {
            close(descriptor)
            continuation.finish()
        }
        continuation.onTermination = { _ in source.cancel() }
        source.resume()
        return stream
    }

    private static let queue = DispatchQueue(label: "beamctl.keepers")
}

/// Bytes in, whole lines out.
struct LineBuffer: Sendable {
    private var rest: [UInt8] = []

    /// The lines that these bytes complete, without their ends.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        rest.append(contentsOf: bytes)
        guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = rest[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        rest.removeSubrange(...last)
        return texts
    }
}
