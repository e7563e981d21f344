import Foundation
import Glibc
import TestSupport
import Testing

/// The folder of one slot, laid out as a daemon does it, with the keepers that were started for it.
final class Slot {
    let path: String
    /// What the newest keeper says; opened anew for each, as a daemon does it, since a pipe that has ended stays ended.
    private(set) var alive: LineReader
    /// A pipe of the test's own, the file `told` of the folder, by which a child says that it has come so far.
    let told: LineReader
    /// The pipe `answer` of the folder, by which a child is told to go on.
    private let answer: Int32
    private var keepers: [KeeperProcess] = []
    private let isOwner: Bool

    /// Makes a folder, or lays out one that is there and is somebody else's to remove.
    init(at folder: String? = nil) throws {
        path = folder ?? NSTemporaryDirectory() + "beamctl-keeper-\(UUID().uuidString.prefix(8))"
        isOwner = folder == nil
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["control", "alive", "told", "answer"] { try #require(mkfifo("\(path)/\(name)", 0o600) == 0) }
        alive = LineReader(open("\(path)/alive", O_RDONLY | O_NONBLOCK | O_CLOEXEC))
        told = LineReader(open("\(path)/told", O_RDWR | O_NONBLOCK | O_CLOEXEC))
        answer = open("\(path)/answer", O_RDWR | O_CLOEXEC)
    }

    deinit {
        close(answer)
        if let beam = runningPID() { kill(-beam, SIGKILL) }
        keepers = []
        if isOwner { try? FileManager.default.removeItem(atPath: path) }
    }

    // MARK: what the daemon does

    /// Writes tokens as the file `spec`.
    func write(spec tokens: [String]) throws {
        try Data(tokens.flatMap { Array($0.utf8) + [0] }).write(to: URL(filePath: "\(path)/spec"))
    }

    /// Writes a spec that runs a shell script in the slot's folder.
    func write(script: String, environment: [String] = ["PATH=/usr/bin:/bin"], more: [String] = []) throws {
        let words = ["executable=/bin/sh", "directory=\(path)", "argument=-c", "argument=\(script)"]
        try write(spec: words + environment.map { "environment=\($0)" } + more)
    }

    @discardableResult
    func startKeeper(environment: [String] = []) throws -> KeeperProcess {
        alive = LineReader(open("\(path)/alive", O_RDONLY | O_NONBLOCK | O_CLOEXEC))
        let keeper = try KeeperProcess([path], environment: environment)
        keepers.append(keeper)
        return keeper
    }

    /// Starts a keeper, waits until its child runs, and returns both process ids.
    func startAndWait() throws -> (keeper: KeeperProcess, child: pid_t) {
        let keeper = try startKeeper()
        return (keeper, try runningChild())
    }

    /// Starts a keeper of a shell and waits until the shell is at work: a process that has only just been made is not yet what
    /// `/proc` will show it as. A shell of the shell's tells, so that the shell itself has nothing open but what it was given.
    func startAtWork(
        environment: [String] = ["PATH=/usr/bin:/bin"], keepersOwn: [String] = []
    ) throws -> (keeper: KeeperProcess, child: pid_t) {
        try write(script: "(echo up > told); /bin/sleep 600", environment: environment)
        let keeper = try startKeeper(environment: keepersOwn)
        let child = try runningChild()
        try #require(try told.next() == "up")
        return (keeper, child)
    }

    /// Waits until the keeper says that its child runs; returns the child's process id.
    func runningChild() throws -> pid_t {
        let said = try alive.next() ?? "nothing"
        let words = said.split(separator: " ")
        try #require(words.first == "running" && words.count == 5, "the keeper said \(said)")
        return try #require(pid_t(words[1]))
    }

    /// Waits until a child has told a process id.
    func toldPID() throws -> pid_t {
        let word = try told.next() ?? ""
        return try #require(pid_t(word))
    }

    /// Runs a shell script under a keeper to its end. Returns the last thing that the keeper told.
    @discardableResult
    func run(script: String, more: [String] = []) throws -> String {
        try write(script: script, more: more)
        let (keeper, _) = try startAndWait()
        let last = try #require(try alive.next())
        #expect(try keeper.end().0 == .init(code: 0))
        return last
    }

    /// Writes to the keeper's pipe `control`.
    func order(_ words: String) throws {
        let descriptor = open("\(path)/control", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0, "no keeper reads the pipe 'control'")
        defer { close(descriptor) }
        let bytes = Array(words.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// Lets a child go on that reads a line from the pipe `answer`.
    func goOn() {
        _ = Glibc.write(answer, "\n", 1)
    }

    // MARK: what is to be seen

    /// The line of the file `state`, without its padding.
    var state: String? {
        let text = try? String(contentsOfFile: "\(path)/state", encoding: .utf8)
        return text.map { String($0.prefix { $0 != "\n" }).trimmingCharacters(in: .whitespaces) }
    }

    private func runningPID() -> pid_t? {
        guard let words = state?.split(separator: " "), words.first == "running", words.count == 5 else { return nil }
        return pid_t(words[1])
    }

    /// Whether nobody holds the slot's lock.
    var isFree: Bool {
        let descriptor = open("\(path)/lock", O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        return OpenFileLock.isFree(descriptor)
    }

    /// Waits until nobody holds the slot's lock.
    func untilFree() throws {
        let descriptor = open("\(path)/lock", O_RDWR | O_CLOEXEC)
        let done = DispatchSemaphore(value: 0)
        Thread {
            OpenFileLock.take(descriptor)
            close(descriptor)
            done.signal()
        }
        .start()
        guard done.wait(timeout: .now() + 30) == .success else { throw TimedOut(waitingFor: "the lock") }
    }
}

/// Whether a process is there, living or not yet reaped.
func exists(_ pid: pid_t) -> Bool {
    kill(pid, 0) == 0
}
