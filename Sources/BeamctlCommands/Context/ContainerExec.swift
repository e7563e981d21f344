import CLinux
import Dispatch
import DockerClient
import FleetModel
import Foundation
import Glibc
import HTTPTransport
import Synchronization

/// Runs a program in a container with this process' terminal, or its input and its outputs apart where they are none.
struct ContainerExec: Sendable {
    let engine: DockerEngine
    let container: String
    let words: [String]
    let environment: [String]

    /// Returns its exit code. Throws `DockerError`.
    func run() async throws -> Int32 {
        let hasTerminal = isatty(0) == 1 && isatty(1) == 1
        let id = try await engine.makeExec(
            DockerEngine.ExecSpec(container: container, words: words, environment: environment, hasTerminal: hasTerminal))
        let terminal = hasTerminal ? RawTerminal() : nil
        defer { terminal?.restore() }
        let resizing = hasTerminal ? resizes(of: id) : nil
        defer { resizing?.cancel() }
        try await engine.runExec(id, hasTerminal: hasTerminal) { [self] connection in
            if hasTerminal { await resize(id) }
            for await piece in StandardInput.pieces() {
                try await connection.write(piece.bytes)
                piece.isTaken.signal()
            }
            connection.finish()
        } output: { stream, bytes in
            Self.write(bytes, to: stream == .stdout ? 1 : 2)
        }
        let code = try await exitCode(of: id)
        terminal?.restore()
        if code == 128 + SIGKILL { await explainKill() }
        return code
    }

    /// Its output ends a moment before it does.
    private func exitCode(of id: String) async throws -> Int32 {
        var pause = Duration.milliseconds(5)
        for _ in 0..<10 {
            if let code = try await engine.exitCode(ofExec: id) { return code }
            try await Task.sleep(for: pause)
            pause = pause * 2
        }
        throw DockerError(.protocolBroken, "a program in \(container) has ended its output, and goes on to run")
    }

    /// A program that was killed cannot say why.
    private func explainKill() async {
        guard let facts = try? await engine.container(container) else { return }
        // The Engine tells it of the container's first process only; of any other the kernel itself does.
        let wasKilled = facts.state.ranOutOfMemory ? true : ((try? await kills()) ?? 0) > 0
        guard wasKilled else { return }
        Self.write(Array((OutOfMemory.line(limit: facts.memoryBytes) + "\n").utf8)[...], to: 2)
    }

    /// How many programs of the container the kernel has ended for want of memory (control groups 2, `memory.events`; 1,
    /// `memory.oom_control`).
    private func kills() async throws -> Int {
        let files = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"]
        let script = "for file in \(files.joined(separator: " ")); do [ ! -r $file ] || cat $file; done"
        let id = try await engine.makeExec(
            DockerEngine.ExecSpec(container: container, words: ["/bin/sh", "-c", script]))
        let said = Mutex<[UInt8]>([])
        try await engine.runExec(id, hasTerminal: false) {
            $0.finish()
        } output: { _, bytes in
            said.withLock { if $0.count < 16 << 10 { $0 += bytes } }
        }
        let lines = said.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
        return lines.lazy.map { $0.split(separator: " ") }.first { $0.first == "oom_kill" }.flatMap {
            $0.last.flatMap { Int($0) }
        } ?? 0
    }

    // MARK: The terminal

    private func resize(_ id: String) async {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return }
        try? await engine.resizeExec(id, rows: Int(size.ws_row), columns: Int(size.ws_col))
    }

    private func resizes(of id: String) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
        source.setEventHandler { Task { await resize(id) } }
        source.resume()
        return source
    }

    /// What nobody reads any more ends this, as it would end the program.
    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
                continue
            }
            guard count > 0 else { _exit(128 + SIGPIPE) }
            rest = rest.dropFirst(count)
        }
    }
}

/// The terminal, in which every key is the program's.
private struct RawTerminal: Sendable {
    private let before: termios

    init?() {
        var settings = termios()
        guard tcgetattr(0, &settings) == 0 else { return nil }
        before = settings
        cfmakeraw(&settings)
        tcsetattr(0, TCSADRAIN, &settings)
    }

    /// As it was.
    func restore() {
        var settings = before
        tcsetattr(0, TCSADRAIN, &settings)
    }
}

/// What this process reads.
private enum StandardInput {
    /// Some of it; no more is read until it is taken.
    struct Piece: Sendable {
        let bytes: [UInt8]
        let isTaken: DispatchSemaphore
    }

    /// In a thread of its own: a read cannot be cancelled.
    static func pieces() -> AsyncStream<Piece> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                let isTaken = DispatchSemaphore(value: 0)
                var buffer = [UInt8](repeating: 0, count: 32 << 10)
                while true {
                    let count = read(0, &buffer, buffer.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    continuation.yield(Piece(bytes: Array(buffer[..<count]), isTaken: isTaken))
                    isTaken.wait()
                }
                continuation.finish()
            }
        }
    }
}
