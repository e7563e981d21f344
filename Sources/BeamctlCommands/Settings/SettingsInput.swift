import AppManifest
import Foundation
import Glibc

/// Where values come from that are to be set: standard input, files. No error holds a value.
enum SettingsInput {
    /// The most bytes that are read.
    private static let longest = 1 << 20

    /// A secret's value from standard input, without its last line end; on a terminal it is asked for and not shown.
    static func secret(_ name: String) throws -> String {
        if isatty(0) == 1 { return try asked(name) }
        var text = try WaitingForInput.read { try decoded(FileHandle.standardInput, "standard input") }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else {
            throw CommandFailure(
                "invalid_request", "standard input holds no value for \(name)",
                hint: "printf %s \"$VALUE\" | beamctl secrets set … \(name)")
        }
        return text
    }

    /// Every byte of a file.
    static func file(_ path: String) throws -> String {
        // Without waiting: a pipe that nobody writes to would hold the command for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw CommandFailure("file", "\(path) cannot be read: \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        fstat(descriptor, &status)
        guard status.st_mode & S_IFMT != S_IFDIR else { throw CommandFailure("file", "\(path) is a folder, not a file") }
        _ = fcntl(descriptor, F_SETFL, 0)
        return try decoded(handle, path)
    }

    /// The variables of a dotenv file; `-` is standard input.
    static func dotenv(_ path: String) throws -> [String: String] {
        let name = path == "-" ? "standard input" : path
        let text = path == "-" ? try WaitingForInput.read { try decoded(.standardInput, name) } : try file(path)
        let pairs = try Dotenv.read(text, file: name)
        guard !pairs.isEmpty else { throw CommandFailure("invalid_request", "\(name) sets no variable") }
        return Dictionary(pairs.map { ($0.name, $0.value) }) { $1 }
    }

    private static func decoded(_ handle: FileHandle, _ name: String) throws -> String {
        let data = try handle.read(upToCount: longest + 1) ?? Data()
        guard data.count <= longest else {
            throw CommandFailure("invalid_request", "\(name) is longer than \(longest >> 10) KiB")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(
                "invalid_request", "\(name) is not UTF-8, as a variable's value must be",
                hint: "base64 it, and decode it in the app")
        }
        return text
    }

    private static func asked(_ name: String) throws -> String {
        var before = termios()
        tcgetattr(0, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        FileHandle.standardError.write(Data("value of \(name): ".utf8))
        tcsetattr(0, TCSAFLUSH, &silent)
        defer {
            tcsetattr(0, TCSAFLUSH, &before)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let value = WaitingForInput.read(leaving: before, { readLine() }), !value.isEmpty else {
            throw CommandFailure("invalid_request", "no value was given for \(name); nothing is changed")
        }
        return value
    }
}
