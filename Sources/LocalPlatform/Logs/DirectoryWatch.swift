@preconcurrency import Dispatch
import Glibc

/// Tells when something below some folders is written: inotify(7), so that following a log costs nothing while it is silent.
struct DirectoryWatch: Sendable {
    /// One element after one or more changes.
    let changes: AsyncStream<Void>
    private let descriptor: Int32

    /// Begins to watch. Throws when the kernel has no watch left.
    init() throws {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw SlotDirectory.systemError("watch the logs") }
        self.descriptor = descriptor
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "beamctl.logs"))
        source.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while read(descriptor, &buffer, buffer.count) > 0 {}
            continuation.yield()
        }
        source.setCancelHandler { close(descriptor) }
        continuation.onTermination = { _ in source.cancel() }
        source.resume()
        changes = stream
    }

    /// Watches one more folder; one that is watched already, or gone, costs nothing.
    func add(_ folder: String) {
        inotify_add_watch(descriptor, folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO))
    }
}
