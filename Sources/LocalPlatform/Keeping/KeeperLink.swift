import CLinux
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

    /// Opens the pipe of a slot, then starts or finds its keeper, whose process id `keeper` returns: what it says before anybody
    /// listens would be lost. Throws what the file system says, and what `keeper` throws.
    ///
    /// The keeper's end is told by its process, not by the end of the pipe: a pipe that was opened before its writer does not
    /// reliably report that the writer has gone.
    init(_ slot: SlotDirectory, keeper: () throws -> Int32) throws {
        control = slot.path + "/control"
        let pipe = open(slot.path + "/alive", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else { throw SlotDirectory.systemError("open \(slot.path)/alive") }
        do {
            states = Self.states(from: pipe, until: beamctl_process_descriptor(try keeper()))
        } catch {
            close(pipe)
            throw error
        }
    }

    /// Asks the BEAM to end, again and again while it may be booting, and has it killed when it has not by then. Returns false when
    /// there is no keeper.
    @discardableResult
    func stop(grace: Duration, isBooting: Bool) -> Bool {
        send("stop \(grace.milliseconds)\(isBooting ? " again" : "")\n")
    }

    /// Has the BEAM killed now. Returns false when there is no keeper.
    @discardableResult
    func kill() -> Bool {
        send("kill\n")
    }

    private func send(_ words: String) -> Bool {
        let descriptor = open(control, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(words.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    private static func states(from pipe: Int32, until process: Int32) -> AsyncStream<SlotState> {
        let (stream, continuation) = AsyncStream.makeStream(of: SlotState.self)
        let lines = NIOLockedValueBox(LineBuffer())
        let said = DispatchSource.makeReadSource(fileDescriptor: pipe, queue: queue)
        let drain: @Sendable () -> Void = {
            for state in lines.withLockedValue({ $0.states(from: pipe) }) { continuation.yield(state) }
        }
        said.setEventHandler(handler: drain)
        said.setCancelHandler { close(pipe) }
        continuation.onTermination = { _ in said.cancel() }
        said.resume()
        // A negative descriptor: the keeper ended before it could be watched.
        guard process >= 0 else {
            queue.async {
                drain()
                continuation.finish()
            }
            return stream
        }
        let ended = DispatchSource.makeReadSource(fileDescriptor: process, queue: queue)
        ended.setEventHandler {
            drain()
            ended.cancel()
            continuation.finish()
        }
        ended.setCancelHandler { close(process) }
        continuation.onTermination = { _ in
            said.cancel()
            ended.cancel()
        }
        ended.resume()
        return stream
    }

    private static let queue = DispatchQueue(label: "beamctl.keepers")
}
