import Glibc
import ProcessTree

/// What a keeper is told to run: the file `spec` of its slot's directory, or what comes on its standard input; tokens `key=value` that
/// each end with a NUL byte.
struct KeeperSpec {
    var executable = ""
    var directory = "/"
    var arguments: [String] = []
    var environment: [String] = []
    /// Bytes of one log file before the next is begun.
    var logBytes = 10 << 20
    /// Log files that are kept, the present one among them.
    var logFiles = 5

    /// A folder that was made for the program, and goes when who would remove it is gone before it has ended.
    var temporaryFolder: String?

    static let largestFile = 4 << 20

    /// Reads the tokens. A token that this keeper does not know is refused: it would mean something.
    init(_ bytes: [UInt8]) throws(KeeperError) {
        for token in bytes.split(separator: 0) {
            guard let text = String(validating: token, as: UTF8.self), let equals = text.firstIndex(of: "=") else {
                throw KeeperError("the spec has a token that is no key=value in UTF-8")
            }
            try take(String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
        guard executable.hasPrefix("/") else { throw KeeperError("the spec names no absolute executable") }
    }

    private mutating func take(_ key: String, _ value: String) throws(KeeperError) {
        switch key {
        case "executable": executable = value
        case "directory": directory = value
        case "argument": arguments.append(value)
        case "environment": environment.append(value)
        case "log-bytes": logBytes = try Self.number(value, of: key, in: 4096...(1 << 40))
        case "log-files": logFiles = try Self.number(value, of: key, in: 1...100)
        case "temporary-folder": temporaryFolder = value
        default: throw KeeperError("the spec has the unknown key '\(key)'")
        }
    }

    private static func number(_ text: String, of key: String, in range: ClosedRange<Int>) throws(KeeperError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw KeeperError("the spec has \(key)=\(text), which is not within \(range)")
        }
        return number
    }
}

/// Why a keeper cannot do its work, in one line.
struct KeeperError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// What could not be done, with the system's own word for why.
    static func system(_ what: String) -> KeeperError {
        KeeperError("cannot \(what): \(String(cString: strerror(errno)))")
    }
}

extension KeeperSpec {
    /// Starts what it names. The slot's lock is inherited: it is free only when neither keeper nor BEAM lives.
    func start(stdout: Int32 = 1, stderr: Int32 = 2) throws(KeeperError) -> pid_t {
        do {
            return try SessionLeader.start(
                executable, arguments, environment: environment, directory: directory, output: .descriptors(stdout, stderr),
                inherits: true)
        } catch {
            errno = error.number
            throw .system("start \(executable)")
        }
    }
}
